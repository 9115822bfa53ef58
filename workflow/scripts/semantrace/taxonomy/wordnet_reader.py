"""NLTK's reader of WordNet, on a folder of files that stand alone."""

import io
from pathlib import Path

from semantrace.core.errors import InputError
from semantrace.core.hidden_packages import hidden
from semantrace.core.system_errors import system_problem
from semantrace.taxonomy.wordnet_files import NOUN_FILES, are_wordnet_3_0

with hidden("scipy"):  # most of the time in which NLTK loads, for its statistics of collocations
    import nltk.data
    from nltk.corpus.reader.wordnet import (
        NOUN,  # noqa: F401
        WordNetCorpusReader,
    )
    from nltk.corpus.reader.wordnet import Synset as NltkSynset  # noqa: F401
    from nltk.data import SeekableUnicodeStreamReader


class Folder(nltk.data.PathPointer):
    """A folder of files, or one of them, as NLTK reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self, encoding: str | None = None) -> io.BufferedReader | SeekableUnicodeStreamReader:
        """Open the file."""
        file = self.path.open("rb")
        return file if encoding is None else SeekableUnicodeStreamReader(file, encoding)

    def file_size(self) -> int:
        """Return the file's size in bytes."""
        return self.path.stat().st_size

    def join(self, fileid: str) -> "Folder":
        """Return a file of the folder."""
        return Folder(self.path / fileid)


class FolderReader(WordNetCorpusReader):
    """NLTK's reader of files anywhere, and without its table of what version 3.0 calls a synset.

    Only other versions need that table, and it takes most of the time to open.
    """

    def open(self, file: str) -> SeekableUnicodeStreamReader:
        """Open one of the corpus' files."""
        return self._root.join(file).open(self._encoding)

    def map_wn(self, version: str = "wordnet") -> None:
        """Return no table."""


def check_nouns(corpus: Path) -> None:
    """Refuse files of nouns that are not those of WordNet 3.0."""
    try:
        whole = are_wordnet_3_0(corpus)
    except OSError as error:
        advice = "; the rule get_wordnet makes it" if isinstance(error, FileNotFoundError) else ""
        raise InputError(f"{system_problem(error)}{advice}") from error
    if not whole:
        raise InputError(
            f"{corpus}: one of {', '.join(NOUN_FILES)} is not WordNet 3.0's: cut short, damaged or "
            "of another version; delete the folder and run again"
        )

"""Reader of word2vec's binary format: a word, a space and its float32 numbers, without marks."""

import re
from collections.abc import Generator
from pathlib import Path
from typing import IO

import numpy as np

from semantrace.core.errors import InputError
from semantrace.words.word_decoding import WordDecoder
from semantrace.words.word_vector_files import TRUNCATED, UTF8_MARK, open_contents
from semantrace.words.word_vector_text import BLOCK_ROWS, NUMBER, word2vec_counts

CHUNK_BYTES = 1 << 22
LONGEST_WORD = 2048
LONGEST_HEADER = 100
SMALLEST, LARGEST = 1e-12, 1e9
"""Between which the components of vectors lie; letters read as numbers lie outside."""
CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


def read_binary(
    path: Path, member: str | None = None
) -> Generator[tuple[list[str], np.ndarray], None, None]:
    """Yield words and vectors block by block.

    The format does not say where a word ends: at the first space, unless the word has spaces. Then
    the space is taken after which the numbers are plausible and another word follows; gensim and
    the C tool take the first, and lose the place. A line break after each vector, as the C tool
    writes, is recognised.

    Parameters
    ----------
    path : pathlib.Path
    member : str, optional
        As in `open_contents`.

    Yields
    ------
    words : list of str
        At most `BLOCK_ROWS`.
    vectors : (words, dimensions) float32 array

    Raises
    ------
    InputError
        When the file is text, truncated, longer than its first line promises, or its words are
        not UTF-8.
    """
    with open_contents(path, member) as file:
        start = file.read(CHUNK_BYTES).removeprefix(UTF8_MARK)
        header, _, start = start.partition(b"\n")
        counts = word2vec_counts(header) if len(header) < LONGEST_HEADER else None
        if counts is None:
            raise InputError(
                f"{path}: its first line does not count words and dimensions, as word2vec's "
                "binary format does; correct word_vectors.format"
            )
        if 0 in counts:
            raise InputError(f"{path}: no word vectors in it; fetch it again")
        _refuse_text(start, counts[1], path)
        decoder = WordDecoder(path)
        entries = _Entries(file, start, counts[1], path)
        for first in range(0, counts[0], BLOCK_ROWS):
            rows = range(first, min(first + BLOCK_ROWS, counts[0]))
            block = [entries.take(row, counts[0]) for row in rows]
            vectors = np.frombuffer(b"".join(vector for _, vector in block), dtype="<f4")
            yield [decoder.decode(word) for word, _ in block], vectors.reshape(len(block), -1)
        if entries.left():
            raise InputError(
                f"{path}: more follows the {counts[0]} words that the first line promises; the "
                "file is damaged, or its first line is wrong: fetch it again or correct the line"
            )
    decoder.finish()


def _refuse_text(start: bytes, dimensions: int, path: Path) -> None:
    fields = start[: LONGEST_WORD + 40 * dimensions].split(b"\n")[0].split()
    if len(fields) > dimensions and all(map(NUMBER.fullmatch, fields[-dimensions:])):
        raise InputError(
            f"{path}: this is text and not word2vec's binary format; set word_vectors.format to "
            "word2vec_text"
        )


class _Entries:
    """The words and vectors of a binary file, one after the other."""

    def __init__(self, file: IO[bytes], start: bytes, dimensions: int, path: Path):
        self.file, self.data, self.path = file, start, path
        self.place = 0
        self.size = 4 * dimensions
        self.break_after: bool | None = None  # not known before the first vector has been read

    def take(self, row: int, rows: int) -> tuple[bytes, bytes]:
        """Return the next word, which is the given row of all, and the bytes of its vector."""
        last = row == rows - 1
        self._fill()
        while self.data[self.place : self.place + 1] == b"\n":
            self.place += 1
        space = self._end_of_word(last)
        end = space + 1 + self.size
        if space < 0 or end > len(self.data):
            raise InputError(
                f"{self.path}: ends after {row} of the {rows} words that its first line promises; "
                f"{TRUNCATED}"
            )
        word, vector = self.data[self.place : space], self.data[space + 1 : end]
        if self.break_after is None and not last:
            self.break_after = self.data[end : end + 1] == b"\n"
        self.place = end
        return word, vector

    def left(self) -> bool:
        """Return whether anything but line breaks follows."""
        self._fill()
        return bool(self.data[self.place :].strip(b"\r\n"))

    def _fill(self) -> None:
        """Have at least one entry and the next word in memory, if the file has them."""
        if len(self.data) - self.place < self.size + 3 * LONGEST_WORD:
            self.data = self.data[self.place :] + self.file.read(CHUNK_BYTES)
            self.place = 0

    def _end_of_word(self, last: bool) -> int:
        """Return where the space is that ends the word, or -1."""
        first = space = self.data.find(b" ", self.place, self.place + LONGEST_WORD)
        plausible = None
        while space >= 0 and _is_word(self.data[self.place : space]):
            if self._fits(space, last):
                return space
            if plausible is None and self._is_plausible(space):
                plausible = space  # before a word that is empty or has control characters
            space = self.data.find(b" ", space + 1, self.place + LONGEST_WORD)
        return first if plausible is None else plausible

    def _fits(self, space: int, last: bool) -> bool:
        """Return whether a vector and then another word follow a space."""
        end = space + 1 + self.size
        following = self.data[end : end + LONGEST_WORD]
        if last:
            return len(self.data) >= end and not following.strip(b"\r\n")
        if self.break_after and following[:1] != b"\n":
            return False
        word, found, _ = following.lstrip(b"\n").partition(b" ")
        return bool(found and word) and _is_word(word) and self._is_plausible(space)

    def _is_plausible(self, space: int) -> bool:
        """Return whether the numbers after a space can be a vector's."""
        if len(self.data) < space + 1 + self.size:
            return False
        values = np.abs(np.frombuffer(self.data, "<f4", self.size // 4, space + 1))
        with np.errstate(invalid="ignore"):
            plausible = (values == 0) | ((values >= SMALLEST) & (values <= LARGEST))
        return bool(plausible.all())


def _is_word(raw: bytes) -> bool:
    """Return whether bytes can be a word: UTF-8 without control characters."""
    if CONTROL.search(raw):
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

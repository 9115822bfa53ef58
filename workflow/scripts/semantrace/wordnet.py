"""The nouns of WordNet 3.0 and their hypernyms, addressed by the identifiers of ImageNet.

The two noun files are read here rather than by NLTK, whose reader takes ten times as long, needs
the other parts of speech, refuses files that a colleague owns or a group may write, and opens only
what lies on a path that is global to the process. The tests hold every answer against NLTK's.
"""

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from semantrace.errors import InputError, suggest

WNID = re.compile(r"n\d{8}")
VERSION = "WordNet 3.0 "
HYPERNYM_SYMBOLS = ("@", "@i")


@dataclass(frozen=True, slots=True)
class Synset:
    """A set of nouns with one meaning.

    Attributes
    ----------
    wnid : str
        ImageNet's identifier: ``n`` and the eight digits of WordNet 3.0's offset.
    name : str
        First lemma, part of speech and number of the sense, such as ``dog.n.01``.
    lemmas : tuple of str
        Its nouns in WordNet's order and spelling, with underscores for spaces.
    hypernyms : tuple of str
        Wnids of its direct hypernyms, those of instances included.
    min_depth : int
        Steps of the shortest way up to the root, ``entity.n.01``.
    """

    wnid: str
    name: str
    lemmas: tuple[str, ...]
    hypernyms: tuple[str, ...]
    min_depth: int


@dataclass(frozen=True)
class WordNet:
    """WordNet's nouns; make one with `WordNet.load`.

    Attributes
    ----------
    synsets : dict of str to Synset
        Every noun synset by its wnid, in the order of the wnids.
    """

    synsets: dict[str, Synset] = field(repr=False)
    _senses: dict[str, tuple[str, ...]] = field(repr=False)
    _closures: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def load(cls, folder: str | Path) -> "WordNet":
        """Read the noun files below a folder; takes about a second.

        Parameters
        ----------
        folder : path
            A folder that contains ``corpora/wordnet/data.noun`` and ``index.noun``.

        Raises
        ------
        InputError
            When a file is missing, damaged, or of another version than 3.0, whose offsets alone
            are ImageNet's identifiers.
        """
        corpus = Path(folder) / "corpora" / "wordnet"
        entries = _read_entries(corpus / "data.noun")
        senses = _read_senses(corpus / "index.noun")
        try:
            depths = _min_depths({wnid: hypernyms for wnid, (_, hypernyms) in entries.items()})
            synsets = {
                wnid: Synset(wnid, _name(wnid, lemmas[0], senses), lemmas, hypernyms, depths[wnid])
                for wnid, (lemmas, hypernyms) in entries.items()
            }
        except (KeyError, ValueError) as error:
            raise _disagreement(corpus) from error
        indexed = {(lemma, wnid) for lemma, wnids in senses.items() for wnid in wnids}
        if indexed != {(lemma.lower(), s.wnid) for s in synsets.values() for lemma in s.lemmas}:
            raise _disagreement(corpus)
        return cls(synsets, senses)

    def synset(self, wnid: str) -> Synset:
        """Return the synset of a wnid such as ``n02084071``.

        Raises
        ------
        InputError
            When the wnid is malformed or unknown.
        """
        try:
            return self.synsets[wnid]
        except (KeyError, TypeError):
            raise InputError(self._unknown(wnid)) from None

    def _unknown(self, wnid: object) -> str:
        if not isinstance(wnid, str) or WNID.fullmatch(wnid) is None:
            return f"wnid {wnid!r}: malformed; write n and eight digits, such as n02084071 for dog"
        return (
            f"wnid {wnid!r}: no noun synset of WordNet 3.0 has this offset; "
            f"{suggest(wnid, [other for other in self.synsets if other[:6] == wnid[:6]])}"
        )

    def name(self, wnid: str) -> str:
        """Return a synset's name, such as ``dog.n.01``."""
        return self.synset(wnid).name

    def label(self, wnid: str) -> str:
        """Return a synset's first lemma with spaces, such as ``living thing``."""
        return self.synset(wnid).lemmas[0].replace("_", " ")

    def lemmas(self, wnid: str) -> list[str]:
        """Return a synset's nouns in WordNet's order and spelling (underscores for spaces)."""
        return list(self.synset(wnid).lemmas)

    def senses(self, word: str) -> list[str]:
        """Return the wnids of a noun's senses, most frequent first; none for an unknown word.

        Parameters
        ----------
        word : str
            A noun as WordNet lists it, in any case and with spaces or underscores. Plurals are
            not reduced to singulars.
        """
        return list(self._senses.get(word.strip().lower().replace(" ", "_"), ()))

    def wnid(self, name: str) -> str:
        """Return the wnid of a synset from one of its lemmas and the number of the sense.

        Parameters
        ----------
        name : str
            Such as ``dog.n.01``, the first sense of the noun dog.

        Raises
        ------
        InputError
            When the noun has no such sense.
        """
        lemma = name.rpartition(".n.")[0]
        names = {f"{lemma}.n.{n:02d}": wnid for n, wnid in enumerate(self.senses(lemma), start=1)}
        if name not in names:
            raise InputError(f"synset {name!r}: not a noun of WordNet 3.0; {suggest(name, names)}")
        return names[name]

    def hypernym_closure(self, wnid: str) -> frozenset[str]:
        """Return the wnids of a synset and of everything above it."""
        if wnid not in self._closures:
            found = {self.synset(wnid).wnid}
            waiting = [wnid]
            while waiting:
                above = set(self.synsets[waiting.pop()].hypernyms) - found
                found |= above
                waiting.extend(above)
            self._closures[wnid] = frozenset(found)
        return self._closures[wnid]

    def min_depth(self, wnid: str) -> int:
        """Return the number of steps of the shortest way up to the root."""
        return self.synset(wnid).min_depth

    def is_at_or_under(self, wnid: str, ancestor: str) -> bool:
        """Return whether a synset is `ancestor` or one of its hyponyms, at any distance."""
        return self.synset(ancestor).wnid in self.hypernym_closure(wnid)


def _read_entries(path: Path) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return lemmas and hypernyms of every synset; the format is in the manual page wndb(5WN)."""
    lines, header = _read_lines(path)
    if not any(VERSION in line for line in header):
        raise InputError(
            f"{path}: not WordNet 3.0, whose offsets are ImageNet's identifiers; "
            "unpack version 3.0 there"
        )
    try:
        return dict(map(_parse_entry, lines))
    except (IndexError, ValueError) as error:
        raise _damaged(path) from error


def _parse_entry(line: str) -> tuple[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    fields, _ = line.split(" | ", 1)
    offset, _, _, lemma_count, *rest = fields.split()
    end = 2 * int(lemma_count, 16)
    pointers = rest[end + 1 : end + 1 + 4 * int(rest[end])]
    hypernyms = tuple(
        f"n{target}"
        for symbol, target in zip(pointers[::4], pointers[1::4], strict=True)
        if symbol in HYPERNYM_SYMBOLS
    )
    return f"n{offset}", (tuple(rest[:end:2]), hypernyms)


def _read_senses(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the wnids of every noun, most frequent first."""
    lines, _ = _read_lines(path)
    senses = {}
    try:
        for line in lines:
            lemma, _, count, *rest = line.split()
            if len(rest) < int(count):
                raise ValueError("fewer offsets than senses")
            senses[lemma] = tuple(f"n{offset}" for offset in rest[-int(count) :])
    except ValueError as error:
        raise _damaged(path) from error
    return senses


def _read_lines(path: Path) -> tuple[list[str], list[str]]:
    """Return the entries of a WordNet file and its licence, whose lines begin with spaces."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}); run the rule get_wordnet"
        ) from error
    except UnicodeDecodeError as error:
        raise _damaged(path) from error
    if not text.endswith("\n"):
        raise _damaged(path)
    lines = text.splitlines()
    header = [line for line in lines if line.startswith("  ")]
    return [line for line in lines if not line.startswith("  ")], header


def _damaged(path: Path) -> InputError:
    return InputError(f"{path}: truncated or damaged; delete its folder and run again")


def _disagreement(corpus: Path) -> InputError:
    return InputError(
        f"{corpus}: data.noun and index.noun do not agree, so one is cut short or of another "
        "version; delete the folder and run again"
    )


def _name(wnid: str, first_lemma: str, senses: dict[str, tuple[str, ...]]) -> str:
    lemma = first_lemma.lower()
    return f"{lemma}.n.{senses[lemma].index(wnid) + 1:02d}"


def _min_depths(hypernyms: dict[str, Iterable[str]]) -> dict[str, int]:
    """Return every synset's distance from the roots, found by breadth from the top."""
    hyponyms: dict[str, list[str]] = {wnid: [] for wnid in hypernyms}
    for wnid, above in hypernyms.items():
        for hypernym in above:
            hyponyms[hypernym].append(wnid)
    depths = {wnid: 0 for wnid, above in hypernyms.items() if not above}
    waiting = deque(depths)
    while waiting:
        wnid = waiting.popleft()
        for hyponym in hyponyms[wnid]:
            if hyponym not in depths:
                depths[hyponym] = depths[wnid] + 1
                waiting.append(hyponym)
    return depths

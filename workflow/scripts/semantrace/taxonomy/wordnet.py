"""The nouns of WordNet 3.0 and their hypernyms, addressed by the identifiers of ImageNet.

NLTK reads the files. ImageNet's identifiers are offsets in ``data.noun`` of version 3.0 alone, and
NLTK reads a synset only when it is asked for, so the noun files are compared with their digest
first: what was opened is then whole. NLTK by itself opens only files below its search path, which
is global to the process, and none that others may write or own, as they may in a cache that users
share. The digest takes the place of that check for the nouns, and nothing here asks for the other
parts of speech.
"""

import difflib
import itertools
import re
import warnings
from dataclasses import dataclass
from pathlib import Path

from semantrace.core.errors import InputError, suggest
from semantrace.taxonomy.noun_taxonomy import NounTaxonomy
from semantrace.taxonomy.wordnet_ids import SYNSET_NAME, WNID
from semantrace.taxonomy.wordnet_reader import (
    NOUN,
    Folder,
    FolderReader,
    NltkSynset,
    check_nouns,
)

ALIKE = 0.8
"""How alike the spelling of nouns has to be, by `difflib`, for one to be meant by the other."""

MOST_GAPS = 4
"""Words of more parts are looked up as they are joined, and in no other way."""


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


class WordNet:
    """WordNet's nouns; make one with `WordNet.load`."""

    def __init__(self, reader: FolderReader) -> None:
        self._reader = reader
        self._closures: dict[str, frozenset[str]] = {}

    @classmethod
    def load(cls, folder: str | Path) -> "WordNet":
        """Open the files below a folder; takes a few seconds, for NLTK's index of all words.

        Parameters
        ----------
        folder : path
            A folder that contains ``corpora/wordnet`` as the rule get_wordnet lays it out.

        Raises
        ------
        InputError
            When a file is missing, damaged or of another version than 3.0.
        """
        corpus = (Path(folder) / "corpora" / "wordnet").resolve()
        check_nouns(corpus)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                reader = FolderReader(Folder(corpus), None)
                # The first synset opens data.noun, which stays open.
                reader.synset("entity.n.01")
        except Exception as error:  # NLTK has no error of its own for files that it cannot read
            reason = " ".join(f"{type(error).__name__} {error}".split())
            raise InputError(
                f"{corpus}: NLTK cannot read a file ({reason}); delete the folder and run again"
            ) from error
        return cls(reader)

    def nouns(self) -> list[str]:
        """Return every noun, in lower case and with underscores for spaces."""
        return list(self._reader.all_lemma_names(NOUN))

    def synset(self, wnid: str) -> Synset:
        """Return the synset of a wnid such as ``n02084071``.

        Raises
        ------
        InputError
            When the wnid is malformed or unknown.
        """
        return _synset(self._look_up(wnid))

    def _look_up(self, wnid: str) -> NltkSynset:
        if not isinstance(wnid, str) or WNID.fullmatch(wnid) is None:
            raise InputError(
                f"wnid {wnid!r}: malformed; write n and eight digits, such as n02084071 for dog"
            )
        synset = self._find(wnid)
        if synset is None:
            neighbours = (f"{wnid[:6]}{number:03d}" for number in range(1000))
            raise InputError(
                f"wnid {wnid!r}: no noun synset of WordNet 3.0 has this offset; "
                f"{suggest(wnid, filter(self._find, neighbours))}"
            )
        return synset

    def _find(self, wnid: str) -> NltkSynset | None:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="No WordNet synset found")
            return self._reader.synset_from_pos_and_offset(NOUN, int(wnid[1:]))

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
        lemma = word.strip().lower().replace(" ", "_")
        # NLTK answers with the senses of the word itself first and then those of its singulars.
        synsets = self._reader.synsets(lemma, NOUN)
        exact = (s for s in synsets if lemma in map(str.lower, s.lemma_names()))
        return list(dict.fromkeys(map(_wnid, exact)))

    def spelling(self, word: str) -> str | None:
        """Return a word as WordNet joins its parts: by spaces (as underscores) or by hyphens.

        Parameters
        ----------
        word : str
            A noun in any case, its parts joined by spaces, underscores or hyphens.

        Returns
        -------
        str or None
            The word with its own capitals; None where WordNet has no such noun.
        """
        parts = re.split("[ _-]+", word.strip(" _-"))
        as_given = "_".join(word.split())
        spellings = [as_given]
        if len(parts) <= MOST_GAPS + 1:
            for joints in itertools.product("_-", repeat=len(parts) - 1):
                spellings.append("".join(itertools.chain(*zip(parts, (*joints, ""), strict=True))))
        return next(filter(self.senses, spellings), None)

    def nearest(self, word: str) -> str:
        """Return a clause with the nouns that are spelt like a word, or its singular."""
        lemma = "_".join(word.lower().split())
        singular = self._reader.morphy(lemma, NOUN)
        same_start = (noun for noun in self.nouns() if noun[:2] == lemma[:2])
        near = [singular] if singular else difflib.get_close_matches(lemma, same_start, 3, ALIKE)
        if not near:
            return "no noun is spelt like it"
        return "did you mean " + " or ".join(map(repr, near)) + "?"

    def wnid(self, name: str) -> str:
        """Return the wnid of a synset from one of its lemmas and the number of the sense.

        Parameters
        ----------
        name : str
            Such as ``dog.n.01``, the first sense of the noun dog, in any case.

        Raises
        ------
        InputError
            When it is malformed or the noun has no such sense.
        """
        parts = SYNSET_NAME.fullmatch(name.strip().lower().replace(" ", "_"))
        if parts is None or parts["part"] != "n":
            raise InputError(
                f"synset {name!r}: not a noun's; write lemma, n and number, such as dog.n.01"
            )
        senses = self.senses(parts["lemma"])
        if not 1 <= int(parts["number"]) <= len(senses):
            known = [f"{parts['lemma']}.n.{n:02d}" for n in range(1, len(senses) + 1)]
            hint = suggest(name, known) if known else self.nearest(parts["lemma"])
            raise InputError(f"synset {name!r}: not a noun of WordNet 3.0; {hint}")
        return senses[int(parts["number"]) - 1]

    def definition(self, wnid: str) -> str:
        """Return the definition of a synset."""
        return self._look_up(wnid).definition()

    def lexicographer_file(self, wnid: str) -> str:
        """Return the file in which a synset was written, such as ``noun.animal``."""
        return self._look_up(wnid).lexname()

    def is_instance(self, wnid: str) -> bool:
        """Return whether a synset is an instance, such as a person, and not a kind of thing."""
        return bool(self._look_up(wnid).instance_hypernyms())

    def hypernym_closure(self, wnid: str) -> frozenset[str]:
        """Return the wnids of a synset and of everything above it."""
        if wnid not in self._closures:
            synset = self._look_up(wnid)
            self._closures[wnid] = frozenset(map(_wnid, [synset, *synset.closure(_hypernyms)]))
        return self._closures[wnid]

    def min_depth(self, wnid: str) -> int:
        """Return the number of steps of the shortest way up to the root."""
        return self.synset(wnid).min_depth

    def taxonomy(self) -> NounTaxonomy:
        """Return the hypernyms of all nouns at once, for what needs most of them."""
        return NounTaxonomy.read(self._reader.root.path / "data.noun")

    def is_at_or_under(self, wnid: str, ancestor: str) -> bool:
        """Return whether a synset is `ancestor` or one of its hyponyms, at any distance."""
        return self.synset(ancestor).wnid in self.hypernym_closure(wnid)


def _wnid(synset: NltkSynset) -> str:
    return f"n{synset.offset():08d}"


def _hypernyms(synset: NltkSynset) -> list[NltkSynset]:
    return synset.hypernyms() + synset.instance_hypernyms()


def _synset(synset: NltkSynset) -> Synset:
    return Synset(
        wnid=_wnid(synset),
        name=synset.name(),
        lemmas=tuple(synset.lemma_names()),
        hypernyms=tuple(map(_wnid, _hypernyms(synset))),
        min_depth=synset.min_depth(),
    )

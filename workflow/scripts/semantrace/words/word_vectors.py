"""Stored models of word vectors, and how they are asked for the words of concepts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from semantrace.core.errors import InputError, suggest
from semantrace.io.user_files import require_file
from semantrace.words.spelling import CASES, composed, joined, plain, spellings


@dataclass(frozen=True)
class LostWord:
    """Why a model has no vector for a class.

    Attributes
    ----------
    name : str
        The class's preferred name.
    reason : {"absent", "letter case", "hyphens", "accents"}
        By what the nearest word of the vocabulary differs from one of the class's names.
    nearest : str
        That word; empty where the reason is "absent".
    """

    name: str
    reason: str
    nearest: str


@dataclass(frozen=True)
class WordVectors:
    """A stored model of word vectors; make one with `WordVectors.open`.

    Attributes
    ----------
    name : str
        The model's name, for messages.
    vectors : numpy.ndarray
        float32, words × dimensions, mapped from the file.
    vocabulary : list of str
        The words, in the order of the rows, with composed accents (Unicode's NFC).
    case : {"as_is", "lower", "upper", "title"}
        The letter case into which concepts are put before they are looked up.
    """

    name: str
    vectors: np.ndarray
    vocabulary: list[str]
    case: str = "as_is"

    @classmethod
    def open(
        cls,
        array: str | Path,
        vocabulary: str | Path,
        case: str = "as_is",
        place: int | None = None,
    ) -> "WordVectors":
        """Open two files of `semantrace.words.word_vector_storage` or `.encoded_names`.

        Parameters
        ----------
        array, vocabulary : path
            The two files.
        case : {"as_is", "lower", "upper", "title"}
            How the model spells its words.
        place : int, optional
            Which of the layers to take where the array has several.

        Raises
        ------
        InputError
            When a file is missing, may not be read or is damaged, the two do not belong together,
            or the case is unknown.
        """
        if case not in CASES:
            raise InputError(f"word_vectors.case: unknown value {case!r}; {suggest(case, CASES)}")
        array, vocabulary = Path(array), Path(vocabulary)
        for path in (array, vocabulary):
            require_file(path, "stored word vectors", "run the workflow, which makes it")
        try:
            vectors = np.load(array, mmap_mode="r", allow_pickle=False)
            vectors = vectors if place is None else vectors[place]
            words = vocabulary.read_bytes().decode("utf-8").split("\n")[:-1]
        except (ValueError, EOFError, IndexError) as error:
            raise InputError(
                f"{array}: the stored word vectors are damaged; delete them and run the "
                "workflow again"
            ) from error
        if vectors.ndim != 2 or len(vectors) != len(words):
            raise InputError(
                f"{array}: {len(vectors)} vectors, but {vocabulary} has {len(words)} words; "
                "delete both and run the workflow again"
            )
        return cls(array.stem, vectors, words, case)

    def rows(self, concepts: Iterable[str]) -> dict[str, int]:
        """Return the row of each concept that the model knows, in one of its spellings.

        Parameters
        ----------
        concepts : iterable of str
            Names as `concept_name` gives them.

        Returns
        -------
        dict of str to int
            Concepts that the model does not know are missing.
        """
        wanted = {concept: spellings(concept, self.case) for concept in concepts}
        sought = {spelling for options in wanted.values() for spelling in options}
        found = {word: row for row, word in enumerate(self.vocabulary) if word in sought}
        rows = {}
        for concept, options in wanted.items():
            row = next((found[option] for option in options if option in found), None)
            if row is not None:
                rows[concept] = row
        return rows

    def of(self, concepts: Iterable[str]) -> np.ndarray:
        """Return the vectors of some concepts.

        Parameters
        ----------
        concepts : iterable of str
            k names as `concept_name` gives them.

        Returns
        -------
        numpy.ndarray
            float32, k × dimensions.

        Raises
        ------
        InputError
            When the model does not know a concept.
        """
        concepts = list(concepts)
        rows = self.rows(concepts)
        unknown = [concept for concept in concepts if concept not in rows]
        if unknown:
            raise InputError(
                f"word vectors {self.name}: no vector for {unknown[0]!r}; "
                f"{self._nearest_to(unknown[0])}"
            )
        return np.array(self.vectors[[rows[concept] for concept in concepts]], dtype=np.float32)

    def _nearest_to(self, concept: str) -> str:
        word = spellings(concept, self.case)[0]
        return suggest(word, [other for other in self.vocabulary if other[:2] == word[:2]])

    def found_by_case(self, names: Mapping[str, Sequence[str]]) -> dict[str, int]:
        """Return for how many classes the model would have a vector in each letter case.

        Parameters
        ----------
        names : mapping of str to sequence of str
            The names of each class, as `semantrace.words.concepts.class_names` gives them.
        """
        options = {
            case: [
                {word for name in some for word in spellings(name, case)} for some in names.values()
            ]
            for case in CASES
        }
        sought = {word for classes in options.values() for words in classes for word in words}
        known = sought.intersection(self.vocabulary)
        return {case: sum(not known.isdisjoint(words) for words in options[case]) for case in CASES}

    def lost_words(self, names: Mapping[str, Sequence[str]]) -> dict[str, LostWord]:
        """Say why the model has no vector for a class, for each class of which that is so.

        Parameters
        ----------
        names : mapping of str to sequence of str
            As in `found_by_case`.

        Returns
        -------
        dict of str to LostWord
            By class, in the order of `names`.
        """
        rows = self.rows({name for some in names.values() for name in some})
        lost = {key: some for key, some in names.items() if some and not rows.keys() & set(some)}
        if not lost:
            return {}
        sought = {plain(name) for some in lost.values() for name in some}
        similar: dict[str, list[str]] = {}
        for word in self.vocabulary:
            letters = plain(word)
            if letters in sought:
                similar.setdefault(letters, []).append(word)
        return {key: _why_lost(some, similar) for key, some in lost.items()}

    def letter_case_advice(self, names: Mapping[str, Sequence[str]], key: str) -> str | None:
        """Return a line on the classes that have no vector only for their letter case.

        Parameters
        ----------
        names : mapping of str to sequence of str
            As in `found_by_case`.
        key : str
            The model's place in the study, for the message.

        Returns
        -------
        str or None
            None where there is no such class.
        """
        lost = [word for word in self.lost_words(names).values() if word.reason == "letter case"]
        if not lost:
            return None
        found = self.found_by_case(names)
        best = max(found, key=found.__getitem__)
        line = (
            f"{key}: {len(lost)} of {len(names)} classes have no vector only for their letter "
            f"case, such as {lost[0].name!r}, which its vocabulary spells {lost[0].nearest!r}; "
        )
        if found[best] > found[self.case]:
            return line + (
                f"set {key}.case to {best}, which finds {found[best]} classes where {self.case} "
                f"finds {found[self.case]}"
            )
        return line + (
            "set concepts.lowercase to false if the classes' own names have the right capitals, "
            "or give the words in a table"
        )


def _why_lost(names: Sequence[str], similar: Mapping[str, Sequence[str]]) -> LostWord:
    for name in names:
        cases = {composed(spelling.casefold()) for spelling in spellings(name)}
        for word in similar.get(plain(name), ()):
            if composed(word.casefold()) in cases:
                return LostWord(names[0], "letter case", word)
    for same, reason in ((joined, "hyphens"), (plain, "accents")):
        for name in names:
            for word in similar.get(plain(name), ()):
                if same(word) == same(name):
                    return LostWord(names[0], reason, word)
    return LostWord(names[0], "absent", "")

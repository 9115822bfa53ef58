"""Word vectors: read from the formats they are published in, stored so that they open at once.

A stored model is two files: ``{model}.npy``, words × dimensions in float32, which is mapped into
memory instead of read, and ``{model}.vocabulary.txt``, its words in the same order, one a line.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from semantrace.errors import InputError, suggest
from semantrace.files import atomic_path
from semantrace.word_vector_formats import read_model

BLOCK_ROWS = 50_000
CASES = {"as_is": str, "lower": str.lower, "upper": str.upper}
"""How a model spells its words, and what puts a name into that letter case."""

logger = logging.getLogger(__name__)


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
        The words, in the order of the rows.
    case : {"as_is", "lower", "upper"}
        The letter case into which concepts are put before they are looked up.
    """

    name: str
    vectors: np.ndarray
    vocabulary: list[str]
    case: str = "as_is"

    @classmethod
    def open(cls, array: str | Path, vocabulary: str | Path, case: str = "as_is") -> "WordVectors":
        """Open the two files that `store_word_vectors` wrote.

        Parameters
        ----------
        array, vocabulary : path
            The two files.
        case : {"as_is", "lower", "upper"}
            How the model spells its words.

        Raises
        ------
        InputError
            When a file is missing or damaged, the two do not belong together, or the case is
            unknown.
        """
        if case not in CASES:
            raise InputError(f"word_vectors.case: unknown value {case!r}; {suggest(case, CASES)}")
        array, vocabulary = Path(array), Path(vocabulary)
        try:
            vectors = np.load(array, mmap_mode="r", allow_pickle=False)
            words = vocabulary.read_bytes().decode("utf-8").split("\n")[:-1]
        except (OSError, ValueError, EOFError) as error:
            raise InputError(
                f"{array}: the stored word vectors are missing or damaged; delete them and run "
                "the rule get_word_vectors"
            ) from error
        if vectors.ndim != 2 or len(vectors) != len(words):
            raise InputError(
                f"{array}: {len(vectors)} vectors, but {vocabulary} has {len(words)} words; "
                "delete both and run the rule get_word_vectors"
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


def concept_name(name: str, lowercase: bool) -> str:
    """Return a class's name in the form in which concepts are named and looked up.

    Parameters
    ----------
    name : str
        A word, a WordNet lemma, or several words parted by spaces or underscores.
    lowercase : bool
        Whether capitals are given up, as most vocabularies do.
    """
    joined = "_".join(name.replace("_", " ").split())
    return joined.lower() if lowercase else joined


def spellings(concept: str, case: str = "as_is") -> list[str]:
    """Return how a vocabulary may spell a concept, in the order in which it is tried.

    Several words are joined by underscores, as in the Google News vectors (``tobacco_shop``), or
    else by hyphens, as in GloVe's (``ice-cream``). The letter case is the model's.
    """
    word = CASES[case](concept)
    return [word, word.replace("_", "-")] if "_" in word else [word]


def store_word_vectors(
    settings: Mapping, array: str | Path, vocabulary: str | Path, downloads: str | Path
) -> None:
    """Convert a model of the study to a mapped array and a list of words.

    Parameters
    ----------
    settings : mapping
        A model of the study's ``word_vectors``; see `semantrace.word_vector_formats.read_model`.
    array, vocabulary : path
        The two files to write. Of a word that comes twice, the first vector is kept; words that
        are empty or contain a line break are left out.
    downloads : path
        Where a model that has a `url` is downloaded to.

    Raises
    ------
    InputError
        When the model cannot be used: missing, truncated, ragged, not finite, of the wrong
        dimension, or of a format that could run code.
    """
    words, vectors, source = read_model(settings, downloads)
    _check_shape(words, vectors, settings.get("dimensions"), source)
    rows = _usable_rows(words)
    if len(rows) < len(words):
        logger.warning("%s: left out %d words of %d", source, len(words) - len(rows), len(words))
    with atomic_path(array) as temporary:
        _write_rows(vectors, rows, words, temporary, source)
    with atomic_path(vocabulary) as temporary:
        temporary.write_bytes("".join(f"{words[row]}\n" for row in rows).encode("utf-8"))


def _check_shape(
    words: list[str], vectors: np.ndarray, dimensions: int | None, source: Path
) -> None:
    if vectors.ndim != 2 or vectors.dtype.kind != "f":
        raise InputError(
            f"{source}: an array of shape {vectors.shape} and type {vectors.dtype}; word vectors "
            "are a matrix of floating-point numbers, one row a word"
        )
    if len(vectors) != len(words):
        raise InputError(
            f"{source}: {len(vectors)} vectors for {len(words)} words; give the vocabulary that "
            "belongs to this array"
        )
    if 0 in vectors.shape:
        raise InputError(f"{source}: no word vectors in it; fetch it again")
    if dimensions is not None and vectors.shape[1] != dimensions:
        raise InputError(
            f"{source}: {vectors.shape[1]} dimensions, but the study says {dimensions}; correct "
            "word_vectors.dimensions or the file"
        )


def _usable_rows(words: list[str]) -> np.ndarray:
    """Return the rows of words that are not empty, have no line break, and were not seen before."""
    first = dict(zip(reversed(words), range(len(words) - 1, -1, -1), strict=True))
    usable = (row for word, row in first.items() if word and "\n" not in word)
    return np.array(sorted(usable), dtype=np.int64)


def _write_rows(
    vectors: np.ndarray, rows: np.ndarray, words: list[str], path: Path, source: Path
) -> None:
    """Write the chosen rows block by block, so that a mapped array is never whole in memory."""
    header = {"descr": "<f4", "fortran_order": False, "shape": (len(rows), vectors.shape[1])}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for start in range(0, len(rows), BLOCK_ROWS):
            chosen = rows[start : start + BLOCK_ROWS]
            with np.errstate(over="ignore"):  # a float64 too large becomes inf, and is reported
                block = np.asarray(vectors[chosen], dtype="<f4")
            bad = ~np.isfinite(block).all(axis=1)
            if bad.any():
                word = words[chosen[np.argmax(bad)]]
                raise InputError(
                    f"{source}: the vector of {word!r} has NaN or infinite numbers; fetch or "
                    "export the file again"
                )
            file.write(np.ascontiguousarray(block).data)

"""Reader of a square table of how alike things are, such as judgements or responses of a brain.

It becomes word vectors whose correlations are the table's, so that all that is done with words can
be done with it. The 2 vs. 2 test and RSA do not change when all similarities are scaled, or with
what stands on the diagonal: a constant is added there where no vectors have such similarities.
"""

from collections.abc import Generator
from pathlib import Path

import numpy as np

from semantrace.core.errors import InputError
from semantrace.words.word_vector_csv import numbered_rows

TOLERANCE = 1e-6
"""By which two entries of a pair may differ, of the largest entry."""


def read_similarities(
    path: Path, are_distances: bool = False, member: str | None = None
) -> Generator[tuple[list[str], np.ndarray], None, None]:
    """Yield the words of a table of similarities, and vectors that have them.

    Parameters
    ----------
    path : pathlib.Path
        A table with the words at its head and in its first column, in the same order; fields are
        parted by commas, tabs or semicolons. The diagonal may be empty.
    are_distances : bool
        Whether it holds distances: 0 for what is equal, more for what is less alike.
    member : str, optional
        As in `semantrace.words.word_vector_files.open_contents`.

    Yields
    ------
    words : list of str
    vectors : (k, 2·k) float64 array

    Raises
    ------
    InputError
        When the table is not square, its words differ or come twice, an entry is no number, or
        the two of a pair differ.
    """
    words, table = _read(path, member)
    off = ~np.eye(len(words), dtype=bool)
    if not np.isfinite(table[off]).all():
        row, column = np.argwhere(off & ~np.isfinite(table))[0]
        raise InputError(
            f"{path}: no number for {words[row]!r} and {words[column]!r}; fill in every pair"
        )
    largest = np.abs(table[off]).max()
    differences = np.where(off, np.abs(table - table.T), 0)
    if differences.max() > TOLERANCE * largest:
        row, column = np.unravel_index(differences.argmax(), table.shape)
        raise InputError(
            f"{path}: {words[row]!r} and {words[column]!r} are {table[row, column]:g} alike but "
            f"{table[column, row]:g} the other way; give a symmetric table"
        )
    if not largest or (are_distances and table[off].min() < 0):
        what = "distances below 0" if largest else "nothing but zeros"
        raise InputError(f"{path}: has {what}; give how alike the words of each pair are")
    similarities = 1 - table / largest if are_distances else table / max(1.0, largest)
    yield words, _vectors(np.where(off, (similarities + similarities.T) / 2, 1.0))


def _vectors(similarities: np.ndarray) -> np.ndarray:
    """Return vectors whose correlations are some similarities, over one constant."""
    values, vectors = np.linalg.eigh(similarities)
    shift = max(0.0, -float(values[0]))
    factor = vectors * np.sqrt(np.maximum(values + shift, 0.0) / (1 + shift))
    # with its mirror image each vector has mean 0, so that its correlations are its cosines
    return np.hstack([factor, -factor])


def _read(path: Path, member: str | None) -> tuple[list[str], np.ndarray]:
    (_, head), *rows = numbered_rows(path, member)
    words = [row[0].strip() for _, row in rows]
    if len(words) < 2 or [name.strip() for name in head[1:]] != words:
        raise InputError(
            f"{path}: the words at its head are not those of its first column; give a square table "
            "with the same words in the same order"
        )
    if len(set(words)) < len(words):
        twice = next(word for word in words if words.count(word) > 1)
        raise InputError(f"{path}: {twice!r} comes twice; give each word once")
    return words, np.array([_numbers(place, *row, path) for place, row in enumerate(rows)])


def _numbers(place: int, number: int, row: list[str], path: Path) -> list[float]:
    """Return the numbers of a row, in which the word's own may be left out."""
    try:
        return [
            float(cell) if cell.strip() or column != place else 1.0
            for column, cell in enumerate(row[1:])
        ]
    except ValueError as error:
        raise InputError(f"{path}: line {number}: {error}; give a number for each pair") from error

"""What is given for correlation matrices and permutations, checked once where it comes in."""

import numpy as np

from semantrace.core.errors import InputError

TOLERANCE = 1e-5
"""How far rounding, of single precision at most, may take an entry from what it should be."""


def check_correlations(matrix: np.ndarray, name: str, minimum: int = 2) -> None:
    """Refuse what is not a matrix of correlations, with a word on what it looks like.

    Parameters
    ----------
    matrix : (k, k) array
    name : str
        What the matrix is, for messages.
    minimum : int
        The fewest concepts that can be scored.

    Raises
    ------
    InputError
        When the matrix is not square, too small, not finite, not symmetric, has another diagonal
        than ones, or entries beyond -1 and 1.
    """
    check_symmetric(matrix, name, minimum)
    _check_finite(matrix, name)
    diagonal = np.diag(matrix)
    if np.abs(diagonal).max() <= TOLERANCE:
        raise InputError(
            f"{name}: the diagonal is zero, as that of distances is; give correlations, such as "
            "one minus a correlation distance"
        )
    wrong = int(np.argmax(np.abs(diagonal - 1)))
    if abs(diagonal[wrong] - 1) > TOLERANCE:
        raise InputError(
            f"{name}: entry ({wrong}, {wrong}) is {diagonal[wrong]:g} and not 1, as on the "
            "diagonal of covariances; divide rows and columns by the standard deviations"
        )
    check_correlation_rows(matrix, name)


def check_correlation_rows(rows: np.ndarray, name: str) -> None:
    """Refuse entries that are not finite or lie beyond -1 and 1, of any rows of correlations."""
    wrong = np.argwhere(~(np.abs(rows) <= 1 + TOLERANCE))
    if len(wrong):
        row, column = wrong[0]
        raise InputError(
            f"{name}: entry ({row}, {column}) is {rows[row, column]:g}; give correlations, which "
            "lie between -1 and 1"
        )


def check_symmetric(matrix: np.ndarray, name: str, minimum: int = 2) -> None:
    """Refuse what is not finite and symmetric beside its diagonal; see `check_correlations`."""
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise InputError(f"{name}: shape {matrix.shape} is not square; give a k×k matrix")
    if len(matrix) < minimum:
        raise InputError(
            f"{name}: {len(matrix)} concepts are too few; give {minimum} or more of them"
        )
    others = np.where(np.eye(len(matrix), dtype=bool), 0.0, matrix)
    _check_finite(others, name)
    difference = others - others.T
    row, column = _place_of_largest(difference)
    if abs(difference[row, column]) > TOLERANCE * max(1.0, float(np.abs(others).max())):
        raise InputError(
            f"{name}: entry ({row}, {column}) is {matrix[row, column]:g} but ({column}, {row}) is "
            f"{matrix[column, row]:g}; give a symmetric matrix"
        )


def _check_finite(matrix: np.ndarray, name: str) -> None:
    if not np.isfinite(matrix).all():
        row, column = np.argwhere(~np.isfinite(matrix))[0]
        raise InputError(
            f"{name}: entry ({row}, {column}) is not finite, as where a concept's vector is "
            "constant; recompute the correlations, or leave that concept out"
        )


def check_permutations(permutations: np.ndarray, concepts: int) -> None:
    """Refuse rows that are not orders of all concepts.

    Parameters
    ----------
    permutations : (N, k) int array
    concepts : int
        k.

    Raises
    ------
    InputError
        When the shape is another, or a row does not hold each of 0 … k - 1 once.
    """
    permutations = np.asarray(permutations)
    if permutations.ndim != 2 or permutations.shape[1] != concepts:
        raise InputError(
            f"permutations: shape {permutations.shape} is not that of orders of {concepts} "
            f"concepts; give one row of {concepts} numbers a permutation"
        )
    wrong = (np.sort(permutations, axis=1) != np.arange(concepts)).any(axis=1)
    if wrong.any():
        raise InputError(
            f"permutations: row {np.argmax(wrong)} does not hold each number from 0 to "
            f"{concepts - 1} once; draw it by semantrace.statistics.permutations.draw_permutations"
        )


def _place_of_largest(values: np.ndarray) -> tuple[int, int]:
    row, column = np.unravel_index(np.argmax(np.abs(values)), values.shape)
    return int(row), int(column)

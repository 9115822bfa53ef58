"""Representational similarity analysis: how alike are two correlation matrices as a whole?

Source: Kriegeskorte et al. 2008, as Dharmaretnam & Fyshe 2018, section 2, set it beside 2 vs. 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from semantrace.core.errors import InputError
from semantrace.core.progress import tracked
from semantrace.statistics.correlation_checks import (
    check_correlations,
    check_permutations,
    check_symmetric,
)
from semantrace.statistics.ranks import ranks as rank_values

MINIMUM_CONCEPTS = 3
"""Two concepts have one correlation, which varies with nothing."""


@dataclass(frozen=True)
class Matrices:
    """Symmetric matrices of equal size.

    Attributes
    ----------
    arrays : (m, k, k) array
    names : sequence of str
        What they are, for messages.
    """

    arrays: np.ndarray
    names: Sequence[str]


@dataclass(frozen=True)
class RepresentationalSimilarity:
    """Correlation of the upper triangles of a word matrix, or of w matrices, with m others.

    Attributes
    ----------
    observed : (m,) or (w, m) array
    null : (N, m) or (N, w, m) array
        The same under each permutation of the concepts of word space, or of the w matrices.
    """

    observed: np.ndarray
    null: np.ndarray


def representational_similarity(
    words: np.ndarray,
    images: np.ndarray,
    permutations: np.ndarray,
    ranks: bool,
    names: Sequence[str] = (),
) -> RepresentationalSimilarity:
    """Correlate the upper triangle of a word matrix with those of image matrices.

    Parameters
    ----------
    words : (k, k) array
        Word correlations, symmetric.
    images : (m, k, k) array
        Image correlations, symmetric.
    permutations : (N, k) int array
        Orders of the concepts. Ranks are taken once: a permutation moves entries only.
    ranks : bool
        Spearman's coefficient where true, Pearson's where false.
    names : sequence of str, optional
        What the m image matrices are, for messages.

    Raises
    ------
    InputError
        When a matrix is not one of correlations, or all of its correlations are equal.
    """
    names = names or [f"image correlations {number}" for number in range(len(images))]
    for matrix, name in zip([words, *images], ["word correlations", *names], strict=True):
        check_correlations(np.asarray(matrix), name, MINIMUM_CONCEPTS)
    similarity = correlate_triangles(
        Matrices(words[np.newaxis], ["word correlations"]),
        Matrices(images, names),
        permutations,
        ranks,
    )
    return RepresentationalSimilarity(similarity.observed[0], similarity.null[:, 0])


def correlate_triangles(
    permuted: Matrices, others: Matrices, permutations: np.ndarray, ranks: bool
) -> RepresentationalSimilarity:
    """Correlate the upper triangles of w matrices with those of m others, for Mantel's test.

    Parameters
    ----------
    permuted : Matrices, w x k x k
        Those whose rows and columns are permuted.
    others : Matrices, m x k x k
        Those that stay.
    permutations : (N, k) int array
        Orders of rows and columns. Ranks are taken once: a permutation moves entries only.
    ranks : bool
        Spearman's coefficient where true, Pearson's where false.

    Returns
    -------
    RepresentationalSimilarity
        Of all w matrices, in order.

    Raises
    ------
    InputError
        When a matrix is not symmetric or its entries are all equal, when sizes differ, or when a
        row of `permutations` is not an order.
    """
    size = permuted.arrays.shape[1]
    if others.arrays.shape[1] != size:
        raise InputError(
            f"{permuted.names[0]}: {size} concepts, but {others.names[0]} has "
            f"{others.arrays.shape[1]}; give both for the same concepts"
        )
    return correlate_standard(permuted, standard_triangles(others, ranks), permutations, ranks)


def correlate_standard(
    permuted: Matrices, triangles: np.ndarray, permutations: np.ndarray, ranks: bool
) -> RepresentationalSimilarity:
    """Do as `correlate_triangles` with others whose triangles `standard_triangles` gave."""
    size = permuted.arrays.shape[1]
    check_permutations(permutations, size)
    rows, columns = np.triu_indices(size, 1)
    # One entry of all w matrices side by side: a permutation then gathers them together.
    entries = np.zeros((size, size, len(permuted.arrays)))
    entries[rows, columns] = standard_triangles(permuted, ranks).T
    entries[columns, rows] = entries[rows, columns]
    flat = entries.reshape(size * size, -1)
    gathered = np.empty((len(rows), flat.shape[1]))

    def correlations(order: np.ndarray) -> np.ndarray:
        places = order[rows] * size + order[columns]
        np.take(flat, places, axis=0, out=gathered, mode="clip")
        return (triangles @ gathered).T

    orders = np.vstack([np.arange(size), permutations]).astype(np.intp)
    found = [correlations(order) for order in tracked(orders, "correlations", "permutations")]
    return RepresentationalSimilarity(found[0], np.stack(found)[1:])


def standard_triangles(matrices: Matrices, ranks: bool) -> np.ndarray:
    """Return the upper triangles of m symmetric matrices, of mean 0 and unit norm.

    Parameters
    ----------
    matrices : Matrices
    ranks : bool
        Whether ranks take the place of values.

    Returns
    -------
    (m, k·(k - 1)/2) array
        Products of its rows are correlations.

    Raises
    ------
    InputError
        When a matrix is not symmetric or its entries are all equal.
    """
    for matrix, name in zip(matrices.arrays, matrices.names, strict=True):
        check_symmetric(matrix, name)
    rows, columns = np.triu_indices(matrices.arrays.shape[1], 1)
    transform = rank_values if ranks else np.asarray
    return np.stack(
        [
            _standardise(transform(matrix[rows, columns]), name)
            for matrix, name in zip(matrices.arrays, matrices.names, strict=True)
        ]
    )


def _standardise(values: np.ndarray, name: str) -> np.ndarray:
    """Take off the mean and scale to unit norm, so that a product is a correlation."""
    centred = values - values.mean()
    norm = np.linalg.norm(centred)
    if norm <= 1e-12 * max(1.0, float(np.abs(values).max())) * np.sqrt(len(values)):
        raise InputError(
            f"{name}: all correlations are equal, so their correlation with others is undefined; "
            "leave this layer or model out of the study"
        )
    return centred / norm

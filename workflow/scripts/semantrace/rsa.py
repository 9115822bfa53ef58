"""Representational similarity analysis: how alike are two correlation matrices as a whole?

Source: Kriegeskorte et al. 2008, as Dharmaretnam & Fyshe 2018, section 2, set it beside 2 vs. 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from semantrace.errors import InputError


@dataclass(frozen=True)
class RepresentationalSimilarity:
    """Correlation of the upper triangles of one word matrix with m image matrices.

    Attributes
    ----------
    observed : (m,) array
    null : (N, m) array
        The same under each permutation of the concepts of word space.
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
        When all correlations of a matrix are equal.
    """
    rows, columns = np.triu_indices(len(words), 1)
    transform = rankdata if ranks else np.asarray
    names = names or [f"image correlations {number}" for number in range(len(images))]
    image_triangles = np.stack(
        [
            _standardise(transform(matrix[rows, columns]), name)
            for matrix, name in zip(images, names, strict=True)
        ]
    )
    word_matrix = np.zeros_like(words, dtype=np.float64)
    word_matrix[rows, columns] = _standardise(transform(words[rows, columns]), "word correlations")
    word_matrix += word_matrix.T
    observed = image_triangles @ word_matrix[rows, columns]
    null = np.empty((len(permutations), len(images)))
    for index, order in enumerate(permutations):
        null[index] = image_triangles @ word_matrix[order[rows], order[columns]]
    return RepresentationalSimilarity(observed, null)


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

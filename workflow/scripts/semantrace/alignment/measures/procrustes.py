"""Procrustes: how far one space, turned and scaled as a whole, lies on the other.

Source: Harvey et al. 2023, "Duality of Bures and Shape Distances": the normalised Bures similarity
of two centred Gram matrices, tr √(√K·L·√K) / √(tr K · tr L), is the cosine of their Procrustes
angle.
"""

from collections.abc import Sequence

import numpy as np

from semantrace.alignment.measures.spaces import Scores, Space, with_identity
from semantrace.alignment.measures.workers import each_by_a_thread

PERMUTATIONS = 200
"""Each takes the eigenvalues of a matrix for every layer."""

LEAST_SHARE = 1e-12
"""Eigenvalues below this share of the largest are rounding."""


def factor_of(gram: np.ndarray) -> np.ndarray:
    """Return features with these inner products, as few as there can be: (k, rank)."""
    values, vectors = np.linalg.eigh(gram)
    kept = values > LEAST_SHARE * values[-1]
    return vectors[:, kept] * np.sqrt(values[kept])


def procrustes(words: Space, images: Sequence[Space], orders: np.ndarray) -> Scores:
    """Return the normalised Bures similarity of each image space."""
    factor = factor_of(words.centred)
    orders = with_identity(orders)

    def similarities(image: Space) -> np.ndarray:
        gram = image.centred
        scale = np.sqrt(np.trace(gram) * np.trace(words.centred))
        return np.array([_nuclear_norm(gram, factor[order]) for order in orders]) / scale

    found = np.stack(each_by_a_thread(similarities, images), axis=1)
    return Scores(found[0], found[1:])


def _nuclear_norm(gram: np.ndarray, factor: np.ndarray) -> float:
    """Return tr √(√K·L·√K) for L = F·Fᵀ: the sum of the singular values of √K·F."""
    squares = np.linalg.eigvalsh(factor.T @ gram @ factor)
    return float(np.sqrt(np.maximum(squares, 0.0)).sum())

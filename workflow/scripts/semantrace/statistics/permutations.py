"""Permutations of a study's concepts and the p-values they give.

A study draws its permutations once; every network, layer, group and word model shares them.
"""

import numpy as np


def draw_permutations(generator: np.random.Generator, concepts: int, count: int) -> np.ndarray:
    """Draw random orders of the concepts.

    Parameters
    ----------
    generator : numpy.random.Generator
    concepts : int
        k, the number of concepts.
    count : int
        N, the number of permutations.

    Returns
    -------
    (N, k) int32 array
    """
    return np.stack([generator.permutation(concepts) for _ in range(count)]).astype(np.int32)


def restrict_permutations(permutations: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return the orders that permutations give to some of the concepts.

    Parameters
    ----------
    permutations : (N, k) int array
    kept : (k,) bool array
        m of the concepts.

    Returns
    -------
    (N, m) int array
        Permutations of the m concepts, numbered in their order; as random as the given ones.
    """
    if kept.all():
        return permutations
    numbers = np.cumsum(kept) - 1
    return numbers[permutations[kept[permutations]]].reshape(len(permutations), -1)


def p_values(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Return (1 + number of null values at least as large as the observed one) / (1 + N).

    Parameters
    ----------
    observed : (m,) array
        One statistic for each layer.
    null : (N, m) array
        The same statistics under each permutation.

    Returns
    -------
    (m,) array
    """
    observed = np.asarray(observed)
    return (1 + (null >= _with_tolerance(observed)).sum(axis=0)) / (1 + len(null))


def family_wise_p_values(
    observed: np.ndarray, null: np.ndarray, in_family: np.ndarray
) -> np.ndarray:
    """Return p-values corrected for looking at many layers, by the maximum over the family.

    Source: Westfall & Young 1993, the single-step maximum.

    Parameters
    ----------
    observed : (m,) array
        One statistic for each layer.
    null : (N, m) array
        The same statistics under each permutation.
    in_family : (m,) bool array
        The layers that are tested together; the others get not a number.

    Returns
    -------
    (m,) array
    """
    return p_values_in_family(observed, family_maxima(null, in_family), in_family)


def family_maxima(null: np.ndarray, in_family: np.ndarray) -> np.ndarray:
    """Return the highest statistic of a family under each permutation, shape (N,).

    That of a larger family is the highest of those of its parts.

    Parameters
    ----------
    null : (N, m) array
        The statistics under each permutation.
    in_family : (m,) bool array
        The layers of the family; without any, all is below every statistic.
    """
    return null[:, np.asarray(in_family, dtype=bool)].max(axis=1, initial=-np.inf)


def p_values_in_family(
    observed: np.ndarray, maxima: np.ndarray, in_family: np.ndarray
) -> np.ndarray:
    """Return family-wise p-values by the maxima of the whole family; see `family_wise_p_values`.

    Parameters
    ----------
    observed : (m,) array
        One statistic for each layer.
    maxima : (N,) array
        From `family_maxima`.
    in_family : (m,) bool array
        The layers that are of the family; the others get not a number.
    """
    observed = np.asarray(observed, dtype=np.float64)
    in_family = np.asarray(in_family, dtype=bool)
    result = np.full(len(observed), np.nan)
    result[in_family] = p_values(observed[in_family], maxima[:, None])
    return result


def _with_tolerance(observed: np.ndarray) -> np.ndarray:
    """Lower the observed value by a rounding error, so that equal statistics count as equal."""
    return observed - 1e-12 * np.maximum(1.0, np.abs(observed))

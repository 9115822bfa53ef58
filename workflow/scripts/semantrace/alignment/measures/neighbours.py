"""Mutual nearest neighbours: how many of a concept's nearest are the same in both spaces.

Source: Huh et al. 2024, "The Platonic Representation Hypothesis", with the cosine, as there.
"""

from collections.abc import Sequence

import numba
import numpy as np

from semantrace.alignment.measures.spaces import Scores, Space, with_identity

NEIGHBOURS = 10


def neighbours_among(concepts: int) -> int:
    """Return how many neighbours count among so many concepts: ten, or half of the others."""
    return min(NEIGHBOURS, max(1, (concepts - 1) // 2))


def nearest(gram: np.ndarray) -> np.ndarray:
    """Return the concepts nearest to each by the cosine, the nearest first.

    Of equally near ones the first in the study's order counts.

    Parameters
    ----------
    gram : (k, k) array
        Inner products.

    Returns
    -------
    (k, n) int array
    """
    norms = np.sqrt(np.diag(gram))
    distances = -gram / np.outer(norms, norms)
    np.fill_diagonal(distances, np.inf)
    order = np.argsort(distances, axis=1, kind="stable")
    return np.ascontiguousarray(order[:, : neighbours_among(len(gram))])


def mutual_neighbours(words: Space, images: Sequence[Space], orders: np.ndarray) -> Scores:
    """Return the mean share of nearest concepts that each image space has in common with words."""
    lists = np.stack([nearest(one.gram) for one in images])
    near = np.zeros(words.gram.shape, dtype=np.bool_)
    np.put_along_axis(near, nearest(words.gram), True, axis=1)
    shared = _count_shared(near, lists, with_identity(orders).astype(np.intp))
    shares = shared / lists[0].size
    return Scores(shares[0], shares[1:])


@numba.njit(parallel=True, cache=True)
def _count_shared(near, lists, orders):
    """Count, for each order and list of neighbours, how many are near in the permuted words."""
    counts = np.zeros((len(orders), len(lists)), dtype=np.int64)
    for n in numba.prange(len(orders)):
        order = orders[n]
        for m in range(len(lists)):
            count = 0
            for i in range(lists.shape[1]):
                for j in range(lists.shape[2]):
                    count += near[order[i], order[lists[m, i, j]]]
            counts[n, m] = count
    return counts

"""What F1 clusters reach by chance: the same sizes, other classes.

A large cluster gets a high F1 from the synsets near the root, whatever its classes are. So the mean
F1 of a partition is set beside that of partitions with the same sizes whose classes are shuffled.
"""

from collections.abc import Iterable

import numpy as np

from semantrace.core.progress import tracked
from semantrace.embedding.cluster_names import Extensions, indicator


def shuffled_mean_f1(
    extensions: Extensions, partitions: Iterable[np.ndarray], permutations: np.ndarray
) -> np.ndarray:
    """Return the mean best F1 of partitions under each permutation of the classes.

    Parameters
    ----------
    extensions : Extensions
        The extensions of the synsets above the classes.
    partitions : iterable of numpy.ndarray of int, classes
        Cluster of every class, numbered from 0; as many partitions as are wanted at once. No
        cluster is empty.
    permutations : numpy.ndarray of int, N x classes
        Orders of the classes.

    Returns
    -------
    numpy.ndarray, N x partitions, float64
    """
    members = [indicator(partition) for partition in partitions]
    clusters = np.hstack(members)
    numbers = [part.shape[1] for part in members]
    starts = np.cumsum([0, *numbers[:-1]])
    cluster_sizes = clusters.sum(axis=0, dtype=np.float64)
    tops, top_sizes = _merged_extensions(extensions)
    weights = 2 / np.add.outer(top_sizes, cluster_sizes)
    f1 = np.empty_like(weights)
    means = np.empty((len(permutations), len(numbers)))
    for row, order in enumerate(tracked(permutations, "shuffled classes", "permutations")):
        # Counts below 2**24 are exact in float32.
        shared = tops[order].T @ clusters
        np.minimum(shared[0], 1, out=shared[0])
        np.multiply(shared, weights, out=f1)
        means[row] = np.add.reduceat(f1.max(axis=0), starts) / numbers
    return means


def _merged_extensions(extensions: Extensions) -> tuple[np.ndarray, np.ndarray]:
    """Return the extensions and their sizes, those of one class merged into the first column.

    Most extensions hold one class. Any of them gives a cluster the same F1, so all that matters
    is whether the cluster has a class from this column.
    """
    sizes = extensions.members.sum(axis=0, dtype=np.float64)
    alone = extensions.members[:, sizes == 1].any(axis=1, keepdims=True)
    merged = np.hstack([alone, extensions.members[:, sizes > 1]]).astype(np.float32)
    return merged, np.concatenate([[1], sizes[sizes > 1]])

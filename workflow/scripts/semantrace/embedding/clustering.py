"""Spectral clustering of classes from their cosine similarity.

Sources: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of Abstract
Semantics, section 4.2; U. von Luxburg, A tutorial on spectral clustering, Statistics and Computing
17 (2007). Steps and scaling are those of scikit-learn's ``SpectralClustering``, but the
eigenvectors are found once for every number of clusters.
"""

import numpy as np
from scipy.linalg import eigh
from scipy.sparse.csgraph import laplacian
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from semantrace.core.errors import InputError

K_MEANS_STARTS = 10


def spectral_embedding(similarity: np.ndarray, dimensions: int) -> np.ndarray:
    """Return the coordinates in which clusters of classes are compact.

    Parameters
    ----------
    similarity : numpy.ndarray, classes x classes
        Symmetric cosine similarity; negative values count as none.
    dimensions : int
        Number of coordinates: the largest number of clusters wanted.

    Returns
    -------
    numpy.ndarray, classes x dimensions, float64
        The eigenvectors of the smallest eigenvalues of the symmetric normalised Laplacian, over
        the square roots of the classes' degrees. The first k columns serve k clusters. The largest
        coordinate of each column is positive.

    Raises
    ------
    InputError
        When there are more dimensions than classes, or a similarity is not a number.
    """
    classes = len(similarity)
    if dimensions > classes:
        raise InputError(
            f"{dimensions} clusters: there are only {classes} classes; "
            f"ask for {classes} clusters at most"
        )
    if not np.isfinite(similarity).all():
        raise InputError("similarity of classes: not a number; make the class vectors again")
    affinity = np.clip(similarity, 0, None)
    normalised, root_degrees = laplacian(affinity, normed=True, return_diag=True)
    # A class that resembles no other has no degree; scikit-learn sets its diagonal to one too.
    np.fill_diagonal(normalised, 1)
    _, vectors = eigh(normalised, subset_by_index=[0, dimensions - 1])
    embedding = vectors / root_degrees[:, np.newaxis]
    largest = np.abs(embedding).argmax(axis=0)
    return embedding * np.sign(embedding[largest, np.arange(dimensions)])


def cluster_embedding(
    embedding: np.ndarray, clusters: int, random: np.random.Generator
) -> np.ndarray:
    """Return the cluster of every class: k-means on the first coordinates of an embedding.

    Parameters
    ----------
    embedding : numpy.ndarray, classes x dimensions
        From `spectral_embedding`, with at least as many dimensions as clusters.
    clusters : int
        Number of clusters, 2 or more.
    random : numpy.random.Generator
        The stream that the starts of k-means come from.

    Returns
    -------
    numpy.ndarray, classes, int
        Clusters numbered from 0 by decreasing size, and among equal sizes by their first class.

    Raises
    ------
    InputError
        When there are fewer than two clusters, or more clusters than dimensions.
    """
    if not 2 <= clusters <= embedding.shape[1]:
        raise InputError(
            f"{clusters} clusters: the embedding serves 2 to {embedding.shape[1]}; "
            "ask for a number in between"
        )
    means = KMeans(
        n_clusters=clusters,
        n_init=K_MEANS_STARTS,
        random_state=int(random.integers(2**32)),
    )
    # scikit-learn adds the sums of its threads in the order in which they finish
    with threadpool_limits(1):
        return renumber(means.fit_predict(embedding[:, :clusters]))


def renumber(assignment: np.ndarray) -> np.ndarray:
    """Renumber clusters from 0 by decreasing size, then by their first class."""
    _, first, inverse, sizes = np.unique(
        assignment, return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(sizes.size, dtype=int)
    rank[np.lexsort((first, -sizes))] = np.arange(sizes.size)
    return rank[inverse]


def typicality(similarity: np.ndarray, assignment: np.ndarray) -> np.ndarray:
    """Return the mean cosine of every class to the other members of its cluster.

    Parameters
    ----------
    similarity : numpy.ndarray, classes x classes
        Cosine similarity.
    assignment : numpy.ndarray of int, classes
        Cluster of every class.

    Returns
    -------
    numpy.ndarray, classes, float64
        A class alone in its cluster gets 1, its cosine with itself.
    """
    together = assignment[:, np.newaxis] == assignment
    others = together.sum(axis=1) - 1
    sums = np.where(together, similarity, 0).sum(axis=1) - np.diag(similarity)
    return np.divide(sums, others, out=np.ones(len(sums)), where=others > 0)

"""Names for clusters of classes: the WordNet synsets whose hyponyms match them best.

Source: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of Abstract
Semantics, section 4.2. The extension of a synset is the set of classes at or under it. A cluster C
is named by the synset whose extension S has the best F1 = 2|C and S| / (|C| + |S|).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from semantrace.taxonomy.wordnet import WordNet


@dataclass(frozen=True)
class Extensions:
    """The different sets of classes that synsets cover.

    Attributes
    ----------
    wnids : tuple of str
        For every set the synset that names it: among synsets with this extension the one of least
        `min_depth`, then of least offset. Sets stand by decreasing size, then by the synset's
        `min_depth` and offset.
    members : numpy.ndarray, classes x sets, float32
        One where the class is at or under the synset, otherwise zero.
    """

    wnids: tuple[str, ...]
    members: np.ndarray


@dataclass(frozen=True)
class ClusterLabels:
    """The best and the second best synset of each cluster.

    All arrays have one entry for each cluster; `best` and `second` are columns of the extensions.
    """

    best: np.ndarray
    f1: np.ndarray
    precision: np.ndarray
    recall: np.ndarray
    second: np.ndarray
    second_f1: np.ndarray


def synset_extensions(wordnet: WordNet, classes: Sequence[str]) -> Extensions:
    """Return the extensions of all synsets at or above some classes.

    Parameters
    ----------
    wordnet : WordNet
        The nouns.
    classes : sequence of str
        Wnids of two classes or more, each once.

    Raises
    ------
    InputError
        When a class is not a noun of WordNet.
    """
    closures = [wordnet.hypernym_closure(wnid) for wnid in classes]
    covered: dict[str, list[int]] = {}
    for number, closure in enumerate(closures):
        for synset in closure:
            covered.setdefault(synset, []).append(number)
    synsets = sorted(covered, key=lambda wnid: (wordnet.min_depth(wnid), wnid))
    names: dict[tuple[int, ...], str] = {}
    for synset in synsets:
        names.setdefault(tuple(covered[synset]), synset)
    # The sort is stable: among extensions of one size the order by depth and offset stays.
    extensions = sorted(names, key=len, reverse=True)
    members = np.zeros((len(classes), len(extensions)), dtype=np.float32)
    for column, extension in enumerate(extensions):
        members[list(extension), column] = 1
    return Extensions(tuple(names[extension] for extension in extensions), members)


def label_clusters(extensions: Extensions, clusters: np.ndarray) -> ClusterLabels:
    """Find the synsets with the best F1 for any number of clusters at once.

    Parameters
    ----------
    extensions : Extensions
        The extensions of the synsets above the classes.
    clusters : numpy.ndarray, classes x clusters
        One where a class is a member, otherwise zero. Clusters may overlap, so those of every
        number of clusters can stand side by side. The F1 of an empty one is zero.

    Returns
    -------
    ClusterLabels
        Of synsets with equal F1 the larger extension wins. The second best has another extension
        than the best.
    """
    # Counts below 2**24 are exact in float32. In float64 equal fractions are then equal numbers,
    # so ties are ties.
    shared = (extensions.members.T @ clusters.astype(np.float32)).astype(np.float64)
    cluster_sizes = clusters.sum(axis=0, dtype=np.float64)
    extension_sizes = extensions.members.sum(axis=0, dtype=np.float64)
    f1 = 2 * shared / (cluster_sizes + extension_sizes[:, np.newaxis])
    columns = np.arange(f1.shape[1])
    best = f1.argmax(axis=0)
    best_f1 = f1[best, columns]
    f1[best, columns] = -1
    second = f1.argmax(axis=0)
    overlap = shared[best, columns]
    return ClusterLabels(
        best=best,
        f1=best_f1,
        precision=overlap / np.maximum(cluster_sizes, 1),
        recall=overlap / extension_sizes[best],
        second=second,
        second_f1=f1[second, columns],
    )


def indicator(assignment: np.ndarray) -> np.ndarray:
    """Return a partition as a 0/1 matrix, classes x clusters, from the cluster of every class."""
    return np.equal.outer(assignment, np.arange(assignment.max() + 1)).astype(np.float32)

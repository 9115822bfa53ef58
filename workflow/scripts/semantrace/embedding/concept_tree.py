"""Concepts ordered by words and images alike: one tree, with the synsets that name its branches."""

from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage

from semantrace.core.tree_groups import TreeGroup
from semantrace.embedding.cluster_names import label_clusters, synset_extensions
from semantrace.statistics.ranks import ranks
from semantrace.taxonomy.wordnet import WordNet

LEAST_GROUP = 4
LARGEST_GROUP = 0.25
"""Part of the concepts: larger branches have names like entity."""

LEAST_F1 = 0.5


def common_tree(words: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Cluster concepts by words and images alike.

    Parameters
    ----------
    words, images : (k, k) array
        Correlations.

    Returns
    -------
    (k − 1, 4) array
        SciPy's linkage of one less the mean of both matrices, each scaled to ranks between 0 and
        1; average linkage, leaves in the order that brings like to like.
    """
    upper = np.triu_indices(len(words), 1)
    scaled = [ranks(matrix[upper]) / len(upper[0]) for matrix in (words, images)]
    return linkage(1 - np.mean(scaled, axis=0), method="average", optimal_ordering=True)


def name_groups(tree: np.ndarray, wnids: Sequence[str], wordnet: WordNet) -> list[TreeGroup]:
    """Cut a tree where WordNet has the best names for its branches.

    Of all ways to choose branches that do not overlap, the one with the highest F1 summed over
    their concepts is taken; branches of very few or very many concepts, or of low F1, stay without
    a name, and so do those with more concepts outside WordNet than in it.

    Parameters
    ----------
    tree : (k − 1, 4) array
        From `common_tree`.
    wnids : sequence of str
        Synset of each concept; empty outside WordNet.
    wordnet : WordNet

    Returns
    -------
    list of TreeGroup
        In the order of the leaves.
    """
    k = len(wnids)
    inside = [place for place, wnid in enumerate(wnids) if wnid]
    if len(inside) < LEAST_GROUP:
        return []
    members = _branch_members(tree, k)
    extensions = synset_extensions(wordnet, [wnids[place] for place in inside])
    labels = label_clusters(extensions, members[inside, k:])
    sizes = members.sum(axis=0)
    worth = np.zeros(2 * k - 1)
    fit = (sizes >= LEAST_GROUP) & (sizes <= LARGEST_GROUP * k)
    fit &= 2 * members[inside].sum(axis=0) >= sizes
    worth[k:] = np.where(fit[k:] & (labels.f1 >= LEAST_F1), labels.f1, 0)
    worth *= sizes
    position = np.argsort(leaves_list(tree))
    groups = []
    for branch in _best_branches(tree, worth):
        places = position[members[:, branch] > 0]
        label = wordnet.label(extensions.wnids[labels.best[branch - k]])
        f1 = float(labels.f1[branch - k])
        groups.append(TreeGroup(int(places.min()), int(places.max()) + 1, label, f1))
    return sorted(groups, key=lambda group: group.start)


def _branch_members(tree: np.ndarray, k: int) -> np.ndarray:
    """Return leaves × branches, one where a leaf is in a branch; the first k are the leaves."""
    members = np.zeros((k, 2 * k - 1), dtype=np.float32)
    members[:, :k] = np.eye(k)
    for number, (left, right) in enumerate(tree[:, :2].astype(int)):
        members[:, k + number] = members[:, left] + members[:, right]
    return members


def _best_branches(tree: np.ndarray, worth: np.ndarray) -> list[int]:
    """Return the branches, none in another, whose worth is highest in sum."""
    k = len(tree) + 1
    total = worth.copy()
    for number, (left, right) in enumerate(tree[:, :2].astype(int)):
        total[k + number] = max(worth[k + number], total[left] + total[right])
    chosen, waiting = [], [2 * k - 2]
    while waiting:
        branch = waiting.pop()
        if worth[branch] > 0 and worth[branch] >= total[branch]:
            chosen.append(branch)
        elif branch >= k:
            waiting.extend(tree[branch - k, :2].astype(int))
    return chosen

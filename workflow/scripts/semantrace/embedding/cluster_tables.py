"""Tables of clusters: who belongs to which, what WordNet calls them, how well the name fits."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from semantrace.core.progress import tracked
from semantrace.embedding.cluster_names import (
    ClusterLabels,
    Extensions,
    indicator,
    label_clusters,
    synset_extensions,
)
from semantrace.embedding.cluster_null import shuffled_mean_f1
from semantrace.embedding.clustering import cluster_embedding, spectral_embedding, typicality
from semantrace.statistics.permutations import p_values, restrict_permutations
from semantrace.taxonomy.wordnet import WordNet

logger = logging.getLogger(__name__)

Partition = tuple[str, int]
"""Name of a layer set and number of clusters."""

UNNAMED = "not in WordNet"
"""The label of a cluster none of whose classes is in WordNet; its F1 is zero."""

FEWEST_NAMING = 2
"""Classes of WordNet without which no cluster has a name."""

NULL_INTERVAL = (2.5, 97.5)
"""Percentiles of the mean F1 of shuffled classes."""


@dataclass(frozen=True)
class ClusterTables:
    """Clusters of several layer sets, one observation a row.

    Attributes
    ----------
    assignments, labels, quality : pandas.DataFrame
        `semantrace.core.tables.ASSIGNMENTS`, `semantrace.core.tables.LABELS` and
        `semantrace.core.tables.QUALITY`, but for the network.
    """

    assignments: pd.DataFrame
    labels: pd.DataFrame
    quality: pd.DataFrame


def cluster_layer_sets(
    similarities: Mapping[str, np.ndarray],
    classes: pd.DataFrame,
    numbers: Sequence[int],
    wordnet: WordNet,
    permutations: np.ndarray,
    random: Callable[[str, int], np.random.Generator],
) -> ClusterTables:
    """Cluster the classes in every layer set and name the clusters.

    Parameters
    ----------
    similarities : mapping of str to numpy.ndarray, classes x classes
        The classes' cosine similarity in each layer set.
    classes : pandas.DataFrame
        Columns `wnid` and `concept`, a row for each class in the order of the similarities.
        Classes with an empty wnid are clustered like all others and count in no name.
    numbers : sequence of int
        Numbers of clusters to find.
    wordnet : WordNet
        The nouns that name the clusters.
    permutations : numpy.ndarray of int, N x classes
        Orders of the classes that tell what F1 chance gives.
    random : callable
        Gives the random stream for a layer set and a number of clusters.

    Raises
    ------
    InputError
        When more clusters than classes are asked for, or a class is not in WordNet.
    """
    partitions: dict[Partition, np.ndarray] = {}
    for layer_set, similarity in tracked(similarities.items(), "clustering", "layer sets"):
        embedding = spectral_embedding(similarity, max(numbers))
        for k in numbers:
            partitions[layer_set, k] = cluster_embedding(embedding, k, random(layer_set, k))
    inside = (classes["wnid"] != "").to_numpy()
    if not inside.all():
        logger.warning(
            "%d of %d classes are outside WordNet and count in no name of a cluster",
            np.count_nonzero(~inside),
            len(inside),
        )
    if np.count_nonzero(inside) < FEWEST_NAMING:
        labels = _blank_labels(partitions)
        null = np.zeros((len(permutations), len(partitions)))
    else:
        extensions = synset_extensions(wordnet, list(classes["wnid"][inside]))
        members = np.hstack([indicator(one)[inside] for one in partitions.values()])
        found = label_clusters(extensions, members)
        labels = _label_table(partitions, extensions, found, wordnet)
        unnamed = members.sum(axis=0) == 0
        labels.loc[unnamed] = _blank_labels(partitions)[unnamed]
        null = shuffled_mean_f1(
            extensions,
            [np.unique(one[inside], return_inverse=True)[1] for one in partitions.values()],
            restrict_permutations(permutations, inside),
        )
    return ClusterTables(
        _assignment_table(partitions, similarities, classes), labels, _quality_table(labels, null)
    )


def _assignment_table(
    partitions: Mapping[Partition, np.ndarray],
    similarities: Mapping[str, np.ndarray],
    classes: pd.DataFrame,
) -> pd.DataFrame:
    parts = [
        classes[["wnid", "concept"]].assign(
            layer_set=layer_set,
            k=k,
            cluster=assignment,
            typicality=typicality(similarities[layer_set], assignment),
        )
        for (layer_set, k), assignment in partitions.items()
    ]
    columns = ["layer_set", "k", "wnid", "concept", "cluster", "typicality"]
    return pd.concat(parts, ignore_index=True)[columns]


def _label_table(
    partitions: Mapping[Partition, np.ndarray],
    extensions: Extensions,
    found: ClusterLabels,
    wordnet: WordNet,
) -> pd.DataFrame:
    best = [extensions.wnids[column] for column in found.best]
    second = [extensions.wnids[column] for column in found.second]
    return _clusters(partitions).assign(
        synset=[wordnet.name(wnid) for wnid in best],
        label=[wordnet.label(wnid) for wnid in best],
        wnid=best,
        f1=found.f1,
        precision=found.precision,
        recall=found.recall,
        second_synset=[wordnet.name(wnid) for wnid in second],
        second_label=[wordnet.label(wnid) for wnid in second],
        second_f1=found.second_f1,
    )


def _clusters(partitions: Mapping[Partition, np.ndarray]) -> pd.DataFrame:
    clusters = [
        (layer_set, k, cluster, size)
        for (layer_set, k), assignment in partitions.items()
        for cluster, size in enumerate(np.bincount(assignment))
    ]
    return pd.DataFrame(clusters, columns=["layer_set", "k", "cluster", "size"])


def _blank_labels(partitions: Mapping[Partition, np.ndarray]) -> pd.DataFrame:
    """Return the labels of clusters that WordNet has no name for."""
    return _clusters(partitions).assign(
        synset="",
        label=UNNAMED,
        wnid="",
        **dict.fromkeys(("f1", "precision", "recall"), 0.0),
        second_synset="",
        second_label="",
        second_f1=0.0,
    )


def _quality_table(labels: pd.DataFrame, null: np.ndarray) -> pd.DataFrame:
    """Return the mean F1 of each partition beside that of shuffled classes, N x partitions."""
    scores = labels.assign(f1=labels["f1"].where(labels["synset"] != ""))
    quality = scores.groupby(["layer_set", "k"], as_index=False, sort=False).agg(
        mean_f1=("f1", "mean")
    )
    quality["mean_f1"] = quality["mean_f1"].fillna(0)
    low, high = np.percentile(null, NULL_INTERVAL, axis=0)
    return quality.assign(
        null_mean_f1=null.mean(axis=0),
        null_low=low,
        null_high=high,
        p_value=p_values(quality["mean_f1"].to_numpy(), null),
    )

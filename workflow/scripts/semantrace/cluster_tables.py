"""Tables of clusters: who belongs to which, what WordNet calls them, how well the name fits."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from semantrace.cluster_labels import (
    ClusterLabels,
    Extensions,
    indicator,
    label_clusters,
    synset_extensions,
)
from semantrace.clustering import cluster_embedding, spectral_embedding, typicality
from semantrace.wordnet import WordNet


@dataclass(frozen=True)
class ClusterTables:
    """Clusters of one layer set or of several, one observation a row.

    Attributes
    ----------
    assignments : pandas.DataFrame
        layer_set, k, wnid, concept, cluster, typicality: a row for each class and k.
    labels : pandas.DataFrame
        layer_set, k, cluster, size, synset, label, wnid, f1, precision, recall, second_synset,
        second_label, second_f1: a row for each cluster and k.
    quality : pandas.DataFrame
        layer_set, k, mean_f1: a row for each k.
    """

    assignments: pd.DataFrame
    labels: pd.DataFrame
    quality: pd.DataFrame

    @classmethod
    def concatenate(cls, parts: Iterable["ClusterTables"]) -> "ClusterTables":
        """Stack the tables of several layer sets."""
        tables = [(part.assignments, part.labels, part.quality) for part in parts]
        return cls(*(pd.concat(same, ignore_index=True) for same in zip(*tables, strict=True)))


def cluster_layer_sets(
    similarities: Iterable[tuple[str, np.ndarray]],
    classes: pd.DataFrame,
    numbers: Sequence[int],
    wordnet: WordNet,
    random: Callable[[str, int], np.random.Generator],
) -> ClusterTables:
    """Cluster the classes in every layer set and name the clusters.

    Parameters
    ----------
    similarities : iterable of (str, numpy.ndarray)
        Name of a layer set and the classes' cosine similarity in it, classes x classes.
    classes : pandas.DataFrame
        Columns `wnid` and `concept`, a row for each class in the order of the similarities.
    numbers : sequence of int
        Numbers of clusters to find.
    wordnet : WordNet
        The nouns that name the clusters.
    random : callable
        Gives the random stream for a layer set and a number of clusters.

    Raises
    ------
    InputError
        When more clusters than classes are asked for, or a class is not in WordNet.
    """
    extensions = synset_extensions(wordnet, list(classes["wnid"]))
    return ClusterTables.concatenate(
        _cluster(layer_set, similarity, classes, numbers, wordnet, extensions, random)
        for layer_set, similarity in similarities
    )


def _cluster(
    layer_set: str,
    similarity: np.ndarray,
    classes: pd.DataFrame,
    numbers: Sequence[int],
    wordnet: WordNet,
    extensions: Extensions,
    random: Callable[[str, int], np.random.Generator],
) -> ClusterTables:
    embedding = spectral_embedding(similarity, max(numbers))
    assignments = {k: cluster_embedding(embedding, k, random(layer_set, k)) for k in numbers}
    members = np.hstack([indicator(assignment) for assignment in assignments.values()])
    found = label_clusters(extensions, members)
    labels = _label_table(layer_set, assignments, extensions, found, wordnet)
    return ClusterTables(
        pd.concat(
            classes[["wnid", "concept"]].assign(
                layer_set=layer_set,
                k=k,
                cluster=assignment,
                typicality=typicality(similarity, assignment),
            )
            for k, assignment in assignments.items()
        )[["layer_set", "k", "wnid", "concept", "cluster", "typicality"]],
        labels,
        labels.groupby(["layer_set", "k"], as_index=False, sort=False)
        .agg(mean_f1=("f1", "mean"))
        .reset_index(drop=True),
    )


def _label_table(
    layer_set: str,
    assignments: dict[int, np.ndarray],
    extensions: Extensions,
    found: ClusterLabels,
    wordnet: WordNet,
) -> pd.DataFrame:
    sizes = {k: np.bincount(assignment) for k, assignment in assignments.items()}
    best = [extensions.wnids[column] for column in found.best]
    second = [extensions.wnids[column] for column in found.second]
    return pd.DataFrame(
        {
            "layer_set": layer_set,
            "k": np.concatenate([np.full(size.size, k) for k, size in sizes.items()]),
            "cluster": np.concatenate([np.arange(size.size) for size in sizes.values()]),
            "size": np.concatenate(list(sizes.values())),
            "synset": [wordnet.name(wnid) for wnid in best],
            "label": [wordnet.label(wnid) for wnid in best],
            "wnid": best,
            "f1": found.f1,
            "precision": found.precision,
            "recall": found.recall,
            "second_synset": [wordnet.name(wnid) for wnid in second],
            "second_label": [wordnet.label(wnid) for wnid in second],
            "second_f1": found.second_f1,
        }
    )

"""The clusters of each number in an order in which classes stay near their place in the one before.

Source of the form: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of
Abstract Semantics, table 3.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from semantrace.core.tables import ORDERED_CLUSTERS

MOST_CLUSTERS = 8
NEAR_BEST = 0.05
"""A runner-up is named where its F1 is within this of the best."""


def shown_numbers(numbers: Iterable[int], fewest: int = 2) -> list[int]:
    """Return the numbers of clusters up to 8, or the smallest ones if fewer are that small."""
    numbers = sorted(set(numbers))
    few = [k for k in numbers if k <= MOST_CLUSTERS]
    return few if len(few) >= fewest else numbers[:fewest]


def order_clusters(assignments: pd.DataFrame, numbers: list[int]) -> dict[int, list[int]]:
    """Order the clusters of each number so that classes stay near their place in the row before.

    Parameters
    ----------
    assignments : DataFrame
        Columns ``k``, ``concept`` and ``cluster``, of one layer set.
    numbers : list of int
        Numbers of clusters, ascending.

    Returns
    -------
    dict of int to list of int
        The clusters from left to right: the first row by decreasing size, which is their number;
        each later row by the mean place of a cluster's members in the row before.
    """
    order: dict[int, list[int]] = {}
    place: pd.Series | None = None
    for k in numbers:
        cluster = assignments[assignments["k"] == k].set_index("concept")["cluster"]
        if place is None:
            order[k] = sorted(cluster.unique().tolist())
        else:
            means = place.groupby(cluster).mean().round(9)
            order[k] = sorted(means.index.tolist(), key=lambda number: (means[number], number))
        place = _places(cluster, order[k])
    return order


def _places(cluster: pd.Series, order: list[int]) -> pd.Series:
    """Return for each class the middle of its cluster, in classes from the left."""
    sizes = cluster.value_counts()
    ends = np.cumsum([sizes[number] for number in order])
    middle = {number: end - sizes[number] / 2 for number, end in zip(order, ends, strict=True)}
    return cluster.map(middle)


def ordered_labels(labels: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Return the labels of 2 to 8 clusters from left to right, with the runner-up where it is near.

    Parameters
    ----------
    labels, assignments : DataFrame
        `semantrace.core.tables.LABELS` and `semantrace.core.tables.ASSIGNMENTS` of all networks.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.ORDERED_CLUSTERS`; ``place`` counts from one. Where all numbers of
        clusters are above 8, the smallest.
    """
    keys = ["network", "layer_set"]
    parts = [
        _ordered(part, assignments[(assignments[keys] == list(key)).all(axis=1)])
        for key, part in labels.groupby(keys, sort=False)
    ]
    table = pd.concat(parts, ignore_index=True)
    is_near = table["f1"] - table["second_f1"] <= NEAR_BEST
    table["runner_up"] = table["second_label"].where(is_near, "")
    return table[ORDERED_CLUSTERS.names]


def _ordered(labels: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Order the clusters of one layer set of one network."""
    parts = []
    for k, clusters in order_clusters(assignments, shown_numbers(labels["k"], fewest=1)).items():
        part = labels[labels["k"] == k].set_index("cluster").loc[clusters].reset_index()
        parts.append(part.assign(place=np.arange(1, len(part) + 1)))
    return pd.concat(parts, ignore_index=True)

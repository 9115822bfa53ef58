"""What the figures and tables of clusters share: which ones they show, in what order and names."""

import numpy as np
import pandas as pd

MOST_CLUSTERS = 8
NEAR_BEST = 0.05
"""A runner-up is named where its F1 is within this of the best."""

ORDERED_COLUMNS = (
    *("network", "layer_set", "k", "place", "cluster", "size"),
    *("synset", "label", "f1", "runner_up", "second_f1"),
)


def chosen_layer_set(table: pd.DataFrame) -> str:
    """Return the layer set that the study lists first."""
    return table["layer_set"].iloc[0]


def chosen_clusters(table: pd.DataFrame, most: int = MOST_CLUSTERS) -> int:
    """Return the largest number of clusters up to `most`, or the smallest there is."""
    numbers = sorted(set(table["k"]))
    return max([k for k in numbers if k <= most], default=numbers[0])


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


def ordered_labels(
    network: str, labels: pd.DataFrame, assignments: pd.DataFrame, layer_set: str
) -> pd.DataFrame:
    """Return the labels of 2 to 8 clusters from left to right, with the runner-up where it is near.

    Parameters
    ----------
    network : str
    labels, assignments : DataFrame
        The network's tables ``labels.tsv`` and ``assignments.tsv``.
    layer_set : str

    Returns
    -------
    DataFrame
        `ORDERED_COLUMNS`: a row for each cluster; ``place`` counts from one. Where all numbers of
        clusters are above 8, the smallest.
    """
    labels = labels[labels["layer_set"] == layer_set]
    most = max(MOST_CLUSTERS, labels["k"].min())
    labels = labels[labels["k"] <= most]
    order = order_clusters(
        assignments[assignments["layer_set"] == layer_set], sorted(set(labels["k"]))
    )
    parts = []
    for k, clusters in order.items():
        part = labels[labels["k"] == k].set_index("cluster").loc[clusters].reset_index()
        parts.append(part.assign(place=np.arange(1, len(part) + 1)))
    table = pd.concat(parts, ignore_index=True).assign(network=network)
    table["runner_up"] = table["second_label"].where(
        table["f1"] - table["second_f1"] <= NEAR_BEST, ""
    )
    return table[list(ORDERED_COLUMNS)]


def capitalised(label: str) -> str:
    """Return a label with a capital first letter and the others as they are."""
    return label[:1].upper() + label[1:]

"""Which classes the clusters of one number pass on to those of the next."""

import itertools
from collections.abc import Iterable, Mapping

import pandas as pd

from semantrace.figures.clusters import MOST_CLUSTERS, chosen_layer_set, order_clusters

FLOW_COLUMNS = (
    *("network", "layer_set", "k", "cluster", "label", "size"),
    *("first_cluster", "next_cluster", "next_label", "classes"),
)


def cluster_flows(network: str, labels: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Count the classes that go from each cluster to each cluster of the next larger number.

    Parameters
    ----------
    network : str
    labels, assignments : DataFrame
        The network's tables; of them the first layer set and the numbers of `shown_numbers`.

    Returns
    -------
    DataFrame
        `FLOW_COLUMNS` and the places, from the top, of the three clusters: ``place``,
        ``first_place`` and ``next_place``. A row for each ribbon, from left to right and from top
        to bottom. ``first_cluster`` is where its classes are at the smallest number; at the
        largest there is no next cluster.
    """
    layer_set = chosen_layer_set(labels)
    labels = labels[labels["layer_set"] == layer_set].set_index(["k", "cluster"])
    numbers = shown_numbers(labels.index.unique("k"))
    following = dict(itertools.pairwise(numbers))
    chosen = assignments[(assignments["layer_set"] == layer_set) & assignments["k"].isin(numbers)]
    flows = _count_flows(chosen, numbers, following)
    flows = flows.join(labels[["label", "size"]], on=["k", "cluster"])
    next_k = flows["k"].map(following).astype("Int64")
    flows["next_label"] = _looked_up(labels["label"].to_dict(), next_k, flows["next_cluster"], "")
    places = {
        (k, cluster): place
        for k, order in order_clusters(chosen, numbers).items()
        for place, cluster in enumerate(order)
    }
    first_k = pd.Series(numbers[0], index=flows.index)
    flows["place"] = _looked_up(places, flows["k"], flows["cluster"])
    flows["first_place"] = _looked_up(places, first_k, flows["first_cluster"])
    flows["next_place"] = _looked_up(places, next_k, flows["next_cluster"], 0)
    flows = flows.sort_values(["k", "place", "first_place", "next_place"], ignore_index=True)
    return flows.assign(network=network, layer_set=layer_set)


def _count_flows(
    assignments: pd.DataFrame, numbers: list[int], following: Mapping[int, int]
) -> pd.DataFrame:
    """Count the classes by number of clusters, cluster, first cluster and next cluster."""
    clusters = assignments.pivot(index="concept", columns="k", values="cluster").astype("Int64")
    none = pd.Series(pd.NA, index=clusters.index, dtype="Int64")
    classes = pd.concat(
        pd.DataFrame(
            {
                "k": k,
                "cluster": clusters[k],
                "first_cluster": clusters[numbers[0]],
                "next_cluster": clusters[following[k]] if k in following else none,
            }
        )
        for k in numbers
    )
    return classes.value_counts(dropna=False).rename("classes").reset_index()


def _looked_up(values: Mapping, numbers: pd.Series, clusters: pd.Series, missing=None) -> list:
    return [values.get(pair, missing) for pair in zip(numbers, clusters, strict=True)]


def shown_numbers(numbers: Iterable[int], most: int = MOST_CLUSTERS) -> list[int]:
    """Return the numbers of clusters up to `most`, or the two smallest if fewer are that small."""
    numbers = sorted(numbers)
    few = [k for k in numbers if k <= most]
    return few if len(few) > 1 else numbers[:2]

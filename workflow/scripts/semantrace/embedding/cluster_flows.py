"""Which classes the clusters of one number pass on to those of the next."""

import itertools
from collections.abc import Mapping

import pandas as pd

from semantrace.core.tables import FLOWS
from semantrace.embedding.cluster_order import order_clusters, shown_numbers
from semantrace.io.tables import by_network, of_first_layer_set


def cluster_flows(labels: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Count the classes that go from each cluster to each cluster of the next larger number.

    Parameters
    ----------
    labels, assignments : DataFrame
        `semantrace.core.tables.LABELS` and `semantrace.core.tables.ASSIGNMENTS` of all networks; of
        them the first layer set of each network and the numbers of `shown_numbers`.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.FLOWS`: a row for each ribbon, from left to right and from top to
        bottom. ``first_cluster`` is where its classes are at the smallest number; at the largest
        there is no next cluster. The places of the three clusters, from the top, count from one.
    """
    labels, assignments = of_first_layer_set(labels), of_first_layer_set(assignments)
    parts = [
        _flows_of_network(part, assignments[assignments["network"] == network]).assign(
            network=network, layer_set=part["layer_set"].iloc[0]
        )
        for network, part in by_network(labels).items()
    ]
    return pd.concat(parts, ignore_index=True)[FLOWS.names]


def _flows_of_network(labels: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    labels = labels.set_index(["k", "cluster"])
    numbers = shown_numbers(labels.index.unique("k"))
    following = dict(itertools.pairwise(numbers))
    chosen = assignments[assignments["k"].isin(numbers)]
    flows = _count_flows(chosen, numbers, following)
    flows = flows.join(labels[["label", "size"]], on=["k", "cluster"])
    next_k = flows["k"].map(following).astype("Int64")
    flows["next_label"] = _looked_up(labels["label"].to_dict(), next_k, flows["next_cluster"], "")
    places = {
        (k, cluster): place
        for k, order in order_clusters(chosen, numbers).items()
        for place, cluster in enumerate(order, start=1)
    }
    first_k = pd.Series(numbers[0], index=flows.index)
    flows["place"] = _looked_up(places, flows["k"], flows["cluster"])
    flows["first_place"] = _looked_up(places, first_k, flows["first_cluster"])
    flows["next_place"] = _looked_up(places, next_k, flows["next_cluster"], 0)
    return flows.sort_values(["k", "place", "first_place", "next_place"], ignore_index=True)


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

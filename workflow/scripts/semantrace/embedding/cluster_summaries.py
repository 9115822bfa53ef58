"""The clusters of a study for its readers: with their members, side by side, by typical classes.

Source of the form side by side: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised
Extraction of Abstract Semantics, table 3.
"""

import pandas as pd

from semantrace.core.names import capitalised
from semantrace.core.tables import CLUSTER_LABELS, TYPICAL_CLASSES
from semantrace.embedding.cluster_order import shown_numbers
from semantrace.images.dataset_classes import class_ids
from semantrace.io.tables import by_network, of_first_layer_set

TYPICAL = 8
"""Classes of a cluster that are shown for it."""

CLUSTERING = ["network", "layer_set", "k"]


def cluster_label_table(labels: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Return the labels of all clusters of all networks, with the members of each.

    Parameters
    ----------
    labels, assignments : DataFrame
        `semantrace.core.tables.LABELS` and `semantrace.core.tables.ASSIGNMENTS` of all networks.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.CLUSTER_LABELS`: ``members`` are concepts by decreasing
        typicality, separated by commas.
    """
    keys = [*CLUSTERING, "cluster"]
    members = assignments.assign(identifier=class_ids)
    members = members.sort_values(["typicality", "identifier"], ascending=[False, True])
    names = members.groupby(keys)["concept"].agg(", ".join)
    return labels.join(names.rename("members"), on=keys)[CLUSTER_LABELS.names]


def cluster_name_table(ordered: pd.DataFrame) -> pd.DataFrame:
    """Return the names of 2 to 8 clusters side by side, in their order.

    Parameters
    ----------
    ordered : DataFrame
        `semantrace.core.tables.ORDERED_CLUSTERS` of all networks.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.CLUSTER_NAMES`: a row for each clustering, with the runner-up in
        parentheses where its F1 is near; empty beyond the last cluster.
    """
    runner_up = (" (" + ordered["runner_up"] + ")").where(ordered["runner_up"] != "", "")
    table = ordered.assign(name=ordered["label"].map(capitalised) + runner_up)
    clusterings = pd.MultiIndex.from_frame(table[CLUSTERING].drop_duplicates())
    names = table.pivot(index=CLUSTERING, columns="place", values="name")
    names = names.reindex(clusterings).fillna("")
    return names.add_prefix("cluster_").rename_axis(columns=None).reset_index()


def typical_classes(
    labels: pd.DataFrame, assignments: pd.DataFrame, count: int = TYPICAL
) -> pd.DataFrame:
    """Return the most typical classes of each of 8 clusters, or of what number is nearest below.

    Parameters
    ----------
    labels, assignments : DataFrame
        `semantrace.core.tables.LABELS` and `semantrace.core.tables.ASSIGNMENTS` of all networks; of
        them the first layer set of each network.
    count : int
        Classes of each cluster, if it has as many.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.TYPICAL_CLASSES`: by network, cluster and decreasing typicality, of
        equal ones by identifier.
    """
    labels, assignments = of_first_layer_set(labels), of_first_layer_set(assignments)
    parts = []
    for network, part in by_network(labels).items():
        k = chosen_clusters(part)
        named = part.loc[part["k"] == k, ["cluster", "size", "label", "f1"]]
        here = (assignments["network"] == network) & (assignments["k"] == k)
        members = assignments[here].assign(identifier=class_ids)
        members = members.sort_values(
            ["cluster", "typicality", "identifier"], ascending=[True, False, True]
        )
        members = members.groupby("cluster").head(count)
        parts.append(members.merge(named, on="cluster", validate="m:1"))
    return pd.concat(parts, ignore_index=True)[TYPICAL_CLASSES.names]


def chosen_clusters(table: pd.DataFrame) -> int:
    """Return the largest number of clusters that is shown, or the smallest there is."""
    return shown_numbers(table["k"], fewest=1)[-1]

"""Tables of the clusters' names: one cluster to a row, and the paper's form.

Source of the form: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of
Abstract Semantics, table 3.
"""

from collections.abc import Mapping

import pandas as pd

from semantrace.figures.clusters import capitalised, ordered_labels
from semantrace.images.dataset_classes import class_ids


def cluster_label_table(
    labels: Mapping[str, pd.DataFrame], assignments: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the labels of all clusters of all networks, with the members of each.

    Parameters
    ----------
    labels, assignments : mapping of str to DataFrame
        The tables ``labels.tsv`` and ``assignments.tsv`` of each network.

    Returns
    -------
    DataFrame
        The labels with the columns ``network`` and ``members``: concepts by decreasing typicality,
        separated by commas.
    """
    parts = []
    for network, clusters in labels.items():
        members = assignments[network].assign(identifier=class_ids)
        members = members.sort_values(["typicality", "identifier"], ascending=[False, True])
        names = members.groupby(["layer_set", "k", "cluster"])["concept"].agg(", ".join)
        clusters = clusters.join(names.rename("members"), on=["layer_set", "k", "cluster"])
        clusters.insert(0, "network", network)
        parts.append(clusters)
    return pd.concat(parts, ignore_index=True)


def cluster_name_table(
    labels: Mapping[str, pd.DataFrame], assignments: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Return the names of 2 to 8 clusters side by side, as the figure of labels orders them.

    Parameters
    ----------
    labels, assignments : mapping of str to DataFrame
        The tables ``labels.tsv`` and ``assignments.tsv`` of each network.

    Returns
    -------
    DataFrame
        ``network``, ``layer_set``, ``k``, ``cluster_1``, ``cluster_2`` and so on: a row for each
        clustering, with the runner-up in parentheses where its F1 is near; empty beyond the last
        cluster.
    """
    table = pd.concat(
        [
            ordered_labels(network, clusters, assignments[network], layer_set)
            for network, clusters in labels.items()
            for layer_set in clusters["layer_set"].unique()
        ],
        ignore_index=True,
    )
    runner_up = (" (" + table["runner_up"] + ")").where(table["runner_up"] != "", "")
    table["name"] = table["label"].map(capitalised) + runner_up
    keys = ["network", "layer_set", "k"]
    clusterings = pd.MultiIndex.from_frame(table[keys].drop_duplicates())
    names = table.pivot(index=keys, columns="place", values="name").reindex(clusterings).fillna("")
    return names.add_prefix("cluster_").rename_axis(columns=None).reset_index()

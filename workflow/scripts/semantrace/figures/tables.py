"""What the figures read and what stands beside them: scores of all word models, best layers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from semantrace.files import read_table

SIGNIFICANCE = 0.05

TWO_VS_TWO_COLUMNS = (
    "network",
    "layer",
    "layer_index",
    "accuracy",
    "accuracy_low",
    "accuracy_high",
    "matched_correlation",
    "mismatched_correlation",
    "p_value",
    "p_family_wise",
)
RSA_COLUMNS = (
    "network",
    "layer",
    "layer_index",
    "spearman",
    "pearson",
    "spearman_p_value",
    "spearman_p_family_wise",
    "pearson_p_value",
    "pearson_p_family_wise",
)
CONCEPT_COLUMNS = ("network", "layer", "concept", "wnid", "pass_rate")
QUALITY_COLUMNS = ("layer_set", "k", "mean_f1")
ASSIGNMENT_COLUMNS = ("layer_set", "k", "wnid", "concept", "cluster", "typicality")
LABEL_COLUMNS = (
    "layer_set",
    "k",
    "cluster",
    "size",
    "synset",
    "label",
    "f1",
    "second_label",
    "second_f1",
)
TEXT_COLUMNS = ("network", "layer")


@dataclass(frozen=True)
class BestLayer:
    """The layer of a study whose 2 vs. 2 accuracy is highest.

    Attributes
    ----------
    word_model, network, layer : str
    accuracy : float
    """

    word_model: str
    network: str
    layer: str
    accuracy: float


def read_scores(paths: Mapping[str, str | Path], columns: tuple[str, ...]) -> pd.DataFrame:
    """Read the scores of all layers against each word model.

    Parameters
    ----------
    paths : mapping of str to path
        The table of each word model, in the study's order.
    columns : tuple of str
        `TWO_VS_TWO_COLUMNS` or `RSA_COLUMNS`.

    Returns
    -------
    DataFrame
        ``word_model`` and these columns; an empty cell is not a number.

    Raises
    ------
    InputError
        When a table is missing or lacks a column.
    """
    parts = []
    for model, path in paths.items():
        part = read_table(path, required=columns)[list(columns)]
        part.insert(0, "word_model", model)
        parts.append(part)
    scores = pd.concat(parts, ignore_index=True)
    for column in columns:
        if column not in TEXT_COLUMNS:
            scores[column] = pd.to_numeric(scores[column])
    return scores


def in_study_order(scores: pd.DataFrame, networks: Mapping[str, str]) -> pd.DataFrame:
    """Sort scores by word model, network and layer as the study lists them, pixels first."""
    order = list(networks)
    models = list(dict.fromkeys(scores["word_model"]))
    keys = pd.DataFrame(
        {
            "model": scores["word_model"].map(models.index),
            "network": scores["network"].map(order.index),
            "layer": scores["layer_index"],
        }
    )
    return scores.loc[keys.sort_values(["model", "network", "layer"]).index].reset_index(drop=True)


def is_significant(scores: pd.DataFrame, prefix: str = "") -> pd.Series:
    """Return which layers beat chance: family-wise, and the pixels, in no family, on their own."""
    family_wise = scores[f"{prefix}p_family_wise"]
    return family_wise.fillna(scores[f"{prefix}p_value"]) < SIGNIFICANCE


def best_layers(scores: pd.DataFrame, networks: Mapping[str, str]) -> pd.DataFrame:
    """Return the layer of highest accuracy for each word model and network, beside the pixels.

    Parameters
    ----------
    scores : DataFrame
        From `read_scores`, with `TWO_VS_TWO_COLUMNS`.
    networks : mapping of str to str
        Title of each network, in the study's order.

    Returns
    -------
    DataFrame
        One row a word model and network. Of equal accuracies the earlier layer is taken.
    """
    scores = in_study_order(scores, networks)
    layers = scores[scores["layer_index"] > 0]
    groups = layers.groupby(["word_model", "network"], sort=False)
    best = layers.loc[groups["accuracy"].idxmax()]
    pixels = scores[scores["layer_index"] == 0].rename(columns={"accuracy": "pixel_accuracy"})
    best = best.merge(
        pixels[["word_model", "network", "pixel_accuracy"]], how="left", validate="1:1"
    )
    return best[
        [
            "word_model",
            "network",
            "layer",
            "layer_index",
            "accuracy",
            "accuracy_low",
            "accuracy_high",
            "p_value",
            "p_family_wise",
            "pixel_accuracy",
        ]
    ]


def best_layer(scores: pd.DataFrame, networks: Mapping[str, str]) -> BestLayer:
    """Return the layer of highest accuracy against the first word model, over all networks.

    Of equal accuracies the study's earlier network is taken, then the earlier layer.
    """
    first = scores["word_model"].iloc[0]
    best = best_layers(scores[scores["word_model"] == first], networks)
    row = best.loc[best["accuracy"].idxmax()]
    return BestLayer(first, row["network"], row["layer"], float(row["accuracy"]))


def read_of_networks(
    paths: Mapping[str, str | Path], columns: tuple[str, ...]
) -> dict[str, pd.DataFrame]:
    """Read the same table of several networks.

    Parameters
    ----------
    paths : mapping of str to path
        The table of each network.
    columns : tuple of str
        Columns that must be present: `LABEL_COLUMNS`, `ASSIGNMENT_COLUMNS`, `QUALITY_COLUMNS`.

    Raises
    ------
    InputError
        When a table is missing or lacks a column.
    """
    return {network: read_table(path, required=columns) for network, path in paths.items()}


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
        members = assignments[network].sort_values(["typicality", "wnid"], ascending=[False, True])
        names = members.groupby(["layer_set", "k", "cluster"])["concept"].agg(", ".join)
        clusters = clusters.join(names.rename("members"), on=["layer_set", "k", "cluster"])
        clusters.insert(0, "network", network)
        parts.append(clusters)
    return pd.concat(parts, ignore_index=True)

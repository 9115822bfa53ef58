"""What the figures read and what stands beside them: scores of all word models, best layers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pandas as pd

from semantrace.io.files import read_table

SIGNIFICANCE = 0.05

LAYER_COLUMNS = ("network", "layer", "layer_index")
ACCURACY_COLUMNS = ("accuracy", "accuracy_low", "accuracy_high")
MATCHED_COLUMNS = ("matched_correlation", "mismatched_correlation")
P_COLUMNS = ("p_value", "p_family_wise")
COEFFICIENT_COLUMNS = (
    *("spearman", "spearman_p_value", "spearman_p_family_wise"),
    *("pearson", "pearson_p_value", "pearson_p_family_wise"),
)
PRIMARY_COLUMNS = ("accuracy", "null_mean", *P_COLUMNS)
PAPER_COLUMNS = ("paper_accuracy", "paper_null_mean", "paper_p_value")

TWO_VS_TWO_COLUMNS = (*LAYER_COLUMNS, "concepts", *ACCURACY_COLUMNS, *MATCHED_COLUMNS, *P_COLUMNS)
RSA_COLUMNS = (*LAYER_COLUMNS, *COEFFICIENT_COLUMNS)
ONE_VS_TWO_COLUMNS = (*LAYER_COLUMNS, "images", *PRIMARY_COLUMNS, *PAPER_COLUMNS, "note")
RELIABILITY_COLUMNS = (*LAYER_COLUMNS, "reliability", "reliability_spread")
COMPARISON_COLUMNS = (
    *("family", "first_network", "first_layer", "second_network", "second_layer"),
    *("first_accuracy", "second_accuracy", "difference", "low", "high"),
    *("p_value", "p_holm", "note"),
)
CONCEPT_COLUMNS = ("network", "layer", "concept", "wnid", "pass_rate")
WORDNET_COLUMNS = ("scope", "name", "layer_index", "measure", *COEFFICIENT_COLUMNS)
QUALITY_COLUMNS = (
    *("layer_set", "k", "mean_f1"),
    *("null_mean_f1", "null_low", "null_high", "p_value"),
)
AGREEMENT_COLUMNS = (
    *("k", "first_network", "first_layer_set", "second_network", "second_layer_set"),
    *("adjusted_rand", "adjusted_mutual_information"),
)
ASSIGNMENT_COLUMNS = ("layer_set", "k", "wnid", "concept", "cluster", "typicality")
LABEL_COLUMNS = (
    *("layer_set", "k", "cluster", "size", "synset", "label", "f1"),
    *("second_label", "second_f1"),
)
TEXT_COLUMNS = ("network", "layer", "note")


class ClusterInputs(Protocol):
    """The tables of clusters: Snakemake's named inputs, or anything with these lists of paths."""

    labels: Sequence[str | Path]
    assignments: Sequence[str | Path]


@dataclass(frozen=True)
class BestLayer:
    """The layer of a study whose 2 vs. 2 accuracy is highest.

    Attributes
    ----------
    word_model, network, layer : str
    accuracy : float
    layer_title : str
        What figures call the layer, if that is not its name.
    """

    word_model: str
    network: str
    layer: str
    accuracy: float
    layer_title: str = ""

    @property
    def shown_layer(self) -> str:
        """What figures call the layer."""
        return self.layer_title or self.layer


def read_scores(
    paths: Mapping[str, str | Path],
    columns: tuple[str, ...],
    layer_titles: Mapping[str, Mapping[str, str]] | None = None,
) -> pd.DataFrame:
    """Read the scores of all layers against each word model.

    Parameters
    ----------
    paths : mapping of str to path
        The table of each word model, in the study's order.
    columns : tuple of str
        `TWO_VS_TWO_COLUMNS`, `RSA_COLUMNS` or `ONE_VS_TWO_COLUMNS`.
    layer_titles : mapping of str to mapping of str to str, optional
        What figures call the layers of each network, where that is not the layer's name.

    Returns
    -------
    DataFrame
        ``word_model`` and these columns, and ``layer_title`` where there are titles; an empty
        cell is not a number.

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
    if layer_titles:
        scores["layer_title"] = [
            layer_titles.get(network, {}).get(layer, layer)
            for network, layer in zip(scores["network"], scores["layer"], strict=True)
        ]
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
    titles = [column for column in ("layer_title",) if column in scores]
    columns = ["word_model", "network", "layer", *titles, "layer_index"]
    return best[[*columns, *ACCURACY_COLUMNS, *P_COLUMNS, "pixel_accuracy"]]


def paper_comparison(
    scores: pd.DataFrame,
    networks: Mapping[str, str],
    published: Mapping[str, Mapping[str, str | float]],
) -> pd.DataFrame:
    """Return the best layers beside what has been published of the same networks.

    Parameters
    ----------
    scores, networks
        As for `best_layers`.
    published : mapping of str to mapping
        For a network its published best ``layer`` with its ``accuracy`` and ``source``, and, if
        it was found with one of the word models only, that ``word_model``.

    Returns
    -------
    DataFrame
        The rows of `best_layers` with ``published_layer``, ``published_accuracy``, ``source``,
        ``accuracy_at_published_layer`` (of these scores) and ``difference`` (the latter less the
        published one). Where nothing has been published they are empty.
    """
    table = best_layers(scores, networks)
    here = scores.set_index(["word_model", "network", "layer"])["accuracy"]
    rows = []
    for model, network in zip(table["word_model"], table["network"], strict=True):
        found = published.get(network, {})
        if not found or found.get("word_model", model) != model:
            rows.append({})
            continue
        accuracy = here[model, network, found["layer"]]
        rows.append(
            {
                "published_layer": found["layer"],
                "published_accuracy": found["accuracy"],
                "source": found["source"],
                "accuracy_at_published_layer": accuracy,
                "difference": accuracy - found["accuracy"],
            }
        )
    columns = ["published_layer", "published_accuracy", "source"]
    columns += ["accuracy_at_published_layer", "difference"]
    return table.join(pd.DataFrame(rows, index=table.index, columns=columns))


def comparison_table(
    paths: Mapping[str, str | Path], layer_titles: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    """Return the comparisons of layers and networks against all word models.

    Parameters
    ----------
    paths : mapping of str to path
        The table of each word model, in the study's order.
    layer_titles : mapping of str to mapping of str to str
        What figures call the layers of each network, where that is not the layer's name.

    Returns
    -------
    DataFrame
        ``word_model`` and `COMPARISON_COLUMNS`; layers by what figures call them.

    Raises
    ------
    InputError
        When a table is missing or lacks a column.
    """
    parts = []
    for model, path in paths.items():
        part = read_table(path, required=COMPARISON_COLUMNS)[list(COMPARISON_COLUMNS)]
        part.insert(0, "word_model", model)
        for side in ("first", "second"):
            part[f"{side}_layer"] = [
                layer_titles.get(network, {}).get(layer, layer)
                for network, layer in zip(
                    part[f"{side}_network"], part[f"{side}_layer"], strict=True
                )
            ]
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def best_layer(scores: pd.DataFrame, networks: Mapping[str, str]) -> BestLayer:
    """Return the layer of highest accuracy against the first word model, over all networks.

    Of equal accuracies the study's earlier network is taken, then the earlier layer.
    """
    first = scores["word_model"].iloc[0]
    best = best_layers(scores[scores["word_model"] == first], networks)
    row = best.loc[best["accuracy"].idxmax()]
    return BestLayer(
        first,
        row["network"],
        row["layer"],
        float(row["accuracy"]),
        row.get("layer_title", ""),
    )


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


def read_clusters(
    networks: Iterable[str], inputs: ClusterInputs
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Read who belongs to which cluster and what it is called, of several networks.

    Returns
    -------
    labels, assignments : dict of str to DataFrame
        By network, with `LABEL_COLUMNS` and `ASSIGNMENT_COLUMNS`.

    Raises
    ------
    InputError
        As `read_of_networks`.
    """
    labels = dict(zip(networks, inputs.labels, strict=True))
    assignments = dict(zip(networks, inputs.assignments, strict=True))
    return (
        read_of_networks(labels, LABEL_COLUMNS),
        read_of_networks(assignments, ASSIGNMENT_COLUMNS),
    )

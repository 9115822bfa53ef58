"""The layers of highest 2 vs. 2 accuracy, on their own and beside what has been published."""

from collections.abc import Mapping

import pandas as pd

from semantrace.core.tables import BEST_LAYERS, PAPER_COMPARISON


def best_layers(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the layer of highest accuracy for each word model and network, beside the pixels.

    Parameters
    ----------
    scores : DataFrame
        `semantrace.core.tables.TWO_VS_TWO` of all word models, in the study's order, with
        ``layer_title`` where figures call layers otherwise.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.BEST_LAYERS`: one row a word model and network. Of equal accuracies
        the earlier layer is taken.
    """
    layers = scores[scores["layer_index"] > 0]
    groups = layers.groupby(["word_model", "network"], sort=False)
    best = layers.loc[groups["accuracy"].idxmax()]
    pixels = scores[scores["layer_index"] == 0].rename(columns={"accuracy": "pixel_accuracy"})
    best = best.merge(
        pixels[["word_model", "network", "pixel_accuracy"]], how="left", validate="1:1"
    )
    return best[BEST_LAYERS.in_order(best.columns)]


def best_of_all(scores: pd.DataFrame) -> pd.Series:
    """Return the row of highest accuracy over all networks; of equal ones the earliest."""
    layers = scores[scores["layer_index"] > 0]
    return layers.loc[layers["accuracy"].idxmax()]


def paper_comparison(
    scores: pd.DataFrame, published: Mapping[str, Mapping[str, str | float]]
) -> pd.DataFrame:
    """Return the best layers beside what has been published of the same networks.

    Parameters
    ----------
    scores : DataFrame
        As for `best_layers`.
    published : mapping of str to mapping
        For a network its published best ``layer`` with its ``accuracy`` and ``source``, and, if
        it was found with one of the word models only, that ``word_model``.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.PAPER_COMPARISON`: the rows of `best_layers`. Where nothing has
        been published its columns are empty.
    """
    table = best_layers(scores)
    here = scores.set_index(["word_model", "network", "layer"])["accuracy"]
    rows = [
        _published(here, model, network, published.get(network, {}))
        for model, network in zip(table["word_model"], table["network"], strict=True)
    ]
    added = [name for name in PAPER_COMPARISON.names if name not in BEST_LAYERS.names]
    return table.join(pd.DataFrame(rows, index=table.index, columns=added))


def _published(accuracies: pd.Series, model: str, network: str, found: Mapping) -> dict:
    """Return what has been published of a network, beside its accuracy here at that layer."""
    if not found or found.get("word_model", model) != model:
        return {}
    accuracy = accuracies[model, network, found["layer"]]
    return {
        "published_layer": found["layer"],
        "published_accuracy": found["accuracy"],
        "source": found["source"],
        "accuracy_at_published_layer": accuracy,
        "difference": accuracy - found["accuracy"],
    }

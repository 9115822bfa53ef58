"""Scores of layers as figures show them: in the study's order, with verdicts."""

from collections.abc import Mapping

import pandas as pd

SIGNIFICANCE = 0.05

LAYER_COLUMNS = ("network", "layer", "layer_index")


def in_study_order(scores: pd.DataFrame, networks: Mapping[str, str]) -> pd.DataFrame:
    """Sort scores by word model, network and layer as the study lists them, pixels first."""
    keys = pd.DataFrame(
        {"network": scores["network"].map([*networks].index), "layer": scores["layer_index"]}
    )
    if "word_model" in scores:
        models = list(dict.fromkeys(scores["word_model"]))
        keys.insert(0, "model", scores["word_model"].map(models.index))
    return scores.loc[keys.sort_values([*keys]).index].reset_index(drop=True)


def is_significant(scores: pd.DataFrame, prefix: str = "") -> pd.Series:
    """Return which layers beat chance: family-wise, and the pixels, in no family, on their own."""
    family_wise = scores[f"{prefix}p_family_wise"]
    return family_wise.fillna(scores[f"{prefix}p_value"]) < SIGNIFICANCE

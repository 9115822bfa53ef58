"""The scores of the page: every layer by every measure against every word model."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from semantrace.core.names import MEASURE_TITLES
from semantrace.explorer.layers import Catalogue

KEYS = ["word_model", "network", "layer"]
MEAN = "mean"
"""In the place of a group: the mean over groups."""

ACCURACY = "two_vs_two"
CEILINGS = {
    ACCURACY: ("reliability", "reliability"),
    "rsa_spearman": ("rsa_ceiling_low", "rsa_ceiling_high"),
}
"""The columns of the reliability of images that bound each measure."""

COLUMNS = (
    *("word_model", "network", "layer", "measure", "raw", "low", "high", "null_mean", "null_95"),
    *("corrected", "permutations", "p_value", "p_family_wise", "ceiling_low", "ceiling_high"),
)


def score_part(
    shown: Catalogue,
    two_vs_two: pd.DataFrame,
    alignment: pd.DataFrame,
    reliability: pd.DataFrame | None = None,
) -> dict:
    """Return the scores of all layers as the page reads them.

    Parameters
    ----------
    shown : Catalogue
    two_vs_two : DataFrame
        `semantrace.core.tables.TWO_VS_TWO` of all word models.
    alignment : DataFrame
        `semantrace.core.tables.ALIGNMENT` of those that have it.
    reliability : DataFrame, optional
        `semantrace.core.tables.RELIABILITY`, where there are several groups of images.

    Returns
    -------
    dict
        ``columns``, ``rows`` of numbers in their order, where networks, layers, word models and
        measures are places in their lists, and ``measures``: name and title. The interval of 2 vs.
        2 is the jackknife's; that of other measures the lowest and the highest of the groups, where
        there are several.
    """
    scores = _with_unmeasured(_with_ranges(alignment), two_vs_two)
    scores = _with_ceilings(scores, reliability)
    measures = [name for name in MEASURE_TITLES if name in set(scores["measure"])]
    places: Mapping[str, list[int]] = {
        "word_model": [shown.word_model(name) for name in scores["word_model"]],
        "network": [shown.network(name) for name in scores["network"]],
        "layer": [shown.layer(*pair) for pair in scores[["network", "layer"]].to_numpy()],
        "measure": [measures.index(name) for name in scores["measure"]],
    }
    scores = scores.assign(**places).sort_values([*places], ignore_index=True)
    return {
        "columns": COLUMNS,
        "rows": scores[[*COLUMNS]].astype(object).to_numpy().tolist(),
        "measures": [{"name": name, "title": MEASURE_TITLES[name]} for name in measures],
    }


def _with_ranges(alignment: pd.DataFrame) -> pd.DataFrame:
    """Return the means over groups, each with the range of the groups if there are several."""
    means = alignment[alignment["group"] == MEAN]
    groups = alignment[alignment["group"] != MEAN].groupby([*KEYS, "measure"])["raw"]
    ranges = groups.agg(low="min", high="max")
    several = groups.size() > 1
    return means.join(ranges[several.reindex(ranges.index)], on=[*KEYS, "measure"])


def _with_unmeasured(scores: pd.DataFrame, two_vs_two: pd.DataFrame) -> pd.DataFrame:
    """Give 2 vs. 2 its interval, and add the word models that have no other measure."""
    accuracy = two_vs_two.rename(columns={"accuracy": "raw"}).assign(measure=ACCURACY)
    ends = accuracy.set_index([*KEYS, "measure"])[["accuracy_low", "accuracy_high"]]
    scores = scores.join(ends, on=[*KEYS, "measure"])
    is_accuracy = scores["measure"] == ACCURACY
    scores["low"] = scores["accuracy_low"].where(is_accuracy, scores["low"])
    scores["high"] = scores["accuracy_high"].where(is_accuracy, scores["high"])
    others = accuracy[~accuracy["word_model"].isin(set(scores["word_model"]))]
    others = others.rename(columns={"accuracy_low": "low", "accuracy_high": "high"})
    parts = [part for part in (scores, others) if len(part)]
    return pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)


def _with_ceilings(scores: pd.DataFrame, reliability: pd.DataFrame | None) -> pd.DataFrame:
    """Give each measure the ceiling that it has, where there is one."""
    if reliability is None:
        return scores.assign(ceiling_low=np.nan, ceiling_high=np.nan)
    by_layer = reliability.set_index(["network", "layer"])
    ends = scores[["network", "layer"]].join(by_layer, on=["network", "layer"])
    for end, place in (("ceiling_low", 0), ("ceiling_high", 1)):
        scores[end] = np.nan
        for measure, columns in CEILINGS.items():
            here = scores["measure"] == measure
            scores.loc[here, end] = ends.loc[here, columns[place]]
    return scores

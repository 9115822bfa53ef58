"""Do measures agree about a network's best layer, and about the order of networks?"""

import pandas as pd
from scipy.stats import spearmanr

from semantrace.core.tables import BEST_LAYERS_BY_MEASURE

REFERENCE = "two_vs_two"
"""The measure that all are held against."""


def best_layers_by_measure(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the best layer of each network by each measure, and the network's place by it.

    Parameters
    ----------
    scores : DataFrame
        `semantrace.core.tables.ALIGNMENT`, averaged over groups. The pixels are no layer.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.BEST_LAYERS_BY_MEASURE`.
    """
    layers = scores[scores["layer_index"] > 0].reset_index(drop=True)
    by = ["word_model", "measure", "network"]
    best = layers.loc[layers.groupby(by, sort=False)["corrected"].idxmax()].copy()
    ranks = best.groupby(by[:2])["corrected"].rank(ascending=False, method="min")
    best["network_place"] = ranks.astype(int)
    reference = best[best["measure"] == REFERENCE].set_index(["word_model", "network"])
    expected = reference.loc[pd.MultiIndex.from_frame(best[["word_model", "network"]])]
    best["same_layer"] = best["layer"].to_numpy() == expected["layer"].to_numpy()
    best["same_place"] = best["network_place"].to_numpy() == expected["network_place"].to_numpy()
    profiles = {key: rows["corrected"].to_numpy() for key, rows in layers.groupby(by)}
    best["rank_correlation"] = [
        spearmanr(profiles[model, measure, network], profiles[model, REFERENCE, network]).statistic
        if len(profiles[model, measure, network]) > 1
        else None
        for model, measure, network in best[by].itertuples(index=False)
    ]
    return best[BEST_LAYERS_BY_MEASURE.in_order(best.columns)]

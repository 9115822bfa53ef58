"""What captions quote of the figures of the visual embedding."""

import pandas as pd

from semantrace.core.names import WORDNET_MEASURE_TITLES
from semantrace.io.tables import by_network, of_first_layer_set
from semantrace.report.numbers import SIGNIFICANCE, interval, says_p, score
from semantrace.report.titles import Titles

SHOWN_CLUSTERS = 5
"""The number of clusters that pages quote: fixed, since the best of many would flatter."""


def shown_k(rows: pd.DataFrame) -> int:
    """Return the number of clusters to quote: `SHOWN_CLUSTERS`, or the nearest there is."""
    return int(min(rows["k"].unique(), key=lambda k: (abs(k - SHOWN_CLUSTERS), k)))


def cluster_quality(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return how well the clusters of each network's first layer set are named, and by chance."""
    sentences = []
    for network, rows in by_network(of_first_layer_set(data)).items():
        at = rows[rows["k"] == shown_k(rows)].iloc[0]
        above = int((rows["p_value"] < SIGNIFICANCE).sum())
        sentences.append(
            f"{titles.network(network)}, layer set “{at['layer_set']}”, k = {at['k']}: mean F1 "
            f"{score(at['mean_f1'])}; shuffled classes {score(at['null_mean_f1'])} (95 % of them "
            f"{interval(at['null_low'], at['null_high'])}), {says_p(at['p_value'])}. "
            f"{above} of {len(rows)} numbers of clusters have p < 0.05, each by itself."
        )
    return sentences


def wordnet_correlation(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return the highest Spearman's coefficient of each network's layers with each measure."""
    layers = data[(data["scope"] == "layer") & (data["coefficient"] == "spearman")]
    layers = layers[layers["correlation"].notna()]
    sentences = []
    for network, rows in by_network(layers).items():
        best = rows.loc[rows.groupby("measure", sort=False)["correlation"].idxmax()]
        named = [
            f"{WORDNET_MEASURE_TITLES[row.measure]} {score(row.correlation)} at "
            f"{titles.layer(network, row.name)} ({says_p(row.p_family_wise, 'family-wise p')})"
            for row in best.itertuples()
        ]
        sentences.append(f"{titles.network(network)}, highest Spearman's: {'; '.join(named)}.")
    return sentences


def inversions(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return the mean cosine that the image of each class reaches."""
    sentences = []
    for network, rows in by_network(data).items():
        images = rows.drop_duplicates(["concept", "image"])
        named = [f"{row.concept} {score(row.mean_cosine)}" for row in images.itertuples()]
        sentences.append(f"{titles.network(network)}, mean cosines: {', '.join(named)}.")
    return sentences

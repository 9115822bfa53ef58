"""What captions quote of the figures of alignment: sentences made of the data that is drawn."""

import pandas as pd

from semantrace.core.names import BREAKS, CARRIES, MEASURE_TITLES
from semantrace.io.tables import by_network
from semantrace.report.numbers import SIGNIFICANCE, count, interval, listed, says_p, score
from semantrace.report.titles import Titles

FAMILY_WISE = "family-wise p"
SPACES = {"images": "one image of each concept", "class_vectors": "class vectors"}


def best_layer(row: pd.Series, titles: Titles, value: str = "accuracy") -> str:
    """Return the best layer of a network with its score, interval and family-wise p."""
    ends = interval(row["accuracy_low"], row["accuracy_high"]) if "accuracy_low" in row else "–"
    within = "" if ends == "–" else f"95 % interval {ends}, "
    return (
        f"{titles.network(row['network'])}: {titles.layer(row['network'], row['layer'])} "
        f"{score(row[value])} ({within}{says_p(row['p_family_wise'], FAMILY_WISE)})"
    )


def two_vs_two_by_layer(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return the best layer of each network against the first word model, and the pixels."""
    rows = first_model(data)
    layers = rows[rows["layer_index"] > 0]
    best = _highest(layers, "accuracy")
    above = int((layers["p_family_wise"] < SIGNIFICANCE).sum())
    return [
        f"Best layers{_against(rows, titles)}: "
        + "; ".join(best_layer(row, titles) for _, row in best.iterrows())
        + ".",
        *_pixels(rows, "accuracy"),
        f"{above} of {count(len(layers), 'layer')} lie above chance at {FAMILY_WISE} < 0.05.",
    ]


def two_vs_two_by_depth(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return the accuracy of each network's last layer against the first word model."""
    rows = first_model(data)
    last = rows[rows["depth"] == 1]
    named = [f"{titles.network(row.network)} {score(row.accuracy)}" for row in last.itertuples()]
    return [
        f"Accuracy at the last layer{_against(rows, titles)}: {'; '.join(named)}.",
        *_pixels(rows, "accuracy"),
    ]


def best_layers_by_network(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return the networks in the order of their best layers."""
    rows = first_model(data)
    best = [best_layer(row, titles) for _, row in rows.sort_values("place").iterrows()]
    return [f"From the highest{_against(rows, titles)}: {'; '.join(best)}."]


def one_vs_two_by_layer(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return the best layer of each network on its misclassified images."""
    rows = first_model(data)
    tested = rows[(rows["layer_index"] > 0) & rows["accuracy"].notna()]
    above = int((tested["p_family_wise"] < SIGNIFICANCE).sum())
    if tested.empty:
        return []
    best = _highest(tested, "accuracy")
    return [
        f"Highest{_against(rows, titles)}: "
        + "; ".join(
            f"{best_layer(row, titles)} of {count(int(row['images']), 'image')}"
            for _, row in best.iterrows()
        )
        + ".",
        f"{above} of {count(len(tested), 'layer')} lie above chance at {FAMILY_WISE} < 0.05.",
    ]


def measures_by_layer(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return the highest corrected score of all layers by each measure."""
    layers = data[(data["layer_index"] > 0) & data["corrected"].notna()]
    best = layers.loc[layers.groupby("measure", sort=False)["corrected"].idxmax()]
    named = [
        f"{MEASURE_TITLES[row.measure]} {score(row.corrected)} "
        f"({titles.network(row.network)}, {titles.layer(row.network, row.layer)})"
        for row in best.itertuples()
    ]
    return [f"Highest corrected scores{_against(data, titles)}: {'; '.join(named)}."]


def semantics_beyond_pixels(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return what is left of each network's highest correlation given the controls."""
    alone = data[data["given"] == "nothing"]
    sentences = []
    for _, row in _highest(alone, "partial").iterrows():
        there = data[(data["network"] == row["network"]) & (data["layer"] == row["layer"])]
        of = {one["given"]: one for _, one in there.iterrows()}
        sentences.append(
            f"{titles.network(row['network'])}: highest at "
            f"{titles.layer(row['network'], row['layer'])} with {score(row['partial'])}; "
            + " and ".join(
                f"{score(of[given]['partial'])} given {words} "
                f"({says_p(of[given]['p_family_wise'], FAMILY_WISE)})"
                for given, words in (("pixels", "the pixels"), ("layer_before", "the layer before"))
                if given in of
            )
            + "."
        )
    return sentences


def class_vectors_by_layer(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return the highest accuracy of single images and of class vectors, by network."""
    sentences = []
    for network, rows in by_network(data[data["p_family_wise"].notna()]).items():
        parts = []
        for space, words in SPACES.items():
            of_space = rows[rows["space"] == space]
            if len(of_space):
                best = of_space.loc[of_space["raw"].idxmax()]
                parts.append(
                    f"{words} {score(best['raw'])} ({titles.layer(network, best['layer'])})"
                )
        sentences.append(f"{titles.network(network)}, best layers: {listed(parts)}.")
    return sentences


def accuracy_by_images(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return each network's highest accuracy with the fewest and with the most images averaged."""
    rows = data[(data["space"] == "images") & (data["layer_index"] > 0)]
    sentences = []
    for network, of_it in by_network(rows).items():
        fewest, most = int(of_it["images"].min()), int(of_it["images"].max())
        ends = [
            f"{score(of_it.loc[of_it['images'] == images, 'accuracy'].max())} with "
            + count(images, "image")
            for images in dict.fromkeys((fewest, most))
        ]
        sentences.append(f"{titles.network(network)}, best layers: {listed(ends)}.")
    return sentences


def reliability_by_layer(data: pd.DataFrame, titles: Titles) -> list[str]:
    """Return each network's layer of highest reliability."""
    layers = data[(data["against"] == "images") & (data["layer_index"] > 0)]
    named = [
        f"{titles.network(row['network'])} {score(row['accuracy'])} "
        f"({titles.layer(row['network'], row['layer'])})"
        for _, row in _highest(layers, "accuracy").iterrows()
    ]
    return [f"Highest agreement of images with images: {'; '.join(named)}."]


def concepts_by_pass_rate(data: pd.DataFrame, titles: Titles, most: int = 5) -> list[str]:
    """Return the concepts with the highest pass rates and those with the lowest."""
    if data.empty:
        return []
    high = data[data["part"] == CARRIES].nsmallest(most, "rank")
    low = data[data["part"] == BREAKS].nlargest(most, "rank")
    first = data.iloc[0]
    where = f"{titles.network(first['network'])}, {titles.layer(first['network'], first['layer'])}"
    return [
        f"{where}: highest pass rates {_rates(high)}; lowest {_rates(low)}."
        if len(high) and len(low)
        else ""
    ]


def _rates(rows: pd.DataFrame) -> str:
    return listed([f"{row.concept} {score(row.pass_rate)}" for row in rows.itertuples()])


def first_model(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the first word model."""
    return rows[rows["word_model"].isin(rows["word_model"].head(1))]


def _against(rows: pd.DataFrame, titles: Titles) -> str:
    return f" against {titles.word_model(rows['word_model'].iloc[0])}"


def _highest(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return the first row of the highest value of each network, in the order of networks."""
    rows = rows[rows[value].notna()]
    return rows.loc[rows.groupby("network", sort=False)[value].idxmax()]


def _pixels(rows: pd.DataFrame, value: str) -> list[str]:
    """Return the pixels' score: one where all networks resize alike, or the range of them."""
    values = rows.loc[rows["layer_index"] == 0, value]
    if values.empty:
        return []
    ends = dict.fromkeys((score(values.min()), score(values.max())))
    return [f"The pixels reach {' to '.join(ends)}."]

"""The clusters of the visual embedding: their quality, their names, and what they look like.

Source of the forms: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of
Abstract Semantics, figure 1 and table 3.
"""

import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator
from seaborn import light_palette

from semantrace.figures.style import (
    COLUMN_WIDTH,
    GREY,
    INK,
    PAGE_WIDTH,
    SMALL,
    fit_line,
    mix,
    new_figure,
    panel_grid,
    series,
    spread,
    text_width,
    themed,
)
from semantrace.figures.thumbnails import draw_thumbnail, inch_axes, load_thumbnail

MOST_CLUSTERS = 8
NEAR_BEST = 0.05
"""A runner-up is named where its F1 is within this of the best."""

LABEL_SIZE = 7.0
LINE_HEIGHT = 0.125
BOX_PADDING = 0.05
BOX_GAP = 0.03
ROW_GAP = 0.05
ROW_HEADER = 0.42
HEADING_HEIGHT = 0.3
MARGIN = 0.08

PICTURES = 8
MONTAGE_GAP = 0.3
CELL_GAP = 0.035
CAPTION_HEIGHT = 0.19
STRIP_GAP = 0.09


@dataclass(frozen=True)
class Box:
    """A cluster in the figure of labels: its row of the table, width in inches, lines of text."""

    cluster: pd.Series
    width: float
    lines: tuple[tuple[str, str], ...]


def chosen_layer_set(table: pd.DataFrame) -> str:
    """Return the layer set that the study lists first."""
    return table["layer_set"].iloc[0]


def chosen_clusters(table: pd.DataFrame, most: int = MOST_CLUSTERS) -> int:
    """Return the largest number of clusters up to `most`, or the smallest there is."""
    numbers = sorted(set(table["k"]))
    return max([k for k in numbers if k <= most], default=numbers[0])


@themed
def cluster_quality(
    quality: Mapping[str, pd.DataFrame], networks: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw the mean F1 of clusters by their number, a panel for each network.

    Parameters
    ----------
    quality : mapping of str to DataFrame
        ``layer_set``, ``k`` and ``mean_f1`` of each network.
    networks : mapping of str to str
        Titles by name.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark.
    """
    columns = min(len(quality), 2)
    width = PAGE_WIDTH if columns > 1 else COLUMN_WIDTH * 1.25
    figure = new_figure(width, 2.7 * math.ceil(len(quality) / columns))
    axes, is_left = panel_grid(figure, len(quality), columns)
    sets = list(dict.fromkeys(name for table in quality.values() for name in table["layer_set"]))
    values = np.concatenate([table["mean_f1"] for table in quality.values()])
    margin = 0.08 * max(np.ptp(values), 0.1)
    axes[0].set_ylim(values.min() - margin, min(1.02, values.max() + margin))
    for axis, left, (network, table) in zip(axes, is_left, quality.items(), strict=True):
        _draw_quality(axis, table, sets)
        axis.set_title(textwrap.fill(networks[network], 40))
        axis.set_xlabel("Number of clusters, k")
        if left:
            axis.set_ylabel("Mean F1 of the clusters' labels")
    data = pd.concat(
        [table.assign(network=network) for network, table in quality.items()], ignore_index=True
    )
    return figure, data[["network", "layer_set", "k", "mean_f1"]]


def _draw_quality(axis: Axes, table: pd.DataFrame, sets: list[str]) -> None:
    here = [name for name in sets if name in set(table["layer_set"])]
    ends = []
    for name in here:
        rows = table[table["layer_set"] == name].sort_values("k")
        look = series(sets.index(name))
        axis.plot(
            rows["k"],
            rows["mean_f1"],
            color=look.colour,
            marker=look.marker,
            linestyle=look.line,
            markersize=3.6,
        )
        ends.append((rows["k"].iloc[-1], rows["mean_f1"].iloc[-1]))
    low, high = axis.get_ylim()
    places = spread([level for _, level in ends], 0.065 * (high - low), low, high)
    last, first = table["k"].max(), table["k"].min()
    for name, (_, level), place in zip(here, ends, places, strict=True):
        look = series(sets.index(name))
        axis.annotate(
            name,
            (last, level),
            xytext=(1.04, place),
            textcoords=axis.get_yaxis_transform(),
            va="center",
            color=mix(look.colour, "black", 0.3),
            fontweight="bold",
            fontsize=6.5,
            arrowprops={"arrowstyle": "-", "color": look.colour, "linewidth": 0.5, "shrinkB": 3},
        )
    axis.set_xlim(first - 0.5, last + 0.5)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axis.grid(axis="y")


def order_clusters(assignments: pd.DataFrame, numbers: list[int]) -> dict[int, list[int]]:
    """Order the clusters of each number so that classes stay near their place in the row before.

    Parameters
    ----------
    assignments : DataFrame
        Columns ``k``, ``wnid`` and ``cluster``, of one layer set.
    numbers : list of int
        Numbers of clusters, ascending.

    Returns
    -------
    dict of int to list of int
        The clusters from left to right: the first row by decreasing size, which is their number;
        each later row by the mean place of a cluster's members in the row before.
    """
    order: dict[int, list[int]] = {}
    place: pd.Series | None = None
    for k in numbers:
        cluster = assignments[assignments["k"] == k].set_index("wnid")["cluster"]
        if place is None:
            order[k] = sorted(cluster.unique().tolist())
        else:
            means = place.groupby(cluster).mean().round(9)
            order[k] = sorted(means.index.tolist(), key=lambda number: (means[number], number))
        place = _places(cluster, order[k])
    return order


def _places(cluster: pd.Series, order: list[int]) -> pd.Series:
    """Return for each class the middle of its cluster, in classes from the left."""
    sizes = cluster.value_counts()
    ends = np.cumsum([sizes[number] for number in order])
    middle = {number: end - sizes[number] / 2 for number, end in zip(order, ends, strict=True)}
    return cluster.map(middle)


@themed
def cluster_labels(
    labels: Mapping[str, pd.DataFrame],
    assignments: Mapping[str, pd.DataFrame],
    networks: Mapping[str, str],
) -> tuple[Figure, pd.DataFrame]:
    """Draw the labels of 2 to 8 clusters as rows of boxes, as wide as the clusters are large.

    Parameters
    ----------
    labels, assignments : mapping of str to DataFrame
        The tables ``labels.tsv`` and ``assignments.tsv`` of each network.
    networks : mapping of str to str
        Titles by name.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each box, from left to right and from top to bottom.
    """
    probe = new_figure(1, 1, layout=None)
    blocks = {
        network: _ordered_labels(network, labels[network], assignments[network])
        for network in labels
    }
    rows = {network: _boxes(probe, table) for network, table in blocks.items()}
    heights = {network: [_row_height(boxes) for boxes in these] for network, these in rows.items()}
    total = sum(HEADING_HEIGHT + sum(part) + ROW_GAP * len(part) for part in heights.values())
    figure = new_figure(PAGE_WIDTH, total + MARGIN, layout=None)
    page = inch_axes(figure, 0, 0, *figure.get_size_inches())
    top = 0.0
    for network, these in rows.items():
        layer_set = blocks[network]["layer_set"].iloc[0]
        heading = f"{networks[network]}, layer set “{layer_set}”"
        page.text(MARGIN, top + 0.17, heading, fontsize=8, fontweight="bold", va="center")
        top += HEADING_HEIGHT
        for boxes, height in zip(these, heights[network], strict=True):
            _draw_row(page, boxes, top, height)
            top += height + ROW_GAP
    return figure, pd.concat(blocks.values(), ignore_index=True)


def _row_height(boxes: list[Box]) -> float:
    return max(len(box.lines) for box in boxes) * LINE_HEIGHT + 2 * BOX_PADDING


def _ordered_labels(network: str, labels: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Return the labels to draw from left to right, with the runner-up where it is near."""
    layer_set = chosen_layer_set(labels)
    labels = labels[labels["layer_set"] == layer_set]
    most = max(MOST_CLUSTERS, labels["k"].min())
    labels = labels[labels["k"] <= most]
    order = order_clusters(
        assignments[assignments["layer_set"] == layer_set], sorted(set(labels["k"]))
    )
    parts = []
    for k, clusters in order.items():
        part = labels[labels["k"] == k].set_index("cluster").loc[clusters].reset_index()
        part.insert(0, "place", np.arange(1, len(part) + 1))
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    table["runner_up"] = table["second_label"].where(
        table["f1"] - table["second_f1"] <= NEAR_BEST, ""
    )
    table.insert(0, "network", network)
    return table[
        [
            "network",
            "layer_set",
            "k",
            "place",
            "cluster",
            "size",
            "synset",
            "label",
            "f1",
            "runner_up",
            "second_f1",
        ]
    ]


def _boxes(probe: Figure, table: pd.DataFrame) -> list[list[Box]]:
    rows = []
    for _, clusters in table.groupby("k"):
        room = PAGE_WIDTH - 2 * MARGIN - ROW_HEADER - BOX_GAP * (len(clusters) - 1)
        needed = np.array([_needed_width(probe, cluster) for _, cluster in clusters.iterrows()])
        widths = share_width(clusters["size"].to_numpy(), needed, room)
        rows.append(
            [
                Box(cluster, width, _box_lines(probe, cluster, width - 2 * BOX_PADDING))
                for (_, cluster), width in zip(clusters.iterrows(), widths, strict=True)
            ]
        )
    return rows


def share_width(sizes: np.ndarray, needed: np.ndarray, room: float) -> np.ndarray:
    """Share a width in proportion to sizes, but give each at least what it needs.

    Where the needs exceed the room, it is shared in proportion to the needs.
    """
    sizes, needed = np.asarray(sizes, dtype=float), np.asarray(needed, dtype=float)
    if needed.sum() >= room:
        return needed * room / needed.sum()
    fixed = np.zeros(len(sizes), dtype=bool)
    while True:
        free = room - needed[fixed].sum()
        widths = np.where(fixed, needed, sizes * free / sizes[~fixed].sum())
        short = ~fixed & (widths < needed)
        if not short.any():
            return widths
        fixed |= short


def _needed_width(probe: Figure, cluster: pd.Series) -> float:
    widths = [text_width(probe, word, LABEL_SIZE, "bold") for word in cluster["label"].split()]
    if cluster["runner_up"]:
        words = f"({cluster['runner_up']})".split()
        widths += [text_width(probe, word, SMALL) for word in words]
    widths.append(text_width(probe, _facts(cluster).split(" · ")[0], SMALL))
    return max(widths) + 2 * BOX_PADDING + 0.02


def _facts(cluster: pd.Series) -> str:
    return f"F1 {cluster['f1']:.2f} · n = {cluster['size']}"


def _box_lines(probe: Figure, cluster: pd.Series, width: float) -> tuple[tuple[str, str], ...]:
    """Return the lines of a box as pairs of kind and text."""
    label = _capitalised(cluster["label"])
    lines = [("label", text) for text in wrap(probe, label, width, LABEL_SIZE, "bold")]
    if cluster["runner_up"]:
        texts = wrap(probe, f"({cluster['runner_up']})", width, SMALL)
        lines += [("runner_up", text) for text in texts]
    facts = _facts(cluster)
    if text_width(probe, facts, SMALL) <= width:
        return (*lines, ("facts", facts))
    return (*lines, *(("facts", text) for text in facts.split(" · ")))


def wrap(probe: Figure, text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines no wider than `width` inches; a word too long gets a hyphen."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(probe, joined, size, weight) <= width:
            lines[-1] = joined
            continue
        while len(word) > 3 and text_width(probe, word, size, weight) > width:
            end = len(word) - 1
            while end > 2 and text_width(probe, word[:end] + "-", size, weight) > width:
                end -= 1
            lines.append(word[:end] + "-")
            word = word[end:]
        lines.append(word)
    return lines


F1_TINTS = light_palette("#86b9de", n_colors=101)


def _draw_row(page: Axes, boxes: list[Box], top: float, height: float) -> None:
    number = int(boxes[0].cluster["k"])
    page.text(MARGIN, top + height / 2, f"k = {number}", fontsize=7, va="center")
    left = MARGIN + ROW_HEADER
    for box in boxes:
        tint = to_hex(F1_TINTS[int(round(100 * float(np.clip(box.cluster["f1"], 0, 1))))])
        page.add_patch(
            Rectangle((left, top), box.width, height, facecolor=tint, edgecolor=GREY, linewidth=0.5)
        )
        middle = top + height / 2 - (len(box.lines) - 1) * LINE_HEIGHT / 2
        for line, (kind, text) in enumerate(box.lines):
            page.text(
                left + box.width / 2,
                middle + line * LINE_HEIGHT,
                text,
                fontsize=LABEL_SIZE if kind == "label" else SMALL,
                fontweight="bold" if kind == "label" else "normal",
                ha="center",
                va="center_baseline",
                color=INK,
            )
        left += box.width + BOX_GAP


@themed
def cluster_montage(
    labels: Mapping[str, pd.DataFrame],
    assignments: Mapping[str, pd.DataFrame],
    pictures: Mapping[str, Path],
    networks: Mapping[str, str],
) -> tuple[Figure, pd.DataFrame]:
    """Draw the most typical classes of each cluster as pictures.

    Parameters
    ----------
    labels, assignments : mapping of str to DataFrame
        The tables ``labels.tsv`` and ``assignments.tsv`` of each network.
    pictures : mapping of str to path
        A picture of each class, by wnid.
    networks : mapping of str to str
        Titles by name.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each picture.
    """
    blocks = {
        network: typical_classes(network, labels[network], assignments[network])
        for network in labels
    }
    # Two strips of pictures stand side by side: of two networks, or of two clusters of one.
    columns = min(len(blocks), 2)
    strip = (PAGE_WIDTH - 2 * MARGIN - MONTAGE_GAP) / 2
    heights = [_block_height(table, strip, columns) for table in blocks.values()]
    levels = [max(heights[row : row + columns]) for row in range(0, len(heights), columns)]
    figure = new_figure(PAGE_WIDTH, sum(levels) + MARGIN, layout=None)
    page = inch_axes(figure, 0, 0, *figure.get_size_inches())
    for number, (network, table) in enumerate(blocks.items()):
        row, column = divmod(number, columns)
        corner = (MARGIN + column * (strip + MONTAGE_GAP), sum(levels[:row]))
        _draw_block(page, networks[network], table, pictures, corner, strip, columns)
    return figure, pd.concat(blocks.values(), ignore_index=True)


def typical_classes(
    network: str, labels: pd.DataFrame, assignments: pd.DataFrame, pictures: int = PICTURES
) -> pd.DataFrame:
    """Return the most typical classes of each cluster, of 8 clusters or what is nearest below.

    Returns
    -------
    DataFrame
        A row for each class, by cluster and decreasing typicality, of equal ones by wnid.
    """
    layer_set, k = chosen_layer_set(labels), chosen_clusters(labels)
    chosen = (labels["layer_set"] == layer_set) & (labels["k"] == k)
    named = labels.loc[chosen, ["cluster", "size", "label", "f1"]]
    here = (assignments["layer_set"] == layer_set) & (assignments["k"] == k)
    members = assignments[here].sort_values(
        ["cluster", "typicality", "wnid"], ascending=[True, False, True]
    )
    members = members.groupby("cluster").head(pictures).merge(named, on="cluster", validate="m:1")
    members.insert(0, "network", network)
    columns = ["network", "layer_set", "k", "cluster", "size", "label", "f1"]
    return members[[*columns, "concept", "wnid", "typicality"]]


def _picture_side(strip: float) -> float:
    return (strip - CELL_GAP * (PICTURES - 1)) / PICTURES


def _strip_height(strip: float) -> float:
    return CAPTION_HEIGHT + _picture_side(strip) + STRIP_GAP


def _block_height(table: pd.DataFrame, strip: float, columns: int) -> float:
    strips = table["cluster"].nunique()
    rows = strips if columns > 1 else math.ceil(strips / 2)
    return HEADING_HEIGHT + rows * _strip_height(strip)


def _draw_block(
    page: Axes,
    title: str,
    table: pd.DataFrame,
    pictures: Mapping[str, Path],
    corner: tuple[float, float],
    strip: float,
    columns: int,
) -> None:
    """Draw the clusters of a network from its upper left corner on."""
    left, top = corner
    across = 1 if columns > 1 else 2
    first = table.iloc[0]
    heading = f"{title}, layer set “{first['layer_set']}”, k = {first['k']}"
    text, size = fit_line(page.figure, heading, across * strip, 8, "bold")
    page.text(left, top + 0.15, text, fontsize=size, fontweight="bold", va="center")
    for number, (_, cluster) in enumerate(table.groupby("cluster")):
        row, column = divmod(number, across)
        x = left + column * (strip + MONTAGE_GAP)
        y = top + HEADING_HEIGHT + row * _strip_height(strip)
        _draw_strip(page, cluster, pictures, x, y, strip)


def _draw_strip(
    page: Axes,
    cluster: pd.DataFrame,
    pictures: Mapping[str, Path],
    left: float,
    top: float,
    strip: float,
) -> None:
    """Draw the pictures of one cluster under its label, F1 and size."""
    side = _picture_side(strip)
    first = cluster.iloc[0]
    facts = f"F1 {first['f1']:.2f} · {first['size']} classes"
    room = strip - text_width(page.figure, facts, SMALL) - 0.1
    text, size = fit_line(page.figure, _capitalised(first["label"]), room, LABEL_SIZE, "bold")
    page.text(left, top + 0.1, text, fontsize=size, fontweight="bold", va="center")
    page.text(left + strip, top + 0.1, facts, fontsize=SMALL, color=GREY, va="center", ha="right")
    for place, wnid in enumerate(cluster["wnid"]):
        x = left + place * (side + CELL_GAP)
        draw_thumbnail(page, load_thumbnail(pictures[wnid]), x, top + CAPTION_HEIGHT, side)


def _capitalised(label: str) -> str:
    return label[:1].upper() + label[1:]

"""The names of clusters as rows of boxes.

Source of the form: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of
Abstract Semantics, table 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from seaborn import light_palette

from semantrace.core.names import capitalised
from semantrace.figures.base.headings import Heading
from semantrace.figures.base.style import (
    GREY,
    INK,
    PAGE_WIDTH,
    SMALL,
    draws,
    new_figure,
    text_width,
    wrap,
)
from semantrace.figures.base.thumbnails import inch_axes
from semantrace.io.tables import by_network, of_first_layer_set

LABEL_SIZE = 7.0
LINE_HEIGHT = 0.125
BOX_PADDING = 0.05
BOX_GAP = 0.03
ROW_GAP = 0.05
ROW_HEADER = 0.42
MARGIN = 0.08

F1_TINTS = light_palette("#86b9de", n_colors=101)


@dataclass(frozen=True)
class Box:
    """A cluster in the figure of labels: its row of the table, width in inches, lines of text."""

    cluster: pd.Series
    width: float
    lines: tuple[tuple[str, str], ...]


@draws("cluster_labels")
def cluster_labels(
    ordered: pd.DataFrame, networks: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw the labels of 2 to 8 clusters as rows of boxes, as wide as the clusters are large.

    Parameters
    ----------
    ordered : DataFrame
        `semantrace.core.tables.ORDERED_CLUSTERS`.
    networks : mapping of str to str
        Titles by name.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each box, from left to right and from top to bottom.
    """
    probe = new_figure(1, 1, layout=None)
    blocks = by_network(of_first_layer_set(ordered))
    headings = {
        network: Heading.wrapped(
            f"{networks[network]}, layer set “{table['layer_set'].iloc[0]}”",
            PAGE_WIDTH - 2 * MARGIN,
        )
        for network, table in blocks.items()
    }
    rows = {network: _boxes(probe, table) for network, table in blocks.items()}
    heights = {network: [_row_height(boxes) for boxes in these] for network, these in rows.items()}
    total = sum(heading.height for heading in headings.values())
    total += sum(sum(part) + ROW_GAP * len(part) for part in heights.values())
    figure = new_figure(PAGE_WIDTH, total + MARGIN, layout=None)
    page = inch_axes(figure, 0, 0, *figure.get_size_inches())
    top = 0.0
    for network, these in rows.items():
        headings[network].draw(page, MARGIN, top)
        top += headings[network].height
        for boxes, height in zip(these, heights[network], strict=True):
            _draw_row(page, boxes, top, height)
            top += height + ROW_GAP
    return figure, pd.concat(blocks.values(), ignore_index=True)


def _row_height(boxes: list[Box]) -> float:
    return max(len(box.lines) for box in boxes) * LINE_HEIGHT + 2 * BOX_PADDING


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
    label = capitalised(cluster["label"])
    lines = [("label", text) for text in wrap(probe, label, width, LABEL_SIZE, "bold")]
    if cluster["runner_up"]:
        texts = wrap(probe, f"({cluster['runner_up']})", width, SMALL)
        lines += [("runner_up", text) for text in texts]
    facts = _facts(cluster)
    if text_width(probe, facts, SMALL) <= width:
        return (*lines, ("facts", facts))
    return (*lines, *(("facts", text) for text in facts.split(" · ")))


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

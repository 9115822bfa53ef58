"""How clusters split as their number grows: an alluvial diagram.

Clusterings for different numbers are independent of each other (Garcia-Gasulla et al., A Visual
Embedding for the Unsupervised Extraction of Abstract Semantics, table 3); this shows how far one
nevertheless refines the one before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from seaborn import husl_palette

from semantrace.core.names import capitalised
from semantrace.figures.base.annotations import spread
from semantrace.figures.base.headings import Heading
from semantrace.figures.base.style import (
    COLUMN_WIDTH,
    INK,
    PAGE_WIDTH,
    SERIES_COLOURS,
    SMALL,
    draws,
    mix,
    new_figure,
    text_size,
    wrap,
)
from semantrace.figures.base.thumbnails import inch_axes
from semantrace.io.tables import by_network

LABEL_SIZE = 6.5
LINE_HEIGHT = 0.105
LABEL_PADDING = 0.03
LABEL_INDENT = 0.05
GROUND_EDGE = 0.02
NODE_WIDTH = 0.08
NODE_GAP = 0.07
MARGIN = 0.08
WIDEST_STEP = 1.5
"""Inches from one number of clusters to the next."""

CLUSTER_HEIGHT = 0.42
"""Inches of the diagram for each of its clusters."""

HEADER_HEIGHT = 0.22
BLOCK_GAP = 0.1


@dataclass(frozen=True)
class Block:
    """The diagram of one network, measured in inches.

    Attributes
    ----------
    flows : DataFrame
        `semantrace.core.tables.FLOWS` of one network.
    heading : Heading
    lines : mapping of (int, int) to list of str
        The label of each cluster, by number of clusters and cluster, its size on the last line.
    step : float
        From one column to the next.
    height : float
        Of the columns.
    """

    flows: pd.DataFrame
    heading: Heading
    lines: Mapping[tuple[int, int], list[str]]
    step: float
    height: float

    @property
    def whole_height(self) -> float:
        """Height with heading and numbers."""
        return self.heading.height + HEADER_HEIGHT + self.height + BLOCK_GAP


@draws("cluster_hierarchy")
def cluster_hierarchy(
    flows: pd.DataFrame, networks: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw how the clusters of each number pass their classes on to those of the next.

    Parameters
    ----------
    flows : DataFrame
        `semantrace.core.tables.FLOWS`.
    networks : mapping of str to str
        Titles by name.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each ribbon; for the largest number, whose clusters pass nothing
        on, a row for each part of a cluster in one colour.
    """
    tables = by_network(flows)
    columns = max(table["k"].nunique() for table in tables.values())
    step = min(WIDEST_STEP, (PAGE_WIDTH - 2 * MARGIN) / columns)
    width = max(COLUMN_WIDTH, 2 * MARGIN + columns * step)
    blocks = [_block(table, networks[network], step, width) for network, table in tables.items()]
    figure = new_figure(width, sum(block.whole_height for block in blocks), layout=None)
    page = inch_axes(figure, 0, 0, *figure.get_size_inches())
    top = 0.0
    for block in blocks:
        _draw_block(page, block, top)
        top += block.whole_height
    return figure, flows


def _block(flows: pd.DataFrame, title: str, step: float, width: float) -> Block:
    probe = new_figure(1, 1, layout=None)
    room = step - NODE_WIDTH - 2 * LABEL_INDENT
    nodes = flows.drop_duplicates(["k", "cluster"])
    lines = {
        (node.k, node.cluster): [
            *wrap(probe, capitalised(node.label), room, LABEL_SIZE, "bold"),
            f"n = {node.size}",
        ]
        for node in nodes.itertuples()
    }
    needed = nodes["k"].map(
        lambda k: sum(_label_height(text) for key, text in lines.items() if key[0] == k)
    )
    heading = f"{title}, layer set “{flows['layer_set'].iloc[0]}”"
    return Block(
        flows,
        Heading.wrapped(heading, width - 2 * MARGIN),
        lines,
        step,
        max(CLUSTER_HEIGHT * nodes.groupby("k").size().max(), needed.max()),
    )


def _label_height(lines: list[str]) -> float:
    return len(lines) * LINE_HEIGHT + LABEL_PADDING


def _draw_block(page: Axes, block: Block, top: float) -> None:
    block.heading.draw(page, MARGIN, top)
    top += block.heading.height
    flows = place_ribbons(block, top + HEADER_HEIGHT)
    colours = _colours(flows["first_place"].max())
    for column, (k, part) in enumerate(flows.groupby("k")):
        left = MARGIN + column * block.step
        page.text(left, top + HEADER_HEIGHT / 2, f"k = {k}", fontsize=7, va="center")
        for flow in part.dropna(subset="next_cluster").itertuples():
            ends = (left + NODE_WIDTH, left + block.step)
            page.add_patch(_ribbon(*ends, flow, colours[flow.first_place - 1]))
        _draw_nodes(page, part, left, colours)
        _draw_labels(page, block, part, left + NODE_WIDTH + LABEL_INDENT, top + HEADER_HEIGHT)


def place_ribbons(block: Block, top: float) -> pd.DataFrame:
    """Return the flows with the upper edges of their ribbons at both ends, and their height.

    Parameters
    ----------
    block : Block
    top : float
        Inches from the top of the page to that of the columns.

    Returns
    -------
    DataFrame
        The block's flows with ``top``, ``next_top`` and ``height`` in inches. A cluster's ribbons
        stand by colour first on either side of it, so that a colour runs on where it can.
    """
    flows = block.flows.copy()
    clusters = flows.groupby("k")["cluster"].nunique()
    classes = flows.groupby("k")["classes"].sum().iloc[0]
    inches = (block.height - NODE_GAP * (clusters.max() - 1)) / classes
    start = top + (block.height - classes * inches - NODE_GAP * (clusters - 1)) / 2
    above = flows.groupby("k")["classes"].cumsum() - flows["classes"]
    flows["top"] = flows["k"].map(start) + above * inches + (flows["place"] - 1) * NODE_GAP
    arriving = flows.sort_values(["k", "next_place", "first_place", "place"])
    above = arriving.groupby("k")["classes"].cumsum() - arriving["classes"]
    next_start = flows["k"].map(start.shift(-1))
    flows["next_top"] = next_start + above * inches + (flows["next_place"] - 1) * NODE_GAP
    return flows.assign(height=flows["classes"] * inches)


def _colours(count: int) -> list:
    """Return a colour for each cluster of the smallest number."""
    if count <= len(SERIES_COLOURS):
        return list(SERIES_COLOURS[:count])
    return husl_palette(count, s=0.75, l=0.6)


def _ribbon(left: float, right: float, flow: Any, colour: str) -> PathPatch:
    """Return the band of a flow, a row of `place_ribbons`, which leaves and arrives level."""
    middle = (left + right) / 2
    upper, lower = flow.top, flow.top + flow.height
    next_upper, next_lower = flow.next_top, flow.next_top + flow.height
    points = [(left, upper), (middle, upper), (middle, next_upper), (right, next_upper)]
    points += [(right, next_lower), (middle, next_lower), (middle, lower), (left, lower)]
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3]
    return PathPatch(
        Path(points, codes), facecolor=mix(colour, "white", 0.55), alpha=0.8, linewidth=0, zorder=1
    )


def _draw_nodes(page: Axes, flows: pd.DataFrame, left: float, colours: list) -> None:
    """Draw the clusters of one number as bars in the colours of their classes."""
    parts = flows.groupby(["place", "first_place"], as_index=False)
    for part in parts.agg(top=("top", "min"), height=("height", "sum")).itertuples():
        colour = colours[part.first_place - 1]
        page.add_patch(
            Rectangle(
                (left, part.top),
                NODE_WIDTH,
                part.height,
                facecolor=colour,
                edgecolor=colour,
                linewidth=0.3,
                zorder=2,
            )
        )


def _draw_labels(page: Axes, block: Block, flows: pd.DataFrame, left: float, top: float) -> None:
    """Write the labels of one column, each beside its bar or tied to it by a line."""
    nodes = flows.groupby(["place", "k", "cluster"], as_index=False).agg(
        top=("top", "min"), height=("height", "sum")
    )
    texts = [block.lines[node.k, node.cluster] for node in nodes.itertuples()]
    heights = np.array([_label_height(lines) for lines in texts])
    middles = nodes["top"] + nodes["height"] / 2
    low, high = top + heights[0] / 2, top + block.height - heights[-1] / 2
    places = spread(middles, heights, low, high)
    for node, lines, middle, place in zip(nodes.itertuples(), texts, middles, places, strict=True):
        if abs(place - middle) > node.height / 2:
            ends = [left - LABEL_INDENT, left - 0.01]
            page.plot(ends, [middle, place], color=INK, linewidth=0.5, zorder=3)
        _write_label(page, lines, left, place)


def _write_label(page: Axes, lines: list[str], left: float, middle: float) -> None:
    """Write a label on a pale ground, which keeps it legible on the ribbons."""
    looks = [{"fontsize": LABEL_SIZE, "fontweight": "bold"}] * (len(lines) - 1)
    looks.append({"fontsize": SMALL})
    height = len(lines) * LINE_HEIGHT
    line_middle = middle - (height - LINE_HEIGHT) / 2
    widths = []
    for line, look in zip(lines, looks, strict=True):
        text = page.text(left, line_middle, line, va="center_baseline", zorder=5, **look)
        widths.append(text_size(text)[0])
        line_middle += LINE_HEIGHT
    page.add_patch(
        Rectangle(
            (left - GROUND_EDGE, middle - height / 2),
            1.04 * max(widths) + 2 * GROUND_EDGE,
            height,
            facecolor="white",
            alpha=0.6,
            linewidth=0,
            zorder=4,
        )
    )

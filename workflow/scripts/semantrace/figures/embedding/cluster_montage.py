"""What clusters look like: images of their most typical classes."""

import math
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from semantrace.core.names import capitalised
from semantrace.figures.base.style import (
    GREY,
    PAGE_WIDTH,
    SMALL,
    draws,
    fit_line,
    new_figure,
    text_width,
)
from semantrace.figures.base.thumbnails import draw_thumbnail, inch_axes
from semantrace.images.thumbnails import load_thumbnail
from semantrace.io.tables import by_network

IMAGES = 8
LABEL_SIZE = 7.0
MARGIN = 0.08
HEADING_HEIGHT = 0.3
MONTAGE_GAP = 0.3
CELL_GAP = 0.035
CAPTION_HEIGHT = 0.19
STRIP_GAP = 0.09


@draws("cluster_montage")
def cluster_montage(
    classes: pd.DataFrame,
    images: Mapping[str, Path],
    networks: Mapping[str, str],
) -> tuple[Figure, pd.DataFrame]:
    """Draw the most typical classes of each cluster as images.

    Parameters
    ----------
    classes : DataFrame
        `semantrace.core.tables.TYPICAL_CLASSES`.
    images : mapping of str to path
        An image of each class, by concept.
    networks : mapping of str to str
        Titles by name.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each image.
    """
    blocks = by_network(classes)
    # Two strips of images stand side by side: of two networks, or of two clusters of one.
    columns = min(len(blocks), 2)
    strip = (PAGE_WIDTH - 2 * MARGIN - MONTAGE_GAP) / 2
    heights = [_block_height(table, strip, columns) for table in blocks.values()]
    levels = [max(heights[row : row + columns]) for row in range(0, len(heights), columns)]
    figure = new_figure(PAGE_WIDTH, sum(levels) + MARGIN, layout=None)
    page = inch_axes(figure, 0, 0, *figure.get_size_inches())
    for number, (network, table) in enumerate(blocks.items()):
        row, column = divmod(number, columns)
        corner = (MARGIN + column * (strip + MONTAGE_GAP), sum(levels[:row]))
        _draw_block(page, networks[network], table, images, corner, strip, columns)
    return figure, classes


def _image_side(strip: float) -> float:
    return (strip - CELL_GAP * (IMAGES - 1)) / IMAGES


def _strip_height(strip: float) -> float:
    return CAPTION_HEIGHT + _image_side(strip) + STRIP_GAP


def _block_height(table: pd.DataFrame, strip: float, columns: int) -> float:
    strips = table["cluster"].nunique()
    rows = strips if columns > 1 else math.ceil(strips / 2)
    return HEADING_HEIGHT + rows * _strip_height(strip)


def _draw_block(
    page: Axes,
    title: str,
    table: pd.DataFrame,
    images: Mapping[str, Path],
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
        _draw_strip(page, cluster, images, x, y, strip)


def _draw_strip(
    page: Axes,
    cluster: pd.DataFrame,
    images: Mapping[str, Path],
    left: float,
    top: float,
    strip: float,
) -> None:
    """Draw the images of one cluster under its label, F1 and size."""
    side = _image_side(strip)
    first = cluster.iloc[0]
    facts = f"F1 {first['f1']:.2f} · {first['size']} classes"
    room = strip - text_width(page.figure, facts, SMALL) - 0.1
    text, size = fit_line(page.figure, capitalised(first["label"]), room, LABEL_SIZE, "bold")
    page.text(left, top + 0.1, text, fontsize=size, fontweight="bold", va="center")
    page.text(left + strip, top + 0.1, facts, fontsize=SMALL, color=GREY, va="center", ha="right")
    for place, concept in enumerate(cluster["concept"]):
        x = left + place * (side + CELL_GAP)
        draw_thumbnail(page, load_thumbnail(images[concept]), x, top + CAPTION_HEIGHT, side)

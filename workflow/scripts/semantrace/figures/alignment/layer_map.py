"""Every layer of a network against every layer of a text encoder."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from seaborn import light_palette

from semantrace.figures.base.annotations import fit_legend, line_handle, room_for_names
from semantrace.figures.base.scores import SIGNIFICANCE, is_significant
from semantrace.figures.base.style import (
    GREY,
    INK,
    PAGE_WIDTH,
    SMALL,
    Series,
    draws,
    new_figure,
)

CHANCE = 0.5
CELL_HEIGHT = 0.2
CELL_WIDTH = 0.2
"""Inches; a panel with room for no more than half the page stands beside another one."""

PANEL_MARGIN = 1.0
"""Inches that a panel takes beside its cells, for names and title."""

BAR_HEIGHT = 2.2
"""Inches of the scale of tints."""

TINTS = light_palette("#0173b2", as_cmap=True)
NOT_SIGNIFICANT = Series(GREY, "o", "")


@draws("layer_map_{encoder}")
def layer_map(
    scores: pd.DataFrame, networks: Mapping[str, str], encoder: str
) -> tuple[Figure, pd.DataFrame]:
    """Draw the 2 vs. 2 accuracy of each pair of layers, a panel for each network.

    Parameters
    ----------
    scores : DataFrame
        `semantrace.core.tables.LAYER_MAP` of one encoder and all networks, and ``layer_title``
        where layers have titles.
    networks : mapping of str to str
        Titles by name, in the study's order.
    encoder : str
        The encoder's title.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each pair of layers.
    """
    data = scores.assign(significant=is_significant(scores))
    names = "layer_title" if "layer_title" in data else "layer"
    most = max(data.groupby("network")["layer_index"].nunique())
    columns = 2 if len(networks) > 1 and PANEL_MARGIN + most * CELL_WIDTH < PAGE_WIDTH / 2 else 1
    rows = math.ceil(len(networks) / columns)
    height = data["text_layer"].nunique() * CELL_HEIGHT + PANEL_MARGIN / 2 + room_for_names(data)
    figure = new_figure(PAGE_WIDTH, 0.6 + rows * height)
    grid = figure.add_gridspec(rows, columns)
    highest = max(data["accuracy"].max(), CHANCE + 0.1)
    axes = []
    for place, (network, title) in enumerate(networks.items()):
        axis = figure.add_subplot(grid[divmod(place, columns)])
        image = _draw_panel(axis, data[data["network"] == network], names, highest)
        axis.set_title(title)
        axis.set_ylabel(f"Layer of {encoder}" if place % columns == 0 else "")
        axes.append(axis)
    bar = {"shrink": min(1.0, BAR_HEIGHT / (rows * height)), "aspect": 20, "anchor": (0, 1)}
    figure.colorbar(image, ax=axes, label="2 vs. 2 accuracy", pad=0.02, **bar)
    fit_legend(figure, _handles(not data["significant"].all()))
    return figure, data


def _handles(some_hollow: bool) -> list[Line2D]:
    settings = {"markerfacecolor": "none", "markersize": 4}
    highest = line_handle(Series(INK, "s", ""), "highest accuracy", **settings)
    hollow = line_handle(NOT_SIGNIFICANT, f"p ≥ {SIGNIFICANCE:g}, family-wise", **settings)
    return [highest, hollow] if some_hollow else [highest]


def _draw_panel(axis: Axes, data: pd.DataFrame, names: str, highest: float) -> AxesImage:
    """Draw the map of one network; the pixels stand at the left, apart by a white line."""
    cells = data.pivot(index="text_layer", columns="layer_index", values="accuracy")
    image = axis.imshow(cells, cmap=TINTS, vmin=CHANCE, vmax=highest, aspect="auto", origin="lower")
    column = {index: place for place, index in enumerate(cells.columns)}
    row = {layer: place for place, layer in enumerate(cells.index)}
    hollow = data[~data["significant"]]
    axis.plot(
        hollow["layer_index"].map(column),
        hollow["text_layer"].map(row),
        NOT_SIGNIFICANT.marker,
        color=NOT_SIGNIFICANT.colour,
        markersize=2.2,
        markerfacecolor="none",
        markeredgewidth=0.5,
    )
    if column.get(0) == 0:
        axis.axvline(0.5, color="white", linewidth=2)
    best = data.loc[data["accuracy"].where(data["layer_index"] > 0).idxmax()]
    place = column[best["layer_index"]], row[best["text_layer"]]
    corner = (place[0] - 0.5, place[1] - 0.5)
    axis.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=INK, linewidth=1.2))
    dark = best["accuracy"] - CHANCE > 0.6 * (highest - CHANCE)
    value = f"{best['accuracy']:.2f}".lstrip("0")
    axis.text(
        *place,
        value,
        fontsize=SMALL,
        fontweight="bold",
        color="white" if dark else INK,
        ha="center",
        va="center_baseline",
    )
    titles = data.drop_duplicates("layer_index").set_index("layer_index")[names]
    axis.set_xticks(range(len(column)), titles.loc[cells.columns], rotation=90)
    axis.set_yticks(np.arange(len(row)), cells.index)
    axis.tick_params(length=0)
    axis.spines[:].set_visible(False)
    return image

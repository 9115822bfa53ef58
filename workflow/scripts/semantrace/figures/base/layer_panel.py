"""Panels whose horizontal axis is the layers of a network, with the pixels apart."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from semantrace.figures.base.annotations import (
    label_levels,
    room_for_names,
    wrap_title,
)
from semantrace.figures.base.style import (
    COLUMN_WIDTH,
    INK,
    PAGE_WIDTH,
    PALE,
    POINTS,
    Series,
    new_figure,
    panel_grid,
)

CHANCE = 0.5

TICK_POINTS = 7.8
"""Least distance of two layers' names."""

LEFT_MARGIN = 0.55
RIGHT_MARGIN = 0.4
"""Inches that labels take at the left of the page and at the right of a panel, roughly."""

TITLE_CHARACTER = 0.074
"""Inches that a character of a title takes, roughly."""


@dataclass(frozen=True)
class LayerPanel:
    """A panel whose horizontal axis is the layers of a network: 1, 2, …, and the pixels apart.

    Attributes
    ----------
    axis : Axes
    pixel_position : float
        Where the pixels stand; half a step or more is free between them and the first layer.
    marker_size : float
        Points.
    """

    axis: Axes
    pixel_position: float
    marker_size: float

    def positions(self, layer_index: Sequence[int]) -> np.ndarray:
        """Return the horizontal positions of layers, where index zero is the pixels."""
        index = np.asarray(layer_index, dtype=float)
        return np.where(index == 0, self.pixel_position, index)


def panel_layout(panels: int, most_layers: int, wide: bool = False) -> tuple[int, float]:
    """Return the number of columns and the width of the page in inches for panels of layers.

    Parameters
    ----------
    panels, most_layers : int
    wide : bool
        Whether one panel gets the whole page, since its legend is long.
    """
    if panels == 1:
        return 1, PAGE_WIDTH if wide or most_layers > 16 else COLUMN_WIDTH
    if most_layers > 30:
        return 1, PAGE_WIDTH
    if panels == 3 and most_layers <= 16:
        return 3, PAGE_WIDTH
    return 2, PAGE_WIDTH


def layer_figure(
    panels: int, scores: pd.DataFrame, height: float, wide: bool = False
) -> tuple[int, Figure]:
    """Return the number of columns of panels, and an empty page for them.

    Parameters
    ----------
    panels : int
    scores : DataFrame
        What will be drawn, for the number of layers and the length of their names.
    height : float
        Inches of a panel without the names.
    wide : bool
        Whether one panel gets the whole page.
    """
    columns, width = panel_layout(panels, _most_layers(scores), wide)
    height += room_for_names(scores)
    return columns, new_figure(width, 0.6 + height * math.ceil(panels / columns))


def _most_layers(scores: pd.DataFrame) -> int:
    return int(scores["layer_index"].max())


def layer_panel(
    axis: Axes,
    rows: pd.DataFrame,
    title: str,
    figure: Figure,
    columns: int,
    right: float = RIGHT_MARGIN,
) -> LayerPanel:
    """Give a panel its title, and the layers' names as far as there is room for them.

    Parameters
    ----------
    axis : Axes
    rows : DataFrame
        The layers: ``layer``, ``layer_index`` and, if figures call them otherwise,
        ``layer_title``.
    title : str
        The panel's; wrapped to its width.
    figure : Figure
    columns : int
        How many panels stand side by side.
    right : float
        Inches that labels take at the right of the panel.
    """
    label = "layer_title" if "layer_title" in rows else "layer"
    names = rows.drop_duplicates("layer_index").set_index("layer_index")[label]
    last = int(names.index.max())
    width = (figure.get_figwidth() - LEFT_MARGIN) / columns - right
    step_points = width * POINTS / (last + 2)
    every = math.ceil(TICK_POINTS / step_points)
    panel = LayerPanel(
        axis,
        pixel_position=1 - max(1.5, 1.5 * TICK_POINTS / step_points),
        marker_size=float(np.clip(0.5 * step_points, 2.0, 4.2)),
    )
    shown = [index for index in names.index if index == 0 or (index - 1) % every == 0]
    hidden = [index for index in names.index if index not in shown]
    edge = max(0.7, 4 / step_points)
    has_pixels = 0 in names.index
    axis.set_xlim((panel.pixel_position if has_pixels else 1) - edge, last + edge)
    axis.set_xticks(panel.positions(shown), names[shown], rotation=90)
    axis.set_xticks(panel.positions(hidden), minor=True)
    axis.tick_params(axis="x", which="minor", length=1.2, width=0.5)
    if has_pixels:
        axis.axvline((panel.pixel_position + 1) / 2, color=PALE, linewidth=0.6, zorder=0)
    axis.grid(axis="y")
    if title:
        characters = max(12, int((width + right) / TITLE_CHARACTER))
        axis.set_title(wrap_title(figure, title, characters, width + right))
    return panel


def network_panels(
    figure: Figure,
    columns: int,
    scores: pd.DataFrame,
    networks: Mapping[str, str],
    label: str,
    chance: float,
) -> Iterator[tuple[str, LayerPanel, pd.DataFrame]]:
    """Yield each network with a panel, in which chance is drawn, and with its rows, to be drawn.

    Parameters
    ----------
    figure, columns
        From `layer_figure`.
    scores : DataFrame
        All rows, with the layers that `layer_panel` names.
    networks : mapping of str to str
        Titles by name, in the study's order.
    label : str
        Of the vertical axis.
    chance : float
    """
    axes, is_left = panel_grid(figure, len(networks), columns)
    for axis, left, (network, title) in zip(axes, is_left, networks.items(), strict=True):
        rows = scores[scores["network"] == network]
        panel = layer_panel(axis, rows, title, figure, columns)
        draw_level(axis, chance)
        if left:
            axis.set_ylabel(label)
        yield network, panel, rows
        label_levels(axis, {"chance": chance})


def draw_marks(
    panel: LayerPanel,
    rows: pd.DataFrame,
    value: str,
    filled: pd.Series,
    look: Series,
    light: bool = False,
) -> None:
    """Draw a line through the layers, a mark for each and one for the pixels."""
    layers = rows["layer_index"] > 0
    panel.axis.plot(
        rows.loc[layers, "layer_index"],
        rows.loc[layers, value],
        color=look.colour,
        linestyle=look.line,
        linewidth=0.8 if light else 1.3,
        zorder=2,
    )
    for chosen, face in ((filled, look.colour), (~filled, "white")):
        panel.axis.plot(
            panel.positions(rows.loc[chosen, "layer_index"]),
            rows.loc[chosen, value],
            color=look.colour,
            marker=look.marker,
            markerfacecolor=face,
            markeredgewidth=0.7 if light else 0.9,
            markersize=panel.marker_size * (0.75 if light else 1),
            linestyle="none",
            zorder=2.5 if light else 3,
        )


def draw_level(axis: Axes, level: float) -> None:
    """Draw a dashed line across a panel."""
    axis.axhline(level, color=INK, linewidth=0.8, linestyle=(0, (5, 2)), zorder=1)

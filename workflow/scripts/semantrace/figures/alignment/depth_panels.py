"""Panels in which all networks lie over relative depth, from the pixels to their last layer."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from semantrace.figures.base.annotations import (
    fit_legend,
    label_levels,
    line_handle,
    significance_handles,
    wrap_title,
)
from semantrace.figures.base.layer_panel import draw_level
from semantrace.figures.base.scores import in_study_order, is_significant
from semantrace.figures.base.style import PAGE_WIDTH, Series, new_figure, panel_grid, series

PANEL_HEIGHT = 2.0
MARGIN = 1.0
"""Inches, of a panel and of what labels take at the left and the right of the page."""

TITLE_CHARACTERS = 26


def at_depth(scores: pd.DataFrame, networks: Mapping[str, str]) -> pd.DataFrame:
    """Return scores in the study's order, with their relative ``depth`` and verdicts."""
    data = in_study_order(scores, networks)
    deepest = data.groupby("network")["layer_index"].transform("max")
    return data.assign(depth=data["layer_index"] / deepest, significant=is_significant(data))


def depth_figure(
    panels: Mapping[str, pd.DataFrame],
    networks: Mapping[str, str],
    column: str,
    label: str,
    chance: float,
    most_columns: int = 3,
) -> Figure:
    """Draw a panel for each of some scores, on one scale.

    Parameters
    ----------
    panels : mapping of str to DataFrame
        Rows of `at_depth` by the panel's title.
    networks : mapping of str to str
        Titles by name, in the study's order.
    column : str
        What is drawn.
    label : str
        Of the axis.
    chance : float
        Where a line is drawn.
    most_columns : int
    """
    columns = min(most_columns, len(panels))
    figure = new_figure(PAGE_WIDTH, 0.6 + PANEL_HEIGHT * math.ceil(len(panels) / columns))
    axes, is_left = panel_grid(figure, len(panels), columns)
    values = pd.concat([rows[column] for rows in panels.values()])
    axes[0].set_ylim(min(chance, values.min()) - 0.03, min(1.0, values.max() + 0.03))
    last, width = len(panels) - columns, (PAGE_WIDTH - MARGIN) / columns
    for place, (axis, left, title) in enumerate(zip(axes, is_left, panels, strict=True)):
        draw_level(axis, chance)
        for number, network in enumerate(networks):
            rows = panels[title]
            _draw_network(axis, rows[rows["network"] == network], column, series(number))
        axis.set_title(wrap_title(figure, title, TITLE_CHARACTERS, width))
        axis.set_xlim(-0.05, 1.05)
        axis.set_xticks([0, 0.5, 1], ["pixels", "½", "last"])
        axis.grid(axis="y")
        if left:
            axis.set_ylabel(label)
        if place >= last:
            axis.set_xlabel("Relative depth")
        if place % columns == columns - 1 or place == len(panels) - 1:
            label_levels(axis, {"chance": chance})
    handles = [line_handle(series(number), title) for number, title in enumerate(networks.values())]
    fit_legend(figure, [*handles, *significance_handles()])
    return figure


def _draw_network(axis: Axes, rows: pd.DataFrame, column: str, look: Series) -> None:
    size = float(np.clip(40 / len(rows), 1.8, 3.4))
    axis.plot(rows["depth"], rows[column], linestyle=look.line, color=look.colour, linewidth=1.0)
    for chosen, face in ((rows["significant"], look.colour), (~rows["significant"], "white")):
        axis.plot(
            rows.loc[chosen, "depth"],
            rows.loc[chosen, column],
            look.marker,
            color=look.colour,
            markerfacecolor=face,
            markeredgewidth=0.7,
            markersize=size,
        )

"""2 vs. 2 accuracy of all networks beside each other, over relative depth."""

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
from semantrace.figures.base.layer_panel import CHANCE, draw_level
from semantrace.figures.base.scores import in_study_order, is_significant
from semantrace.figures.base.style import PAGE_WIDTH, Series, draws, new_figure, panel_grid, series

MOST_COLUMNS = 3
PANEL_HEIGHT = 2.0
MARGIN = 1.0
"""Inches, of a panel and of what labels take at the left and the right of the page."""

TITLE_CHARACTERS = 26


@draws("two_vs_two_by_depth")
def two_vs_two_by_depth(
    scores: pd.DataFrame, networks: Mapping[str, str], word_models: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw the accuracy of each network over relative depth, a panel for each word model.

    Parameters
    ----------
    scores : DataFrame
        `semantrace.core.tables.TWO_VS_TWO`.
    networks, word_models : mapping of str to str
        Titles by name, in the study's order.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark; ``depth`` is 0 for the pixels and 1 for the last of the study's layers.
    """
    data = in_study_order(scores, networks)
    deepest = data.groupby("network")["layer_index"].transform("max")
    data = data.assign(depth=data["layer_index"] / deepest, significant=is_significant(data))
    columns = min(MOST_COLUMNS, len(word_models))
    rows = math.ceil(len(word_models) / columns)
    figure = new_figure(PAGE_WIDTH, 0.6 + PANEL_HEIGHT * rows)
    axes, is_left = panel_grid(figure, len(word_models), columns)
    low, high = min(CHANCE, data["accuracy"].min()), data["accuracy"].max()
    axes[0].set_ylim(low - 0.03, min(1.0, high + 0.03))
    last, width = len(word_models) - columns, (PAGE_WIDTH - MARGIN) / columns
    for place, (axis, left, model) in enumerate(zip(axes, is_left, word_models, strict=True)):
        draw_level(axis, CHANCE)
        for number, network in enumerate(networks):
            chosen = (data["word_model"] == model) & (data["network"] == network)
            _draw_network(axis, data[chosen], series(number))
        axis.set_title(wrap_title(figure, word_models[model], TITLE_CHARACTERS, width))
        axis.set_xlim(-0.05, 1.05)
        axis.set_xticks([0, 0.5, 1], ["pixels", "½", "last"])
        axis.grid(axis="y")
        if left:
            axis.set_ylabel("2 vs. 2 accuracy")
        if place >= last:
            axis.set_xlabel("Relative depth")
        if place % columns == columns - 1 or place == len(word_models) - 1:
            label_levels(axis, {"chance": CHANCE})
    handles = [line_handle(series(number), title) for number, title in enumerate(networks.values())]
    fit_legend(figure, [*handles, *significance_handles()])
    return figure, data


def _draw_network(axis: Axes, rows: pd.DataFrame, look: Series) -> None:
    size = float(np.clip(40 / len(rows), 1.8, 3.4))
    axis.plot(
        rows["depth"], rows["accuracy"], linestyle=look.line, color=look.colour, linewidth=1.0
    )
    for chosen, face in ((rows["significant"], look.colour), (~rows["significant"], "white")):
        axis.plot(
            rows.loc[chosen, "depth"],
            rows.loc[chosen, "accuracy"],
            look.marker,
            color=look.colour,
            markerfacecolor=face,
            markeredgewidth=0.7,
            markersize=size,
        )

"""The mean correlation of matched and of mismatched rows by layer.

Source of the form: Dharmaretnam & Fyshe 2018, supplementary figure 4.
"""

import textwrap
from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from semantrace.figures.base.annotations import (
    fit_legend,
    line_handle,
    room_for_names,
)
from semantrace.figures.base.layer_panel import LayerPanel, draw_marks, layer_figure, layer_panel
from semantrace.figures.base.scores import in_study_order
from semantrace.figures.base.style import (
    PAGE_WIDTH,
    PALE,
    Series,
    draws,
    new_figure,
    panel_grid,
)

MATCHED = Series("#0173b2", "o", "-")
MISMATCHED = Series("#d55e00", "s", (0, (4, 1.5)))


@draws("matched_and_mismatched_by_layer")
def matched_and_mismatched_by_layer(
    scores: pd.DataFrame, networks: Mapping[str, str], word_models: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw the mean correlation of matched and of mismatched rows by layer.

    A panel for each network; where there are several word models, a column for each of them.

    Parameters
    ----------
    scores, networks, word_models
        As for `two_vs_two_by_layer`.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each pair of marks.
    """
    scores = in_study_order(scores, networks)
    panels = [(network, model) for network in networks for model in word_models]
    several = len(word_models) > 1
    if several:
        columns = len(word_models)
        figure = new_figure(PAGE_WIDTH, 0.6 + (2.1 + room_for_names(scores)) * len(networks))
    else:
        columns, figure = layer_figure(len(panels), scores, height=2.3)
    axes, is_left = panel_grid(figure, len(panels), columns)
    for number, (axis, (network, model)) in enumerate(zip(axes, panels, strict=True)):
        rows = scores[(scores["network"] == network) & (scores["word_model"] == model)]
        title = networks[network] if not several else word_models[model]
        title = title if not several or number < columns else ""
        right = 0.2 if several else 0.1  # networks' names take room at the left of several
        _draw_matched(layer_panel(axis, rows, title, figure, columns, right), rows)
        if is_left[number]:
            label = "Mean correlation"
            name = textwrap.fill(networks[network], 20, break_long_words=False)
            axis.set_ylabel(f"{name}\n{label}" if several else label)
    fit_legend(
        figure,
        [
            line_handle(MATCHED, "matched: a concept's word and its own image"),
            line_handle(MISMATCHED, "mismatched: a concept's word and another's image"),
        ],
    )
    return figure, scores


def _draw_matched(panel: LayerPanel, rows: pd.DataFrame) -> None:
    layers = rows[rows["layer_index"] > 0]
    panel.axis.fill_between(
        layers["layer_index"],
        layers["mismatched_correlation"],
        layers["matched_correlation"],
        color=PALE,
        alpha=0.6,
        linewidth=0,
    )
    filled = pd.Series(True, index=rows.index)
    for value, look in (("mismatched", MISMATCHED), ("matched", MATCHED)):
        draw_marks(panel, rows, f"{value}_correlation", filled, look)

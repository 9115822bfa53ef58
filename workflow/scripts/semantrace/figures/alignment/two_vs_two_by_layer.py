"""2 vs. 2 accuracy by layer.

Source of the form: Dharmaretnam & Fyshe 2018, figures 1 to 3.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from semantrace.core.sample_size import FEWEST_CONCEPTS, too_few
from semantrace.figures.base.annotations import (
    fit_legend,
    label_levels,
    line_handle,
    significance_handles,
)
from semantrace.figures.base.layer_panel import (
    CHANCE,
    LayerPanel,
    draw_level,
    draw_marks,
    layer_figure,
    layer_panel,
)
from semantrace.figures.base.scores import in_study_order, is_significant
from semantrace.figures.base.style import (
    INK,
    Series,
    draws,
    mix,
    panel_grid,
    series,
)

MOST_SHADED = 2
"""Word models whose intervals can lie over each other and still be told apart."""


@draws("two_vs_two_by_layer")
def two_vs_two_by_layer(
    scores: pd.DataFrame, networks: Mapping[str, str], word_models: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw 2 vs. 2 accuracy by layer, a panel for each network.

    Parameters
    ----------
    scores : DataFrame
        From `semantrace.io.tables.read_scores`.
    networks, word_models : mapping of str to str
        Titles by name, in the study's order.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark.
    """
    scores = in_study_order(scores, networks)
    scores["significant"] = is_significant(scores)
    columns, figure = layer_figure(
        len(networks), scores, height=2.6, wide=len(word_models) > MOST_SHADED
    )
    axes, is_left = panel_grid(figure, len(networks), columns)
    shaded = list(word_models)[: None if len(word_models) <= MOST_SHADED else 1]
    drawn = scores[scores["word_model"].isin(shaded)]
    top = np.nanmax([drawn["accuracy_high"].max(), scores["accuracy"].max()])
    bottom = np.nanmin([CHANCE, drawn["accuracy_low"].min(), scores["accuracy"].min()])
    axes[0].set_ylim(bottom - 0.02, min(1.0, top) + 0.12 * (top - bottom))
    for axis, left, (network, title) in zip(axes, is_left, networks.items(), strict=True):
        rows = scores[scores["network"] == network]
        panel = layer_panel(axis, rows, title, figure, columns)
        draw_level(axis, CHANCE)
        for number, model in enumerate(word_models):
            of_model = rows[rows["word_model"] == model]
            if model in shaded:
                _draw_intervals(panel, of_model, series(number))
            _draw_accuracy(panel, of_model, series(number))
        _mark_peak(axis, rows, shaded)
        pixels = rows.loc[rows["layer_index"] == 0, "accuracy"].mean()
        label_levels(axis, {"chance": CHANCE, "pixels": pixels})
        if left:
            axis.set_ylabel("2 vs. 2 accuracy")
    looks = [series(number) for number in range(len(word_models))]
    handles = [
        line_handle(look, title) for look, title in zip(looks, word_models.values(), strict=True)
    ]
    whose = "" if len(shaded) == len(word_models) else f" of {word_models[shaded[0]]}"
    interval = Patch(facecolor=mix(INK, "white", 0.8), label=f"95 % jackknife interval{whose}")
    intervals = [interval] if drawn["accuracy_high"].notna().any() else []
    fit_legend(figure, [*handles, *significance_handles(), *intervals])
    _write_too_few(figure, int(scores["concepts"].min()))
    return figure, scores


def _draw_intervals(panel: LayerPanel, rows: pd.DataFrame, look: Series) -> None:
    """Shade the intervals of the layers, and draw a bar at the pixels."""
    pixels, layers = rows[rows["layer_index"] == 0], rows[rows["layer_index"] > 0]
    interval = {"color": look.colour, "alpha": 0.16, "linewidth": 0, "zorder": 1.5}
    panel.axis.fill_between(
        layers["layer_index"], layers["accuracy_low"], layers["accuracy_high"], **interval
    )
    panel.axis.vlines(
        panel.positions(pixels["layer_index"]),
        pixels["accuracy_low"],
        pixels["accuracy_high"],
        **{**interval, "alpha": 0.3, "linewidth": 4},
    )


def _draw_accuracy(panel: LayerPanel, rows: pd.DataFrame, look: Series) -> None:
    """Draw accuracy, and the level of the pixels."""
    pixels = rows[rows["layer_index"] == 0]
    for level in pixels["accuracy"]:
        panel.axis.axhline(
            level, color=look.colour, linewidth=0.9, linestyle=(0, (1, 1.6)), zorder=1.6
        )
    draw_marks(panel, rows, "accuracy", rows["significant"], look)


def _mark_peak(axis: Axes, rows: pd.DataFrame, shaded: Sequence[str]) -> None:
    """Write the highest accuracy of a panel above what is drawn at its layer."""
    layers = rows[rows["layer_index"] > 0]
    peak = layers.loc[layers["accuracy"].idxmax()]
    there = layers[layers["layer_index"] == peak["layer_index"]]
    intervals = there[there["word_model"].isin(shaded)]
    axis.annotate(
        f"{peak['accuracy']:.2f}",
        (peak["layer_index"], np.fmax(peak["accuracy"], intervals["accuracy_high"].max())),
        xytext=(0, 2.5),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=6.5,
        fontweight="bold",
    )


def _write_too_few(figure: Figure, concepts: int) -> None:
    """Say above the legend where there are too few concepts for a statement."""
    if concepts < FEWEST_CONCEPTS:
        (legend,) = figure.legends
        legend.set_title(too_few(concepts), prop={"size": 6.5})

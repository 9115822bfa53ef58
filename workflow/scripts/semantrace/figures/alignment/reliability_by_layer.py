"""Image reliability by layer, with the accuracies against words beside it.

How far the images of different groups agree is a yardstick for how far words and images do.
"""

import math
from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from semantrace.figures.base.annotations import fit_legend, label_levels, room_for_names
from semantrace.figures.base.layer_panel import (
    CHANCE,
    LayerPanel,
    layer_panel,
    panel_layout,
)
from semantrace.figures.base.scores import in_study_order
from semantrace.figures.base.style import (
    INK,
    Series,
    draws,
    mix,
    new_figure,
    panel_grid,
    series,
)

PANEL_HEIGHT = 2.5
"""Inches."""

IMAGES = Series(INK, "o", "-")
BETWEEN_IMAGES = "images of one group against those of the others"


@draws("reliability_by_layer")
def reliability_by_layer(
    reliability: pd.DataFrame,
    scores: pd.DataFrame,
    networks: Mapping[str, str],
    word_models: Mapping[str, str],
) -> tuple[Figure, pd.DataFrame]:
    """Draw image reliability by layer, a panel for each network.

    Parameters
    ----------
    reliability : DataFrame
        From `semantrace.io.tables.read_scores`, with `semantrace.core.tables.RELIABILITY`.
    scores : DataFrame
        From `semantrace.io.tables.read_scores`, with `semantrace.core.tables.TWO_VS_TWO`.
    networks, word_models : mapping of str to str
        Titles by name, in the study's order.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark; ``against`` is ``images`` or a word model.
    """
    reliability = in_study_order(reliability, networks)
    scores = in_study_order(scores, networks)
    columns, width = panel_layout(len(networks), int(reliability["layer_index"].max()))
    rows = math.ceil(len(networks) / columns)
    height = PANEL_HEIGHT + room_for_names(reliability)
    figure = new_figure(width, 0.6 + height * rows)
    axes, is_left = panel_grid(figure, len(networks), columns)
    spread = reliability["reliability_spread"]
    lowest = (reliability["reliability"] - spread.fillna(0)).min()
    bottom = min(CHANCE, lowest, scores["accuracy"].min())
    axes[0].set_ylim(bottom - 0.02, 1.02)
    for axis, left, (network, title) in zip(axes, is_left, networks.items(), strict=True):
        own = reliability[reliability["network"] == network]
        panel = layer_panel(axis, own, title, figure, columns)
        axis.axhline(CHANCE, color=INK, linewidth=0.8, linestyle=(0, (5, 2)), zorder=1)
        _draw_spread(panel, own)
        for number, model in enumerate(word_models):
            of_model = (scores["network"] == network) & (scores["word_model"] == model)
            _draw_line(panel, scores[of_model], "accuracy", series(number), 0.6)
        _draw_line(panel, own, "reliability", IMAGES, 1.0)
        label_levels(axis, {"chance": CHANCE})
        if left:
            axis.set_ylabel("2 vs. 2 accuracy")
    fit_legend(figure, _handles(word_models, spread.notna().any()))
    return figure, _data(reliability, scores)


def _draw_spread(panel: LayerPanel, rows: pd.DataFrame) -> None:
    """Draw one standard deviation over groups on either side."""
    look = {"color": INK, "linewidth": 0, "zorder": 1.5}
    low = rows["reliability"] - rows["reliability_spread"]
    high = rows["reliability"] + rows["reliability_spread"]
    layers = rows["layer_index"] > 0
    panel.axis.fill_between(
        rows.loc[layers, "layer_index"], low[layers], high[layers], alpha=0.14, **look
    )
    places = panel.positions(rows.loc[~layers, "layer_index"])
    panel.axis.vlines(places, low[~layers], high[~layers], alpha=0.3, **{**look, "linewidth": 4})


def _draw_line(
    panel: LayerPanel, rows: pd.DataFrame, value: str, look: Series, size: float
) -> None:
    layers = rows["layer_index"] > 0
    for chosen, line in ((layers, look.line), (~layers, "none")):
        panel.axis.plot(
            panel.positions(rows.loc[chosen, "layer_index"]),
            rows.loc[chosen, value],
            color=look.colour,
            linestyle=line,
            linewidth=1.3 * size,
            marker=look.marker,
            markersize=panel.marker_size * size,
            zorder=2 + size,
        )


def _handles(word_models: Mapping[str, str], has_spread: bool) -> list:
    looks = {BETWEEN_IMAGES: (IMAGES, 1.0)}
    for number, title in enumerate(word_models.values()):
        looks[f"against {title}"] = (series(number), 0.6)
    lines = [
        Line2D(
            [],
            [],
            color=look.colour,
            marker=look.marker,
            linestyle=look.line,
            linewidth=1.3 * size,
            markersize=4.2 * size,
            label=label,
        )
        for label, (look, size) in looks.items()
    ]
    band = Patch(facecolor=mix(INK, "white", 0.8), label="standard deviation over groups")
    return [lines[0], *([band] if has_spread else []), *lines[1:]]


def _data(reliability: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    names = {"reliability": "accuracy", "reliability_spread": "spread"}
    images = reliability.rename(columns=names).assign(against="images")
    words = scores.rename(columns={"word_model": "against", "accuracy_spread": "spread"})
    return pd.concat([images, words], ignore_index=True, join="inner")

"""Scores drawn layer by layer: 2 vs. 2 accuracy, matched correlations, representational similarity.

Source of the forms: Dharmaretnam & Fyshe 2018, figures 1 to 3 and supplementary figure 4.
"""

import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from semantrace.core.sample_size import FEWEST_CONCEPTS, too_few
from semantrace.figures.annotations import (
    fit_legend,
    label_levels,
    line_handle,
    room_for_names,
    significance_handles,
    wrap_title,
)
from semantrace.figures.scores import LAYER_COLUMNS, in_study_order, is_significant
from semantrace.figures.style import (
    COLUMN_WIDTH,
    INK,
    PAGE_WIDTH,
    PALE,
    POINTS,
    Series,
    draws,
    mix,
    new_figure,
    panel_grid,
    series,
)

CHANCE = 0.5

MOST_SHADED = 2
"""Word models whose intervals can lie over each other and still be told apart."""

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
    columns, figure = _layer_figure(
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
        _draw_level(axis, CHANCE)
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
        columns, figure = _layer_figure(len(panels), scores, height=2.3)
    axes, is_left = panel_grid(figure, len(panels), columns)
    for number, (axis, (network, model)) in enumerate(zip(axes, panels, strict=True)):
        rows = scores[(scores["network"] == network) & (scores["word_model"] == model)]
        title = networks[network] if not several else word_models[model]
        title = title if not several or number < columns else ""
        _draw_matched(layer_panel(axis, rows, title, figure, columns, right=0.1), rows)
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


@draws("rsa_by_layer")
def rsa_by_layer(
    scores: pd.DataFrame, networks: Mapping[str, str], word_models: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw representational similarity by layer: Spearman's coefficient, and Pearson's lighter.

    Parameters
    ----------
    scores : DataFrame
        From `semantrace.io.tables.read_scores`, with `semantrace.core.tables.RSA`.
    networks, word_models : mapping of str to str
        Titles by name, in the study's order.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark.
    """
    scores = in_study_order(scores, networks)
    columns, figure = _layer_figure(len(networks), scores, height=2.5)
    axes, is_left = panel_grid(figure, len(networks), columns)
    looks = [series(number) for number in range(len(word_models))]
    for axis, left, (network, title) in zip(axes, is_left, networks.items(), strict=True):
        rows = scores[scores["network"] == network]
        panel = layer_panel(axis, rows, title, figure, columns)
        _draw_level(axis, 0)
        for look, model in zip(looks, word_models, strict=True):
            _draw_coefficients(panel, rows[rows["word_model"] == model], look)
        label_levels(axis, {"chance": 0.0})
        if left:
            axis.set_ylabel("Correlation with words")
    handles = [
        line_handle(_coefficient_look(look, coefficient), f"{title}, {coefficient.capitalize()}")
        for look, title in zip(looks, word_models.values(), strict=True)
        for coefficient in ("spearman", "pearson")
    ]
    fit_legend(figure, [*handles, *significance_handles()])
    return figure, _long_coefficients(scores)


MATCHED = Series("#0173b2", "o", "-")
MISMATCHED = Series("#d55e00", "s", (0, (4, 1.5)))


def panel_layout(panels: int, most_layers: int, wide: bool = False) -> tuple[int, float]:
    """Return the number of columns and the width of the page in inches for panels of layers.

    Parameters
    ----------
    panels, most_layers : int
    wide : bool
        Whether one panel gets the whole page, since its legend is long.
    """
    if panels == 1:
        return 1, PAGE_WIDTH if wide or most_layers > 16 else COLUMN_WIDTH * 1.25
    if most_layers > 30:
        return 1, PAGE_WIDTH
    if panels == 3 and most_layers <= 16:
        return 3, PAGE_WIDTH
    return 2, PAGE_WIDTH


def _layer_figure(
    panels: int, scores: pd.DataFrame, height: float, wide: bool = False
) -> tuple[int, Figure]:
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
    axis.set_xlim(panel.pixel_position - edge, last + edge)
    axis.set_xticks(panel.positions(shown), names[shown], rotation=90)
    axis.set_xticks(panel.positions(hidden), minor=True)
    axis.tick_params(axis="x", which="minor", length=1.2, width=0.5)
    axis.axvline((panel.pixel_position + 1) / 2, color=PALE, linewidth=0.6, zorder=0)
    axis.grid(axis="y")
    if title:
        characters = max(12, int((width + right) / TITLE_CHARACTER))
        axis.set_title(wrap_title(figure, title, characters, width + right))
    return panel


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
    _draw_marks(panel, rows, "accuracy", rows["significant"], look)


def _draw_marks(
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


def _draw_level(axis: Axes, level: float) -> None:
    axis.axhline(level, color=INK, linewidth=0.8, linestyle=(0, (5, 2)), zorder=1)


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
        _draw_marks(panel, rows, f"{value}_correlation", filled, look)


def _draw_coefficients(panel: LayerPanel, rows: pd.DataFrame, look: Series) -> None:
    for coefficient in ("pearson", "spearman"):
        _draw_marks(
            panel,
            rows,
            coefficient,
            is_significant(rows, f"{coefficient}_"),
            _coefficient_look(look, coefficient),
            light=coefficient == "pearson",
        )


def _coefficient_look(look: Series, coefficient: str) -> Series:
    if coefficient == "spearman":
        return look
    return Series(mix(look.colour, "white", 0.5), look.marker, (0, (2, 1.2)))


def _long_coefficients(scores: pd.DataFrame) -> pd.DataFrame:
    """Return Spearman's and Pearson's coefficients one to a row."""
    parts = []
    for coefficient in ("spearman", "pearson"):
        part = scores[["word_model", *LAYER_COLUMNS]].copy()
        part["coefficient"] = coefficient
        part["correlation"] = scores[coefficient]
        part["p_value"] = scores[f"{coefficient}_p_value"]
        part["p_family_wise"] = scores[f"{coefficient}_p_family_wise"]
        part["significant"] = is_significant(scores, f"{coefficient}_")
        parts.append(part)
    return pd.concat(parts, ignore_index=True)

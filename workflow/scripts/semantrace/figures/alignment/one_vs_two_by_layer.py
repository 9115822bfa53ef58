"""The 1 vs. 2 test of misclassified images, layer by layer.

Source of the form: Dharmaretnam & Fyshe 2018, figure 4.
"""

import textwrap
from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from semantrace.figures.base.annotations import fit_legend, label_levels, room_for_names
from semantrace.figures.base.layer_panel import (
    CHANCE,
    RIGHT_MARGIN,
    LayerPanel,
    layer_panel,
    panel_layout,
)
from semantrace.figures.base.scores import SIGNIFICANCE, in_study_order, is_significant
from semantrace.figures.base.style import (
    COLUMN_WIDTH,
    INK,
    PAGE_WIDTH,
    Series,
    draws,
    mix,
    new_figure,
    panel_grid,
)

PRIMARY = Series("#0173b2", "o", "-")
PAPER = Series(mix("#d55e00", "white", 0.45), "s", (0, (4, 1.5)))
PANEL_HEIGHT = 2.6
"""Inches."""

NARROW_MARGIN = 0.1
"""Inches at the right of a panel without labels there."""

SMALL_CHARACTER = 0.05
"""Inches that a character of the remarks takes, roughly."""


@draws("one_vs_two_by_layer")
def one_vs_two_by_layer(
    scores: pd.DataFrame, networks: Mapping[str, str], word_models: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw 1 vs. 2 accuracy by layer, a panel for each network and word model with a result.

    Parameters
    ----------
    scores : DataFrame
        From `semantrace.io.tables.read_scores`, with `semantrace.core.tables.ONE_VS_TWO`.
    networks, word_models : mapping of str to str
        Titles by name, in the study's order.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each layer; those without a result say why.
    """
    scores = in_study_order(scores, networks)
    has_result = scores["accuracy"].notna()
    scores["significant"] = has_result & is_significant(scores)
    scores["paper_significant"] = scores["paper_p_value"] < SIGNIFICANCE
    drawn = scores[has_result]
    several = len(word_models) > 1
    panels = [
        (network, model)
        for network in networks
        for model in word_models
        if ((drawn["network"] == network) & (drawn["word_model"] == model)).any()
    ]
    remarks = _missing(scores[~has_result], networks, word_models if several else {})
    if panels:
        figure = _draw_panels(drawn, panels, networks, word_models if several else {})
    else:
        figure = new_figure(COLUMN_WIDTH, 0.7)
        figure.legend(handles=[], loc="outside lower center")
    _write_remarks(figure, remarks)
    return figure, scores


def _draw_panels(
    scores: pd.DataFrame,
    panels: list[tuple[str, str]],
    networks: Mapping[str, str],
    word_models: Mapping[str, str],
) -> Figure:
    columns, width = panel_layout(len(panels), int(scores["layer_index"].max()))
    if word_models:
        columns, width = min(len(word_models), len(panels)), PAGE_WIDTH
    margin = RIGHT_MARGIN if not word_models else NARROW_MARGIN
    height = PANEL_HEIGHT + room_for_names(scores)
    figure = new_figure(width, 0.7 + height * -(-len(panels) // columns))
    axes, is_left = panel_grid(figure, len(panels), columns)
    values = scores[["accuracy", "paper_accuracy", "paper_null_mean"]]
    low, high = min(CHANCE, values.min().min()), max(CHANCE, values.max().max())
    room = 0.08 * max(high - low, 0.2)
    # room for whole marks at 0 and 1
    axes[0].set_ylim(max(-0.06, low - room), min(1.06, high + room))
    for axis, left, (network, model) in zip(axes, is_left, panels, strict=True):
        rows = scores[(scores["network"] == network) & (scores["word_model"] == model)]
        title = networks[network]
        if word_models:
            title = f"{title}, {word_models[model]}"
        panel = layer_panel(axis, rows, title, figure, columns, margin)
        axis.set_title(f"{axis.get_title(loc='left')}\n{_images(rows)}")
        axis.axhline(CHANCE, color=INK, linewidth=0.8, linestyle=(0, (5, 2)), zorder=1)
        _draw_forms(panel, rows)
        if not word_models:
            label_levels(axis, {"chance": CHANCE})
        if left:
            axis.set_ylabel("1 vs. 2 accuracy")
    fit_legend(figure, _handles())
    return figure


def _write_remarks(figure: Figure, remarks: list[str]) -> None:
    """Write what has no panel above the legend's marks, wrapped to the page."""
    characters = int((figure.get_figwidth() - 0.3) / SMALL_CHARACTER)
    text = "\n".join(textwrap.fill(remark, characters) for remark in remarks)
    if text:
        (legend,) = figure.legends
        legend.set_title(text, prop={"size": 6.5})
        legend.set_alignment("left")


def _images(rows: pd.DataFrame) -> str:
    count = int(rows["images"].iloc[0])
    return f"{count} misclassified image{'' if count == 1 else 's'}"


def _draw_forms(panel: LayerPanel, rows: pd.DataFrame) -> None:
    """Draw both forms, and the paper's own level of chance."""
    layers = rows["layer_index"] > 0
    places = panel.positions(rows["layer_index"])
    for chosen in (layers, ~layers):
        panel.axis.plot(
            places[chosen],
            rows.loc[chosen, "paper_null_mean"],
            color=PAPER.colour,
            linestyle=(0, (1, 1.4)),
            linewidth=1.1,
            marker="" if chosen is layers else "_",
            markersize=6,
            zorder=1.5,
        )
    forms = (("paper_", PAPER, 0.75, 2.0), ("", PRIMARY, 1.0, 3.0))
    for prefix, look, size, order in forms:
        panel.axis.plot(
            places[layers],
            rows.loc[layers, f"{prefix}accuracy"],
            color=look.colour,
            linestyle=look.line,
            linewidth=1.3 * size,
            zorder=order,
        )
        significant = rows[f"{prefix}significant"]
        for chosen, face in ((significant, INK), (~significant, "white")):
            panel.axis.plot(
                places[chosen],
                rows.loc[chosen, f"{prefix}accuracy"],
                marker=look.marker,
                color=INK if face == INK else look.colour,
                markerfacecolor=face,
                markeredgewidth=0.9 * size,
                markersize=panel.marker_size * size,
                linestyle="none",
                zorder=order + 0.5,
            )


def _handles() -> list[Line2D]:
    def handle(label: str, look: Series, **settings) -> Line2D:
        return Line2D([], [], color=look.colour, label=label, **settings)

    black = Series(INK, "o", "-")
    return [
        handle(
            "predicted concept's column left out",
            PRIMARY,
            marker=PRIMARY.marker,
            markerfacecolor="white",
        ),
        handle(
            "kept, as in the paper",
            PAPER,
            marker=PAPER.marker,
            linestyle=PAPER.line,
            markerfacecolor="white",
            markersize=3.2,
        ),
        handle("chance of the paper's form", PAPER, linestyle=(0, (1, 1.4)), linewidth=1.1),
        handle(
            f"p < {SIGNIFICANCE:g}, family-wise", black, marker=PRIMARY.marker, linestyle="none"
        ),
        handle(
            f"p < {SIGNIFICANCE:g}, paper's form, one layer",
            black,
            marker=PAPER.marker,
            linestyle="none",
            markersize=3.2,
        ),
    ]


def _missing(
    scores: pd.DataFrame, networks: Mapping[str, str], word_models: Mapping[str, str]
) -> list[str]:
    """Say what has no panel, and why."""
    reasons: dict[str, str] = {}
    for row in scores.drop_duplicates(["network", "word_model"]).itertuples():
        name = networks[row.network]
        if word_models and (scores.loc[scores["network"] == row.network, "note"] != row.note).any():
            name = f"{name}, {word_models[row.word_model]}"
        reasons[name] = row.note
    return [f"No result for {name}: {reason}." for name, reason in reasons.items()]

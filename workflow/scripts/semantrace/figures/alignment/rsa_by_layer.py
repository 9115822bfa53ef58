"""Representational similarity by layer, Spearman's coefficient and Pearson's."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from semantrace.figures.base.annotations import (
    fit_legend,
    label_levels,
    line_handle,
    significance_handles,
)
from semantrace.figures.base.layer_panel import (
    LayerPanel,
    draw_level,
    draw_marks,
    layer_figure,
    layer_panel,
)
from semantrace.figures.base.scores import LAYER_COLUMNS, in_study_order, is_significant
from semantrace.figures.base.style import (
    Series,
    draws,
    mix,
    panel_grid,
    series,
)


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
    columns, figure = layer_figure(len(networks), scores, height=2.5)
    axes, is_left = panel_grid(figure, len(networks), columns)
    looks = [series(number) for number in range(len(word_models))]
    for axis, left, (network, title) in zip(axes, is_left, networks.items(), strict=True):
        rows = scores[scores["network"] == network]
        panel = layer_panel(axis, rows, title, figure, columns)
        draw_level(axis, 0)
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


def _draw_coefficients(panel: LayerPanel, rows: pd.DataFrame, look: Series) -> None:
    for coefficient in ("pearson", "spearman"):
        draw_marks(
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

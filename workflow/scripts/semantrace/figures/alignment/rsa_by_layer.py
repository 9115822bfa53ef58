"""Representational similarity by layer, Spearman's coefficient and Pearson's."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from semantrace.figures.base.annotations import fit_legend, line_handle, significance_handles
from semantrace.figures.base.layer_panel import (
    LayerPanel,
    draw_marks,
    layer_figure,
    network_panels,
)
from semantrace.figures.base.scores import in_study_order, is_significant
from semantrace.figures.base.style import (
    INK,
    Series,
    draws,
    mix,
    series,
)

COEFFICIENTS = ("spearman", "pearson")
CEILING = mix(INK, "white", 0.82)


@draws("rsa_by_layer")
def rsa_by_layer(
    scores: pd.DataFrame,
    networks: Mapping[str, str],
    word_models: Mapping[str, str],
    reliability: pd.DataFrame | None = None,
) -> tuple[Figure, pd.DataFrame]:
    """Draw representational similarity by layer: Spearman's coefficient, and Pearson's lighter.

    Parameters
    ----------
    scores : DataFrame
        `semantrace.core.tables.ALIGNMENT`, averaged over groups.
    networks, word_models : mapping of str to str
        Titles by name, in the study's order.
    reliability : DataFrame, optional
        `semantrace.core.tables.RELIABILITY`, for the noise ceilings.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark.
    """
    scores = _coefficients(in_study_order(scores, networks))
    columns, figure = layer_figure(len(networks), scores, height=2.5)
    looks = [series(number) for number in range(len(word_models))]
    label = "Correlation with words"
    for network, panel, rows in network_panels(figure, columns, scores, networks, label, 0.0):
        if reliability is not None:
            _draw_ceilings(panel, reliability[reliability["network"] == network])
        for look, model in zip(looks, word_models, strict=True):
            _draw_coefficients(panel, rows[rows["word_model"] == model], look)
    handles = [
        line_handle(_coefficient_look(look, coefficient), f"{title}, {coefficient.capitalize()}")
        for look, title in zip(looks, word_models.values(), strict=True)
        for coefficient in COEFFICIENTS
    ]
    if reliability is not None:
        handles.append(Patch(facecolor=CEILING, label="noise ceiling, Spearman"))
    fit_legend(figure, [*handles, *significance_handles()])
    return figure, scores


def _draw_ceilings(panel: LayerPanel, rows: pd.DataFrame) -> None:
    """Draw a band from the lower noise ceiling to the upper one."""
    layers = rows[rows["layer_index"] > 0].sort_values("layer_index")
    panel.axis.fill_between(
        layers["layer_index"],
        layers["rsa_ceiling_low"],
        layers["rsa_ceiling_high"],
        color=CEILING,
        linewidth=0,
        zorder=1,
    )
    alone = rows if len(layers) == 1 else rows[rows["layer_index"] == 0]
    panel.axis.vlines(
        panel.positions(alone["layer_index"]),
        alone["rsa_ceiling_low"],
        alone["rsa_ceiling_high"],
        color=CEILING,
        linewidth=5,
        zorder=1,
    )


def _coefficients(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of Spearman's coefficient, then those of Pearson's."""
    parts = [
        scores[scores["measure"] == f"rsa_{coefficient}"].assign(coefficient=coefficient)
        for coefficient in COEFFICIENTS
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(correlation=table["raw"], significant=is_significant(table))


def _draw_coefficients(panel: LayerPanel, rows: pd.DataFrame, look: Series) -> None:
    for coefficient in reversed(COEFFICIENTS):
        of_it = rows[rows["coefficient"] == coefficient]
        draw_marks(
            panel,
            of_it,
            "correlation",
            of_it["significant"],
            _coefficient_look(look, coefficient),
            light=coefficient == "pearson",
        )


def _coefficient_look(look: Series, coefficient: str) -> Series:
    if coefficient == "spearman":
        return look
    return Series(mix(look.colour, "white", 0.5), look.marker, (0, (2, 1.2)))

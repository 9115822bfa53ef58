"""What each layer shares with words beyond the pixels, and beyond the layer before."""

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
from semantrace.figures.base.style import INK, draws, mix, series

CONTROLS = {
    "nothing": "with words",
    "pixels": "given the pixels",
    "layer_before": "given the layer before",
}
CEILING = mix(INK, "white", 0.82)


@draws("semantics_beyond_pixels")
def semantics_beyond_pixels(
    scores: pd.DataFrame,
    networks: Mapping[str, str],
    reliability: pd.DataFrame | None = None,
) -> tuple[Figure, pd.DataFrame]:
    """Draw the correlation of layers with words, and what is left of it given each control.

    Parameters
    ----------
    scores : DataFrame
        From `semantrace.io.tables.read_scores`, with `semantrace.core.tables.CONTROLS`, of one
        word model.
    networks : mapping of str to str
        Titles by name, in the study's order.
    reliability : DataFrame, optional
        `semantrace.core.tables.RELIABILITY`, for the noise ceilings.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark.
    """
    scores = in_study_order(scores, networks)
    scores = scores.assign(significant=is_significant(scores))
    columns, figure = layer_figure(len(networks), scores, height=2.5)
    label = "Spearman correlation"
    for network, panel, rows in network_panels(figure, columns, scores, networks, label, 0.0):
        if reliability is not None:
            _draw_ceilings(panel, reliability[reliability["network"] == network])
        for number, given in enumerate(CONTROLS):
            chosen = rows[rows["given"] == given]
            draw_marks(panel, chosen, "partial", chosen["significant"], series(number))
    handles = [line_handle(series(number), title) for number, title in enumerate(CONTROLS.values())]
    if reliability is not None:
        handles.append(Patch(facecolor=CEILING, label="noise ceiling"))
    fit_legend(figure, [*handles, *significance_handles()])
    return figure, scores


def _draw_ceilings(panel: LayerPanel, rows: pd.DataFrame) -> None:
    """Draw a band from the lower noise ceiling of the layers to the upper one."""
    layers = rows[rows["layer_index"] > 0].sort_values("layer_index")
    ends = layers["rsa_ceiling_low"], layers["rsa_ceiling_high"]
    if len(layers) == 1:
        panel.axis.vlines(layers["layer_index"], *ends, color=CEILING, linewidth=5, zorder=1)
    else:
        panel.axis.fill_between(layers["layer_index"], *ends, color=CEILING, linewidth=0, zorder=1)

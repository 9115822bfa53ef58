"""What each layer shares with words beyond the pixels, and beyond the layer before."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from semantrace.figures.base.annotations import fit_legend, line_handle, significance_handles
from semantrace.figures.base.layer_panel import draw_marks, layer_figure, network_panels
from semantrace.figures.base.scores import in_study_order, is_significant
from semantrace.figures.base.style import draws, series

CONTROLS = {
    "nothing": "with words",
    "pixels": "given the pixels",
    "layer_before": "given the layer before",
}


@draws("semantics_beyond_pixels")
def semantics_beyond_pixels(
    scores: pd.DataFrame, networks: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw the correlation of layers with words, and what is left of it given each control.

    Parameters
    ----------
    scores : DataFrame
        From `semantrace.io.tables.read_scores`, with `semantrace.core.tables.CONTROLS`, of one
        word model.
    networks : mapping of str to str
        Titles by name, in the study's order.

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
    for _, panel, rows in network_panels(figure, columns, scores, networks, label, 0.0):
        for number, given in enumerate(CONTROLS):
            chosen = rows[rows["given"] == given]
            draw_marks(panel, chosen, "partial", chosen["significant"], series(number))
    handles = [line_handle(series(number), title) for number, title in enumerate(CONTROLS.values())]
    fit_legend(figure, [*handles, *significance_handles()])
    return figure, scores

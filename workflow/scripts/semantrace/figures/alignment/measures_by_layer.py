"""Every layer by every measure, corrected for chance, on one scale."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from semantrace.figures.alignment.depth_panels import at_depth, depth_figure
from semantrace.figures.base.style import draws


@draws("measures_by_layer")
def measures_by_layer(
    scores: pd.DataFrame, networks: Mapping[str, str], measures: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw the chance-corrected score of each network over relative depth, a panel a measure.

    Parameters
    ----------
    scores : DataFrame
        `semantrace.core.tables.ALIGNMENT`, of one word model and averaged over groups.
    networks, measures : mapping of str to str
        Titles by name, in their order.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark.
    """
    data = pd.concat(
        [at_depth(scores[scores["measure"] == name], networks) for name in measures],
        ignore_index=True,
    )
    panels = {title: data[data["measure"] == name] for name, title in measures.items()}
    figure = depth_figure(panels, networks, "corrected", "Corrected score", 0.0, most_columns=4)
    return figure, data

"""2 vs. 2 accuracy of all networks beside each other, over relative depth."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from semantrace.figures.alignment.depth_panels import at_depth, depth_figure
from semantrace.figures.base.layer_panel import CHANCE
from semantrace.figures.base.style import draws


@draws("two_vs_two_by_depth")
def two_vs_two_by_depth(
    scores: pd.DataFrame, networks: Mapping[str, str], word_models: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw the accuracy of each network over relative depth, a panel for each word model.

    Parameters
    ----------
    scores : DataFrame
        `semantrace.core.tables.TWO_VS_TWO`.
    networks, word_models : mapping of str to str
        Titles by name, in the study's order.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each mark; ``depth`` is 0 for the pixels and 1 for the last of the study's layers.
    """
    data = at_depth(scores, networks)
    panels = {title: data[data["word_model"] == name] for name, title in word_models.items()}
    return depth_figure(panels, networks, "accuracy", "2 vs. 2 accuracy", CHANCE), data

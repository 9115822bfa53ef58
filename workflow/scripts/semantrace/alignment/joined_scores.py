"""Scores of all networks as one table and one family, once each network has been scored."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from semantrace.alignment.measures.spaces import Scores
from semantrace.alignment.panel_files import Panel
from semantrace.statistics.permutations import family_wise_p_values, p_values_in_family


def with_family(layers: pd.DataFrame, scores: Scores) -> pd.DataFrame:
    """Add the p-values of the family of all layers of all networks, without the pixels.

    Parameters
    ----------
    layers : DataFrame
        One row a layer: network, layer, layer_index and whatever else.
    scores : Scores
        The statistic of each row, and that under each permutation.
    """
    family = layers["layer_index"].to_numpy() > 0
    p_family_wise = family_wise_p_values(scores.observed, scores.null, family)
    return layers.assign(p_family_wise=p_family_wise)


def join_panels(panels: Sequence[Panel]) -> pd.DataFrame:
    """Return the scores of all networks by every measure, beside what chance gives.

    Parameters
    ----------
    panels : sequence of Panel
        Of each network, in the study's order, by the same measures.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.ALIGNMENT` without the word model. The family of a family-wise
        p-value is all layers of all networks, without the pixels, in one measure and group.
    """
    blocks: dict[tuple[str, str], list[pd.DataFrame]] = {}
    for panel in panels:
        for key, rows in panel.rows.groupby(["measure", "group"], sort=False):
            blocks.setdefault(key, []).append(rows)
    joined = []
    for key, parts in blocks.items():
        rows = pd.concat(parts)
        maxima = np.max([panel.maxima[key] for panel in panels], axis=0)
        in_family = rows["layer_index"].to_numpy() > 0
        p_family_wise = p_values_in_family(rows["raw"].to_numpy(), maxima, in_family)
        joined.append(rows.assign(p_family_wise=p_family_wise))
    return pd.concat(joined, ignore_index=True)

"""Which concepts carry the 2 vs. 2 score of a layer, and which break it."""

import numpy as np
import pandas as pd

from semantrace.core.names import BREAKS, CARRIES
from semantrace.core.tables import RANKED_CONCEPTS
from semantrace.images.dataset_classes import class_ids

SHOWN = 12
"""Concepts that are marked at each end."""


def rank_concepts(pass_rates: pd.DataFrame, shown: int = SHOWN) -> pd.DataFrame:
    """Rank concepts by pass rate and mark the best and the worst.

    Parameters
    ----------
    pass_rates : DataFrame
        `semantrace.core.tables.PASS_RATES` of one layer.
    shown : int
        How many to mark at each end; half of the concepts at most.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.RANKED_CONCEPTS`: by decreasing pass rate, of equal ones by
        identifier.
    """
    ranked = pass_rates.assign(identifier=class_ids).sort_values(
        ["pass_rate", "identifier"], ascending=[False, True], ignore_index=True
    )
    shown = min(shown, len(ranked) // 2)
    part = np.full(len(ranked), "", dtype=object)
    part[:shown] = CARRIES
    part[len(ranked) - shown :] = BREAKS
    return ranked.assign(rank=np.arange(1, len(ranked) + 1), part=part)[RANKED_CONCEPTS.names]

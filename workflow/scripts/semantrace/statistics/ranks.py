"""Ranks, as Spearman's coefficient needs them."""

import numpy as np
import pandas as pd


def ranks(values: np.ndarray) -> np.ndarray:
    """Return the ranks of values from 1, equal ones with the mean of their ranks.

    pandas computes them, which every job loads; SciPy's statistics take a second to import.

    Parameters
    ----------
    values : (n,) array
    """
    return pd.Series(values).rank().to_numpy()

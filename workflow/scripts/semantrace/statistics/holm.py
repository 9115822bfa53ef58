"""Corrections of p-values for a family of tests."""

import numpy as np


def holm(p_values: np.ndarray) -> np.ndarray:
    """Return p-values corrected for a family of tests by Holm's step-down method.

    Source: Holm 1979.

    Parameters
    ----------
    p_values : (m,) array
        Not a number where nothing was tested; such entries stay and do not count.

    Returns
    -------
    (m,) array
    """
    p_values = np.asarray(p_values, dtype=np.float64)
    corrected = np.full(len(p_values), np.nan)
    order = np.argsort(p_values, kind="stable")[: np.isfinite(p_values).sum()]
    steps = p_values[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return corrected

"""The delete-one-concept jackknife interval of a 2 vs. 2 accuracy.

It describes how far the accuracy depends on which concepts were chosen. The test against chance is
the permutation test alone.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from semantrace.core.sample_size import FEWEST_CONCEPTS

NORMAL_QUANTILE_95 = 1.959963984540054


@dataclass(frozen=True)
class JackknifeInterval:
    """A 95 % interval on the accuracy's own scale, computed on the logit scale.

    All three are not numbers where there is no interval; see `jackknife_interval`.
    """

    low: float
    high: float
    standard_error_logit: float


def accuracies_without_each(passes: np.ndarray) -> np.ndarray:
    """Return the accuracy without the pairs of each concept; its column stays in the others' rows.

    Parameters
    ----------
    passes : (groups, k) int array
        How many of the pairs of each concept passed.

    Returns
    -------
    (k,) array
        Averaged over groups.
    """
    k = passes.shape[1]
    totals = passes.sum(axis=1, keepdims=True) / 2
    remaining_pairs = (k - 1) * (k - 2) / 2
    return ((totals - passes) / remaining_pairs).mean(axis=0)


def jackknife_interval(passes: np.ndarray) -> JackknifeInterval:
    """Return the 95 % interval of the mean accuracy over groups.

    SE² = (k - 1)/k · Σ(θ₋ᵢ - θ̄)², θ the logit of the accuracy. An accuracy without one concept of
    exactly 0 or 1 is moved half a pair inwards, so that its logit exists. There is no interval of
    fewer than `semantrace.core.sample_size.FEWEST_CONCEPTS` concepts, nor of an accuracy
    nearer to 0 or 1 than half a pair, nor where no concept makes a difference: it would not have
    its estimate in it, or no width, and claim what the data do not show.

    Parameters
    ----------
    passes : (groups, k) int array
        How many of the pairs of each concept passed.
    """
    groups, k = passes.shape
    half_pair = 1.0 / (k * (k - 1))
    accuracy = passes.sum() / (groups * k * (k - 1))
    if k < FEWEST_CONCEPTS or not half_pair <= accuracy <= 1 - half_pair:
        return JackknifeInterval(np.nan, np.nan, np.nan)
    theta = logit(np.clip(accuracies_without_each(passes), half_pair, 1 - half_pair))
    error = float(np.sqrt((k - 1) / k * np.sum((theta - theta.mean()) ** 2)))
    if np.ptp(theta) == 0:
        return JackknifeInterval(np.nan, np.nan, np.nan)
    low, high = expit(logit(accuracy) + np.array([-1, 1]) * NORMAL_QUANTILE_95 * error)
    return JackknifeInterval(float(low), float(high), error)

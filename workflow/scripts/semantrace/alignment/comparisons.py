"""Comparisons of layers: does a difference of 2 vs. 2 accuracy outlast a change of concepts?

The concepts are the sample. To see how much a difference owes to them, they are split at random
into two halves, and the 2 vs. 2 test is run anew within each half. The halves have no concept in
common, so their differences are independent, and the square of what lies between them estimates
the variance of a difference; a random half has twice the variance of the whole. The mean over many
splits gives the standard error. All of this is done on the logit scale, where the variance of an
accuracy goes with one over the number of concepts though the accuracy itself changes with it.

Why not the jackknife of `semantrace.statistics.jackknife`: it deletes a concept's pairs and keeps
its column, which all other pairs share. For layers with five groups its error is a tenth too small,
and a test built on it rejects 8 % of true null hypotheses at the 5 % level. Deleting the column as
well errs on the other side by 40 %. `make calibrate` holds the present test against such null
hypotheses.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
from scipy.special import expit, logit, stdtr, stdtrit

from semantrace.alignment.half_accuracies import LEAST_ACCURACY, LEAST_CONCEPTS, SplitAccuracy
from semantrace.core.tables import COMPARISONS
from semantrace.statistics.holm import holm


@dataclass(frozen=True)
class AccuracyDifference:
    """How far the accuracy of a second layer lies above that of a first.

    Attributes
    ----------
    difference : float
        On the accuracies' own scale.
    low, high : float
        95 % interval of the difference; it leaves out zero where p is below 0.05.
    standard_error_logit : float
        Of the difference of the logits.
    p_value : float
        Two-sided.
    """

    difference: float
    low: float
    high: float
    standard_error_logit: float
    p_value: float


def accuracy_difference(first: SplitAccuracy, second: SplitAccuracy) -> AccuracyDifference:
    """Compare the accuracies of two layers on the same concepts and the same splits.

    With δ the difference of logits and δ₁, δ₂ that in halves of n₁ and n₂ of k concepts,
    SE² = n₁·n₂/k² · mean (δ₁ - δ₂)², and δ/SE is held against Student's t with k - 1 degrees of
    freedom. An accuracy of exactly 0 or 1 is moved half a pair inwards, so that its logit exists;
    SE is never less than what one pair changes, so that halves which happen to agree prove nothing.

    Parameters
    ----------
    first, second : SplitAccuracy
        With as many splits.
    """
    k = first.concepts
    centres = _logits(np.array([first.accuracy, second.accuracy]), k)
    delta = float(centres[1] - centres[0])
    in_halves = _logits(second.halves, k // 2) - _logits(first.halves, k // 2)
    share = (k // 2) * (k - k // 2) / k**2
    error = float(np.sqrt(share * np.mean((in_halves[:, 0] - in_halves[:, 1]) ** 2)))
    error = max(error, _logit_of_one_pair(centres, k))
    reach = stdtrit(k - 1, 0.975) * error
    # About the mean of both logits, so that the interval lies on the accuracies' own scale and
    # leaves out zero where that of the logits does.
    low, high = (
        float(expit(centres.mean() + edge / 2) - expit(centres.mean() - edge / 2))
        for edge in (delta - reach, delta + reach)
    )
    p_value = float(2 * stdtr(k - 1, -abs(delta) / error))
    return AccuracyDifference(second.accuracy - first.accuracy, low, high, error, p_value)


def _logits(accuracies: np.ndarray, concepts: int) -> np.ndarray:
    half_pair = 1.0 / (concepts * (concepts - 1))
    return logit(np.clip(accuracies, half_pair, 1 - half_pair))


def _logit_of_one_pair(logits: np.ndarray, concepts: int) -> float:
    """Return by how much one pair more or less moves the more extreme of two logits."""
    accuracy = expit(logits)
    return float(np.max(2 / (concepts * (concepts - 1) * accuracy * (1 - accuracy))))


def compare_layers(
    layers: Sequence[SplitAccuracy], named_layers: Mapping[str, str]
) -> pd.DataFrame:
    """Compare neighbouring layers of each network, and the networks at layers fixed beforehand.

    The family ``layers`` holds every layer and the next one of the same network; the pixels are no
    part of it. The family ``networks`` holds every two networks at their last layers, and again at
    the layers that the study names. The layer of highest accuracy is not used: it was chosen for
    its accuracy, so that a network of many layers would look better than it is.

    Parameters
    ----------
    layers : sequence of SplitAccuracy
        All layers of all networks but the pixels, with the same splits.
    named_layers : mapping of str to str
        For a network, a layer that was chosen without a look at these accuracies.

    Returns
    -------
    DataFrame
        One row a comparison. Where the accuracies do not both exceed `LEAST_ACCURACY`, or with
        fewer than `LEAST_CONCEPTS` concepts, nothing is tested and ``note`` says why.
    """
    rows = [
        _describe(family, first, second)
        for family, pairs in (
            ("layers", _neighbours(layers)),
            ("networks", _network_pairs(layers, named_layers)),
        )
        for first, second in pairs
    ]
    columns = [name for name in COMPARISONS.names if name != "word_model"]
    table = pd.DataFrame(rows, columns=columns)
    for family in table["family"].unique():
        chosen = table["family"] == family
        table.loc[chosen, "p_holm"] = holm(table.loc[chosen, "p_value"].to_numpy())
    return table


def _neighbours(layers: Sequence[SplitAccuracy]) -> Iterator[tuple[SplitAccuracy, SplitAccuracy]]:
    for network in dict.fromkeys(layer.network for layer in layers):
        yield from pairwise(layer for layer in layers if layer.network == network)


def _network_pairs(
    layers: Sequence[SplitAccuracy], named_layers: Mapping[str, str]
) -> Iterator[tuple[SplitAccuracy, SplitAccuracy]]:
    last = {layer.network: layer for layer in layers}
    yield from combinations(last.values(), 2)
    named = last | {
        layer.network: layer for layer in layers if named_layers.get(layer.network) == layer.layer
    }
    for first, second in combinations(named, 2):
        if (named[first], named[second]) != (last[first], last[second]):
            yield named[first], named[second]


def _describe(family: str, first: SplitAccuracy, second: SplitAccuracy) -> dict:
    row = {
        "family": family,
        "first_network": first.network,
        "first_layer": first.layer,
        "second_network": second.network,
        "second_layer": second.layer,
        "first_accuracy": first.accuracy,
        "second_accuracy": second.accuracy,
        "difference": second.accuracy - first.accuracy,
        "low": np.nan,
        "high": np.nan,
        "p_value": np.nan,
        "p_holm": np.nan,
        "note": _why_not(first, second),
    }
    if not row["note"]:
        found = accuracy_difference(first, second)
        row |= {"low": found.low, "high": found.high, "p_value": found.p_value}
    return row


def _why_not(first: SplitAccuracy, second: SplitAccuracy) -> str:
    """Say why two layers are not tested; nothing where they are."""
    if first.concepts < LEAST_CONCEPTS:
        return f"not tested: fewer than {LEAST_CONCEPTS} concepts"
    if min(first.accuracy, second.accuracy) <= LEAST_ACCURACY:
        return f"not tested: too near chance, accuracies do not both exceed {LEAST_ACCURACY:g}"
    return ""

"""Scores of all layers of a study against one word-vector model, as tidy tables."""

from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.joined_scores import with_family
from semantrace.alignment.measures.spaces import Scores
from semantrace.alignment.score_inputs import matrices_in_parts
from semantrace.alignment.two_vs_two import (
    TwoVsTwo,
    compare_rows,
    permuted_accuracies,
    prepare_rows,
)
from semantrace.core.progress import progress
from semantrace.statistics.jackknife import jackknife_interval
from semantrace.statistics.permutations import p_values


@dataclass(frozen=True)
class TwoVsTwoTables:
    """The 2 vs. 2 scores of some layers.

    Attributes
    ----------
    layers : DataFrame
        One row a layer of a network: accuracy averaged over groups, jackknife interval, matched
        and mismatched correlation, p-values.
    concepts : DataFrame
        One row a concept and layer: the share of its tests passed.
    scores : Scores
        The accuracy of each group of each layer, and that under each permutation.
    """

    layers: pd.DataFrame
    concepts: pd.DataFrame
    scores: Scores


def score_two_vs_two(
    words: np.ndarray,
    layers: list[LayerCorrelations],
    permutations: np.ndarray,
    concepts: pd.DataFrame,
) -> TwoVsTwoTables:
    """Score every layer with the 2 vs. 2 test, its permutation test and its jackknife.

    Each group is scored on its own and the statistic is the mean over groups. The family of the
    family-wise p-value is all of the layers, without the pixels.

    Parameters
    ----------
    words : (k, k) array
        Word correlations.
    layers : list of LayerCorrelations
        With as many groups each.
    permutations : (N, k) int array
        Shared by the whole study.
    concepts : DataFrame
        k rows with the columns ``concept`` and ``wnid``, in the order of the matrices.

    Raises
    ------
    InputError
        When a layer cannot be scored; the message names it.
    """
    word_rows = prepare_rows(words, "word correlations")
    tests: list[GroupScore] = []
    permuted = []
    matrices = sum(len(layer.matrices) for layer in layers)
    with progress(matrices, "2 vs. 2 tests under permutations", "matrices") as advance:
        for part in matrices_in_parts(layers):
            rows = [
                prepare_rows(layer.matrices[group], layer.named(group)) for layer, group in part
            ]
            tests += [GroupScore.of(compare_rows(word_rows, images)) for images in rows]
            permuted.append(permuted_accuracies(word_rows, rows, permutations, advance))
    scores = Scores(np.array([test.accuracy for test in tests]), np.concatenate(permuted, axis=1))
    mean = scores.over_groups(len(layers))
    remaining = iter(tests)
    by_layer = [(layer, list(islice(remaining, len(layer.matrices)))) for layer in layers]
    table = pd.DataFrame([_describe(*pair) for pair in by_layer])
    table["p_value"] = p_values(mean.observed, mean.null)
    return TwoVsTwoTables(with_family(table, mean), _concept_table(by_layer, concepts), scores)


@dataclass(frozen=True)
class GroupScore:
    """What is kept of the 2 vs. 2 test of one group, so that k×k numbers do not pile up.

    Attributes
    ----------
    accuracy : float
    passes : (k,) int array
        How many of the tests of each concept passed.
    matched_correlation, mismatched_correlation : float
    """

    accuracy: float
    passes: np.ndarray
    matched_correlation: float
    mismatched_correlation: float

    @classmethod
    def of(cls, test: TwoVsTwo) -> "GroupScore":
        """Return what is kept of a test."""
        return cls(
            test.accuracy,
            test.passed.sum(axis=1),
            test.matched_correlation,
            test.mismatched_correlation,
        )


def _describe(layer: LayerCorrelations, tests: list[GroupScore]) -> dict:
    accuracies = [test.accuracy for test in tests]
    interval = jackknife_interval(np.stack([test.passes for test in tests]))
    return {
        "network": layer.network,
        "layer": layer.layer,
        "layer_index": layer.layer_index,
        "groups": len(tests),
        "concepts": layer.matrices.shape[1],
        "accuracy": np.mean(accuracies),
        "accuracy_low": interval.low,
        "accuracy_high": interval.high,
        "standard_error_logit": interval.standard_error_logit,
        "accuracy_spread": np.std(accuracies, ddof=1) if len(tests) > 1 else np.nan,
        "matched_correlation": np.mean([test.matched_correlation for test in tests]),
        "mismatched_correlation": np.mean([test.mismatched_correlation for test in tests]),
    }


def _concept_table(
    by_layer: list[tuple[LayerCorrelations, list[GroupScore]]], concepts: pd.DataFrame
) -> pd.DataFrame:
    parts = []
    for layer, tests in by_layer:
        part = concepts[["concept", "wnid"]].copy()
        part.insert(0, "layer_index", layer.layer_index)
        part.insert(0, "layer", layer.layer)
        part.insert(0, "network", layer.network)
        rates = [test.passes / (len(test.passes) - 1) for test in tests]
        part["pass_rate"] = np.mean(rates, axis=0)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)

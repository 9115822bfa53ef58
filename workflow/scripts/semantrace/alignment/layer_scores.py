"""Scores of all layers of a study against one word-vector model, as tidy tables."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.measures.spaces import Scores
from semantrace.alignment.score_inputs import matrices_in_parts
from semantrace.alignment.two_vs_two import (
    CorrelationRows,
    TwoVsTwo,
    compare_rows,
    permuted_accuracies,
    prepare_rows,
)
from semantrace.core.progress import progress
from semantrace.statistics.jackknife import jackknife_interval
from semantrace.statistics.permutations import family_wise_p_values, p_values

ROW_BYTES = 256 << 20
"""What one k×k array of each of the matrices scored at once may take together."""


@dataclass(frozen=True)
class TwoVsTwoTables:
    """The 2 vs. 2 scores of a study.

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
    family-wise p-value is all layers of all networks, without the pixels.

    Parameters
    ----------
    words : (k, k) array
        Word correlations.
    layers : list of LayerCorrelations
        All layers of all networks, with as many groups each.
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
    tests: list[list[GroupScore]] = [[] for _ in layers]
    permuted = []
    matrices = sum(len(layer.matrices) for layer in layers)
    with progress(matrices, "2 vs. 2 tests under permutations", "matrices") as advance:
        for part in matrices_in_parts(layers, ROW_BYTES // (8 * len(words) ** 2)):
            rows = [_prepare_group(layers[layer], group) for layer, group in part]
            for (layer, _), group_rows in zip(part, rows, strict=True):
                tests[layer].append(GroupScore.of(compare_rows(word_rows, group_rows)))
            permuted.append(permuted_accuracies(word_rows, rows, permutations, advance))
    scores = Scores(
        np.array([test.accuracy for groups in tests for test in groups]),
        np.concatenate(permuted, axis=1),
    )
    mean = scores.over_groups(len(layers))
    family = np.array([layer.layer_index > 0 for layer in layers])
    table = pd.DataFrame([_describe(*pair) for pair in zip(layers, tests, strict=True)])
    table["p_value"] = p_values(mean.observed, mean.null)
    table["p_family_wise"] = family_wise_p_values(mean.observed, mean.null, family)
    return TwoVsTwoTables(table, _concept_table(layers, tests, concepts), scores)


@dataclass(frozen=True)
class GroupScore:
    """What is kept of the 2 vs. 2 test of one group, so that k×k numbers do not pile up."""

    accuracy: float
    passed: np.ndarray
    pass_rate: np.ndarray
    matched_correlation: float
    mismatched_correlation: float

    @classmethod
    def of(cls, test: TwoVsTwo) -> "GroupScore":
        """Return what is kept of a test."""
        return cls(
            test.accuracy,
            test.passed,
            test.pass_rate,
            test.matched_correlation,
            test.mismatched_correlation,
        )


def _prepare_group(layer: LayerCorrelations, group: int) -> CorrelationRows:
    name = f"{layer.network} {layer.layer}, group {group}"
    return prepare_rows(layer.matrices[group], name)


def _describe(layer: LayerCorrelations, tests: list[GroupScore]) -> dict:
    accuracies = [test.accuracy for test in tests]
    interval = jackknife_interval(np.stack([test.passed for test in tests]))
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
    layers: list[LayerCorrelations], results: list[list[GroupScore]], concepts: pd.DataFrame
) -> pd.DataFrame:
    parts = []
    for layer, tests in zip(layers, results, strict=True):
        part = concepts[["concept", "wnid"]].copy()
        part.insert(0, "layer_index", layer.layer_index)
        part.insert(0, "layer", layer.layer)
        part.insert(0, "network", layer.network)
        part["pass_rate"] = np.mean([test.pass_rate for test in tests], axis=0)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)

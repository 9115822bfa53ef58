"""Scores of all layers of a study against one word-vector model, as tidy tables."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from semantrace.correlation_files import LayerCorrelations
from semantrace.jackknife import jackknife_interval
from semantrace.permutations import family_wise_p_values, p_values
from semantrace.rsa import representational_similarity
from semantrace.two_vs_two import (
    CorrelationRows,
    TwoVsTwo,
    compare_rows,
    permuted_accuracies,
    prepare_rows,
)


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
    """

    layers: pd.DataFrame
    concepts: pd.DataFrame


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
        All layers of all networks.
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
    rows = [_prepare_layer(layer) for layer in layers]
    results = [[compare_rows(word_rows, group) for group in groups] for groups in rows]
    observed = np.array([np.mean([test.accuracy for test in tests]) for tests in results])
    null = _mean_over_groups(
        permuted_accuracies(
            word_rows, [group for groups in rows for group in groups], permutations
        ),
        [len(groups) for groups in rows],
    )
    family = np.array([layer.layer_index > 0 for layer in layers])
    table = pd.DataFrame([_describe(*pair) for pair in zip(layers, results, strict=True)])
    table["p_value"] = p_values(observed, null)
    table["p_family_wise"] = family_wise_p_values(observed, null, family)
    return TwoVsTwoTables(table, _concept_table(layers, results, concepts))


def _prepare_layer(layer: LayerCorrelations) -> list[CorrelationRows]:
    return [
        prepare_rows(matrix, f"{layer.network} {layer.layer}, group {group}")
        for group, matrix in enumerate(layer.matrices)
    ]


def _mean_over_groups(values: np.ndarray, group_counts: list[int]) -> np.ndarray:
    """Average (N, sum of groups) columns to (N, layers)."""
    edges = np.cumsum(group_counts)[:-1]
    return np.stack([part.mean(axis=1) for part in np.split(values, edges, axis=1)], axis=1)


def _describe(layer: LayerCorrelations, tests: list[TwoVsTwo]) -> dict:
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
    layers: list[LayerCorrelations], results: list[list[TwoVsTwo]], concepts: pd.DataFrame
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


def score_rsa(
    words: np.ndarray, layers: list[LayerCorrelations], permutations: np.ndarray
) -> pd.DataFrame:
    """Score every layer by representational similarity, Spearman's and Pearson's.

    The statistic is the mean coefficient over groups; p-values and their family are those of the
    2 vs. 2 test, with the same permutations.

    Returns
    -------
    DataFrame
        One row a layer of a network.
    """
    table = pd.DataFrame(
        [
            {"network": one.network, "layer": one.layer, "layer_index": one.layer_index}
            for one in layers
        ]
    )
    stacked = np.concatenate([layer.matrices for layer in layers])
    counts = [len(layer.matrices) for layer in layers]
    family = table["layer_index"].to_numpy() > 0
    for name, ranks in (("spearman", True), ("pearson", False)):
        similarity = representational_similarity(words, stacked, permutations, ranks)
        observed = _mean_over_groups(similarity.observed[None], counts)[0]
        null = _mean_over_groups(similarity.null, counts)
        table[name] = observed
        table[f"{name}_p_value"] = p_values(observed, null)
        table[f"{name}_p_family_wise"] = family_wise_p_values(observed, null, family)
    return table

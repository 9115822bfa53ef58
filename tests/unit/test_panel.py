"""The panel: all layers by all measures, against one measure at a time and explicit loops."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.activations.correlations import CorrelatedRows, correlate_rows
from semantrace.alignment import score_inputs
from semantrace.alignment.measure_agreement import best_layers_by_measure
from semantrace.alignment.measures.registry import MEASURES
from semantrace.alignment.measures.spaces import Scores, Space
from semantrace.alignment.panel import score_layers, score_panel
from semantrace.core.errors import InputError
from semantrace.statistics.permutations import draw_permutations

CONCEPTS = 12


def layer_of(network, name, index, groups):
    rows = [correlate_rows([values.astype(np.float32)]) for values in groups]
    stacked = (np.stack([getattr(one, key) for one in rows]) for key in KEYS)
    return LayerCorrelations(network, name, index, *stacked)


KEYS = ("correlations", "means", "deviations")


@pytest.fixture
def study():
    """Words, layers of two networks in two groups, and permutations."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(CONCEPTS, 8))
    words = correlate_rows([vectors.astype(np.float32)])
    layers = [
        layer_of(
            network,
            name,
            index,
            [
                share * vectors @ rng.normal(size=(8, 30)) + rng.normal(size=(CONCEPTS, 30))
                for _ in range(2)
            ],
        )
        for network in ("one", "two")
        for index, (name, share) in enumerate([("pixels", 0.2), ("low", 0.5), ("high", 2)])
    ]
    return words, layers, draw_permutations(rng, CONCEPTS, 60)


def test_rows_are_what_each_measure_gives_for_each_group_and_their_mean(study):
    words, layers, permutations = study
    table = score_panel(words, layers, permutations)
    assert len(table) == len(MEASURES) * len(layers) * 3
    word_space = Space("words", words.correlations, words.gram)
    for measure in MEASURES:
        orders = permutations[: measure.permutations]
        by_group, nulls = [], []
        for group in range(2):
            spaces = [Space("i", one.matrices[group], one.gram(group)) for one in layers]
            found = measure.score(word_space, spaces, orders)
            by_group.append(found.observed)
            nulls.append(found.null)
        for group, raw, null in (
            ("0", by_group[0], nulls[0]),
            ("1", by_group[1], nulls[1]),
            ("mean", np.mean(by_group, axis=0), np.mean(nulls, axis=0)),
        ):
            rows = table[(table["measure"] == measure.name) & (table["group"] == group)]
            assert rows["layer"].tolist() == [one.layer for one in layers]
            np.testing.assert_allclose(rows["raw"], raw, atol=1e-10)
            expected = [sum(column) / len(column) for column in null.T]
            np.testing.assert_allclose(rows["null_mean"], expected, atol=1e-10)
            np.testing.assert_allclose(
                rows["corrected"], (raw - expected) / (1 - np.array(expected)), atol=1e-9
            )
            larger = (null >= raw - 1e-12).sum(axis=0)
            np.testing.assert_allclose(rows["p_value"], (1 + larger) / (1 + len(orders)))
            deeper = [one.layer_index > 0 for one in layers]
            highest = null[:, deeper].max(axis=1)
            family = [(1 + (highest >= value - 1e-12).sum()) / (1 + len(orders)) for value in raw]
            np.testing.assert_allclose(rows["p_family_wise"], np.where(deeper, family, np.nan))
            assert (rows["permutations"] == len(orders)).all()


def test_memory_decides_nothing_and_one_group_is_its_own_mean(study, monkeypatch):
    words, layers, permutations = study
    single = [
        LayerCorrelations(
            one.network,
            one.layer,
            one.layer_index,
            *(values[:1] for values in (one.matrices, one.means, one.deviations)),
        )
        for one in layers
    ]
    whole = score_panel(words, single, permutations)
    assert set(whole["group"]) == {"mean"}
    monkeypatch.setattr(score_inputs, "PART_BYTES", 1)
    pd.testing.assert_frame_equal(score_panel(words, single, permutations), whole)


def test_what_is_known_is_not_computed_again(study):
    words, layers, permutations = study
    columns = sum(len(one.matrices) for one in layers)
    known = {one.name: Scores(np.full(columns, 0.9), np.zeros((5, columns))) for one in MEASURES}
    rows = score_layers(words, layers, permutations, known).rows
    assert (rows["corrected"] == 0.9).all()


def test_a_matrix_that_is_no_space_is_named(study):
    words, layers, permutations = study
    broken = CorrelatedRows(words.correlations, words.means, words.deviations * np.nan, 8)
    with pytest.raises(InputError, match="word correlations"):
        score_panel(broken, layers, permutations)


def test_measures_are_held_against_2_vs_2(study):
    words, layers, permutations = study
    scores = score_panel(words, layers, permutations).assign(word_model="w")
    scores = scores[scores["group"] == "mean"]
    table = best_layers_by_measure(scores).set_index(["measure", "network"])
    assert len(table) == 2 * len(MEASURES)
    for (measure, network), row in table.iterrows():
        mine = scores[(scores["measure"] == measure) & (scores["layer_index"] > 0)]
        rows = mine[mine["network"] == network]
        assert row["layer"] == rows.loc[rows["corrected"].idxmax(), "layer"]
        best = mine.groupby("network")["corrected"].max()
        assert row["network_place"] == 1 + (best > best[network]).sum()
        reference = table.loc[("two_vs_two", network)]
        assert row["same_layer"] == (row["layer"] == reference["layer"])
        assert row["same_place"] == (row["network_place"] == reference["network_place"])
        other = scores[(scores["measure"] == "two_vs_two") & (scores["network"] == network)]
        other = other[other["layer_index"] > 0]["corrected"]
        expected = spearmanr(rows["corrected"], other).statistic
        assert row["rank_correlation"] == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_p_values_are_those_of_calibrated_similarity(measure):
    """The package of Gröger et al. 2026, which calibrates any function of two representations."""
    reason = "it needs PyTorch, which the project does not: pip install calibrated-similarity"
    calibrated = pytest.importorskip("calibrated_similarity", reason=reason)
    torch = pytest.importorskip("torch", reason=reason)
    rng = np.random.default_rng(7)
    images, words = rng.normal(size=(CONCEPTS, 8)), rng.normal(size=(CONCEPTS, 6))
    images[:, :6] += words
    orders = draw_permutations(rng, CONCEPTS, 60)

    def space(values):
        rows = correlate_rows([np.asarray(values, np.float32)])
        return Space("space", rows.correlations, rows.gram)

    def similarity(image, word):
        none = np.empty((0, CONCEPTS), int)
        return float(measure.score(space(word), [space(image)], none).observed[0])

    remaining = iter(orders.astype(np.int64))
    _, p_value, limit = calibrated.calibrate(
        *map(torch.tensor, (images, words)),
        similarity,
        K=len(orders),
        perm_fn=lambda count, device: torch.tensor(next(remaining)),
    )
    ours = measure.score(space(words), [space(images)], orders)
    expected = (1 + (ours.null[:, 0] >= ours.observed[0] - 1e-6).sum()) / (1 + len(orders))
    assert float(p_value) == pytest.approx(expected)
    both = np.sort([ours.observed[0], *ours.null[:, 0]])
    assert float(limit) == pytest.approx(both[int(np.ceil(0.95 * 61)) - 1], abs=1e-5)

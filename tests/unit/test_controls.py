"""Partial correlations and unique variance against regressions by scipy and explicit loops."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import linregress, pearsonr, rankdata, spearmanr

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment import controls, score_inputs
from semantrace.alignment.controls import NOTHING, PIXELS, rank_correlations, score_controls
from semantrace.statistics.permutations import draw_permutations

CONCEPTS = 11
ROWS = np.triu_indices(CONCEPTS, 1)


def correlations(rng, *parts):
    """Correlations of concepts whose features have some parts in common with others."""
    own = rng.normal(size=(CONCEPTS, 12))
    return np.corrcoef(np.hstack([own, *parts]))


@pytest.fixture
def spaces():
    rng = np.random.default_rng(5)
    shape, meaning = rng.normal(size=(CONCEPTS, 9)), rng.normal(size=(CONCEPTS, 9))
    words = correlations(rng, meaning, 0.7 * shape)
    pixels = correlations(rng, shape)
    layers = [correlations(rng, shape), correlations(rng, shape, meaning)]
    return words, pixels, np.stack(layers), draw_permutations(rng, CONCEPTS, 40)


def given_control(words, layers, control, permutations):
    """Scores of some layers that have one control, or none."""
    pixels = layers[0] if control is None else control
    network = [
        LayerCorrelations("net", str(index), index, matrix[None])
        for index, matrix in enumerate([pixels, *layers])
    ]
    given = NOTHING if control is None else PIXELS
    return controls.given_control(rank_correlations(words, network, 0, permutations), given)


def ranked(matrix):
    return rankdata(matrix[ROWS])


def residual(values, control):
    fit = linregress(control, values)
    return values - fit.intercept - fit.slope * control


def shares(values, *explaining):
    """The share of variance that a regression on some variables explains."""
    design = np.column_stack([np.ones(len(values)), *explaining])
    left = values - design @ np.linalg.lstsq(design, values, rcond=None)[0]
    return 1 - left.var() / values.var()


def test_partial_correlations_and_unique_variance_are_those_of_regressions(spaces):
    words, pixels, layers, permutations = spaces
    found = given_control(words, layers, pixels, permutations)
    for number, layer in enumerate(layers):
        w, c, one = ranked(words), ranked(pixels), ranked(layer)
        expected = pearsonr(residual(w, c), residual(one, c)).statistic
        assert found.partial[number] == pytest.approx(expected)
        unique = shares(w, c, one) - shares(w, c)
        assert found.unique[number] == pytest.approx(np.sign(expected) * unique)
        for order, null in zip(permutations, found.null[:, number], strict=True):
            shuffled = residual(ranked(words[np.ix_(order, order)]), c)
            assert null == pytest.approx(pearsonr(shuffled, residual(one, c)).statistic)
    assert found.partial[1] > 0.3 > abs(found.partial[0])


def test_without_a_control_it_is_rsa(spaces):
    words, _, layers, permutations = spaces
    found = given_control(words, layers, None, permutations)
    expected = [spearmanr(words[ROWS], layer[ROWS]).statistic for layer in layers]
    np.testing.assert_allclose(found.partial, expected)
    np.testing.assert_allclose(found.unique, np.sign(expected) * np.square(expected))


def test_nothing_is_left_of_a_layer_that_is_its_control(spaces):
    words, pixels, layers, permutations = spaces
    found = given_control(words, layers, layers[0], permutations)
    assert found.partial[0] == found.unique[0] == 0
    assert not found.null[:, 0].any()
    assert found.partial[1] > 0


def test_each_layer_has_the_controls_of_its_own_network(spaces):
    words, pixels, layers, permutations = spaces
    networks = {"one": [pixels, *layers], "two": [pixels.copy(), layers[1], layers[0]]}
    study = [
        LayerCorrelations(network, f"layer{index}", index, np.stack([matrix, matrix]))
        for network, matrices in networks.items()
        for index, matrix in enumerate(matrices)
    ]
    table = score_controls(words, study, permutations).set_index(["given", "network", "layer"])
    assert len(table) == 3 * 4
    for network, matrices in networks.items():
        for index in (1, 2):
            for given, control in (
                ("nothing", None),
                ("pixels", matrices[0]),
                ("layer_before", matrices[index - 1]),
            ):
                row = table.loc[(given, network, f"layer{index}")]
                expected = given_control(words, matrices[index][None], control, permutations)
                assert row["partial"] == pytest.approx(expected.partial[0])
                assert row["unique_variance"] == pytest.approx(expected.unique[0])
                larger = (expected.null[:, 0] >= expected.partial[0] - 1e-12).sum()
                assert row["p_value"] == pytest.approx((1 + larger) / 41)
                assert row["p_family_wise"] >= row["p_value"]


def test_memory_decides_nothing(spaces, monkeypatch):
    words, pixels, layers, permutations = spaces
    study = [
        LayerCorrelations("net", f"layer{index}", index, np.stack([matrix, matrix.T**3]))
        for index, matrix in enumerate([pixels, *layers, layers[0] ** 3])
    ]
    whole = score_controls(words, study, permutations)
    monkeypatch.setattr(score_inputs, "PART_BYTES", 1)
    pd.testing.assert_frame_equal(score_controls(words, study, permutations), whole)

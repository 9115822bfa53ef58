"""Tables of scores against the tests they are made of."""

import numpy as np
import pandas as pd
import pytest

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.layer_scores import score_two_vs_two
from semantrace.alignment.two_vs_two import two_vs_two
from semantrace.core.errors import InputError
from semantrace.statistics.permutations import draw_permutations

CONCEPTS = pd.DataFrame(
    {"concept": [f"c{i}" for i in range(12)], "wnid": [f"n{i:08}" for i in range(12)]}
)


@pytest.fixture
def study():
    """Words, three layers (pixels first) of two groups, and permutations."""
    rng = np.random.default_rng(0)
    words = np.corrcoef(rng.normal(size=(12, 30)))
    layers = [
        LayerCorrelations(
            "net", name, index, np.stack([np.corrcoef(rng.normal(size=(12, 40))) for _ in "ab"])
        )
        for index, name in enumerate(["pixels", "low", "high"])
    ]
    layers[2] = LayerCorrelations("net", "high", 2, 0.5 * layers[2].matrices + 0.5 * words)
    return words, layers, draw_permutations(rng, 12, 99)


def test_groups_are_scored_on_their_own_and_averaged(study):
    words, layers, permutations = study
    tables = score_two_vs_two(words, layers, permutations, CONCEPTS)
    for row, layer in zip(tables.layers.itertuples(), layers, strict=True):
        tests = [two_vs_two(words, matrix) for matrix in layer.matrices]
        assert row.accuracy == pytest.approx(np.mean([test.accuracy for test in tests]))
        assert row.accuracy_spread == pytest.approx(
            np.std([test.accuracy for test in tests], ddof=1)
        )
        rates = tables.concepts[tables.concepts["layer"] == layer.layer]["pass_rate"]
        np.testing.assert_allclose(rates, np.mean([test.pass_rate for test in tests], axis=0))


def test_p_values_come_from_one_shuffling_of_all_layers_and_groups(study):
    words, layers, permutations = study
    table = score_two_vs_two(words, layers, permutations, CONCEPTS).layers
    null = np.array(
        [
            [
                np.mean(
                    [
                        two_vs_two(words[np.ix_(order, order)], one).accuracy
                        for one in layer.matrices
                    ]
                )
                for layer in layers
            ]
            for order in permutations
        ]
    )
    for index, row in enumerate(table.itertuples()):
        larger = (null[:, index] >= row.accuracy - 1e-12).sum()
        assert row.p_value == (1 + larger) / 100
    assert np.isnan(table["p_family_wise"][0])
    largest = null[:, 1:].max(axis=1)
    for index in (1, 2):
        larger = (largest >= table["accuracy"][index] - 1e-12).sum()
        assert table["p_family_wise"][index] == (1 + larger) / 100
    assert table["p_family_wise"][2] < 0.05


def test_scores_do_not_depend_on_how_many_layers_fit_in_memory(study, monkeypatch):
    whole = score_two_vs_two(*study, CONCEPTS)
    monkeypatch.setattr("semantrace.alignment.score_inputs.PART_BYTES", 1)
    parts = score_two_vs_two(*study, CONCEPTS)
    pd.testing.assert_frame_equal(whole.layers, parts.layers)
    pd.testing.assert_frame_equal(whole.concepts, parts.concepts)


def test_a_layer_that_cannot_be_scored_is_named(study):
    words, layers, permutations = study
    flat = LayerCorrelations("net", "flat", 3, np.ones((2, 12, 12)))
    with pytest.raises(InputError, match="net flat, group 0: row 0 is constant"):
        score_two_vs_two(words, [*layers, flat], permutations, CONCEPTS)

"""Permutations, p-values, the jackknife and RSA against explicit loops and scipy.stats."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from semantrace.alignment.rsa import representational_similarity
from semantrace.alignment.two_vs_two import compare_rows, permuted_accuracies, prepare_rows
from semantrace.core.errors import InputError
from semantrace.core.random_streams import random_generator
from semantrace.core.sample_size import FEWEST_CONCEPTS
from semantrace.statistics.jackknife import accuracies_without_each, jackknife_interval
from semantrace.statistics.permutations import (
    draw_permutations,
    family_wise_p_values,
    p_values,
)


def symmetric_passes(rng, groups, k, share):
    passed = np.zeros((groups, k, k), dtype=bool)
    for group, (a, b) in itertools.product(range(groups), itertools.combinations(range(k), 2)):
        passed[group, a, b] = passed[group, b, a] = rng.random() < share
    return passed


def test_permutations_are_orders_of_all_concepts():
    orders = draw_permutations(np.random.default_rng(0), 20, 50)
    assert orders.shape == (50, 20)
    np.testing.assert_array_equal(np.sort(orders, axis=1), np.tile(np.arange(20), (50, 1)))
    assert len({tuple(order) for order in orders}) == 50


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), layers=st.integers(1, 6), count=st.integers(1, 60))
def test_p_values_equal_a_count(seed, layers, count):
    rng = np.random.default_rng(seed)
    null = rng.integers(0, 10, size=(count, layers)) / 10
    observed = rng.integers(0, 10, size=layers) / 10
    in_family = rng.random(layers) < 0.7
    for layer in range(layers):
        larger = sum(value >= observed[layer] for value in null[:, layer])
        assert p_values(observed, null)[layer] == (1 + larger) / (1 + count)
    family = family_wise_p_values(observed, null, in_family)
    for layer in range(layers):
        if not in_family[layer]:
            assert np.isnan(family[layer])
            continue
        larger = sum(max(row[in_family]) >= observed[layer] for row in null)
        assert family[layer] == (1 + larger) / (1 + count)


def test_equal_statistics_count_as_equal_despite_rounding():
    assert p_values(np.array([0.3]), np.array([[0.1 + 0.2 - 1e-16]]))[0] == 1.0


@pytest.mark.parametrize("groups", [1, 3])
def test_jackknife_equals_deleting_each_concept_in_turn(groups):
    k = 9
    passed = symmetric_passes(np.random.default_rng(1), groups, k, 0.8)
    left_out = []
    for concept in range(k):
        kept = [pair for pair in itertools.combinations(range(k), 2) if concept not in pair]
        left_out.append(np.mean([[one[a, b] for a, b in kept] for one in passed]))
    np.testing.assert_allclose(accuracies_without_each(passed.sum(axis=2)), left_out)
    theta = np.log(np.array(left_out) / (1 - np.array(left_out)))
    error = np.sqrt((k - 1) / k * sum((value - theta.mean()) ** 2 for value in theta))
    interval = jackknife_interval(passed.sum(axis=2))
    assert interval.standard_error_logit == pytest.approx(error)
    accuracy = passed.sum() / (groups * k * (k - 1))
    centre = np.log(accuracy / (1 - accuracy))
    assert interval.low == pytest.approx(1 / (1 + np.exp(-(centre - 1.959964 * error))), rel=1e-6)
    assert interval.low < accuracy < interval.high


def no_interval(passed):
    interval = jackknife_interval(passed.sum(axis=2))
    return np.isnan([interval.low, interval.high, interval.standard_error_logit]).all()


@pytest.mark.parametrize("groups", [1, 5])
@pytest.mark.parametrize("passes", [0, 1])
def test_accuracies_of_0_and_1_and_next_to_them_have_no_interval(passes, groups):
    passed = np.repeat((~np.eye(8, dtype=bool) & bool(passes))[None], groups, axis=0)
    assert no_interval(passed)
    passed[0, 2, 5] = passed[0, 5, 2] = not passes  # with five groups less than half a pair
    assert no_interval(passed) == (groups == 5)


@pytest.mark.parametrize("k", range(4, FEWEST_CONCEPTS))
def test_few_concepts_have_no_interval(k):
    assert no_interval(symmetric_passes(np.random.default_rng(k), 2, k, 0.6))


@settings(max_examples=200, deadline=None)
@given(st.integers(4, 12), st.integers(1, 4), st.floats(0, 1), st.integers(0, 1000))
def test_an_interval_has_its_estimate_in_it(k, groups, share, seed):
    passed = symmetric_passes(np.random.default_rng(seed), groups, k, share)
    interval = jackknife_interval(passed.sum(axis=2))
    accuracy = passed.sum() / (groups * k * (k - 1))
    assert no_interval(passed) or interval.low < accuracy < interval.high


def test_from_how_many_concepts_a_perfect_score_is_told_from_chance():
    """Every order of the concepts is tried: fewer concepts than the minimum cannot reach 0.05 well.

    The 2 vs. 2 test of a matrix against itself has accuracy one; its p is the share of orders that
    have it too.
    """
    medians = {}
    for k in (4, 5, 6):
        shares = []
        orders = np.array(list(itertools.permutations(range(k))))
        for seed in range(25):
            matrix = np.corrcoef(np.random.default_rng(seed).normal(size=(k, 10)))
            rows = prepare_rows(matrix, "matrix")
            observed = compare_rows(rows, rows).accuracy
            shares.append((permuted_accuracies(rows, [rows], orders)[:, 0] >= observed).mean())
        medians[k] = np.median(shares)
    assert medians[4] > 0.05
    assert medians[5] > 0.02  # a perfect score passes, and little less does not
    assert medians[FEWEST_CONCEPTS] < 0.02


@pytest.mark.parametrize("ranks", [True, False])
def test_rsa_equals_scipy_and_starting_anew_for_each_permutation(ranks):
    rng = np.random.default_rng(2)
    words = np.corrcoef(rng.normal(size=(12, 20)))
    images = np.stack([np.corrcoef(rng.normal(size=(12, 30))) for _ in range(3)])
    orders = draw_permutations(rng, 12, 10)
    result = representational_similarity(words, images, orders, ranks)
    triangle = np.triu_indices(12, 1)
    coefficient = stats.spearmanr if ranks else stats.pearsonr
    for layer, matrix in enumerate(images):
        expected = coefficient(words[triangle], matrix[triangle]).statistic
        assert result.observed[layer] == pytest.approx(expected)
        for row, order in enumerate(orders):
            shuffled = words[np.ix_(order, order)]
            expected = coefficient(shuffled[triangle], matrix[triangle]).statistic
            assert result.null[row, layer] == pytest.approx(expected)


def test_rsa_of_equal_correlations_is_refused():
    words = np.corrcoef(np.random.default_rng(3).normal(size=(6, 9)))
    with pytest.raises(InputError, match="squeezenet fire9: all correlations are equal"):
        representational_similarity(
            words, np.ones((1, 6, 6)), np.arange(6)[None], ranks=True, names=["squeezenet fire9"]
        )


def test_random_streams_belong_to_their_names():
    first = random_generator(1, "demo", "sample_images", "dog").random(4)
    again = random_generator(1, "demo", "sample_images", "dog").random(4)
    np.testing.assert_array_equal(first, again)
    for names in [("demo", "sample_images", "cat"), ("demo", "sample_imagesdog"), ("demo",)]:
        assert not np.allclose(first, random_generator(1, *names).random(4))
    assert not np.allclose(first, random_generator(2, "demo", "sample_images", "dog").random(4))
    assert first[0] == 0.5630355469085846, "a stream must stay the same on every machine"

"""The 2 vs. 2 test against an explicit double loop with np.corrcoef."""

import itertools
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantrace.alignment import two_vs_two_kernels
from semantrace.alignment.two_vs_two import (
    TIE,
    permuted_accuracies,
    prepare_rows,
    two_vs_two,
    unit_rows,
)
from semantrace.core.errors import InputError


def correlation_matrix(rng, concepts, features, offset=0.0):
    """Correlations of random vectors; a shared part of size `offset` pushes them towards one."""
    vectors = rng.normal(size=(concepts, features)) + offset * rng.normal(size=features)
    return np.corrcoef(vectors)


def four_correlations(words, images, a, b):
    """The definition, written out: rows a and b without columns a and b."""
    w = np.delete(words[[a, b]], [a, b], axis=1)
    i = np.delete(images[[a, b]], [a, b], axis=1)
    return {
        "aa": np.corrcoef(w[0], i[0])[0, 1],
        "bb": np.corrcoef(w[1], i[1])[0, 1],
        "ab": np.corrcoef(w[0], i[1])[0, 1],
        "ba": np.corrcoef(w[1], i[0])[0, 1],
    }


def loop_passes(words, images):
    k = len(words)
    passed = np.zeros((k, k), dtype=bool)
    for a, b in itertools.combinations(range(k), 2):
        c = four_correlations(words, images, a, b)
        passed[a, b] = passed[b, a] = c["aa"] + c["bb"] - c["ab"] - c["ba"] > TIE
    return passed


def assert_equals_loop(words, images, tolerance=1e-10):
    result = two_vs_two(words, images)
    for a, b in itertools.combinations(range(len(words)), 2):
        expected = four_correlations(words, images, a, b)
        assert result.matched[a, b] == pytest.approx(expected["aa"], abs=tolerance)
        assert result.matched[b, a] == pytest.approx(expected["bb"], abs=tolerance)
        assert result.mismatched[a, b] == pytest.approx(expected["ab"], abs=tolerance)
        assert result.mismatched[b, a] == pytest.approx(expected["ba"], abs=tolerance)
    np.testing.assert_array_equal(result.passed, loop_passes(words, images))


@pytest.mark.parametrize("offset", [0.0, 1.0, 100.0])
def test_all_four_correlations_equal_the_loop(offset):
    rng = np.random.default_rng(3)
    words = correlation_matrix(rng, 30, 50)
    images = correlation_matrix(rng, 30, 400, offset)
    assert_equals_loop(words, images)


def test_correlations_that_average_almost_one_keep_their_digits():
    rng = np.random.default_rng(4)
    images = correlation_matrix(rng, 40, 500, offset=100.0)
    assert images[np.triu_indices(40, 1)].mean() > 0.9998
    assert_equals_loop(correlation_matrix(rng, 40, 20), images)


def test_a_column_that_outweighs_its_row_is_computed_term_by_term():
    rng = np.random.default_rng(5)
    words = 1e-7 * correlation_matrix(rng, 12, 30)
    words[2, 7] = words[7, 2] = 0.9
    np.fill_diagonal(words, 1.0)
    images = 0.99 + 1e-6 * correlation_matrix(rng, 12, 30)
    np.fill_diagonal(images, 1.0)
    images[2, 7] = images[7, 2] = 0.1
    assert np.isnan(prepare_rows(words).inverse_norm[2, 7])
    assert_equals_loop(words, images, tolerance=1e-8)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    concepts=st.integers(5, 14),
    features=st.integers(3, 40),
    offset=st.sampled_from([0.0, 3.0, 30.0]),
)
def test_equals_the_loop_on_any_random_spaces(seed, concepts, features, offset):
    rng = np.random.default_rng(seed)
    assert_equals_loop(
        correlation_matrix(rng, concepts, features),
        correlation_matrix(rng, concepts, features + 5, offset),
        tolerance=1e-8,
    )


def test_a_space_compared_with_itself_passes_every_test():
    words = correlation_matrix(np.random.default_rng(6), 20, 30)
    result = two_vs_two(words, words)
    assert result.accuracy == 1.0
    assert result.matched_correlation == pytest.approx(1.0)
    assert result.pass_rate == pytest.approx(np.ones(20))


def test_ties_fail():
    """Two concepts with one and the same image cannot be told apart."""
    rng = np.random.default_rng(7)
    vectors = rng.normal(size=(12, 40))
    vectors[5] = vectors[3]
    images = np.corrcoef(vectors)
    images[5] = images[3]
    images[:, 5] = images[:, 3]
    result = two_vs_two(correlation_matrix(rng, 12, 30), images)
    assert not result.passed[3, 5]
    rows = prepare_rows(images)
    words = prepare_rows(correlation_matrix(np.random.default_rng(8), 12, 30))
    identity = np.arange(12)[None]
    assert permuted_accuracies(words, [rows], identity)[0, 0] <= 1 - 1 / 66


def test_chance_is_one_half():
    rng = np.random.default_rng(9)
    accuracies = [
        two_vs_two(correlation_matrix(rng, 20, 30), correlation_matrix(rng, 20, 30)).accuracy
        for _ in range(200)
    ]
    assert np.mean(accuracies) == pytest.approx(0.5, abs=4 * np.std(accuracies) / np.sqrt(200))


def test_permuting_equals_shuffling_rows_and_columns_and_starting_anew():
    rng = np.random.default_rng(10)
    words = correlation_matrix(rng, 15, 20)
    images = [correlation_matrix(rng, 15, 60, offset) for offset in (0.0, 1.0, 50.0)]
    permutations = np.stack([np.arange(15), *(rng.permutation(15) for _ in range(20))])
    result = permuted_accuracies(
        prepare_rows(words), [prepare_rows(matrix) for matrix in images], permutations
    )
    for row, order in enumerate(permutations):
        for column, matrix in enumerate(images):
            passed = loop_passes(words[np.ix_(order, order)], matrix)
            assert result[row, column] == passed.sum() / (15 * 14)


def near_twins(rng, concepts, apart, offset=0.0):
    """Correlations of vectors of which each second one is the one before, but for `apart`."""
    vectors = rng.normal(size=(concepts, 60)) + offset * rng.normal(size=60)
    vectors[1::2] = vectors[::2] + apart * rng.normal(size=vectors[::2].shape)
    return np.corrcoef(vectors)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    apart=st.sampled_from([1e-3, 1e-5, 1e-6, 1e-7, 1e-8]),
    offset=st.sampled_from([0.0, 30.0, 100.0]),
)
def test_pairs_too_close_for_single_precision_are_counted_as_the_loop_counts_them(
    seed, apart, offset
):
    rng = np.random.default_rng(seed)
    words, images = near_twins(rng, 16, apart), near_twins(rng, 16, apart, offset)
    permutations = np.stack([np.arange(16), rng.permutation(16)])
    found = permuted_accuracies(prepare_rows(words), [prepare_rows(images)], permutations)[:, 0]
    expected = [
        np.triu(loop_passes(words[np.ix_(order, order)], images)).sum() for order in permutations
    ]
    np.testing.assert_array_equal(np.rint(found * (16 * 15 // 2)), expected)


def test_single_precision_alone_would_miscount_such_pairs(monkeypatch):
    """What the tests above see, were no pair decided in double precision."""
    rng = np.random.default_rng(12)
    words, images = correlation_matrix(rng, 40, 50), near_twins(rng, 40, 1e-6)
    rows = prepare_rows(words), prepare_rows(images)
    order = np.arange(40).astype(np.uint64)[None]
    arguments = unit_rows(rows[0]), unit_rows(rows[1])[None], order, 1
    expected = np.triu(loop_passes(words, images)).sum()
    assert two_vs_two_kernels.count_passes(*arguments)[0, 0] == expected
    unsure = partial(two_vs_two_kernels._count_doubtful.py_func, np.full(39, -1.0, np.float32))
    monkeypatch.setattr(two_vs_two_kernels, "_count_doubtful", lambda _, *rest: unsure(*rest))
    for name in ("count_pairs", "rearrange", "single"):
        monkeypatch.setattr(two_vs_two_kernels, name, getattr(two_vs_two_kernels, name).py_func)
    assert two_vs_two_kernels.count_passes.py_func(*arguments)[0, 0] != expected


def test_columns_that_outweigh_their_rows_are_counted_term_by_term_under_permutations():
    rng = np.random.default_rng(13)
    words = 1e-7 * correlation_matrix(rng, 12, 30)
    words[2, 7] = words[7, 2] = 0.9
    np.fill_diagonal(words, 1.0)
    images = [correlation_matrix(rng, 12, 40), words[::-1, ::-1]]
    permutations = np.stack([rng.permutation(12) for _ in range(10)])
    rows = [prepare_rows(matrix) for matrix in images]
    found = permuted_accuracies(prepare_rows(words), rows, permutations)
    for n, order in enumerate(permutations):
        for m, matrix in enumerate(images):
            passed = loop_passes(words[np.ix_(order, order)], matrix)
            assert found[n, m] == passed.sum() / (12 * 11)


def test_permuted_accuracies_do_not_depend_on_how_many_matrices_fit_in_memory(monkeypatch):
    rng = np.random.default_rng(11)
    words = prepare_rows(correlation_matrix(rng, 10, 20))
    images = [prepare_rows(correlation_matrix(rng, 10, 60)) for _ in range(5)]
    permutations = np.stack([rng.permutation(10) for _ in range(7)])
    whole = permuted_accuracies(words, images, permutations)
    monkeypatch.setattr("semantrace.alignment.two_vs_two.PRODUCT_BYTES", 8 * 100 * 2)
    np.testing.assert_array_equal(permuted_accuracies(words, images, permutations), whole)


def test_delicate_pairs_count_the_same_under_permutation():
    rng = np.random.default_rng(12)
    words = 1e-6 * correlation_matrix(rng, 12, 30)
    words[2, 7] = words[7, 2] = 0.9
    np.fill_diagonal(words, 1.0)
    images = correlation_matrix(rng, 12, 30)
    result = permuted_accuracies(prepare_rows(words), [prepare_rows(images)], np.arange(12)[None])
    assert result[0, 0] == two_vs_two(words, images).accuracy


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.eye(3), "3 concepts are too few"),
        (np.ones((4, 5)), r"shape \(4, 5\) is not square"),
        (np.full((5, 5), np.nan), r"entry \(0, 1\) is not finite"),
        (np.ones((6, 6)), "row 0 is constant once columns 0 and 1 are left out"),
    ],
)
def test_matrices_that_cannot_be_scored_are_refused(matrix, message):
    with pytest.raises(InputError, match=message):
        two_vs_two(np.asarray(matrix), correlation_matrix(np.random.default_rng(1), 6, 9))


def test_a_row_constant_but_for_one_column_is_refused():
    matrix = correlation_matrix(np.random.default_rng(2), 6, 9)
    matrix[2] = matrix[:, 2] = 0.3
    matrix[2, 4] = matrix[4, 2] = 0.8
    matrix[2, 2] = 1.0
    with pytest.raises(InputError, match="row 2 is constant once columns 2 and 4"):
        prepare_rows(matrix)


def test_spaces_of_different_concepts_are_refused():
    rng = np.random.default_rng(13)
    with pytest.raises(InputError, match="have 6 concepts and image correlations 7"):
        two_vs_two(correlation_matrix(rng, 6, 9), correlation_matrix(rng, 7, 9))

"""The 1 vs. 2 test against explicit loops with np.corrcoef, and its size under hard nulls."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.misclassification import Misclassification
from semantrace.alignment.one_vs_two import Misclassified, OneVsTwo, one_vs_two
from semantrace.alignment.one_vs_two_tables import score_one_vs_two
from semantrace.core.errors import InputError


def made_up(seed, k=14, extra=3, layers=3, groups=2, closeness=0.0):
    """Word and image correlations, groups with tests of both kinds, permutations."""
    rng = np.random.default_rng(seed)
    words = np.corrcoef(rng.normal(size=(k + extra, 8)))[:, :k]
    images = np.array(
        [[np.corrcoef(rng.normal(size=(k, 9))) for _ in range(groups)] for _ in range(layers)]
    )
    images = closeness + (1 - closeness) * images
    tests = []
    for _ in range(groups):
        order = rng.permutation(k)
        correct, true = np.sort(order[:8]), order[8:]
        predicted = rng.choice([*correct[:3], *range(k, k + extra)], size=len(true))
        tests.append(Misclassified(correct, true, predicted))
    permutations = np.array([rng.permutation(k) for _ in range(12)])
    return words, images, tests, permutations


def passed_by_loop(words, images, groups, order, keep_predicted):
    """Each test as the paper words it, one np.corrcoef at a time."""
    k = words.shape[1]
    renamed = words.copy()
    for a, b in itertools.product(range(len(words)), range(k)):
        renamed[a, b] = words[order[a] if a < k else a, order[b]]
    rows = []
    for layer in images:
        row = []
        for matrix, group in zip(layer, groups, strict=True):
            for true, predicted in zip(group.true, group.predicted, strict=True):
                columns = [c for c in group.correct if keep_predicted or c != predicted]
                image = [matrix[true, c] for c in columns]
                ours, theirs = (
                    np.corrcoef(image, [renamed[one, c] for c in columns])[0, 1]
                    for one in (true, predicted)
                )
                row.append(ours > theirs + 1e-12)
        rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("keep_predicted", [False, True])
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), groups=st.integers(1, 3))
def test_every_image_and_permutation_equals_an_explicit_loop(keep_predicted, seed, groups):
    words, images, tests, permutations = made_up(seed, groups=groups)
    result = one_vs_two(words, images, tests, permutations, keep_predicted)
    own = np.arange(words.shape[1])
    expected = passed_by_loop(words, images, tests, own, keep_predicted)
    np.testing.assert_array_equal(result.passed, expected)
    np.testing.assert_allclose(result.accuracy, expected.mean(axis=1))
    for row, order in enumerate(permutations):
        expected = passed_by_loop(words, images, tests, order, keep_predicted)
        np.testing.assert_allclose(result.null[row], expected.mean(axis=1))


def test_digits_survive_where_correlations_lie_close_to_one():
    words, images, tests, permutations = made_up(4)
    close = made_up(4, closeness=0.9999)[1]
    assert close.min() > 0.999
    np.testing.assert_array_equal(
        one_vs_two(words, close, tests, permutations).passed,
        one_vs_two(words, images, tests, permutations).passed,
    )


def test_without_predicted_concepts_among_the_correct_both_forms_are_equal():
    words, images, tests, permutations = made_up(5)
    outside = [
        Misclassified(one.correct, one.true, np.full(len(one.true), words.shape[1]))
        for one in tests
    ]
    primary, paper = (
        one_vs_two(words, images, outside, permutations, keep) for keep in (False, True)
    )
    np.testing.assert_array_equal(primary.passed, paper.passed)
    np.testing.assert_array_equal(primary.null, paper.null)


def test_ties_fail():
    words, images, tests, permutations = made_up(6)
    k = words.shape[1]
    words[k] = words[tests[0].true[0]]
    tie = Misclassified(tests[0].correct, tests[0].true[:1], np.array([k]))
    result = one_vs_two(words, images[:, :1], [tie], np.arange(k)[None])
    assert not result.passed.any()
    assert not result.null.any()
    np.testing.assert_array_equal(result.p_values, 1.0)


def test_an_image_seen_as_its_predicted_class_lowers_the_paper_s_chance_alone():
    rng = np.random.default_rng(7)
    k = 40
    words = np.corrcoef(rng.normal(size=(k, 20)))
    images = np.corrcoef(rng.normal(size=(k, 20)))
    correct, true = np.arange(25), np.arange(25, 40)
    predicted = rng.integers(0, 25, len(true))
    images[true, predicted] = images[predicted, true] = 0.9
    tests = [Misclassified(correct, true, predicted)]
    permutations = np.array([rng.permutation(k) for _ in range(200)])
    primary = one_vs_two(words, images[None, None], tests, permutations)
    paper = one_vs_two(words, images[None, None], tests, permutations, keep_predicted=True)
    assert primary.null_mean[0] == pytest.approx(0.5, abs=0.02)
    assert paper.null_mean[0] < 0.2


def test_p_values_count_and_the_family_s_maximum_is_studentised():
    rng = np.random.default_rng(8)
    null = rng.binomial(20, [0.5, 0.5, 0.3], size=(99, 3)) / 20
    passed = np.arange(20) < np.array([[13], [14], [10]])
    result = OneVsTwo(passed, null)
    for layer in range(3):
        larger = sum(value >= result.accuracy[layer] - 1e-12 for value in null[:, layer])
        assert result.p_values[layer] == (1 + larger) / 100
    family = result.family_wise_p_values(np.array([False, True, True]))
    assert np.isnan(family[0])
    scores = np.vstack([result.accuracy, null])[:, 1:]
    scores = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    for layer in range(2):
        larger = sum(row.max() >= scores[0, layer] - 1e-12 for row in scores[1:])
        assert family[1 + layer] == (1 + larger) / 100


def test_a_layer_that_no_permutation_changes_is_never_significant():
    null = np.full((99, 2), 0.5)
    result = OneVsTwo(np.arange(10) < np.array([[5], [5]]), null)
    np.testing.assert_array_equal(result.family_wise_p_values(np.ones(2, bool)), 1.0)


def null_data(rng, k=40, extra=8, layers=3):
    """Images of low rank, clustered words, and predictions that crowd into three classes."""
    latent = rng.normal(size=(k, 3))
    images = [
        np.corrcoef(latent @ rng.normal(size=(3, 40)) + 0.3 * rng.normal(size=(k, 40)))
        for _ in range(layers)
    ]
    clusters = rng.normal(size=(4, 20))[rng.integers(0, 4, k + extra)]
    words = np.corrcoef(clusters + 0.5 * rng.normal(size=(k + extra, 20)))[:, :k]
    order = np.argsort(latent[:, 0] + 0.5 * rng.normal(size=k))
    crowd = [order[0], order[1], k]
    predicted = rng.choice(crowd, k // 2)
    return (
        words,
        np.array(images)[:, None],
        Misclassified(order[: k // 2], order[k // 2 :], predicted),
    )


@pytest.mark.parametrize("keep_predicted", [False, True])
def test_size_holds_where_predictions_crowd(keep_predicted):
    rng = np.random.default_rng(9)
    small, family_wise = [], []
    for _ in range(200):
        words, images, group = null_data(rng)
        orders = np.array([rng.permutation(words.shape[1]) for _ in range(99)])
        result = one_vs_two(words, images, [group], orders, keep_predicted)
        small.append(result.p_values[0] <= 0.05)
        family_wise.append(result.family_wise_p_values(np.ones(3, bool)).min() <= 0.05)
    limit = stats.binom.ppf(0.99, 200, 0.05)
    assert sum(small) <= limit
    assert sum(family_wise) <= limit


def test_what_has_no_correlation_is_refused():
    words, images, tests, permutations = made_up(10)
    with pytest.raises(InputError, match="no misclassified image"):
        one_vs_two(words, images, [], permutations)
    flat = images.copy()
    flat[1, 0] = 0.5 + 0.5 * np.eye(words.shape[1])
    with pytest.raises(InputError, match=r"all equal in layer 1, .* leave the layer out"):
        one_vs_two(words, flat, tests, permutations)
    one = tests[0].true[0]
    words[one] = words[: words.shape[1], one] = 0.25
    words[one, one] = 1.0
    with pytest.raises(InputError, match="word correlations: row .* constant"):
        one_vs_two(words, images, tests, permutations)


# Tables


def made_up_misclassification(groups, k, note=""):
    rows = [
        {"group": number, "image": f"i{number}_{true}", "concept": f"c{true}", "wnid": f"n{true}"}
        | {"predicted_wnid": f"p{predicted}", "predicted_word": f"w{predicted}"}
        for number, group in enumerate(groups)
        for true, predicted in zip(group.true, group.predicted, strict=True)
    ]
    columns = ["group", "image", "concept", "wnid", "predicted_wnid", "predicted_word"]
    return Misclassification(
        groups=tuple(groups),
        group_numbers=tuple(range(len(groups))),
        images=pd.DataFrame(rows, columns=columns),
        other_words=(),
        correct_images=sum(len(group.correct) for group in groups),
        misclassified_images=20,
        note=note,
    )


def layers_of(images):
    return [
        LayerCorrelations("net", name, index, matrices)
        for index, (name, matrices) in enumerate(
            zip(["pixels", "conv1", "conv2"], images, strict=True)
        )
    ]


def test_the_tables_hold_both_forms_and_every_test():
    words, images, groups, permutations = made_up(11)
    found = made_up_misclassification(groups, words.shape[1])
    tables = score_one_vs_two(words, layers_of(images), found, permutations)
    primary, paper = (
        one_vs_two(words, images, groups, permutations, keep) for keep in (False, True)
    )
    assert list(tables.layers["layer"]) == ["pixels", "conv1", "conv2"]
    assert set(tables.layers["images"]) == {12}
    assert set(tables.layers["correct_images"]) == {16}
    np.testing.assert_allclose(tables.layers["accuracy"], primary.accuracy)
    np.testing.assert_allclose(tables.layers["paper_accuracy"], paper.accuracy)
    np.testing.assert_allclose(tables.layers["paper_null_mean"], paper.null.mean(axis=0))
    assert np.isnan(tables.layers["p_family_wise"][0])
    assert (tables.layers["p_family_wise"][1:] >= tables.layers["p_value"][1:] - 0.2).all()
    for row in tables.layers.itertuples():
        passes = round(row.accuracy * row.images)
        upper = stats.binom.sf(passes - 1, row.images, 0.5)
        assert row.binomial_p_value == pytest.approx(upper)
    assert len(tables.images) == 3 * 12
    for index in range(3):
        part = tables.images[tables.images["layer_index"] == index]
        assert list(part["image"]) == list(found.images["image"])
        assert list(part["passed"] == "true") == list(primary.passed[index])
        assert list(part["paper_passed"] == "true") == list(paper.passed[index])


def test_no_result_is_stated_for_every_layer():
    words, images, _, permutations = made_up(12)
    empty = made_up_misclassification([], 14, "4 correctly classified images in a group, 10 …")
    for found, note in ((None, "the network does not classify"), (empty, empty.note)):
        tables = score_one_vs_two(words, layers_of(images), found, permutations)
        assert list(tables.layers["layer"]) == ["pixels", "conv1", "conv2"]
        assert set(tables.layers["note"]) == {note}
        assert tables.layers[["accuracy", "p_value", "paper_accuracy"]].isna().all(axis=None)
        assert len(tables.images) == 0
        assert {"layer", "image", "predicted_word", "passed"} <= set(tables.images.columns)
    assert set(tables.layers["images"]) == {0}

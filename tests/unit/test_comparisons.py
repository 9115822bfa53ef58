"""Comparisons of layers against explicit loops over splits and pairs, and Holm's own procedure."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.chosen_concepts_kernel import count_passes_among
from semantrace.alignment.comparisons import accuracy_difference, compare_layers
from semantrace.alignment.half_accuracies import LEAST_CONCEPTS, SplitAccuracy
from semantrace.alignment.split_accuracies import accuracies_to_compare, split_accuracies
from semantrace.alignment.two_vs_two import two_vs_two
from semantrace.core.errors import InputError
from semantrace.statistics.holm import holm


def loop_accuracy(words, images):
    """The share of pairs that pass, by deleting columns and np.corrcoef."""
    passes = []
    for a, b in itertools.combinations(range(len(words)), 2):
        w = np.delete(words[[a, b]], [a, b], axis=1)
        i = np.delete(images[[a, b]], [a, b], axis=1)
        c = np.corrcoef(np.vstack([w, i]))
        passes.append(c[0, 2] + c[1, 3] > c[0, 3] + c[1, 2])
    return np.mean(passes)


def without(matrix, concepts):
    """Delete concepts, rows and columns, one after the other."""
    for concept in sorted(concepts, reverse=True):
        matrix = np.delete(np.delete(matrix, concept, axis=0), concept, axis=1)
    return matrix


def study(rng, k, noises, groups=2, networks=("net",)):
    """Words, and layers that see the same concepts with more or less noise."""
    concepts = rng.normal(size=(k, 8))
    words = np.corrcoef(concepts @ rng.normal(size=(8, 40)) + 0.3 * rng.normal(size=(k, 40)))
    layers = []
    for network in networks:
        for index, noise in enumerate(noises):
            view = rng.normal(size=(8, 40))
            seen = concepts + noise * rng.normal(size=(groups, k, 8))
            layers.append(
                LayerCorrelations(
                    network,
                    f"layer{index}",
                    index,
                    np.stack([np.corrcoef(group) for group in seen @ view]),
                )
            )
    return words, layers


def compared(words, layers, orders, named_layers):
    """All comparisons of layers that are scored at once."""
    return compare_layers(accuracies_to_compare(words, layers, orders), named_layers)


def orders_of(rng, k, splits):
    return np.stack([rng.permutation(k) for _ in range(splits)])


@pytest.mark.parametrize("k", [17, 18])
def test_halves_are_scored_as_if_the_other_concepts_were_deleted(k):
    rng = np.random.default_rng(4)
    words, layers = study(rng, k, [0.5, 2.0])
    orders = orders_of(rng, k, 3)
    for layer, found in zip(layers, split_accuracies(words, layers, orders), strict=True):
        assert found.accuracy == pytest.approx(
            np.mean([loop_accuracy(words, matrix) for matrix in layer.matrices])
        )
        for split, order in enumerate(orders):
            for half, deleted in enumerate((order[k // 2 :], order[: k // 2])):
                expected = np.mean(
                    [
                        loop_accuracy(without(words, deleted), without(matrix, deleted))
                        for matrix in layer.matrices
                    ]
                )
                assert found.halves[split, half] == pytest.approx(expected)


def scored_apart(words, images, chosen):
    """How many pairs pass, by the test of matrices without the other concepts."""
    both = np.ix_(chosen, chosen)
    return np.triu(two_vs_two(words[both], images[both]).passed).sum()


@settings(max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    k=st.integers(5, 24),
    apart=st.sampled_from([1.0, 1e-3, 1e-6]),
    spike=st.booleans(),
)
def test_chosen_concepts_are_scored_as_matrices_of_their_own(seed, k, apart, spike):
    """Also where correlations lie close to one, twins nearly tie, or a column holds a row."""
    rng = np.random.default_rng(seed)
    words, images = (
        np.corrcoef(rng.normal(size=30) + apart * rng.normal(size=(k, 30))) for _ in range(2)
    )
    images[1] = images[:, 1] = images[0] + 1e-9 * rng.normal(size=k)
    if spike:
        images[2] = images[:, 2] = 1e-3 * images[2] / np.abs(images[2]).max()
        images[2, 3] = images[3, 2] = 0.9
    np.fill_diagonal(images, 1)
    chosen = np.sort(rng.choice(k, size=rng.integers(4, k + 1), replace=False))
    found = count_passes_among(words, np.stack([images, words]), chosen)
    assert found.tolist() == [
        scored_apart(words, images, chosen),
        scored_apart(words, words, chosen),
    ]


@pytest.mark.parametrize("of_words", [False, True])
def test_a_row_that_is_constant_in_one_half_alone_is_refused(of_words):
    rng = np.random.default_rng(7)
    words, (layer,) = study(rng, 18, [0.5], groups=1)
    order = np.arange(18)
    spoilt = words if of_words else layer.matrices[0]
    spoilt[2, :9] = spoilt[:9, 2] = 0.1
    spoilt[2, 2] = 1
    name = "word correlations" if of_words else "net layer0"
    with pytest.raises(InputError, match=f"{name}.*among 9 concepts: row 2 is constant once"):
        split_accuracies(words, [layer], order[None])


def layer_with(accuracy, halves, k=21):
    return SplitAccuracy("net", "layer", 1, accuracy, k, np.array(halves))


def test_a_difference_equals_its_definition():
    first = layer_with(0.8, [[0.75, 0.85], [0.82, 0.79], [0.7, 0.9]])
    second = layer_with(0.9, [[0.95, 0.82], [0.88, 0.89], [0.9, 0.93]])

    def logit(p):
        return np.log(p / (1 - p))

    squares = []
    for one, two in zip(first.halves, second.halves, strict=True):
        squares.append(((logit(two[0]) - logit(one[0])) - (logit(two[1]) - logit(one[1]))) ** 2)
    error = np.sqrt(10 * 11 / 21**2 * sum(squares) / 3)
    delta = logit(0.9) - logit(0.8)
    found = accuracy_difference(first, second)
    assert found.standard_error_logit == pytest.approx(error)
    assert found.difference == pytest.approx(0.1)
    assert found.p_value == pytest.approx(2 * stats.t(20).cdf(-delta / error))
    reach = stats.t(20).ppf(0.975) * error
    middle = (logit(0.9) + logit(0.8)) / 2
    for edge, value in ((delta - reach, found.low), (delta + reach, found.high)):
        shifted = [1 / (1 + np.exp(-(middle + sign * edge / 2))) for sign in (1, -1)]
        assert value == pytest.approx(shifted[0] - shifted[1])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_interval_leaves_out_zero_where_p_is_below_the_level(seed):
    rng = np.random.default_rng(seed)
    first, second = (
        layer_with(rng.uniform(0.7, 1), rng.uniform(0.6, 1, size=(5, 2))) for _ in range(2)
    )
    found = accuracy_difference(first, second)
    assert (found.low > 0 or found.high < 0) == (found.p_value < 0.05)
    assert found.low <= found.difference <= found.high
    turned = accuracy_difference(second, first)
    assert turned.p_value == pytest.approx(found.p_value)
    assert turned.low == pytest.approx(-found.high)


def test_halves_that_happen_to_agree_prove_nothing():
    perfect = layer_with(1.0, np.ones((4, 2)))
    assert accuracy_difference(perfect, perfect).p_value == 1
    one_pair_less = layer_with(1 - 1 / 210, np.ones((4, 2)))
    assert accuracy_difference(perfect, one_pair_less).p_value > 0.4


@settings(max_examples=60, deadline=None)
@given(
    p=st.lists(st.one_of(st.just(float("nan")), st.floats(0, 1)), min_size=1, max_size=9),
    level=st.floats(0.001, 0.5),
)
def test_holm_rejects_what_its_procedure_rejects(p, level):
    """Step by step: while the smallest p left is at most level / (tests left), reject it."""
    left = [(value, number) for number, value in enumerate(p) if value == value]
    rejected = set()
    while left:
        value, number = min(left)
        if value * len(left) > level:
            break
        rejected.add(number)
        left.remove((value, number))
    corrected = holm(np.array(p))
    assert {int(number) for number in np.flatnonzero(corrected <= level)} == rejected
    np.testing.assert_array_equal(np.isnan(corrected), np.isnan(p))


def test_what_is_compared_with_what():
    rng = np.random.default_rng(5)
    words, layers = study(rng, 30, [0.1, 0.2, 0.6, 0.3], networks=("a", "b", "c"))
    table = compared(words, layers, orders_of(rng, 30, 20), {"a": "layer1", "b": "layer3"})
    named = list(
        zip(
            table["family"],
            table["first_network"] + " " + table["first_layer"],
            table["second_network"] + " " + table["second_layer"],
            strict=True,
        )
    )
    expected = [
        ("layers", f"{network} layer{first}", f"{network} layer{first + 1}")
        for network in "abc"
        for first in (1, 2)
    ]
    for pair in itertools.combinations("abc", 2):
        expected.append(("networks", f"{pair[0]} layer3", f"{pair[1]} layer3"))
    expected.append(("networks", "a layer1", "b layer3"))
    expected.append(("networks", "a layer1", "c layer3"))
    assert named == expected
    for _, rows in table.groupby("family"):
        np.testing.assert_allclose(rows["p_holm"], holm(rows["p_value"].to_numpy()))
    difference = table["second_accuracy"] - table["first_accuracy"]
    np.testing.assert_allclose(table["difference"], difference)


def test_a_great_drop_is_found_and_an_equal_layer_is_not():
    rng = np.random.default_rng(6)
    words, layers = study(rng, 60, [9, 0.8, 0.8, 1.6])
    layers[2].matrices[:] = layers[1].matrices
    table = compared(words, layers, orders_of(rng, 60, 60), {})
    assert (table["note"] == "").all()
    assert table["p_holm"][0] == 1
    assert table["p_holm"][1] < 0.001
    assert table["high"][1] < 0


def test_layers_near_chance_are_not_tested():
    rng = np.random.default_rng(7)
    words, layers = study(rng, 40, [9, 0.3, 9.0, 0.3])
    table = compared(words, layers, orders_of(rng, 40, 10), {})
    assert table["note"].str.contains("too near chance").all()
    assert table[["low", "high", "p_value", "p_holm"]].isna().all(axis=None)
    assert table["difference"].notna().all()


def test_few_concepts_are_not_halved():
    k = LEAST_CONCEPTS - 1
    rng = np.random.default_rng(8)
    words, layers = study(rng, k, [1, 0.1, 0.1])
    table = compared(words, layers, orders_of(rng, k, 10), {})
    assert table["note"].tolist() == [f"not tested: fewer than {LEAST_CONCEPTS} concepts"]


def test_a_study_with_one_layer_has_nothing_to_compare():
    rng = np.random.default_rng(9)
    words, layers = study(rng, 20, [1, 0.1])
    assert compared(words, layers, orders_of(rng, 20, 5), {}).empty


def test_a_layer_that_cannot_be_scored_is_named():
    rng = np.random.default_rng(10)
    words, layers = study(rng, 20, [1, 0.1])
    layers[1].matrices[1] = 1.0
    with pytest.raises(InputError, match="net layer1, group 1: row 0"):
        compared(words, layers, orders_of(rng, 20, 5), {})

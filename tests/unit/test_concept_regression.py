"""The regression of pass rates against scikit-learn and a loop over permutations."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from semantrace.alignment.concept_predictors import concept_predictors, read_spread
from semantrace.alignment.concept_regression import explain_pass_rates, regress
from semantrace.statistics.permutations import draw_permutations
from semantrace.words.word_vectors import WordVectors


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    predictors = rng.normal(size=(60, 3))
    predictors[:, 1] += predictors[:, 0]
    return 1.5 * predictors[:, 0] + rng.normal(size=60), predictors, draw_permutations(rng, 60, 99)


def t_statistics(values, predictors):
    """By the textbook, on standardised variables."""
    standard = (predictors - predictors.mean(axis=0)) / predictors.std(axis=0)
    fit = LinearRegression().fit(standard, values)
    design = np.column_stack([np.ones(len(values)), standard])
    error = ((values - fit.predict(standard)) ** 2).sum() / (len(values) - design.shape[1])
    deviations = np.sqrt(error * np.diag(np.linalg.inv(design.T @ design)))[1:]
    return fit.coef_, fit.coef_ / deviations, fit.score(standard, values)


def test_it_is_least_squares_and_p_comes_from_permuted_values(data):
    values, predictors, permutations = data
    found = regress(values, predictors, permutations)
    standard = (values - values.mean()) / values.std()
    coefficients, t, r_squared = t_statistics(standard, predictors)
    np.testing.assert_allclose(found.coefficients, coefficients)
    assert found.r_squared == pytest.approx(r_squared)
    null = np.array([t_statistics(standard[order], predictors)[1] for order in permutations])
    larger = (np.abs(null) >= np.abs(t) - 1e-12).sum(axis=0)
    np.testing.assert_allclose(found.p_values, (1 + larger) / 100)
    assert found.p_values[0] < 0.05


def test_p_values_of_a_true_null_are_uniform():
    """With a predictor beside it that does explain the values."""
    rng, rejected = np.random.default_rng(1), 0
    for _ in range(300):
        predictors = rng.normal(size=(40, 2))
        predictors[:, 1] += predictors[:, 0]
        values = predictors[:, 0] + rng.normal(size=40)
        found = regress(values, predictors, draw_permutations(rng, 40, 99))
        rejected += found.p_values[1] < 0.05
    assert rejected <= 24  # the upper 99 % limit of a binomial with 300 and 0.05


def rates(count):
    rng = np.random.default_rng(2)
    return pd.DataFrame(
        {"network": "net", "layer": "deep", "pass_rate": rng.random(count)}, index=range(count)
    )


def test_what_is_constant_or_known_already_or_unknown_is_left_out():
    rng = np.random.default_rng(3)
    one, other = rng.normal(size=(2, 50))
    other[:5] = np.nan
    predictors = {"a": one, "same": np.ones(50), "b": other, "twice": 2 * one + 1}
    table = explain_pass_rates(rates(50), predictors, draw_permutations(rng, 50, 19))
    assert table["predictor"].tolist() == ["a", "b"]
    assert (table["concepts"] == 45).all()
    expected = regress(
        rates(50)["pass_rate"].to_numpy()[5:],
        np.stack([one[5:], other[5:]], axis=1),
        draw_permutations(rng, 45, 1),
    )
    np.testing.assert_allclose(table["standardised_coefficient"], expected.coefficients)


def test_a_predictor_that_most_concepts_lack_empties_nothing():
    rng = np.random.default_rng(5)
    predictors = {"a": rng.normal(size=50), "depth": np.full(50, np.nan), "same": np.ones(50)}
    orders = draw_permutations(rng, 50, 19)
    assert explain_pass_rates(rates(50), predictors, orders)["predictor"].tolist() == ["a"]
    assert explain_pass_rates(rates(50), {"same": np.ones(50)}, orders).empty
    assert explain_pass_rates(rates(50).assign(pass_rate=1.0), predictors, orders).empty


def test_too_few_concepts_have_no_regression():
    rng = np.random.default_rng(4)
    predictors = {"a": rng.normal(size=19), "b": rng.normal(size=19)}
    assert explain_pass_rates(rates(19), predictors, draw_permutations(rng, 19, 9)).empty


def test_predictors_are_those_of_nltk_and_of_the_vocabulary(wordnet, nltk_wordnet):
    names = ["dog", "goat", "teapot", "selfie_stick"]
    wnids = [f"n{nltk_wordnet.synset(f'{word}.n.01').offset():08d}" for word in names[:3]]
    concepts = pd.DataFrame({"concept": names, "wnid": [*wnids, ""], "images": [1, 2, 4, 8]})
    words = [
        *["the", "of", "and", "to", "in", "for", "that"],
        "dog",
        "teapot",
        "goat",
        "selfie_stick",
    ]
    vectors = WordVectors("own", np.zeros((11, 2)), words)
    found = concept_predictors(concepts, wordnet, vectors)
    np.testing.assert_allclose(found["log_frequency_rank"], np.log([8, 10, 9, 11]))
    alone = WordVectors("own", np.zeros((4, 2)), words[7:])
    assert "log_frequency_rank" not in concept_predictors(concepts, wordnet, alone)
    senses = [len(nltk_wordnet.synsets(word, "n")) for word in names[:3]]
    np.testing.assert_allclose(found["log_senses"], [*np.log(senses), np.nan])
    depths = [nltk_wordnet.synset(f"{word}.n.01").min_depth() for word in names[:3]]
    np.testing.assert_allclose(found["depth"], [*depths, np.nan])
    np.testing.assert_allclose(found["log_images"], np.log([1, 2, 4, 8]))
    assert read_spread([], "net", "deep") == {}

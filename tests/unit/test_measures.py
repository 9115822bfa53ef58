"""Every measure of alignment against its definition, by loops and by other libraries."""

import itertools

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist, cosine
from scipy.stats import pearsonr, spearmanr
from sklearn.kernel_ridge import KernelRidge

from semantrace.activations.correlations import correlate_rows
from semantrace.alignment.measures.kernel_ridge import PENALTIES
from semantrace.alignment.measures.neighbours import neighbours_among
from semantrace.alignment.measures.registry import MEASURES
from semantrace.alignment.measures.spaces import Space
from semantrace.core.names import MEASURE_TITLES
from semantrace.statistics.permutations import draw_permutations

BY_NAME = {measure.name: measure for measure in MEASURES}
CONCEPTS = 9


def space(features, name="space"):
    features = np.asarray(features, dtype=np.float64)
    gram = features @ features.T / features.shape[1]
    return Space(name, np.corrcoef(features), (gram + gram.T) / 2)


@pytest.fixture
def features():
    """Words, and two image spaces that have something in common with them."""
    rng = np.random.default_rng(11)
    words = rng.normal(size=(CONCEPTS, 5)) + 0.4
    turn = rng.normal(size=(5, 14))
    return words, [words @ turn + noise * rng.normal(size=(CONCEPTS, 14)) + 2 for noise in (1, 3)]


def scores(name, words, images, orders=None):
    orders = np.empty((0, len(words)), int) if orders is None else orders
    return BY_NAME[name].score(space(words, "words"), list(map(space, images)), orders)


def test_every_measure_has_a_title():
    assert list(MEASURE_TITLES) == [measure.name for measure in MEASURES]


# --- Definitions


def song_hsic(first, second):
    """The unbiased estimate of HSIC, as Song et al. 2012 write it (equation 5)."""
    k = len(first)
    k_, l_ = (gram - np.diag(np.diag(gram)) for gram in (first, second))
    one = np.ones(k)
    total = np.trace(k_ @ l_) + (one @ k_ @ one) * (one @ l_ @ one) / ((k - 1) * (k - 2))
    return (total - 2 / (k - 2) * one @ k_ @ l_ @ one) / (k * (k - 3))


def cka(words, image):
    first, second = words @ words.T, image @ image.T
    own = np.sqrt(song_hsic(first, first) * song_hsic(second, second))
    return song_hsic(first, second) / own


def neighbours(words, image):
    count = neighbours_among(len(words))
    lists = []
    for values in (words, image):
        distances = cdist(values, values, "cosine")
        np.fill_diagonal(distances, np.inf)
        lists.append([set(np.argsort(row)[:count]) for row in distances])
    return np.mean([len(a & b) / count for a, b in zip(*lists, strict=True)])


def bures(words, image):
    first, second = (values - values.mean(axis=0) for values in (words, image))
    first, second = first @ first.T, second @ second.T
    root = sqrtm(second)
    middle = np.linalg.eigvals(root @ first @ root).real
    return np.sqrt(np.maximum(middle, 0)).sum() / np.sqrt(np.trace(first) * np.trace(second))


def triangle(values):
    return np.corrcoef(values)[np.triu_indices(len(values), 1)]


def refitted(image, words, kept, wanted, penalty):
    """Predictions of a ridge regression with an intercept, fitted to some concepts."""
    mean, shift = image[kept].mean(axis=0), words[kept].mean(axis=0)
    model = KernelRidge(alpha=penalty, kernel="linear").fit(image[kept] - mean, words[kept] - shift)
    return model.predict(image[wanted] - mean) + shift


def penalties(image):
    centred = image - image.mean(axis=0)
    return PENALTIES * (centred**2).sum(axis=1).mean()


def chosen_penalty(image, words, kept):
    """The penalty of least squared error when each of some concepts is left out in turn."""
    errors = []
    for penalty in penalties(image):
        error = 0.0
        for one in kept:
            others = [other for other in kept if other != one]
            error += ((refitted(image, words, others, [one], penalty) - words[one]) ** 2).sum()
        errors.append(error)
    return penalties(image)[int(np.argmin(errors))]


def decoding(words, image):
    image = image / np.sqrt(image.shape[1])
    passed = []
    for a, b in itertools.combinations(range(len(words)), 2):
        kept = [one for one in range(len(words)) if one not in (a, b)]
        penalty = chosen_penalty(image, words, kept)
        of_a, of_b = refitted(image, words, kept, [a, b], penalty)
        right = cosine(of_a, words[a]) + cosine(of_b, words[b])
        wrong = cosine(of_a, words[b]) + cosine(of_b, words[a])
        passed.append(right < wrong)
    return np.mean(passed)


def retrieval(words, image):
    image = image / np.sqrt(image.shape[1])
    found = []
    for a in range(len(words)):
        kept = [one for one in range(len(words)) if one != a]
        penalty = chosen_penalty(image, words, kept)
        (prediction,) = refitted(image, words, kept, [a], penalty)
        distances = [cosine(prediction, word) for word in words]
        found.append(sum(distances[j] <= distances[a] for j in kept) < neighbours_among(len(words)))
    return np.mean(found)


DEFINITIONS = {
    "rsa_spearman": lambda words, image: spearmanr(triangle(words), triangle(image)).statistic,
    "rsa_pearson": lambda words, image: pearsonr(triangle(words), triangle(image)).statistic,
    "cka": cka,
    "neighbours": neighbours,
    "procrustes": bures,
    "decoding": decoding,
    "retrieval": retrieval,
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_measure_is_what_its_definition_says(name, features):
    words, images = features
    found = scores(name, words, images).observed
    expected = [DEFINITIONS[name](words, image) for image in images]
    np.testing.assert_allclose(found, expected, atol=1e-7)
    assert len({*found.round(6)}) == 2  # and the definition tells the two apart


@pytest.mark.parametrize("name", BY_NAME)
def test_the_null_is_that_of_words_in_another_order(name, features):
    words, images = features
    orders = draw_permutations(np.random.default_rng(1), CONCEPTS, 6)
    found = scores(name, words, images, orders)
    for order, null in zip(orders, found.null, strict=True):
        anew = scores(name, words[order], images).observed
        np.testing.assert_allclose(null, anew, atol=1e-7)


# --- Theory


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"decoding", "retrieval"}))
def test_identical_spaces_have_the_score_1(name):
    values = np.random.default_rng(2).normal(size=(30, 12))
    assert scores(name, values, [values]).observed[0] == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", ["decoding", "retrieval"])
def test_decoding_a_space_from_itself_is_all_but_perfect(name):
    values = np.random.default_rng(2).normal(size=(60, 4))
    assert scores(name, values, [values]).observed[0] > 0.99


ALL_BUT_CORRELATIONS = ("cka", "neighbours", "procrustes", "decoding", "retrieval")
SHIFTED = ("cka", "procrustes", "decoding", "retrieval")


@pytest.mark.parametrize("name", ALL_BUT_CORRELATIONS)
def test_turning_and_scaling_the_images_changes_nothing(name):
    rng = np.random.default_rng(3)
    words, image = rng.normal(size=(25, 6)), rng.normal(size=(25, 10))
    turn = np.linalg.qr(rng.normal(size=(10, 10)))[0]
    found = scores(name, words, [image, 7.5 * image @ turn, 1e-8 * image @ turn]).observed
    np.testing.assert_allclose(found, found[0], atol=1e-9)


@pytest.mark.parametrize("name", SHIFTED)
def test_shifting_the_images_changes_nothing(name):
    rng = np.random.default_rng(4)
    words, image = rng.normal(size=(25, 6)), rng.normal(size=(25, 10))
    found = scores(name, words, [image, image + rng.normal(size=10)]).observed
    assert found[0] == pytest.approx(found[1], abs=1e-8)


@pytest.mark.parametrize("name", ["two_vs_two", "rsa_spearman", "rsa_pearson"])
def test_the_scale_and_level_of_each_image_changes_nothing_where_correlations_count(name):
    rng = np.random.default_rng(5)
    words, image = rng.normal(size=(25, 6)), rng.normal(size=(25, 10))
    other = image * rng.uniform(0.5, 2, (25, 1)) + rng.normal(size=(25, 1))
    found = scores(name, words, [image, other]).observed
    assert found[0] == pytest.approx(found[1], abs=1e-9)


@pytest.fixture(scope="module", params=[10, 1_000_000])
def independent(request):
    """Words, and images of other concepts in so many features."""
    rng = np.random.default_rng(6)
    words, images = space(rng.normal(size=(40, 50))), []
    step = min(request.param, 100_000)
    for number in range(4):
        blocks = (rng.standard_normal((40, step), np.float32) for _ in range(request.param // step))
        rows = correlate_rows(blocks)
        images.append(Space(f"image {number}", rows.correlations, rows.gram))
    return words, images, draw_permutations(rng, 40, 50)


@pytest.mark.parametrize("name", BY_NAME)
def test_independent_spaces_of_any_width_are_at_chance(name, independent):
    """Raw scores grow with width (Gröger et al. 2026); corrected ones are 0 within their error."""
    words, images, orders = independent
    found = BY_NAME[name].score(words, images, orders)
    expected = found.null.mean(axis=0)
    corrected = (found.observed - expected) / (1 - expected)
    error = found.null.std(axis=0) / (1 - expected) / np.sqrt(len(images))
    assert abs(corrected.mean()) < 3.5 * error.mean()

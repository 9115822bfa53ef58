"""What is no correlation matrix is refused by every score, with a word on what it looks like."""

import numpy as np
import pytest

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.one_vs_two import Misclassified, one_vs_two
from semantrace.alignment.reliability import group_reliabilities
from semantrace.alignment.rsa import Matrices, correlate_triangles, representational_similarity
from semantrace.alignment.split_accuracies import split_accuracies
from semantrace.alignment.two_vs_two import permuted_accuracies, prepare_rows, two_vs_two
from semantrace.core.errors import InputError
from semantrace.statistics.correlation_checks import check_correlations, check_permutations
from semantrace.statistics.permutations import draw_permutations

K = 8
GENERATOR = np.random.default_rng(5)
VECTORS = GENERATOR.normal(size=(K, 20)) * np.arange(1, K + 1)[:, None]
VALID = np.corrcoef(VECTORS)
ORDERS = draw_permutations(GENERATOR, K, 6)


def with_entry(value, *places):
    matrix = VALID.copy()
    for place in places:
        matrix[place] = value
    return matrix


INVALID = {
    "distances": (1 - VALID, "the diagonal is zero, as that of distances"),
    "covariances": (np.cov(VECTORS), "not 1, as on the diagonal of covariances"),
    "not a number": (with_entry(np.nan, (2, 3), (3, 2)), r"entry \(2, 3\) is not finite"),
    "infinite": (with_entry(np.inf, (2, 3), (3, 2)), r"entry \(2, 3\) is not finite"),
    "undefined row": (np.corrcoef([*VECTORS[:-1], np.ones(20)]), r"\(0, 7\) is not finite"),
    "not symmetric": (with_entry(0.99, (1, 6)), r"entry \(1, 6\) is 0.99 but \(6, 1\) is"),
    "beyond one": (with_entry(-1.2, (1, 6), (6, 1)), r"entry \(1, 6\) is -1.2; .*between -1 and 1"),
    "vectors": (VECTORS, r"shape \(8, 20\) is not square"),
}
GROUP = Misclassified(np.arange(5), np.array([5, 6]), np.array([0, 1]))
SCORES = {
    "two_vs_two": lambda words, images: two_vs_two(words, images),
    "rsa": lambda words, images: representational_similarity(words, images[None], ORDERS, True),
    "one_vs_two": lambda words, images: one_vs_two(words, images[None, None], [GROUP], ORDERS),
    "comparisons": lambda words, images: split_accuracies(
        words, [LayerCorrelations("net", "a", 1, images[None])], ORDERS
    ),
    "reliability": lambda words, images: group_reliabilities(np.stack([words, images])),
}


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_valid_matrices_are_scored(score):
    SCORES[score](VALID, np.corrcoef(VECTORS[:, :12]))
    SCORES[score](VALID.astype(np.float32), VALID)


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("kind", INVALID)
def test_no_score_takes_anything_else(score, kind):
    matrix, message = INVALID[kind]
    if score == "reliability" and kind == "vectors":
        pytest.skip("groups are one array, so that all have one shape")
    if score == "one_vs_two" and kind == "vectors":
        message = "are not of the same concepts"
    if score == "comparisons" and kind == "vectors":
        message = r"shape \(8, 20\) is not that of 8×8"
    with pytest.raises(InputError, match=message):
        SCORES[score](VALID, matrix)
    if kind != "vectors":
        with pytest.raises(InputError, match=message):
            SCORES[score](matrix, VALID)


def test_rounding_is_no_reason():
    noise = 1e-7 * np.random.default_rng(6).normal(size=(K, K))
    check_correlations(VALID + noise, "rounded")
    check_correlations(VALID.astype(np.float32), "single")


@pytest.mark.parametrize("concepts", [1, 2])
def test_too_few_concepts(concepts):
    with pytest.raises(InputError, match=f"{concepts} concepts are too few; give 3 or more"):
        representational_similarity(
            np.eye(concepts), np.eye(concepts)[None], np.arange(concepts)[None], False
        )


def test_other_classes_of_one_vs_two_are_checked():
    words = np.vstack([VALID, np.full(K, 3.0)])
    with pytest.raises(InputError, match=r"other classes: entry \(0, 0\) is 3"):
        one_vs_two(words, VALID[None, None], [GROUP], ORDERS)


@pytest.mark.parametrize(
    ("orders", "message"),
    [
        (np.arange(K), r"shape \(8,\) is not that of orders of 8 concepts"),
        (np.arange(K - 1)[None], r"shape \(1, 7\)"),
        (np.vstack([np.arange(K), [0, *range(K - 1)]]), "row 1 does not hold each number"),
        (np.arange(1, K + 1)[None], "row 0 does not hold each number from 0 to 7 once"),
    ],
)
def test_permutations_must_be_permutations(orders, message):
    rows = prepare_rows(VALID)
    for score in (
        lambda: check_permutations(orders, K),
        lambda: permuted_accuracies(rows, [rows], orders),
        lambda: representational_similarity(VALID, VALID[None], orders, True),
        lambda: one_vs_two(VALID, VALID[None, None], [GROUP], orders),
        lambda: split_accuracies(VALID, [LayerCorrelations("n", "a", 1, VALID[None])], orders),
    ):
        with pytest.raises(InputError, match=f"permutations: .*{message}"):
            score()


def test_matrices_of_the_mantel_test_are_symmetric_and_of_one_size():
    one = Matrices(VALID[None], ["similarity"])
    skewed = Matrices(with_entry(5.0, (1, 2))[None], ["cosines"])
    with pytest.raises(InputError, match="cosines: entry .* give a symmetric matrix"):
        correlate_triangles(one, skewed, ORDERS, True)
    smaller = Matrices(VALID[None, :6, :6], ["cosines"])
    with pytest.raises(InputError, match="similarity: 8 concepts, but cosines has 6"):
        correlate_triangles(one, smaller, ORDERS, True)

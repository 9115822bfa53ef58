"""The 2 vs. 2 test with permutations: one score, layers × groups at once, and many concepts.

A score is the test of word correlations against one image correlation matrix under 1000
permutations of the concepts. Both spaces are random vectors that share a part. The contenders:
Semantrace; the double loop of `np.corrcoef` that the paper's definition says, timed on a sample of
pairs; the closed form over whole matrices in NumPy, one permutation after the other; and the matrix
products of that form in double precision, with nothing around them. All must agree on which tests
are passed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numba
import numpy as np
from apart import THREADS
from measuring import Benchmark, Contender, Measurement, scaled
from threadpoolctl import threadpool_limits

from semantrace.alignment.two_vs_two import TIE, permuted_accuracies, prepare_rows, two_vs_two

PERMUTATIONS = 1000
PAIRS = 200
SEED = 20180601

OURS = f"Semantrace, {THREADS} threads"
PRODUCTS = f"the matrix products alone, float64, {THREADS} threads"
OURS_SINGLE = "Semantrace, 1 thread"
PRODUCTS_SINGLE = "the matrix products alone, float64, 1 thread"
NUMPY_PRODUCTS = f"the same products by NumPy, one call a permutation, {THREADS} threads"
NUMPY = f"NumPy, closed form over whole matrices, {THREADS} threads"
LOOP = "np.corrcoef double loop"
SHORT_LOOP = "np.corrcoef double loop, all four correlations in one call"
TARGET = "≤ 1.0 × the products in float64"
LOOP_TARGET = "≥ 5,000 × as long"


@dataclass(frozen=True)
class Case:
    """How many concepts, and image correlation matrices (layers × groups), and how it is timed.

    Times of fewer `permutations` are put in proportion to `PERMUTATIONS`.
    """

    given: str
    concepts: int
    scores: int
    permutations: int
    rounds: int


CASES = (
    Case("k = 166, one score", 166, 1, PERMUTATIONS, 5),
    Case("k = 166, 13 layers × 5 groups, each score", 166, 65, 250, 5),
    Case("k = 1000, one score", 1000, 1, 50, 3),
)


@dataclass(frozen=True)
class Spaces:
    """Correlations of words (k, k), of images (m, k, k), and orders of the concepts (N, k)."""

    words: np.ndarray
    images: np.ndarray
    orders: np.ndarray


def draw(case: Case) -> Spaces:
    """Draw word and image vectors that share a part, and permutations."""
    generator = np.random.default_rng(SEED)
    k = case.concepts
    meaning = generator.normal(size=(k, 20))

    def correlations(features: int) -> np.ndarray:
        seen = meaning @ generator.normal(size=(20, features))
        return np.corrcoef(seen + 6 * generator.normal(size=seen.shape))

    words = correlations(50)
    images = np.stack([correlations(400) for _ in range(case.scores)])
    orders = np.stack([generator.permutation(k) for _ in range(case.permutations)])
    return Spaces(words, images, orders)


def ours(spaces: Spaces) -> np.ndarray:
    """Score with Semantrace, from correlation matrices to accuracies (N, m)."""
    images = [prepare_rows(matrix) for matrix in spaces.images]
    return permuted_accuracies(prepare_rows(spaces.words), images, spaces.orders)


def products_alone(spaces: Spaces) -> None:
    """Make the matrix products in double precision, on as many threads as Semantrace uses."""
    with threadpool_limits(1, user_api="blas"):
        _multiply(spaces.words, spaces.images, len(spaces.orders), numba.get_num_threads())


@numba.njit(parallel=True)
def _multiply(words, images, permutations, workers):
    for worker in numba.prange(workers):
        products = np.empty(words.shape)
        for _ in range(worker, permutations, workers):
            for m in range(len(images)):
                np.dot(images[m], words.T, products)


def numpy_products(spaces: Spaces) -> None:
    """Multiply all image matrices with each permuted word matrix, on the threads of the library."""
    k = len(spaces.words)
    stacked = spaces.images.reshape(-1, k)
    out = np.empty((len(stacked), k))
    for _ in spaces.orders:
        np.matmul(stacked, spaces.words.T, out=out)


def _without_pair(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return rows with a zero diagonal, their sums and inverse norms without columns a and b."""
    k = len(matrix)
    rows = matrix.copy()
    np.fill_diagonal(rows, 0)
    rows -= rows.sum(axis=1, keepdims=True) / (k - 1)
    np.fill_diagonal(rows, 0)
    sums = rows.sum(axis=1, keepdims=True) - rows
    squares = (rows**2).sum(axis=1, keepdims=True) - rows**2
    return rows, sums, 1 / np.sqrt(squares - sums**2 / (k - 2))


def numpy_closed_form(spaces: Spaces) -> np.ndarray:
    """Score by whole matrices: what was derived from words is permuted, one product a score."""
    k = len(spaces.words)
    upper = np.triu_indices(k, 1)
    words = _without_pair(spaces.words)
    images = [_without_pair(matrix) for matrix in spaces.images]
    accuracies = np.empty((len(spaces.orders), len(images)))
    for n, order in enumerate(spaces.orders):
        both = np.ix_(order, order)
        rows, sums, norms = (array[both] for array in words)
        for m, (image_rows, image_sums, image_norms) in enumerate(images):
            products = rows @ image_rows.T
            matched = np.diag(products)[:, None] - rows * image_rows - sums * image_sums / (k - 2)
            matched *= norms * image_norms
            mismatched = (products - sums * image_sums.T / (k - 2)) * (norms * image_norms.T)
            difference = matched - mismatched
            accuracies[n, m] = np.mean((difference + difference.T)[upper] > TIE)
    return accuracies


def corrcoef_passes(words: np.ndarray, images: np.ndarray, a: int, b: int) -> bool:
    """Return whether a pair passes, by the definition."""
    w = np.delete(words[[a, b]], [a, b], axis=1)
    i = np.delete(images[[a, b]], [a, b], axis=1)
    matched = np.corrcoef(w[0], i[0])[0, 1] + np.corrcoef(w[1], i[1])[0, 1]
    mismatched = np.corrcoef(w[0], i[1])[0, 1] + np.corrcoef(w[1], i[0])[0, 1]
    return matched > mismatched


def corrcoef_passes_in_one_call(words: np.ndarray, images: np.ndarray, a: int, b: int) -> bool:
    """Return whether a pair passes, from one matrix of the correlations of four rows."""
    rows = np.concatenate([words[[a, b]], images[[a, b]]])
    correlations = np.corrcoef(np.delete(rows, [a, b], axis=1))
    return correlations[0, 2] + correlations[1, 3] > correlations[0, 3] + correlations[1, 2]


def sampled_pairs(k: int) -> list[tuple[int, int]]:
    """Draw pairs of concepts."""
    upper = np.stack(np.triu_indices(k, 1), axis=1)
    chosen = np.random.default_rng(SEED).choice(len(upper), PAIRS, replace=False)
    return [(int(a), int(b)) for a, b in upper[chosen]]


def over(pairs: list[tuple[int, int]], test: Callable[..., bool], spaces: Spaces) -> list[bool]:
    """Test some pairs of the first score."""
    return [test(spaces.words, spaces.images[0], a, b) for a, b in pairs]


def check(spaces: Spaces, pairs: list[tuple[int, int]]) -> None:
    """Make sure that all contenders pass the same tests."""
    passed = two_vs_two(spaces.words, spaces.images[0]).passed
    expected = [bool(passed[a, b]) for a, b in pairs]
    for test in (corrcoef_passes, corrcoef_passes_in_one_call):
        assert over(pairs, test, spaces) == expected
    few = replace(spaces, orders=spaces.orders[:20])
    np.testing.assert_array_equal(ours(few), numpy_closed_form(few))
    shuffled = spaces.words[np.ix_(few.orders[0], few.orders[0])]
    k = len(shuffled)
    count = round(ours(few)[0, 0] * k * (k - 1) / 2)
    assert count == two_vs_two(shuffled, spaces.images[0]).passed.sum() // 2


def on_threads(threads: int, call: Callable[[Spaces], object], spaces: Spaces) -> None:
    """Call with so many threads."""
    numba.set_num_threads(threads)
    with threadpool_limits(threads):
        call(spaces)


def measure(case: Case) -> list[Measurement]:
    """Time all contenders on one input."""
    spaces, k = draw(case), case.concepts
    pairs = sampled_pairs(k)
    check(spaces, pairs)
    notes = [f"from {case.permutations} permutations"] * (case.permutations < PERMUTATIONS)
    notes += [f"from {case.scores} scores at once"] * (case.scores > 1)

    def scoring(name: str, threads: int, call: Callable, **more: str) -> Contender:
        factor = PERMUTATIONS / case.permutations / case.scores
        timed = partial(on_threads, threads, call, spaces)
        return Contender(name, timed, note="; ".join(notes), factor=factor, **more)

    def looping(name: str, test: Callable, target: str = "") -> Contender:
        note = f"extrapolated from {PAIRS} pairs of one permutation"
        factor = k * (k - 1) / 2 * PERMUTATIONS / PAIRS
        return Contender(
            name, partial(over, pairs, test, spaces), OURS, target, note, factor=factor
        )

    contenders = [
        scoring(OURS, THREADS, ours, against=PRODUCTS, target=TARGET),
        scoring(PRODUCTS, THREADS, products_alone),
        scoring(NUMPY_PRODUCTS, THREADS, numpy_products, against=OURS),
        scoring(OURS_SINGLE, 1, ours, against=PRODUCTS_SINGLE),
        scoring(PRODUCTS_SINGLE, 1, products_alone),
        looping(LOOP, corrcoef_passes, LOOP_TARGET if k < 1000 else ""),
        looping(SHORT_LOOP, corrcoef_passes_in_one_call),
    ]
    if case.scores == 1:
        contenders.insert(3, scoring(NUMPY, THREADS, numpy_closed_form, against=OURS))
    title = f"2 vs. 2 with {PERMUTATIONS} permutations"
    return Benchmark(title, case.given, contenders, case.rounds).run()


def run(scale: float = 1.0) -> list[Measurement]:
    """Measure all inputs, with a part of the permutations."""
    cases = [replace(case, permutations=scaled(case.permutations, scale)) for case in CASES]
    return [row for case in cases for row in measure(case)]

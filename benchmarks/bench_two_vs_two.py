"""The 2 vs. 2 test with permutations: one score, layers × groups at once, and many concepts.

    python benchmarks/bench_two_vs_two.py

A score is the test of word correlations against one image correlation matrix under 1000
permutations of the concepts. Both spaces are random vectors that share a part. The contenders:
Semantrace; the double loop of `np.corrcoef` that the paper's definition says, timed on a sample of
pairs; the closed form over whole matrices in NumPy, one permutation after the other; and the matrix
products that Semantrace makes, with nothing around them. All see the same input and must agree on
which tests are passed.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
sys.path[:0] = [str(REPOSITORY / "workflow/scripts"), str(REPOSITORY / "benchmarks")]

import numba
import numpy as np
from measuring import Measurement, in_turn, print_rows, ratio
from threadpoolctl import threadpool_limits

from semantrace.alignment.two_vs_two import TIE, permuted_accuracies, prepare_rows, two_vs_two

PERMUTATIONS = 1000
THREADS = 2
PAIRS = 200
SEED = 20180601

OURS = f"Semantrace, {THREADS} threads"
PRODUCTS = f"its matrix products alone, {THREADS} threads"
OURS_SINGLE = "Semantrace, 1 thread"
PRODUCTS_SINGLE = "its matrix products alone, 1 thread"
NUMPY_PRODUCTS = f"the same products by NumPy, one call a permutation, {THREADS} threads"
NUMPY = f"NumPy, closed form over whole matrices, {THREADS} threads"
LOOP = "np.corrcoef double loop"
SHORT_LOOP = "np.corrcoef double loop, all four correlations in one call"
FLOORS = {OURS: PRODUCTS, OURS_SINGLE: PRODUCTS_SINGLE}
TARGETS = {OURS: "≤ 2.5 × its products", LOOP: "≥ 5,000 × as long"}


@dataclass(frozen=True)
class Case:
    """One input.

    Attributes
    ----------
    given : str
        What it is, for the table.
    concepts : int
        k.
    scores : int
        Image correlation matrices: layers × groups.
    permutations : int
        Those timed; times are put in proportion to `PERMUTATIONS`.
    rounds : int
    against_numpy : bool
        Whether the closed form in NumPy is timed too.
    targets : bool
        Whether the design's targets are for this input.
    """

    given: str
    concepts: int
    scores: int
    permutations: int
    rounds: int
    against_numpy: bool
    targets: bool


CASES = (
    Case("k = 166, one score", 166, 1, PERMUTATIONS, 5, True, True),
    Case("k = 166, 13 layers × 5 groups, each score", 166, 65, 100, 5, False, True),
    Case("k = 1000, one score", 1000, 1, 20, 3, True, False),
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
    """Make the matrix products that Semantrace makes: the same calls on as many threads."""
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


Pairs = list[tuple[int, int]]


def sampled_pairs(k: int) -> Pairs:
    """Draw pairs of concepts."""
    upper = np.stack(np.triu_indices(k, 1), axis=1)
    chosen = np.random.default_rng(SEED).choice(len(upper), PAIRS, replace=False)
    return [(int(a), int(b)) for a, b in upper[chosen]]


def over(pairs: Pairs, test: Callable[..., bool], spaces: Spaces) -> list[bool]:
    """Test some pairs of the first score."""
    return [test(spaces.words, spaces.images[0], a, b) for a, b in pairs]


def check(spaces: Spaces, pairs: Pairs, case: Case) -> None:
    """Make sure that all contenders pass the same tests."""
    passed = two_vs_two(spaces.words, spaces.images[0]).passed
    expected = [bool(passed[a, b]) for a, b in pairs]
    for test in (corrcoef_passes, corrcoef_passes_in_one_call):
        assert over(pairs, test, spaces) == expected
    few = replace(spaces, orders=spaces.orders[:20])
    np.testing.assert_array_equal(ours(few), numpy_closed_form(few))
    shuffled = spaces.words[np.ix_(few.orders[0], few.orders[0])]
    count = round(ours(few)[0, 0] * case.concepts * (case.concepts - 1) / 2)
    assert count == two_vs_two(shuffled, spaces.images[0]).passed.sum() // 2


@contextlib.contextmanager
def limited_to(threads: int) -> Iterator[None]:
    """Limit the threads of the numerical libraries."""
    before = numba.get_num_threads()
    numba.set_num_threads(min(threads, before))
    try:
        with threadpool_limits(threads):
            yield
    finally:
        numba.set_num_threads(before)


def on_threads(threads: int, call: Callable[[Spaces], object], spaces: Spaces) -> None:
    """Call with so many threads."""
    with limited_to(threads):
        call(spaces)


def measure(case: Case) -> list[Measurement]:
    """Time all contenders on one input."""
    spaces = draw(case)
    pairs = sampled_pairs(case.concepts)
    check(spaces, pairs, case)
    whole = {OURS: ours, PRODUCTS: products_alone, NUMPY_PRODUCTS: numpy_products}
    if case.against_numpy:
        whole[NUMPY] = numpy_closed_form
    calls = {name: partial(on_threads, THREADS, call, spaces) for name, call in whole.items()}
    calls[OURS_SINGLE] = partial(on_threads, 1, ours, spaces)
    calls[PRODUCTS_SINGLE] = partial(on_threads, 1, products_alone, spaces)
    calls[LOOP] = partial(over, pairs, corrcoef_passes, spaces)
    calls[SHORT_LOOP] = partial(over, pairs, corrcoef_passes_in_one_call, spaces)
    times = in_turn(calls, case.rounds)
    share = PERMUTATIONS / case.permutations / case.scores
    tests = case.concepts * (case.concepts - 1) / 2 * PERMUTATIONS
    for name in times:
        factor = tests / PAIRS if name in (LOOP, SHORT_LOOP) else share
        times[name] = [seconds * factor for seconds in times[name]]
    return list(_rows(case, times))


def _rows(case: Case, times: dict[str, list[float]]) -> Iterator[Measurement]:
    """Compare ours with the floor, and all others with ours."""
    notes = []
    if case.permutations < PERMUTATIONS:
        notes.append(f"from {case.permutations} permutations")
    if case.scores > 1:
        notes.append(f"from {case.scores} scores at once")
    sampled = f"extrapolated from {PAIRS} pairs of one permutation"
    for name, seconds in times.items():
        against = FLOORS.get(name, "" if name in FLOORS.values() else OURS)
        own = [sampled] if name in (LOOP, SHORT_LOOP) else list(notes)
        if name == OURS_SINGLE:
            slower = ratio(seconds, times[OURS])
            own.append(f"takes {slower:.2f} × as long as on {THREADS} threads")
        yield Measurement(
            f"2 vs. 2 with {PERMUTATIONS} permutations",
            case.given,
            name,
            seconds,
            against=against,
            ratio=ratio(seconds, times[against]) if against else None,
            target=TARGETS.get(name, "") if case.targets else "",
            note="; ".join(own),
        )


def run() -> list[Measurement]:
    """Measure all inputs."""
    return [row for case in CASES for row in measure(case)]


if __name__ == "__main__":
    start = time.perf_counter()
    print_rows(run())
    print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)

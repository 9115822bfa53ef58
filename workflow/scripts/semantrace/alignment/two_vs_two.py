"""The 2 vs. 2 test: do two spaces organise the same concepts alike?

Source: Dharmaretnam & Fyshe 2018, section 2. For every pair (a, b) of k concepts, the rows a and b
of two correlation matrices W (words) and I (images) are compared over the other k - 2 columns. The
test is passed if corr(w_a, i_a) + corr(w_b, i_b) > corr(w_a, i_b) + corr(w_b, i_a), strictly.

How it is computed. Each row loses the mean of its off-diagonal entries, which changes no
correlation and keeps digits where correlations lie close to one, and the diagonal is set to zero.
Then, with P = W·Iᵀ, the sum of products over the columns other than a and b is P[a, b] for a
mismatched pair of rows and P[a, a] - W[a, b]·I[a, b] for a matched one: all pairs cost one k×k×k
product and a handful of operations each. A permutation of the concepts of W permutes rows and
columns of all that was derived from W, so that only P is computed anew: in single precision, since
a count needs the sign of a difference alone; pairs whose difference is within the error of that
are decided in double precision. The few pairs in which one column holds nearly all that a row has
to say would lose digits to the subtraction; they are marked, and computed term by term.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numba
import numpy as np

from semantrace.alignment.two_vs_two_kernels import (
    DELICATE_SHARE,
    ROUNDING,
    TIE,
    correlation_without,
    count_passes,
)
from semantrace.core.blas_threads import one_blas_thread
from semantrace.core.errors import InputError
from semantrace.statistics.correlation_checks import check_correlations, check_permutations

MINIMUM_CONCEPTS = 4
PRODUCT_BYTES = 8 << 20
"""What the images may take that one round of permutations is for: they stay in a common cache."""

ROW_BYTES_AT_ONCE = 12
"""What each round reads of an image, a pair of concepts: rows and terms in single precision."""


@dataclass(frozen=True)
class CorrelationRows:
    """What the 2 vs. 2 test needs to know of one k×k correlation matrix.

    Attributes
    ----------
    centred : (k, k) array
        The matrix less each row's off-diagonal mean; the diagonal is zero.
    remainder : (k, k) array
        ``remainder[a, b]``: sum of row a of `centred` without column b, over √(k - 2).
    inverse_norm : (k, k) array
        ``inverse_norm[a, b]``: one over the Euclidean norm of row a without columns a and b, after
        its mean over the others is taken off. Not a number where the shortcut would lose digits,
        and on the diagonal.
    """

    centred: np.ndarray
    remainder: np.ndarray
    inverse_norm: np.ndarray


@dataclass(frozen=True)
class TwoVsTwo:
    """The 2 vs. 2 test of one pair of correlation matrices.

    Attributes
    ----------
    accuracy : float
        Share of the k·(k - 1)/2 pairs that passed; chance is 0.5.
    passed : (k, k) bool array
        Symmetric; false on the diagonal.
    matched : (k, k) array
        ``matched[a, b]``: corr(w_a, i_a) without columns a and b. Not a number on the diagonal.
    mismatched : (k, k) array
        ``mismatched[a, b]``: corr(w_a, i_b) without columns a and b. Not a number on the diagonal.
    """

    accuracy: float
    passed: np.ndarray
    matched: np.ndarray
    mismatched: np.ndarray

    @property
    def pass_rate(self) -> np.ndarray:
        """Share of the tests passed that each concept took part in, shape (k,)."""
        return self.passed.sum(axis=1) / (len(self.passed) - 1)

    @property
    def matched_correlation(self) -> float:
        """Mean of all matched correlations."""
        return float(np.nanmean(self.matched))

    @property
    def mismatched_correlation(self) -> float:
        """Mean of all mismatched correlations."""
        return float(np.nanmean(self.mismatched))


def prepare_rows(correlations: np.ndarray, name: str = "correlations") -> CorrelationRows:
    """Derive from a correlation matrix what every 2 vs. 2 test of it needs.

    Parameters
    ----------
    correlations : (k, k) array
        Correlations of k concepts.
    name : str
        What the matrix is, for messages.

    Raises
    ------
    InputError
        With fewer than four concepts, a matrix that is not one of correlations, or a row that is
        constant over the columns left to some pair (its correlation is undefined).
    """
    correlations = np.asarray(correlations, dtype=np.float64)
    check_correlations(correlations, name, MINIMUM_CONCEPTS)
    return prepare_checked_rows(correlations, name)


def prepare_checked_rows(correlations: np.ndarray, name: str) -> CorrelationRows:
    """Do as `prepare_rows` for four or more concepts of a matrix that has been checked."""
    matrix = np.array(correlations, dtype=np.float64)
    k = len(matrix)
    np.fill_diagonal(matrix, 0.0)
    magnitude = np.abs(matrix).max(axis=1)
    # the second round takes off what rounding left of the mean
    for _ in range(2):
        matrix -= matrix.sum(axis=1, keepdims=True) / (k - 1)
        np.fill_diagonal(matrix, 0.0)
    squares = matrix**2
    total = squares.sum(axis=1, keepdims=True)
    remainder = (matrix.sum(axis=1, keepdims=True) - matrix) / np.sqrt(k - 2)
    squared_norm = total - squares - remainder**2
    delicate = squared_norm <= DELICATE_SHARE * total
    np.fill_diagonal(delicate, True)
    _check_rows_vary(matrix, delicate, magnitude, name)
    squared_norm[delicate] = np.nan
    return CorrelationRows(matrix, remainder, 1.0 / np.sqrt(squared_norm))


def _check_rows_vary(
    matrix: np.ndarray, delicate: np.ndarray, magnitude: np.ndarray, name: str
) -> None:
    """Refuse rows that are constant but for rounding; only delicate pairs can be."""
    for a, b in np.argwhere(delicate):
        if a == b:
            continue
        rest = np.delete(matrix[a], [a, b])
        if np.abs(rest - rest.mean()).max() <= ROUNDING * magnitude[a]:
            raise InputError(
                f"{name}: row {a} is constant once columns {a} and {b} are left out, so its "
                "correlation is undefined; leave this concept out"
            )


def two_vs_two(words: np.ndarray, images: np.ndarray) -> TwoVsTwo:
    """Run the 2 vs. 2 test on every pair of concepts.

    Parameters
    ----------
    words, images : (k, k) arrays
        Correlation matrices of the same k concepts in the same order.

    Returns
    -------
    TwoVsTwo

    Raises
    ------
    InputError
        See `prepare_rows`; also when the two differ in size.
    """
    return compare_rows(
        prepare_rows(words, "word correlations"), prepare_rows(images, "image correlations")
    )


def compare_rows(words: CorrelationRows, images: CorrelationRows) -> TwoVsTwo:
    """Run the 2 vs. 2 test on rows that `prepare_rows` gave; see `two_vs_two`."""
    k = len(words.centred)
    if len(images.centred) != k:
        raise InputError(
            f"word correlations have {k} concepts and image correlations {len(images.centred)}; "
            "give both for the same concepts"
        )
    products = words.centred @ images.centred.T
    matched = np.diag(products)[:, None] - words.centred * images.centred
    matched -= words.remainder * images.remainder
    matched *= words.inverse_norm * images.inverse_norm
    mismatched = products - words.remainder * images.remainder.T
    mismatched *= words.inverse_norm * images.inverse_norm.T
    _compute_delicate(words.centred, images.centred, matched, mismatched)
    difference = matched + matched.T - mismatched - mismatched.T
    passed = difference > TIE
    return TwoVsTwo(float(passed.sum() / (k * (k - 1))), passed, matched, mismatched)


def _compute_delicate(
    words: np.ndarray, images: np.ndarray, matched: np.ndarray, mismatched: np.ndarray
) -> None:
    """Fill in, term by term, the correlations that the shortcut left out."""
    for values, other in ((matched, False), (mismatched, True)):
        for a, b in np.argwhere(np.isnan(values)):
            if a != b:
                values[a, b] = correlation_without(words[a], images[b if other else a], a, b)


def permuted_accuracies(
    words: CorrelationRows,
    images: list[CorrelationRows],
    permutations: np.ndarray,
    advance: Callable[[int], None] | None = None,
) -> np.ndarray:
    """Return the 2 vs. 2 accuracy under permutations of the concepts of word space.

    One permutation serves every matrix of `images`, so that the maximum over layers can be taken
    permutation by permutation.

    Parameters
    ----------
    words : CorrelationRows
        Of the k×k word correlations.
    images : list of CorrelationRows
        Of m image correlation matrices: layers, networks and groups alike.
    permutations : (N, k) int array
        Each row an order of the k concepts.
    advance : callable, optional
        Told how many more matrices are done.

    Returns
    -------
    (N, m) array of float

    Raises
    ------
    InputError
        When a row of `permutations` is not an order of the k concepts.
    """
    k = len(words.centred)
    check_permutations(permutations, k)
    at_once = max(1, PRODUCT_BYTES // (ROW_BYTES_AT_ONCE * k * k))
    orders = np.ascontiguousarray(permutations, dtype=np.uint64)
    of_words = unit_rows(words)
    # Each thread multiplies for permutations of its own; threads of the products would only wait.
    with one_blas_thread():
        parts = []
        for start in range(0, len(images), at_once):
            of_images = np.stack([unit_rows(rows) for rows in images[start : start + at_once]])
            parts.append(count_passes(of_words, of_images, orders, numba.get_num_threads()))
            if advance is not None:
                advance(len(of_images))
    return np.concatenate(parts, axis=1) / (k * (k - 1) // 2)


def unit_rows(rows: CorrelationRows) -> np.ndarray:
    """Return centred rows of norm one, and their inverse norms without two columns: (2, k, k)."""
    norms = np.linalg.norm(rows.centred, axis=1, keepdims=True)
    return np.stack([rows.centred / norms, rows.inverse_norm * norms])

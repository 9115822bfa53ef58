"""Pearson correlations between rows of matrices that are too wide for memory.

Rows come in blocks of columns. Each row loses a provisional mean (that of its first block) before
products are taken in single precision; sums of products and of rows are accumulated in double
precision and put right by the true means at the end.

Threads work on blocks of their own while the next ones are read; sums are taken in the order of the
blocks, so that results do not depend on the number of threads.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numba
import numpy as np

from semantrace.core.blas_threads import one_blas_thread
from semantrace.core.errors import InputError

# Bits of half precision, moved to their places in single precision, are too small by this.
HALF_BITS_SCALE = np.float32(2.0**112)


@dataclass(frozen=True)
class CorrelatedRows:
    """Everything of k rows of features that their inner products say.

    Attributes
    ----------
    correlations : (k, k) array
        Pearson's, between rows.
    means, deviations : (k,) array
        Of each row's features; the deviation is that of the population.
    features : int
        d, their number.
    """

    correlations: np.ndarray
    means: np.ndarray
    deviations: np.ndarray
    features: int

    @property
    def gram(self) -> np.ndarray:
        """The rows' inner products over d, shape (k, k)."""
        return gram_of(self.correlations, self.means, self.deviations)


def gram_of(correlations: np.ndarray, means: np.ndarray, deviations: np.ndarray) -> np.ndarray:
    """Return inner products over the number of features, s_i·s_j·R_ij + m_i·m_j.

    Parameters
    ----------
    correlations : (…, k, k) array
    means, deviations : (…, k) array
    """
    spread = deviations[..., :, None] * deviations[..., None, :]
    return spread * correlations + means[..., :, None] * means[..., None, :]


def correlate_rows(blocks: Iterable[np.ndarray]) -> CorrelatedRows:
    """Correlate the rows of a matrix given in blocks of columns.

    Parameters
    ----------
    blocks : iterable of (k, width) arrays
        Blocks of columns, of any widths. Integers and half precision are taken as they are.

    Returns
    -------
    CorrelatedRows
        In double precision; correlations are exactly symmetric, with a unit diagonal. Rows without
        variance give not a number.

    Raises
    ------
    InputError
        When there is no block, or a block holds values that are not finite.
    """
    products = sums = mean = np.array(0.0)
    columns = 0
    for width, block_products, block_sums, provisional in _summed(blocks):
        mean = provisional
        products = products + block_products.astype(np.float64)
        sums = sums + block_sums
        columns += width
    if columns == 0:
        raise InputError("no values to correlate; give at least one column")
    _check_finite(sums)
    scatter = products - np.outer(sums, sums) / columns
    squares = np.diag(scatter).copy()
    # what single precision leaves of a constant row is far below this
    squares[squares <= 1e-12 * np.maximum(np.diag(products), 0.0)] = np.nan
    norms = np.sqrt(squares)
    return CorrelatedRows(
        _correlations(scatter, norms),
        mean.astype(np.float64) + sums / columns,
        norms / np.sqrt(columns),
        columns,
    )


def _summed(
    blocks: Iterable[np.ndarray],
) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield width, sums of products and sums of rows of each block, less the mean that comes last.

    That is the provisional mean of the rows.
    """
    provisional: np.ndarray = np.array(0.0)
    workers = numba.get_num_threads()
    waiting: deque[Future[tuple[int, np.ndarray, np.ndarray]]] = deque()
    with one_blas_thread(), ThreadPoolExecutor(workers) as pool:
        for block in blocks:
            if not provisional.ndim:
                provisional = _means(block)
            waiting.append(pool.submit(_sum_block, block, provisional))
            if len(waiting) > workers:
                yield *waiting.popleft().result(), provisional
        while waiting:
            yield *waiting.popleft().result(), provisional


def _means(block: np.ndarray) -> np.ndarray:
    values, _ = _centred(block, np.zeros(len(block), dtype=np.float32))
    return values.mean(axis=1, dtype=np.float64).astype(np.float32)


def _sum_block(block: np.ndarray, provisional: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    centred, sums = _centred(block, provisional)
    with np.errstate(invalid="ignore"):
        return block.shape[1], centred @ centred.T, sums


def _centred(block: np.ndarray, provisional: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rows less a provisional mean in single precision, and their sums in double."""
    centred = np.empty(block.shape, dtype=np.float32)
    if block.dtype != np.float16:
        return centred, _centre(block, provisional, centred)
    bits = np.ascontiguousarray(block).view(np.uint16)
    return centred, _centre_half(bits, provisional, centred, centred.view(np.uint32))


@numba.njit(nogil=True, cache=True)
def _centre(block, provisional, centred):
    """Take the provisional mean off each row; return the rows' sums."""
    sums = np.empty(len(block))
    for row in range(len(block)):
        for column in range(block.shape[1]):
            centred[row, column] = np.float32(block[row, column]) - provisional[row]
        sums[row] = _sum(centred[row])
    return sums


@numba.njit(nogil=True, cache=True)
def _centre_half(block, provisional, centred, bits):
    """Do as `_centre` for the bits of half precision, several times as fast as NumPy's cast.

    `bits` are those of `centred`. A sum is not a number where a value is not finite.
    """
    sums = np.empty(len(block))
    for row in range(len(block)):
        not_finite = 0
        for column in range(block.shape[1]):
            half = np.uint32(block[row, column])
            magnitude = (half & np.uint32(0x7FFF)) << np.uint32(13)
            bits[row, column] = magnitude | ((half & np.uint32(0x8000)) << np.uint32(16))
            not_finite += (half & np.uint32(0x7C00)) == np.uint32(0x7C00)
        for column in range(block.shape[1]):
            # exact, for values too small for normal form too
            centred[row, column] = centred[row, column] * HALF_BITS_SCALE - provisional[row]
        sums[row] = np.nan if not_finite else _sum(centred[row])
    return sums


@numba.njit(nogil=True, cache=True, fastmath={"reassoc"})
def _sum(values):
    """Sum in double precision, in an order that suits vector instructions."""
    total = 0.0
    for value in values:
        total += np.float64(value)
    return total


def _check_finite(sums: np.ndarray) -> None:
    bad = np.flatnonzero(~np.isfinite(sums))
    if len(bad):
        raise InputError(f"row {bad[0]} holds values that are not finite; extract it again")


def _correlations(scatter: np.ndarray, norms: np.ndarray) -> np.ndarray:
    correlations = scatter / np.outer(norms, norms)
    correlations = (correlations + correlations.T) / 2
    correlations = np.clip(correlations, -1.0, 1.0)
    defined = ~np.isnan(norms)
    np.fill_diagonal(correlations, np.where(defined, 1.0, np.nan))
    return correlations


def constant_rows(correlations: np.ndarray) -> np.ndarray:
    """Return the indices of the rows that had no variance, whose correlation is undefined."""
    return np.flatnonzero(np.isnan(np.diag(correlations)))

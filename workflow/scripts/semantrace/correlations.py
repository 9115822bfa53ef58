"""Pearson correlations between rows of matrices that are too wide for memory.

Rows come in blocks of columns. Each row loses a provisional mean (that of its first block) before
products are taken in single precision; sums of products and of rows are accumulated in double
precision and put right by the true means at the end.
"""

from collections.abc import Iterable

import numpy as np

from semantrace.errors import InputError


def streaming_correlations(blocks: Iterable[np.ndarray]) -> np.ndarray:
    """Return the Pearson correlations between the rows of a matrix given in blocks of columns.

    Parameters
    ----------
    blocks : iterable of (k, width) arrays
        Blocks of columns, of any widths. Integers and half precision are taken as they are.

    Returns
    -------
    (k, k) float64 array
        Exactly symmetric, with a unit diagonal. Rows without variance give not a number.

    Raises
    ------
    InputError
        When there is no block, or a block holds values that are not finite.
    """
    products = sums = provisional = None
    columns = 0
    for block in blocks:
        block = np.ascontiguousarray(block, dtype=np.float32)
        if provisional is None:
            provisional = block.mean(axis=1, dtype=np.float64).astype(np.float32)[:, None]
            products = np.zeros((len(block), len(block)))
            sums = np.zeros(len(block))
        with np.errstate(invalid="ignore"):
            block = block - provisional
            products += block @ block.T
            sums += block.sum(axis=1, dtype=np.float64)
        columns += block.shape[1]
    if columns == 0:
        raise InputError("no values to correlate; give at least one column")
    _check_finite(sums)
    return _correlations_from_sums(products, sums, columns)


def _check_finite(sums: np.ndarray) -> None:
    bad = np.flatnonzero(~np.isfinite(sums))
    if len(bad):
        raise InputError(f"row {bad[0]} holds values that are not finite; extract it again")


def _correlations_from_sums(products: np.ndarray, sums: np.ndarray, columns: int) -> np.ndarray:
    covariance = products - np.outer(sums, sums) / columns
    variance = np.diag(covariance).copy()
    # what single precision leaves of a constant row is far below this
    variance[variance <= 1e-12 * np.maximum(np.diag(products), 0.0)] = np.nan
    scale = np.sqrt(variance)
    correlations = covariance / np.outer(scale, scale)
    correlations = (correlations + correlations.T) / 2
    correlations = np.clip(correlations, -1.0, 1.0)
    defined = ~np.isnan(scale)
    np.fill_diagonal(correlations, np.where(defined, 1.0, np.nan))
    return correlations


def constant_rows(correlations: np.ndarray) -> np.ndarray:
    """Return the indices of the rows that had no variance, whose correlation is undefined."""
    return np.flatnonzero(np.isnan(np.diag(correlations)))

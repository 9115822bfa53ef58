"""The compiled loop of 2 vs. 2 tests among some of the concepts, as in halves of them.

The same as `alignment.two_vs_two` for matrices without the rows and columns of the other concepts,
which are never made: rows are centred and scaled as they are taken out of the whole matrices.
"""

import numba
import numpy as np

from semantrace.alignment.two_vs_two_kernels import (
    DELICATE_SHARE,
    ROUNDING,
    count_pairs,
    rearrange,
    single,
)

CONSTANT = -1
"""In place of a count where the correlations of a row are undefined, since it is constant."""


@numba.njit(nogil=True, cache=True)
def count_passes_among(words, images, chosen):
    """Return how many pairs of the chosen concepts pass for each image matrix, shape (m,).

    Parameters
    ----------
    words : (k, k) array
        Checked correlations.
    images : (m, k, k) array
        The same for m images.
    chosen : (h,) int array
        Concepts, four or more.

    Returns
    -------
    (m,) int array
        `CONSTANT` for an image of which, or of the words of which, a row is constant.
    """
    h = len(chosen)
    pairs = h * (h - 1) // 2
    order = np.arange(h).astype(np.uint64)
    exact_words, exact = np.empty((2, h, h)), np.empty((2, h, h))
    word_rows, word_terms = np.empty((h, h), np.float32), np.empty((4, pairs), np.float32)
    rows, terms = np.empty((h, h), np.float32), np.empty((4, pairs), np.float32)
    products, room = np.empty((h, h), np.float32), np.empty((3, h), np.float32)
    passes = np.full(len(images), CONSTANT)
    if not _take_unit_rows(words, chosen, exact_words):
        return passes
    rearrange(single(exact_words), order, word_rows, word_terms)
    for m in range(len(images)):
        if _take_unit_rows(images[m], chosen, exact):
            rearrange(single(exact), order, rows, terms)
            np.dot(rows, word_rows.T, products)
            passes[m] = count_pairs(products, terms, word_terms, room, exact, exact_words, order)
    return passes


@numba.njit(nogil=True, cache=True)
def _take_unit_rows(correlations, chosen, exact):
    """Fill in centred rows of norm one and inverse norms, (2, h, h); false if a row is constant."""
    h = len(chosen)
    rows, norms = exact[0], exact[1]
    for a in range(h):
        row = rows[a]
        magnitude = 0.0
        for b in range(h):
            row[b] = correlations[chosen[a], chosen[b]]
            if a != b:
                magnitude = max(magnitude, abs(row[b]))
        row[a] = 0.0
        # the second round takes off what rounding left of the mean
        for _ in range(2):
            mean = row.sum() / (h - 1)
            for b in range(h):
                row[b] -= mean
            row[a] = 0.0
        sum_of_row = row.sum()
        total = 0.0
        for b in range(h):
            total += row[b] * row[b]
        for b in range(h):
            rest = sum_of_row - row[b]
            squared_norm = total - row[b] * row[b] - rest * rest / (h - 2)
            if a == b:
                norms[a, b] = np.nan
            elif squared_norm > DELICATE_SHARE * total:
                norms[a, b] = np.sqrt(total / squared_norm)
            elif _varies(row, a, b, magnitude):
                norms[a, b] = np.nan
            else:
                return False
        row /= np.sqrt(total)
    return True


@numba.njit(nogil=True, cache=True)
def _varies(row, a, b, magnitude):
    """Return whether more than rounding is left of a row without two columns and its mean."""
    h = len(row)
    mean = (row.sum() - row[a] - row[b]) / (h - 2)
    largest = 0.0
    for c in range(h):
        if c not in (a, b):
            largest = max(largest, abs(row[c] - mean))
    return largest > ROUNDING * magnitude

"""The compiled loops of the 2 vs. 2 test; what they compute is said in `alignment.two_vs_two`.

Counting is done in single precision, with the rows of both spaces scaled to norm one. Let u be
2^-24 and n_ab the inverse norm of row a without columns a and b. Rounding the k entries of two rows
and adding k products in any order changes their product by at most γ = (k + 2)·u / (1 - (k + 2)·u),
since the absolute products of two such rows sum to one or less (Higham 2002, section 3.1). The
difference of a pair is four products and smaller terms, each times an inverse norm of either space;
with less than 24 roundings on the way, its error is at most

    (k + 32)·u·1.01 · (n_ab + n_ba of words)·(n_ab + n_ba of images),

the last factor for what γ leaves out. A difference that is larger has the right sign, and so has
its distance from `TIE`, which is far smaller. All others are computed in double precision.
"""

import numba
import numpy as np

TIE = 1e-12
"""Sums of correlations that differ by less are equal but for rounding: a tie, and ties fail."""

UNIT_ROUNDOFF = 2.0**-24
"""Of numbers in single precision."""

DELICATE_SHARE = 1e-4
"""A row whose squared norm falls below this share of itself without a column loses four digits."""

ROUNDING = 8 * np.finfo(np.float64).eps
"""What is left of a constant row after centring, at most, for its largest correlation."""


@numba.njit(parallel=True, cache=True)
def count_passes(words, images, permutations, workers):
    """Return how many pairs pass, shape (N, m), for `unit_rows` of the words and of m images.

    Every worker has room for one permuted word space and one product, which stay in its cache.
    """
    k = words.shape[1]
    pairs = k * (k - 1) // 2
    image_rows = np.empty((len(images), k, k), dtype=np.float32)
    image_terms = np.empty((len(images), 4, pairs), dtype=np.float32)
    unchanged = np.arange(k).astype(np.uint64)
    for m in numba.prange(len(images)):
        rearrange(single(images[m]), unchanged, image_rows[m], image_terms[m])
    single_words = single(words)
    passes = np.empty((len(permutations), len(images)), dtype=np.int64)
    for worker in numba.prange(workers):
        word_rows = np.empty((k, k), dtype=np.float32)
        word_terms = np.empty((4, pairs), dtype=np.float32)
        products = np.empty((k, k), dtype=np.float32)
        room = np.empty((3, k), dtype=np.float32)
        for n in range(worker, len(permutations), workers):
            rearrange(single_words, permutations[n], word_rows, word_terms)
            for m in range(len(images)):
                np.dot(image_rows[m], word_rows.T, products)
                passes[n, m] = count_pairs(
                    products, image_terms[m], word_terms, room, images[m], words, permutations[n]
                )
    return passes


@numba.njit(cache=True)
def single(exact):
    """Return rows, inverse norms and their product, (3, k, k), in single precision."""
    k = exact.shape[1]
    factors = np.empty((3, k, k), dtype=np.float32)
    for a in range(k):
        for b in range(k):
            factors[0, a, b] = exact[0, a, b]
            factors[1, a, b] = exact[1, a, b]
            factors[2, a, b] = exact[0, a, b] * exact[1, a, b]
    return factors


@numba.njit(cache=True)
def rearrange(factors, order, rows, terms):
    """Fill in the rows in an order, and four terms of each pair (a, b) with a < b.

    The terms: the inverse norms of rows a and b, and their scaled entries at each other's columns.
    Pairs lie in the order of the upper triangle, so that what reads them reads on. The order has
    no sign: an index that could be negative keeps the compiler from making vector instructions.
    """
    own, norms, scaled = factors[0], factors[1], factors[2]
    pair = np.uint64(0)
    for a in range(len(order)):
        row, norm, entry = own[order[a]], norms[order[a]], scaled[order[a]]
        for b in range(len(order)):
            rows[a, b] = row[order[b]]
        for b in range(a + 1, len(order)):
            terms[0, pair] = norm[order[b]]
            terms[1, pair] = norms[order[b], order[a]]
            terms[2, pair] = entry[order[b]]
            terms[3, pair] = scaled[order[b], order[a]]
            pair += np.uint64(1)


@numba.njit(cache=True)
def count_pairs(products, image_terms, word_terms, room, images, words, order):
    """Return how many pairs pass; ``products[b, a]`` is that of image row b and word row a."""
    k = len(products)
    share, bound = np.float32(1 / (k - 2)), np.float32((k + 32) * UNIT_ROUNDOFF * 1.01)
    own, column, doubt = room[0], room[1], room[2]
    for a in range(k):
        own[a] = products[a, a]
    passes = start = 0
    for a in range(k - 1):
        others = k - 1 - a
        stop = start + others
        for b in range(others):
            column[b] = products[a + 1 + b, a]
        # Slices of one length without branches: the compiler makes vector instructions of this.
        own_b, of_b, of_a = own[a + 1 :], column[:others], products[a, a + 1 :]
        w_ab, w_ba = word_terms[0, start:stop], word_terms[1, start:stop]
        i_ab, i_ba = image_terms[0, start:stop], image_terms[1, start:stop]
        w_at_b, w_at_a = word_terms[2, start:stop], word_terms[3, start:stop]
        i_at_b, i_at_a = image_terms[2, start:stop], image_terms[3, start:stop]
        decided = 0
        for b in range(others):
            difference = (
                (own[a] * i_ab[b] - of_b[b] * i_ba[b]) * w_ab[b]
                + (own_b[b] * i_ba[b] - of_a[b] * i_ab[b]) * w_ba[b]
                # the columns a and b, which the products hold and the test leaves out
                - (w_at_b[b] * i_at_b[b] + w_at_a[b] * i_at_a[b])
                # what the four means take off: rows sum to zero but for these columns
                - (w_at_b[b] - w_at_a[b]) * (i_at_b[b] - i_at_a[b]) * share
            )
            error = bound * (w_ab[b] + w_ba[b]) * (i_ab[b] + i_ba[b])
            doubt[b] = error - abs(difference)
            passes += difference > error
            decided += doubt[b] < 0
        if decided < others:
            passes += _count_doubtful(doubt[:others], images, words, order, a)
        start = stop
    return passes


@numba.njit(cache=True)
def _count_doubtful(doubt, images, words, order, a):
    """Return how many pairs of concept a pass where doubt is left, in double precision."""
    w_a, w_b = np.empty(len(order)), np.empty(len(order))
    _take(words[0, order[a]], order, w_a)
    i_a = images[0, a]
    own_a = np.dot(w_a, i_a)
    passes = 0
    for b in range(a + 1, len(order)):
        if doubt[b - a - 1] < 0:
            continue
        _take(words[0, order[b]], order, w_b)
        i_b = images[0, b]
        w_ab, w_ba = words[1, order[a], order[b]], words[1, order[b], order[a]]
        i_ab, i_ba = images[1, a, b], images[1, b, a]
        if np.isnan(w_ab + w_ba + i_ab + i_ba):
            passes += _difference_without(w_a, w_b, i_a, i_b, a, b) > TIE
            continue
        w_at_b, w_at_a = w_a[b] * w_ab, w_b[a] * w_ba
        i_at_b, i_at_a = i_a[b] * i_ab, i_b[a] * i_ba
        difference = (
            (own_a * i_ab - np.dot(w_a, i_b) * i_ba) * w_ab
            + (np.dot(w_b, i_b) * i_ba - np.dot(w_b, i_a) * i_ab) * w_ba
            - (w_at_b * i_at_b + w_at_a * i_at_a)
            - (w_at_b - w_at_a) * (i_at_b - i_at_a) / (len(order) - 2)
        )
        passes += difference > TIE
    return passes


@numba.njit(cache=True)
def _take(row, order, taken):
    """Fill in the entries of a row in an order."""
    for c in range(len(order)):
        taken[c] = row[order[c]]


@numba.njit(cache=True)
def _difference_without(w_a, w_b, i_a, i_b, a, b):
    """Return matched less mismatched correlations of a pair, term by term."""
    return (
        correlation_without(w_a, i_a, a, b)
        + correlation_without(w_b, i_b, a, b)
        - correlation_without(w_a, i_b, a, b)
        - correlation_without(w_b, i_a, a, b)
    )


@numba.njit(cache=True)
def correlation_without(first, second, a, b):
    """Return the Pearson correlation of two rows over the columns other than a and b."""
    first_mean = second_mean = 0.0
    for c in range(len(first)):
        if c not in (a, b):
            first_mean += first[c]
            second_mean += second[c]
    first_mean /= len(first) - 2
    second_mean /= len(first) - 2
    product = first_square = second_square = 0.0
    for c in range(len(first)):
        if c not in (a, b):
            x, y = first[c] - first_mean, second[c] - second_mean
            product += x * y
            first_square += x * x
            second_square += y * y
    return product / np.sqrt(first_square * second_square)

"""The compiled loops of the 2 vs. 2 test; what they compute is said in `alignment.two_vs_two`."""

import numba
import numpy as np

TIE = 1e-12
"""Sums of correlations that differ by less are equal but for rounding: a tie, and ties fail."""


@numba.njit(parallel=True, cache=True)
def count_passes(words, images, permutations, workers):
    """Return how many pairs pass, shape (N, m), for `_factors` of the words and m images.

    Every worker has room for one permuted word space and one product, which stay in its cache.
    """
    k = words.shape[1]
    pairs = k * (k - 1) // 2
    image_rows = np.empty((len(images), k, k))
    image_terms = np.empty((len(images), 5, pairs))
    unchanged = np.arange(k)
    for m in numba.prange(len(images)):
        _rearrange(images[m], unchanged, image_rows[m], image_terms[m])
    passes = np.empty((len(permutations), len(images)), dtype=np.int64)
    for worker in numba.prange(workers):
        word_rows, products = np.empty((k, k)), np.empty((k, k))
        word_terms = np.empty((5, pairs))
        for n in range(worker, len(permutations), workers):
            _rearrange(words, permutations[n], word_rows, word_terms)
            for m in range(len(images)):
                np.dot(image_rows[m], word_rows.T, products)
                passes[n, m] = _count_pairs(
                    products, image_rows[m], image_terms[m], word_rows, word_terms
                )
    return passes


@numba.njit(cache=True)
def _rearrange(factors, order, rows, terms):
    """Fill in the centred rows in an order, and five terms of each pair (a, b) with a < b.

    The terms: the inverse norms of rows a and b, their scaled entries at each other's columns, and
    the difference of their remainders. Pairs lie in the order of the upper triangle, so that what
    reads them reads on.
    """
    pair = 0
    for a in range(len(order)):
        for b in range(len(order)):
            rows[a, b] = factors[0, order[a], order[b]]
        for b in range(a + 1, len(order)):
            terms[0, pair] = factors[1, order[a], order[b]]
            terms[1, pair] = factors[1, order[b], order[a]]
            terms[2, pair] = factors[2, order[a], order[b]]
            terms[3, pair] = factors[2, order[b], order[a]]
            terms[4, pair] = factors[3, order[a], order[b]]
            pair += 1


@numba.njit(cache=True)
def _count_pairs(products, image_rows, image_terms, word_rows, word_terms):
    """Return how many pairs pass; ``products[b, a]`` is that of image row b and word row a."""
    k = len(products)
    own = np.diag(products).copy()
    column = np.empty(k)
    passes = undefined = start = 0
    for a in range(k - 1):
        stop = start + k - 1 - a
        for b in range(a + 1, k):
            column[b] = products[b, a]
        # Slices of one length without branches: the compiler makes vector instructions of this.
        own_b, of_b, of_a = own[a + 1 :], column[a + 1 :], products[a, a + 1 :]
        w_ab, w_ba = word_terms[0, start:stop], word_terms[1, start:stop]
        i_ab, i_ba = image_terms[0, start:stop], image_terms[1, start:stop]
        w_at_b, w_at_a = word_terms[2, start:stop], word_terms[3, start:stop]
        i_at_b, i_at_a = image_terms[2, start:stop], image_terms[3, start:stop]
        w_means, i_means = word_terms[4, start:stop], image_terms[4, start:stop]
        for b in range(stop - start):
            difference = (
                (own[a] * i_ab[b] - of_b[b] * i_ba[b]) * w_ab[b]
                + (own_b[b] * i_ba[b] - of_a[b] * i_ab[b]) * w_ba[b]
                # the columns a and b, which the products hold and the test leaves out
                - (w_at_b[b] * i_at_b[b] + w_at_a[b] * i_at_a[b])
                # (r_wa - r_wb)·(r_ia - r_ib): what the four means take off, in one product
                - w_means[b] * i_means[b]
            )
            passes += difference > TIE
            undefined += difference != difference
        start = stop
    if undefined:
        passes += _count_delicate(image_rows, image_terms, word_rows, word_terms)
    return passes


@numba.njit(cache=True)
def _count_delicate(image_rows, image_terms, word_rows, word_terms):
    """Return how many of the pairs pass that the shortcut leaves out, term by term."""
    passes = pair = 0
    for a in range(len(word_rows)):
        for b in range(a + 1, len(word_rows)):
            norms = word_terms[0, pair] + word_terms[1, pair]
            if np.isnan(norms + image_terms[0, pair] + image_terms[1, pair]):
                passes += _difference_without(word_rows, image_rows, a, b) > TIE
            pair += 1
    return passes


@numba.njit(cache=True)
def _difference_without(words, images, a, b):
    """Return matched less mismatched correlations of a pair, term by term."""
    return (
        correlation_without(words[a], images[a], a, b)
        + correlation_without(words[b], images[b], a, b)
        - correlation_without(words[a], images[b], a, b)
        - correlation_without(words[b], images[a], a, b)
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

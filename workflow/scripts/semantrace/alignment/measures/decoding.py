"""Leave-two-out decoding: are two held-out images told apart by the word vectors they predict?

Source: Mitchell et al. 2008. A kernel ridge regression from images to word vectors is fitted
without two concepts, its penalty chosen by leaving out each of the others in turn, and predicts
both. The pair passes if both predictions together are nearer to their own words than to each
other's, by the cosine, strictly; the score is the share of pairs that pass.
"""

from collections.abc import Sequence

import numba
import numpy as np

from semantrace.alignment.measures.kernel_ridge import BETTER, held_out_scores, residuals
from semantrace.alignment.measures.spaces import Scores, Space
from semantrace.alignment.two_vs_two_kernels import TIE

PERMUTATIONS = 50
"""For each, all pairs choose their penalty anew."""


def leave_two_out(words: Space, images: Sequence[Space], orders: np.ndarray) -> Scores:
    """Return the share of held-out pairs that each image space tells apart."""
    return held_out_scores(passed_pairs, words, images, orders)


def passed_pairs(
    gram: np.ndarray, words: np.ndarray, factor: np.ndarray, orders: np.ndarray
) -> np.ndarray:
    """Return which pairs pass.

    Parameters
    ----------
    gram : (k, k) array
        Centred inner products of images.
    words : (k, k) array
        Inner products of word vectors.
    factor : (k, p) array
        Features with those inner products.
    orders : (n, k) int array
        Orders of the words.

    Returns
    -------
    (n, k·(k - 1)/2) bool array
        Of the pairs in the order of the upper triangle.
    """
    k = len(gram)
    shape = (len(orders), k * (k - 1) // 2)
    least, passed = np.full(shape, np.inf), np.zeros(shape, np.bool_)
    for one in residuals(gram, factor, orders):
        errors = _errors_of_others(one.maker, one.products)
        _take_better(
            *(errors, one.maker, one.products, one.with_words),
            *(words, orders.astype(np.intp), least, passed),
        )
    return passed


def _errors_of_others(maker: np.ndarray, products: np.ndarray) -> np.ndarray:
    """Return the squared error of all others, each left out in turn, without each pair.

    Without the pair and concept i, the residual of i is (r_i - u·r_S) / d_i, with u = M_SS⁻¹·M_Si
    and d_i = M_ii - u·M_Si. Its square is a form in G, whose weights are the same in each order of
    the words: sums over i are products of matrices. They choose a penalty, so that single precision
    will do.

    Parameters
    ----------
    maker : (k, k) array
        M.
    products : (n, k, k) array
        G.

    Returns
    -------
    (n, k, k) float32 array
        Of each pair, above the diagonal.
    """
    products = products.astype(np.float32)
    diagonals = np.ascontiguousarray(np.diagonal(products, axis1=1, axis2=2))
    squares, crossed = np.zeros_like(products), np.zeros_like(products)
    own, other, both = np.zeros((3, *maker.shape), np.float32)
    weights, weighted = np.empty((2, *maker.shape), np.float32)
    for first in range(len(maker)):
        _fill_weights(maker, first, weights, weighted, own[first], other[first], both[first])
        squares[:, first, first + 1 :] = diagonals @ weights[first + 1 :].T
        crossed[:, first] = products[:, first] @ weighted.T
    crossed += crossed.swapaxes(1, 2).copy()
    return (
        squares
        - 2 * crossed
        + own * diagonals[:, :, None]
        + other * diagonals[:, None, :]
        + 2 * both * products
    )


@numba.njit(nogil=True, cache=True, error_model="numpy", fastmath={"reassoc", "contract"})
def _fill_weights(maker, first, weights, weighted, own, other, both):
    """Fill in 1 / d_i² and u_1 / d_i² of one concept with each other one (rows), for all i.

    The last three take the sums over i of u_1² / d_i², u_2² / d_i² and u_1·u_2 / d_i².
    """
    for second in range(len(maker)):
        across = maker[first, second]
        scale = 1.0 / (maker[first, first] * maker[second, second] - across * across)
        if second == first:
            scale = 0.0
        a_a, b_b, a_b = maker[second, second] * scale, maker[first, first] * scale, across * scale
        for i in range(len(maker)):
            u_1 = a_a * maker[first, i] - a_b * maker[second, i]
            u_2 = b_b * maker[second, i] - a_b * maker[first, i]
            left = maker[i, i] - u_1 * maker[first, i] - u_2 * maker[second, i]
            weight = 1.0 / (left * left)
            weights[second, i] = weight
            weighted[second, i] = weight * u_1
        weights[second, first] = weights[second, second] = 0.0
        weighted[second, first] = weighted[second, second] = 0.0
        sums = (0.0, 0.0, 0.0)
        for i in range(len(maker)):
            u_1 = a_a * maker[first, i] - a_b * maker[second, i]
            u_2 = b_b * maker[second, i] - a_b * maker[first, i]
            sums = (
                sums[0] + weights[second, i] * u_1 * u_1,
                sums[1] + weights[second, i] * u_2 * u_2,
                sums[2] + weights[second, i] * u_1 * u_2,
            )
        own[second], other[second], both[second] = sums


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _take_better(errors, maker, products, with_words, words, orders, least, passed):
    """Where a penalty's error is the least so far, keep it and whether the pair passes with it."""
    k = len(maker)
    for n in range(len(orders)):
        order, pair = orders[n], -1
        for a in range(k):
            for b in range(a + 1, k):
                pair += 1
                if errors[n, a, b] < BETTER * least[n, pair]:
                    least[n, pair] = errors[n, a, b]
                    passed[n, pair] = _passes(
                        a, b, maker, products[n], with_words[n], words, order[a], order[b]
                    )


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _passes(a, b, maker, products, with_words, words, word_a, word_b):
    """Return whether the predictions of a and b, left out, are nearer to their own words."""
    across = maker[a, b]
    determinant = maker[a, a] * maker[b, b] - across * across
    a_a, a_b = maker[b, b] / determinant, -across / determinant
    b_b = maker[a, a] / determinant
    own_a, own_b, between = words[word_a, word_a], words[word_b, word_b], words[word_a, word_b]
    left_a_a = a_a * with_words[a, a] + a_b * with_words[b, a]
    left_a_b = a_a * with_words[a, b] + a_b * with_words[b, b]
    left_b_a = a_b * with_words[a, a] + b_b * with_words[b, a]
    left_b_b = a_b * with_words[a, b] + b_b * with_words[b, b]
    square_a = (
        own_a
        - 2 * left_a_a
        + (a_a * a_a * products[a, a] + 2 * a_a * a_b * products[a, b] + a_b * a_b * products[b, b])
    )
    square_b = (
        own_b
        - 2 * left_b_b
        + (a_b * a_b * products[a, a] + 2 * a_b * b_b * products[a, b] + b_b * b_b * products[b, b])
    )
    norm_a, norm_b = np.sqrt(max(square_a, 1e-300)), np.sqrt(max(square_b, 1e-300))
    word_norm_a, word_norm_b = np.sqrt(own_a), np.sqrt(own_b)
    right = (own_a - left_a_a) / (norm_a * word_norm_a) + (own_b - left_b_b) / (
        norm_b * word_norm_b
    )
    wrong = (between - left_a_b) / (norm_a * word_norm_b) + (between - left_b_a) / (
        norm_b * word_norm_a
    )
    return right - wrong > TIE

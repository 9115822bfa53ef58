"""Retrieval: is a held-out image's true word among the nearest to the word vector it predicts?

A kernel ridge regression from images to word vectors is fitted without one concept, its penalty
chosen by leaving out each of the others in turn. The score is the share of concepts whose word is
among the ten words nearest to the prediction, by the cosine, or among half of the others where they
are few; words as near as the true one come before it.
"""

from collections.abc import Sequence

import numba
import numpy as np

from semantrace.alignment.measures.kernel_ridge import BETTER, held_out_scores, residuals
from semantrace.alignment.measures.neighbours import neighbours_among
from semantrace.alignment.measures.spaces import Scores, Space
from semantrace.alignment.two_vs_two_kernels import TIE

PERMUTATIONS = 50


def retrieval(words: Space, images: Sequence[Space], orders: np.ndarray) -> Scores:
    """Return the share of concepts whose word is found from each image space."""
    return held_out_scores(found_words, words, images, orders)


def found_words(
    gram: np.ndarray, words: np.ndarray, factor: np.ndarray, orders: np.ndarray
) -> np.ndarray:
    """Return which concepts' words are found, (n, k) bool; see `decoding.passed_pairs`."""
    shape = (len(orders), len(gram))
    least, found = np.full(shape, np.inf), np.zeros(shape, np.bool_)
    for one in residuals(gram, factor, orders):
        _take_better(
            *(one.maker, one.products, one.with_words, words, orders.astype(np.intp)),
            *(neighbours_among(len(gram)), least, found),
        )
    return found


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _take_better(maker, products, with_words, words, orders, nearest, least, found):
    """Where a penalty's error is the least so far, keep it and whether it finds the word."""
    k = len(maker)
    for n in range(len(orders)):
        for a in range(k):
            error = 0.0
            for i in range(k):
                if i != a:
                    u = maker[a, i] / maker[a, a]
                    left = maker[i, i] - u * maker[a, i]
                    error += (
                        products[n, i, i] - 2 * u * products[n, a, i] + u * u * products[n, a, a]
                    ) / (left * left)
            if error < BETTER * least[n, a]:
                least[n, a] = error
                place = _place(a, maker[a, a], with_words[n], words, orders[n])
                found[n, a] = place < nearest


@numba.njit(nogil=True, cache=True, error_model="numpy")
def _place(a, own, with_words, words, order):
    """Return how many other words are as near to the prediction of a as its own, or nearer."""
    word = order[a]
    true = (words[word, word] - with_words[a, a] / own) / np.sqrt(words[word, word])
    place = 0
    for j in range(len(order)):
        other = order[j]
        if j != a:
            near = (words[word, other] - with_words[a, j] / own) / np.sqrt(words[other, other])
            place += near >= true - TIE * abs(true)
    return place

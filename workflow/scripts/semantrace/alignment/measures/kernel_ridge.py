"""Kernel ridge regression from an image space to word vectors, by inner products alone.

The regression has an intercept: M = λ·(K + λ·I)⁻¹ - 1/k, with K the centred inner products of the
images, turns word vectors Y into their residuals R = M·Y. Leaving concepts S out and fitting anew
leaves them residuals M_SS⁻¹·R_S, exactly, for any S: so held-out predictions cost nothing but small
systems of equations. All that is asked of word vectors are inner products: G = R·Rᵀ and C = R·Yᵀ.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from semantrace.alignment.measures.procrustes import factor_of
from semantrace.alignment.measures.spaces import Scores, Space, with_identity
from semantrace.alignment.measures.workers import each_by_a_thread
from semantrace.core.job import study_threads

PENALTIES = 10.0 ** np.arange(-2, 3)
"""λ, in units of the mean of the diagonal of K."""

BETTER = 1 - 1e-5
"""By this factor a larger penalty's error must be less: rounding leaves ties that differ."""

PART_BYTES = 256 << 20
"""What inner products of words in several orders may take, in all threads."""


@dataclass(frozen=True)
class Residuals:
    """The regression with one penalty, for some orders of the words.

    Attributes
    ----------
    maker : (k, k) array
        M.
    products : (orders, k, k) array
        G, the inner products of residuals.
    with_words : (orders, k, k) array
        C, those of residuals (rows) with word vectors (columns).
    """

    maker: np.ndarray
    products: np.ndarray
    with_words: np.ndarray


def residuals(gram: np.ndarray, words: np.ndarray, orders: np.ndarray) -> Iterator[Residuals]:
    """Yield the regression with each penalty, the smallest first.

    Parameters
    ----------
    gram : (k, k) array
        Centred inner products of images.
    words : (k, p) array
        Word vectors, or any features with the same inner products.
    orders : (n, k) int array
        Orders of the words.
    """
    values, vectors = np.linalg.eigh(gram)
    values = np.maximum(values, 0.0)
    permuted = words[orders]
    for penalty in PENALTIES * values.mean():
        maker = (vectors * (penalty / (values + penalty))) @ vectors.T - 1 / len(gram)
        maker = (maker + maker.T) / 2
        left = maker @ permuted
        yield Residuals(maker, left @ left.swapaxes(1, 2), left @ permuted.swapaxes(1, 2))


def held_out_scores(
    predict: Callable[..., np.ndarray], words: Space, images: Sequence[Space], orders: np.ndarray
) -> Scores:
    """Return the mean over what predictions get right, for each image space and order.

    Parameters
    ----------
    predict : callable
        Takes centred inner products of images (k × k), those of words, features that have the
        latter (k × p) and some orders (n × k); returns n × any bool.
    words : Space
    images : sequence of Space
    orders : (N, k) int array
    """
    factor = factor_of(words.gram)
    products = factor @ factor.T
    orders = with_identity(orders)
    at_once = max(1, PART_BYTES // study_threads() // (16 * orders.shape[1] ** 2))

    def means(image: Space) -> np.ndarray:
        parts = (orders[first : first + at_once] for first in range(0, len(orders), at_once))
        return np.concatenate(
            [predict(image.centred, products, factor, part).mean(axis=1) for part in parts]
        )

    found = np.stack(each_by_a_thread(means, images), axis=1)
    return Scores(found[0], found[1:])

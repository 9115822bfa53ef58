"""Kernel ridge regression from an image space to word vectors, by inner products alone.

The regression has an intercept: M = λ·(K + λ·I)⁻¹ - 1/k, with K the centred inner products of the
images, turns word vectors Y into their residuals R = M·Y. Leaving concepts S out and fitting anew
leaves them residuals M_SS⁻¹·R_S, exactly, for any S: so held-out predictions cost nothing but small
systems of equations. All that is asked of word vectors are inner products: G = R·Rᵀ and C = R·Yᵀ.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

PENALTIES = 10.0 ** np.arange(-2, 3)
"""λ, in units of the mean of the diagonal of K."""


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
    for penalty in PENALTIES * values.mean():
        maker = (vectors * (penalty / (values + penalty))) @ vectors.T - 1 / len(gram)
        maker = (maker + maker.T) / 2
        permuted = words[orders]
        left = maker @ permuted
        yield Residuals(maker, left @ left.swapaxes(1, 2), left @ permuted.swapaxes(1, 2))


def parts_of_orders(orders: np.ndarray, most_bytes: int = 128 << 20) -> Iterator[np.ndarray]:
    """Yield as many orders at once as have inner products of so many bytes."""
    at_once = max(1, most_bytes // (16 * orders.shape[1] ** 2))
    for first in range(0, len(orders), at_once):
        yield orders[first : first + at_once]

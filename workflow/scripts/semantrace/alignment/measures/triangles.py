"""Measures that are correlations of upper triangles: RSA, and linear CKA without its bias.

RSA: Kriegeskorte et al. 2008. Debiased CKA: Song et al. 2012, section 4.1, and Murphy, Zylberberg &
Fyshe 2024: the unbiased estimate of HSIC is the inner product of two U-centred matrices (Székely &
Rizzo 2014), whose off-diagonal entries sum to zero, so that its normalised form is Pearson's
correlation between their upper triangles. It may be negative, and is defined wherever they vary.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from semantrace.alignment.measures.spaces import Scores, Space
from semantrace.alignment.rsa import (
    Matrices,
    correlate_triangles,
    representational_similarity,
)


def u_centred(gram: np.ndarray) -> np.ndarray:
    """Return a symmetric matrix whose rows sum to zero without their diagonal entries.

    Parameters
    ----------
    gram : (k, k) array
        k is 4 or more.

    Returns
    -------
    (k, k) array
        With a diagonal of zeros. Of inner products it is the same before and after centring.
    """
    k = len(gram)
    centred = gram - np.diag(np.diag(gram))
    rows = centred.sum(axis=1)
    centred = centred - (rows[:, None] + rows[None, :]) / (k - 2) + rows.sum() / ((k - 1) * (k - 2))
    np.fill_diagonal(centred, 0.0)
    return (centred + centred.T) / 2


def _rsa(ranks: bool, words: Space, images: Sequence[Space], orders: np.ndarray) -> Scores:
    matrices, names = np.stack([one.correlations for one in images]), [one.name for one in images]
    found = representational_similarity(words.correlations, matrices, orders, ranks, names)
    return Scores(found.observed, found.null)


rsa_spearman = partial(_rsa, True)
"""Spearman's correlation between the correlations of images and those of words."""

rsa_pearson = partial(_rsa, False)
"""Pearson's correlation between the correlations of images and those of words."""


def debiased_cka(words: Space, images: Sequence[Space], orders: np.ndarray) -> Scores:
    """Return linear centred kernel alignment by the unbiased estimate of HSIC."""
    found = correlate_triangles(
        Matrices(_of_unit_scale(words)[None], [words.name]),
        Matrices(np.stack(list(map(_of_unit_scale, images))), [one.name for one in images]),
        orders,
        ranks=False,
    )
    return Scores(found.observed[0], found.null[:, 0])


def _of_unit_scale(space: Space) -> np.ndarray:
    """Return the U-centred inner products over their total, which may be as small as it likes."""
    return u_centred(space.centred / np.trace(space.centred))

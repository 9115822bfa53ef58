"""Semantics beyond the pixels: what a layer shares with words that a control does not.

The measure is RSA with Spearman's coefficient. Given a control, a layer's partial correlation is
that of words and layer after both have lost what is linear in the control's ranks. Its unique
variance is the share of the words' variance that layer and control explain and the control alone
does not, less than zero where the partial correlation is. Controls are the pixels, and the layer
before.

Permutations shuffle the concepts of the words, for which the partial correlation is computed anew
(Smouse, Long & Sokal 1986). To shuffle what words keep without the control instead rejected 7 to
8 % of true nulls in simulations.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.rsa import Matrices, correlate_standard, standard_triangles
from semantrace.alignment.score_inputs import layer_columns, matrices_in_parts
from semantrace.statistics.permutations import family_wise_p_values, p_values

NOTHING, PIXELS, BEFORE = "nothing", "pixels", "layer_before"

LEAST_SHARE = 1e-9
"""A control that leaves a smaller share of a layer's variance leaves nothing of it."""


@dataclass(frozen=True)
class RankCorrelations:
    """Spearman's coefficients between upper triangles, of the layers of one network in their order.

    Attributes
    ----------
    with_words : (m,) array
        Of the pixels and m - 1 layers with words.
    null : (N, m) array
        The same under each permutation of the concepts of the words.
    with_pixels, with_before : (m,) array
        Of each with the pixels, and with the layer before; that of the pixels is not a number.
    """

    with_words: np.ndarray
    null: np.ndarray
    with_pixels: np.ndarray
    with_before: np.ndarray


@dataclass(frozen=True)
class Controlled:
    """Scores of layers given a control for each.

    Attributes
    ----------
    partial, unique : (n,) array
        Partial correlations and unique variances.
    null : (N, n) array
        The partial correlations under each permutation.
    """

    partial: np.ndarray
    unique: np.ndarray
    null: np.ndarray


def score_controls(
    words: np.ndarray, layers: Sequence[LayerCorrelations], permutations: np.ndarray
) -> pd.DataFrame:
    """Score every layer given nothing, given the pixels and given the layer before.

    Parameters
    ----------
    words : (k, k) array
        Word correlations.
    layers : sequence of LayerCorrelations
        All layers of all networks, those of each together and pixels first.
    permutations : (N, k) int array
        Shared by the whole study.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.CONTROLS` without the word model, averaged over groups. A family is
        all layers of all networks given the same.

    Raises
    ------
    InputError
        When a matrix is not symmetric, or its entries are all equal.
    """
    of_networks = [list(own) for _, own in groupby(layers, key=lambda layer: layer.network)]
    found = [_mean_over_groups(words, own, permutations) for own in of_networks]
    deeper = [layer for own in of_networks for layer in own[1:]]
    return pd.concat(
        [
            _rows(given, deeper, _side_by_side([one[given] for one in found]))
            for given in (NOTHING, PIXELS, BEFORE)
        ],
        ignore_index=True,
    )


def rank_correlations(
    words: np.ndarray,
    layers: Sequence[LayerCorrelations],
    group: int,
    permutations: np.ndarray,
) -> RankCorrelations:
    """Correlate the ranks of layers with those of words, permuted words, and their controls.

    Parameters
    ----------
    words : (k, k) array
        Word correlations.
    layers : sequence of LayerCorrelations
        All m of one network, pixels first.
    group : int
        The one whose matrices are taken.
    permutations : (N, k) int array

    Raises
    ------
    InputError
        When a matrix is not symmetric, or its entries are all equal.
    """
    of_words = Matrices(words[None], ["word correlations"])
    pixels = before = np.empty(0)
    parts = []
    for triangles in _triangles(layers, group):
        found = correlate_standard(of_words, triangles, permutations, ranks=True)
        if not pixels.size:
            pixels, before = triangles[0].copy(), np.full_like(triangles[0], np.nan)
        shifted = np.vstack([before, triangles[:-1]])
        with_before = np.einsum("ij,ij->i", triangles, shifted)
        parts.append((found.observed[0], found.null[:, 0], triangles @ pixels, with_before))
        before = triangles[-1].copy()
    return RankCorrelations(
        *(np.concatenate(values, axis=-1) for values in zip(*parts, strict=True))
    )


def _triangles(layers: Sequence[LayerCorrelations], group: int) -> Iterator[np.ndarray]:
    """Yield the ranks of as many layers as may be held at once, as `standard_triangles`."""
    for part in matrices_in_parts(layers, group):
        matrices = np.stack([layer.matrices[group] for layer, _ in part])
        names = [layer.named(group) for layer, _ in part]
        yield standard_triangles(Matrices(matrices, names), ranks=True)


def given_control(found: RankCorrelations, given: str) -> Controlled:
    """Return what all layers but the pixels share with words that their controls do not.

    Parameters
    ----------
    found : RankCorrelations
    given : {"nothing", "pixels", "layer_before"}
    """
    observed, null = found.with_words, found.null
    if given == NOTHING:
        return Controlled(observed[1:], _signed_square(observed[1:]), null[:, 1:])
    shared = (found.with_pixels if given == PIXELS else found.with_before)[1:]
    controls = slice(0, 1) if given == PIXELS else slice(0, -1)
    is_left = 1 - shared**2 > LEAST_SHARE
    scale = np.where(is_left, np.sqrt(np.maximum(1 - shared**2, LEAST_SHARE)), np.inf)

    def semipartial(with_words: np.ndarray) -> np.ndarray:
        return (with_words[..., 1:] - with_words[..., controls] * shared) / scale

    def partial(with_words: np.ndarray) -> np.ndarray:
        left = np.maximum(1 - with_words[..., controls] ** 2, LEAST_SHARE)
        return semipartial(with_words) / np.sqrt(left)

    return Controlled(partial(observed), _signed_square(semipartial(observed)), partial(null))


def _signed_square(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * values**2


def _mean_over_groups(
    words: np.ndarray, layers: Sequence[LayerCorrelations], permutations: np.ndarray
) -> dict[str, Controlled]:
    """Return the scores of one network's layers given each control, averaged over groups."""
    groups = [
        rank_correlations(words, layers, group, permutations)
        for group in range(len(layers[0].matrices))
    ]
    return {
        given: Controlled(
            np.mean([one.partial for one in found], axis=0),
            np.mean([one.unique for one in found], axis=0),
            np.mean([one.null for one in found], axis=0),
        )
        for given, found in (
            (given, [given_control(group, given) for group in groups])
            for given in (NOTHING, PIXELS, BEFORE)
        )
    }


def _side_by_side(found: Sequence[Controlled]) -> Controlled:
    """Return the scores of several networks as those of one."""
    return Controlled(
        *(
            np.concatenate([getattr(one, name) for one in found], axis=-1)
            for name in ("partial", "unique", "null")
        )
    )


def _rows(given: str, layers: Sequence[LayerCorrelations], found: Controlled) -> pd.DataFrame:
    family = np.ones(len(layers), bool)
    return pd.DataFrame(
        {
            **layer_columns(layers),
            "given": given,
            "partial": found.partial,
            "unique_variance": found.unique,
            "p_value": p_values(found.partial, found.null),
            "p_family_wise": family_wise_p_values(found.partial, found.null, family),
        }
    )

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

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.rsa import Matrices, correlate_triangles, standard_triangles
from semantrace.statistics.permutations import family_wise_p_values, p_values

NOTHING, PIXELS, BEFORE = "nothing", "pixels", "layer_before"

LEAST_SHARE = 1e-9
"""A control that leaves a smaller share of a layer's variance leaves nothing of it."""


@dataclass(frozen=True)
class RankCorrelations:
    """Spearman's coefficients between upper triangles.

    Attributes
    ----------
    with_words : (m,) array
        Of m layers with words.
    null : (N, m) array
        The same under each permutation of the concepts of the words.
    among : (m, m) array
        Of the layers with each other.
    """

    with_words: np.ndarray
    null: np.ndarray
    among: np.ndarray


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
        All layers of all networks, pixels first.
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
    deeper = np.array([place for place, layer in enumerate(layers) if layer.layer_index > 0])
    pixels = {layer.network: place for place, layer in enumerate(layers) if not layer.layer_index}
    controls = {
        NOTHING: None,
        PIXELS: np.array([pixels[layers[place].network] for place in deeper]),
        BEFORE: deeper - 1,
    }
    groups = [
        rank_correlations(
            words,
            Matrices(
                np.stack([layer.matrices[group] for layer in layers]),
                [f"{layer.network} {layer.layer}, group {group}" for layer in layers],
            ),
            permutations,
        )
        for group in range(len(layers[0].matrices))
    ]
    return pd.concat(
        [
            _rows(given, [layers[place] for place in deeper], _mean(groups, deeper, control))
            for given, control in controls.items()
        ],
        ignore_index=True,
    )


def rank_correlations(
    words: np.ndarray, layers: Matrices, permutations: np.ndarray
) -> RankCorrelations:
    """Correlate the ranks of m layers with those of words, permuted words, and each other.

    Parameters
    ----------
    words : (k, k) array
        Word correlations.
    layers : Matrices, m × k × k
        Image correlations.
    permutations : (N, k) int array
    """
    of_words = Matrices(words[None], ["word correlations"])
    found = correlate_triangles(of_words, layers, permutations, ranks=True)
    triangles = standard_triangles(layers, ranks=True)
    return RankCorrelations(found.observed[0], found.null[:, 0], triangles @ triangles.T)


def given_controls(
    correlations: RankCorrelations, layers: np.ndarray, controls: np.ndarray | None
) -> Controlled:
    """Return what layers share with words that their controls do not.

    Parameters
    ----------
    correlations : RankCorrelations
    layers : (n,) int array
        Places of the layers.
    controls : (n,) int array, optional
        Places of their controls, if anything is controlled for.
    """
    observed, null = correlations.with_words, correlations.null
    if controls is None:
        return Controlled(observed[layers], _signed_square(observed[layers]), null[:, layers])
    shared = correlations.among[layers, controls]
    is_left = 1 - shared**2 > LEAST_SHARE
    scale = np.where(is_left, np.sqrt(np.maximum(1 - shared**2, LEAST_SHARE)), np.inf)

    def semipartial(with_words: np.ndarray) -> np.ndarray:
        return (with_words[..., layers] - with_words[..., controls] * shared) / scale

    def partial(with_words: np.ndarray) -> np.ndarray:
        left = np.maximum(1 - with_words[..., controls] ** 2, LEAST_SHARE)
        return semipartial(with_words) / np.sqrt(left)

    return Controlled(partial(observed), _signed_square(semipartial(observed)), partial(null))


def _signed_square(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * values**2


def _mean(
    groups: Sequence[RankCorrelations], layers: np.ndarray, controls: np.ndarray | None
) -> Controlled:
    """Return the mean over groups."""
    found = [given_controls(group, layers, controls) for group in groups]
    return Controlled(
        np.mean([one.partial for one in found], axis=0),
        np.mean([one.unique for one in found], axis=0),
        np.mean([one.null for one in found], axis=0),
    )


def _rows(given: str, layers: Sequence[LayerCorrelations], found: Controlled) -> pd.DataFrame:
    family = np.ones(len(layers), bool)
    return pd.DataFrame(
        {
            "network": [layer.network for layer in layers],
            "layer": [layer.layer for layer in layers],
            "layer_index": [layer.layer_index for layer in layers],
            "given": given,
            "partial": found.partial,
            "unique_variance": found.unique,
            "p_value": p_values(found.partial, found.null),
            "p_family_wise": family_wise_p_values(found.partial, found.null, family),
        }
    )

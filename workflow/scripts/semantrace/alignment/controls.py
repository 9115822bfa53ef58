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

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.rsa import (
    Matrices,
    RepresentationalSimilarity,
    correlate_triangles,
)
from semantrace.core.progress import tracked
from semantrace.statistics.permutations import family_wise_p_values, p_values
from semantrace.statistics.ranks import ranks

NOTHING, PIXELS, BEFORE = "nothing", "pixels", "layer_before"

LEAST_SHARE = 1e-9
"""A control that leaves a smaller share of a layer's variance leaves nothing of it."""


@dataclass(frozen=True)
class Controlled:
    """Scores of m layers given one control.

    Attributes
    ----------
    partial, unique : (m,) array
        Partial correlations and unique variances.
    null : (N, m) array
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
    """
    deeper = [layer for layer in layers if layer.layer_index > 0]
    parts = []
    for given in (NOTHING, PIXELS, BEFORE):
        found = [
            _mean_over_groups(words, some, control, permutations)
            for control, some in tracked(
                list(_by_control(given, layers)), f"given {given}", "controls"
            )
        ]
        parts.append(_rows(given, deeper, found))
    return pd.concat(parts, ignore_index=True)


def _by_control(
    given: str, layers: Sequence[LayerCorrelations]
) -> Iterator[tuple[LayerCorrelations | None, list[LayerCorrelations]]]:
    """Yield each control with the layers that it is the control of, in the order of layers."""
    if given == NOTHING:
        yield None, [layer for layer in layers if layer.layer_index > 0]
    elif given == BEFORE:
        for before, layer in zip(layers, layers[1:], strict=False):
            if layer.layer_index > 0:
                yield before, [layer]
    else:
        for pixels in (layer for layer in layers if layer.layer_index == 0):
            network = [layer for layer in layers if layer.network == pixels.network]
            yield pixels, network[1:]


def _mean_over_groups(
    words: np.ndarray,
    layers: Sequence[LayerCorrelations],
    control: LayerCorrelations | None,
    permutations: np.ndarray,
) -> Controlled:
    groups = [
        given_control(
            words,
            Matrices(
                np.stack([layer.matrices[group] for layer in layers]),
                [f"{layer.network} {layer.layer}, group {group}" for layer in layers],
            ),
            None if control is None else control.matrices[group],
            permutations,
        )
        for group in range(len(layers[0].matrices))
    ]
    return Controlled(
        np.mean([one.partial for one in groups], axis=0),
        np.mean([one.unique for one in groups], axis=0),
        np.mean([one.null for one in groups], axis=0),
    )


def given_control(
    words: np.ndarray, layers: Matrices, control: np.ndarray | None, permutations: np.ndarray
) -> Controlled:
    """Score layers given a control.

    Parameters
    ----------
    words : (k, k) array
        Word correlations.
    layers : Matrices, m × k × k
        Image correlations.
    control : (k, k) array, optional
        What is controlled for, if anything is.
    permutations : (N, k) int array

    Raises
    ------
    InputError
        When a matrix is not symmetric, or its entries are all equal.
    """
    of_words, ranked = _rank_matrix(words), np.stack(list(map(_rank_matrix, layers.arrays)))
    if control is None:
        found = _permuted(of_words, ranked, layers.names, permutations)
        return Controlled(found.observed[0], _signed_square(found.observed[0]), found.null[:, 0])
    of_control = _rank_matrix(control)
    shared = np.tensordot(ranked, of_control)
    is_left = 1 - shared**2 > LEAST_SHARE
    left = ranked - np.where(is_left, shared, 0.0)[:, None, None] * of_control
    found = _permuted(
        of_words,
        np.concatenate([left, of_control[None]]),
        [*layers.names, "the control"],
        permutations,
    )

    def partial(correlations: np.ndarray) -> np.ndarray:
        with_left, with_control = correlations[..., :-1], correlations[..., -1:]
        share = np.maximum(1 - with_control**2, LEAST_SHARE)
        return np.where(is_left, with_left / np.sqrt(share), 0.0)

    norms = np.linalg.norm(left, axis=(1, 2))
    semipartial = np.where(is_left, np.tensordot(left, of_words) / norms, 0.0)
    return Controlled(
        partial(found.observed[0]), _signed_square(semipartial), partial(found.null[:, 0])
    )


def _permuted(
    words: np.ndarray, others: np.ndarray, names: Sequence[str], permutations: np.ndarray
) -> RepresentationalSimilarity:
    """Correlate words with others, and permuted words."""
    return correlate_triangles(
        Matrices(words[None], ["word correlations"]), Matrices(others, names), permutations, False
    )


def _signed_square(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * values**2


def _rank_matrix(matrix: np.ndarray) -> np.ndarray:
    """Return a symmetric matrix of the ranks of a triangle, of mean 0 and unit norm."""
    rows, columns = np.triu_indices(len(matrix), 1)
    values = ranks(matrix[rows, columns])
    values = values - values.mean()
    ranked = np.zeros(matrix.shape)
    ranked[rows, columns] = values / max(np.linalg.norm(values), np.finfo(float).tiny)
    return (ranked + ranked.T) / np.sqrt(2)


def _rows(
    given: str, layers: Sequence[LayerCorrelations], found: Sequence[Controlled]
) -> pd.DataFrame:
    partial = np.concatenate([one.partial for one in found])
    null = np.concatenate([one.null for one in found], axis=1)
    return pd.DataFrame(
        {
            "network": [layer.network for layer in layers],
            "layer": [layer.layer for layer in layers],
            "layer_index": [layer.layer_index for layer in layers],
            "given": given,
            "partial": partial,
            "unique_variance": np.concatenate([one.unique for one in found]),
            "p_value": p_values(partial, null),
            "p_family_wise": family_wise_p_values(partial, null, np.ones(len(layers), bool)),
        }
    )

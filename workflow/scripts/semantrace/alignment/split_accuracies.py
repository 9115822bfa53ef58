"""The 2 vs. 2 accuracy of layers within random halves of the concepts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.two_vs_two import (
    CorrelationRows,
    permuted_accuracies,
    prepare_checked_rows,
    prepare_rows,
)
from semantrace.core.errors import InputError
from semantrace.core.progress import tracked
from semantrace.statistics.correlation_checks import check_permutations


@dataclass(frozen=True)
class SplitAccuracy:
    """The 2 vs. 2 accuracy of one layer, of all concepts and of their halves.

    Attributes
    ----------
    network, layer : str
    layer_index : int
    accuracy : float
        Of all k concepts, averaged over groups.
    concepts : int
        k.
    halves : (splits, 2) array
        The accuracy within each half of each split, averaged over groups.
    """

    network: str
    layer: str
    layer_index: int
    accuracy: float
    concepts: int
    halves: np.ndarray


def split_accuracies(
    words: np.ndarray, layers: Sequence[LayerCorrelations], orders: np.ndarray
) -> list[SplitAccuracy]:
    """Return the 2 vs. 2 accuracy of each layer, and that of both halves of each split.

    Parameters
    ----------
    words : (k, k) array
        Word correlations.
    layers : sequence of LayerCorrelations
        All with k concepts and as many groups.
    orders : (splits, k) int array
        Random orders of the concepts; the first half of each is one half of the concepts.

    Raises
    ------
    InputError
        When a matrix is not one of correlations, or a correlation is undefined; the message names
        the layer.
    """
    k = len(words)
    check_permutations(orders, k)
    for name, shape in _shapes(words, layers):
        if shape != (k, k):
            raise InputError(f"{name}: shape {shape} is not that of {k}×{k} correlations")
    whole = _accuracies(words, layers, np.arange(k), prepare_rows)
    halves = np.array(
        [
            [
                _accuracies(words, layers, np.sort(half), prepare_checked_rows)
                for half in np.split(order, [k // 2])
            ]
            for order in tracked(orders, "halves of the concepts", "splits")
        ]
    ).reshape(len(orders), 2, len(layers))
    return [
        SplitAccuracy(
            layer.network, layer.layer, layer.layer_index, float(accuracy), k, halves[..., number]
        )
        for number, (layer, accuracy) in enumerate(zip(layers, whole, strict=True))
    ]


def _shapes(
    words: np.ndarray, layers: Sequence[LayerCorrelations]
) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield "word correlations", words.shape
    for layer in layers:
        yield f"{layer.network} {layer.layer}", layer.matrices.shape[1:]


def _accuracies(
    words: np.ndarray,
    layers: Sequence[LayerCorrelations],
    chosen: np.ndarray,
    prepare: Callable[[np.ndarray, str], CorrelationRows],
) -> np.ndarray:
    """Return the accuracy of each layer, averaged over groups, among the chosen concepts."""
    both = np.ix_(chosen, chosen)
    among = f"among {len(chosen)} concepts"
    rows = [
        prepare(matrix[both], f"{layer.network} {layer.layer}, group {group}, {among}")
        for layer in layers
        for group, matrix in enumerate(layer.matrices)
    ]
    word_rows = prepare(words[both], f"word correlations, {among}")
    # permuted by the order they have: the quickest way to the accuracies alone
    accuracies = permuted_accuracies(word_rows, rows, np.arange(len(chosen))[None])
    return accuracies.reshape(len(layers), -1).mean(axis=1)

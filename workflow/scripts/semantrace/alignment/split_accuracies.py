"""The 2 vs. 2 test of layers within random halves of the concepts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import compress

import numba
import numpy as np

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.chosen_concepts_kernel import CONSTANT, count_passes_among
from semantrace.alignment.half_accuracies import LEAST_ACCURACY, LEAST_CONCEPTS, SplitAccuracy
from semantrace.alignment.measures.spaces import by_group
from semantrace.alignment.score_inputs import matrices_in_parts
from semantrace.alignment.two_vs_two import (
    permuted_accuracies,
    prepare_checked_rows,
    prepare_rows,
)
from semantrace.core.blas_threads import one_blas_thread
from semantrace.core.errors import InputError
from semantrace.core.progress import progress
from semantrace.statistics.correlation_checks import check_permutations


def accuracies_to_compare(
    words: np.ndarray, layers: Sequence[LayerCorrelations], orders: np.ndarray
) -> list[SplitAccuracy]:
    """Score all layers but the pixels, and the halves of those that can be compared.

    Parameters
    ----------
    words, layers, orders
        As for `split_accuracies`. Without `LEAST_CONCEPTS` concepts no layer can be compared,
        nor can one whose accuracy does not exceed `LEAST_ACCURACY`.

    Raises
    ------
    InputError
        When a layer cannot be scored; the message names it.
    """
    layers = [layer for layer in layers if layer.layer_index > 0]
    whole = split_accuracies(words, layers, orders[:0])
    is_halved = [len(words) >= LEAST_CONCEPTS and one.accuracy > LEAST_ACCURACY for one in whole]
    halved = iter(split_accuracies(words, list(compress(layers, is_halved)), orders))
    return [next(halved) if can else one for one, can in zip(whole, is_halved, strict=True)]


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
    if not layers:
        return []
    matrices = sum(len(layer.matrices) for layer in layers)
    parts = []
    with progress(len(orders) * matrices, "halves of the concepts", "matrices") as advance:
        for part in matrices_in_parts(layers):
            parts.append(_split_part(words, part, orders, advance))
    whole, halves = (
        by_group(np.concatenate(values, axis=-1), len(layers)).mean(axis=-1)
        for values in zip(*parts, strict=True)
    )
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


def _split_part(
    words: np.ndarray,
    part: Sequence[tuple[LayerCorrelations, int]],
    orders: np.ndarray,
    advance: Callable[[int], None],
) -> tuple[np.ndarray, np.ndarray]:
    """Return the accuracy of some groups of layers, (m,), and that in halves, (splits, 2, m)."""
    matrices = {layer.named(group): layer.matrices[group] for layer, group in part}
    rows = [prepare_rows(matrix, name) for name, matrix in matrices.items()]
    unchanged = np.arange(len(words))[None]  # the quickest way to the accuracies alone
    whole = permuted_accuracies(prepare_rows(words, "word correlations"), rows, unchanged)[0]
    images = np.stack(list(matrices.values()))
    halves = np.empty((len(orders), 2, len(images)))

    def score(split: int) -> None:
        for half, chosen in enumerate(np.split(orders[split], [len(words) // 2])):
            chosen = np.sort(chosen)
            passes = count_passes_among(words, images, chosen)
            if CONSTANT in passes:
                _refuse_constant_rows(words, matrices, chosen)
            halves[split, half] = passes / (len(chosen) * (len(chosen) - 1) // 2)

    with one_blas_thread(), ThreadPoolExecutor(numba.get_num_threads()) as pool:
        for _ in pool.map(score, range(len(orders))):
            advance(len(images))
    return whole, halves


def _refuse_constant_rows(
    words: np.ndarray, matrices: Mapping[str, np.ndarray], chosen: np.ndarray
) -> None:
    """Raise the error that names the first matrix of which a row is constant."""
    for name, matrix in (("word correlations", words), *matrices.items()):
        among = f"{name}, among {len(chosen)} concepts"
        prepare_checked_rows(matrix[np.ix_(chosen, chosen)], among)

"""Which pairs of concepts pass the 2 vs. 2 test: of how many groups of images, by layer."""

import numpy as np

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.two_vs_two import CorrelationRows, compare_rows, prepare_rows


def count_pair_passes(words: CorrelationRows, layer: LayerCorrelations) -> np.ndarray:
    """Count the groups of images in which each pair of concepts passes the 2 vs. 2 test.

    Parameters
    ----------
    words : CorrelationRows
        Of the k×k word correlations.
    layer : LayerCorrelations

    Returns
    -------
    (k·(k − 1)/2,) array of uint16
        In the order of `numpy.triu_indices`.

    Raises
    ------
    InputError
        As `semantrace.alignment.two_vs_two.prepare_rows`.
    """
    upper = np.triu_indices(len(words.centred), 1)
    counts = np.zeros(len(upper[0]), dtype=np.uint16)
    for group, matrix in enumerate(layer.matrices):
        counts += compare_rows(words, prepare_rows(matrix, layer.named(group))).passed[upper]
    return counts

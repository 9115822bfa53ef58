"""Correlations between the means of several images of each concept, in every layer of a network."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from semantrace.activations.correlations import correlate_rows
from semantrace.activations.image_correlations import BLOCK_BYTES
from semantrace.activations.reader import open_layer


def batches_of_groups(groups: int) -> list[range]:
    """Return which groups of images are averaged together: 2, 4, 8 … of them, and all.

    Of each number, as many batches as there are without a group in two of them.
    """
    sizes = [size for size in (2**power for power in range(1, groups)) if size < groups]
    return [
        range(first, first + size)
        for size in [*sizes, groups]
        for first in range(0, groups - size + 1, size)
    ]


def correlate_means(
    folders: Sequence[str | Path], layer: str, members: Sequence[Sequence[str]]
) -> np.ndarray:
    """Return the Pearson correlations between the means of several images of each concept.

    Parameters
    ----------
    folders : sequence of path
        The shards of the network's activations.
    layer : str
    members : sequence of sequence of str
        Of each group that is averaged, the ids of one image of each of k concepts.

    Returns
    -------
    (k, k) float64 array
    """
    with open_layer(folders, layer) as activations:
        rows = activations.rows([image for group in members for image in group])
        width = max(1, BLOCK_BYTES // (4 * len(rows)))

        def means() -> Iterator[np.ndarray]:
            for block in activations.blocks(rows, width):
                by_group = block.reshape(len(members), -1, block.shape[1])
                yield by_group.mean(axis=0, dtype=np.float32)

        return correlate_rows(means()).correlations


def spread_of_images(
    folders: Sequence[str | Path], layer: str, members: Sequence[Sequence[str]]
) -> np.ndarray:
    """Return how unlike the images of each concept are: 1 less their mean correlation, shape (k,).

    Parameters
    ----------
    folders, layer
        As for `correlate_means`.
    members : sequence of sequence of str
        Of each group of images, the ids of one image of each of k concepts.
    """
    with open_layer(folders, layer) as activations:
        rows = activations.rows([image for group in members for image in group])
        width = max(1, BLOCK_BYTES // (8 * len(rows)))
        products = sums = provisional = np.array(0.0)
        for block in activations.blocks(rows, width):
            # concepts × groups × features
            values = block.reshape(len(members), -1, block.shape[1]).swapaxes(0, 1)
            values = values.astype(np.float64)
            if not provisional.ndim:
                provisional = values.mean(axis=2, keepdims=True)
            values = values - provisional
            products = products + values @ values.swapaxes(1, 2)
            sums = sums + values.sum(axis=2)
        scatter = products - sums[:, :, None] * sums[:, None, :] / activations.features
    norms = np.sqrt(np.diagonal(scatter, axis1=1, axis2=2))
    correlations = scatter / (norms[:, :, None] * norms[:, None, :])
    pairs = np.triu_indices(len(members), 1)
    return np.asarray(1 - correlations[:, pairs[0], pairs[1]].mean(axis=1))

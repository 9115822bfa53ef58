"""Class vectors: the mean activations of a class's images, of unit norm in every layer.

Source: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of Abstract
Semantics, section 3.2.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from semantrace.activations.reader import LayerActivations, open_layer
from semantrace.core.errors import InputError
from semantrace.core.progress import tracked
from semantrace.embedding.class_vector_files import (
    ATTRIBUTES,
    ClassVectorLayer,
    create_class_vectors,
)
from semantrace.images.dataset_classes import class_ids

BLOCK_BYTES = 1 << 26


def aggregate_shard(
    activations: str | Path,
    images: pd.DataFrame,
    layers: Sequence[str],
    target: Path,
    code: str = "",
) -> None:
    """Write the class vectors of one shard, one file for each layer.

    Parameters
    ----------
    activations : path
        Folder of the shard's activations, with one ``{layer}.h5`` for each layer.
    images : pandas.DataFrame
        The shard's images: columns `image`, `concept` and `wnid`.
    layers : sequence of str
        Names of the layers to aggregate.
    target : path
        Folder to make, with one ``{layer}.h5`` for each layer: datasets `class_vectors` (classes x
        features, float32), `classes` and `image_counts`.
    code : str
        Digest of the code, kept as an attribute.

    Raises
    ------
    InputError
        When the shard has no images, a layer or an image is missing, or a class vector has no
        direction.
    """
    if images.empty:
        raise InputError(f"{activations}: the shard has no images; choose fewer shards")
    target.mkdir(parents=True)
    for layer in tracked(layers, "class vectors", "layers"):
        with open_layer([activations], layer) as stored:
            _aggregate_layer(stored, images, target, code)


def _aggregate_layer(
    stored: LayerActivations, images: pd.DataFrame, target: Path, code: str
) -> None:
    members = {name: list(rows["image"]) for name, rows in images.groupby(class_ids(images))}
    counts = {name: len(names) for name, names in members.items()}
    attributes = {"code": code} | {name: stored.attributes[name] for name in ATTRIBUTES}
    layer = ClassVectorLayer(attributes["layer"], stored.shape, attributes)
    with create_class_vectors(target, layer, counts) as write:
        for number, names in enumerate(members.values()):
            write(number, mean_of_rows(stored, stored.rows(names)))


def mean_of_rows(
    activations: LayerActivations, rows: np.ndarray, block_bytes: int = BLOCK_BYTES
) -> np.ndarray:
    """Return the mean of some rows, read a block at a time and summed in float64.

    Parameters
    ----------
    activations : LayerActivations
        One layer of one shard.
    rows : numpy.ndarray of int
        Row numbers, one at least.
    block_bytes : int
        Bytes of the largest block; a single row is read whole whatever its size. The sum is made
        row by row, so that it does not depend on the blocks.

    Returns
    -------
    numpy.ndarray, features, float64
    """
    height = max(1, block_bytes // (activations.features * activations.dtype.itemsize))
    total = np.zeros(activations.features)
    for start in range(0, len(rows), height):
        for row in activations.read(rows[start : start + height]):
            total += row
    return total / len(rows)

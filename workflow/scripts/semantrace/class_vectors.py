"""Class vectors: the mean activations of a class's images, of unit norm in every layer.

Source: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of Abstract
Semantics, section 3.2.
"""

from collections.abc import Sequence
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from semantrace.activations import LayerActivations, open_layer
from semantrace.errors import InputError
from semantrace.files import create_large_hdf5

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
        The shard's images: columns `image` and `wnid`.
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
    for layer in layers:
        with open_layer([activations], layer) as stored:
            _aggregate_layer(stored, layer, images, target / f"{layer}.h5", code)


def _aggregate_layer(
    stored: LayerActivations, layer: str, images: pd.DataFrame, target: Path, code: str
) -> None:
    members = {wnid: list(rows["image"]) for wnid, rows in images.groupby("wnid")}
    with create_large_hdf5(target, len(members) * stored.features * 4) as file:
        file.attrs.update({**stored.attributes, "shape": stored.shape, "code": code})
        file.create_dataset("classes", data=list(members), dtype=h5py.string_dtype())
        counts = [len(names) for names in members.values()]
        file.create_dataset("image_counts", data=counts, dtype=np.int64)
        vectors = file.create_dataset("class_vectors", (len(members), stored.features), "f4")
        for number, (wnid, names) in enumerate(members.items()):
            mean = mean_of_rows(stored, stored.rows(names))
            vectors[number] = unit_norm(mean, f"class {wnid}, layer {layer}")


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


def unit_norm(vector: np.ndarray, where: str) -> np.ndarray:
    """Return a vector divided by its Euclidean norm, as float32.

    Parameters
    ----------
    vector : numpy.ndarray, features, float64
        The mean activations of a class.
    where : str
        Class and layer, for the error.

    Raises
    ------
    InputError
        When the norm is zero or not a number.
    """
    norm = np.linalg.norm(vector)
    if norm == 0:
        raise InputError(
            f"{where}: every activation of its images is zero, so the class vector has no "
            "direction; leave the layer out of the layer sets or look at the images"
        )
    if not np.isfinite(norm):
        raise InputError(
            f"{where}: an activation is infinite or not a number; store float32 and extract again"
        )
    return (vector / norm).astype(np.float32)

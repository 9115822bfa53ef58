"""The files of class vectors: one a layer and shard, with one row of unit norm for each class."""

import contextlib
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from semantrace.core.errors import InputError
from semantrace.io.files import create_large_hdf5

VALUE_BYTES = 4
ATTRIBUTES = ("network", "layer", "weights_sha256", "preprocessing")
"""What class vectors share with the activations they are means of. The place of the layer in the
study's list is not among it: a layer that is added to the list changes no class vector."""


@dataclass(frozen=True)
class ClassVectorLayer:
    """A layer whose class vectors are stored.

    Attributes
    ----------
    name : str
        Name of the layer, and of its file.
    shape : tuple of int
        Shape of one image's activation.
    attributes : mapping
        What the file says of itself: `ATTRIBUTES` and code.
    """

    name: str
    shape: tuple[int, ...]
    attributes: Mapping[str, str]

    @property
    def features(self) -> int:
        """Number of values in a class vector."""
        return math.prod(self.shape)


def class_vector_bytes(classes: int, layer: ClassVectorLayer) -> int:
    """Return the bytes of the class vectors of one layer on the disk."""
    return classes * layer.features * VALUE_BYTES


@contextlib.contextmanager
def create_class_vectors(
    folder: Path, layer: ClassVectorLayer, image_counts: Mapping[str, int]
) -> Iterator[Callable[[int, np.ndarray], None]]:
    """Open one layer's file for writing; it appears under its name only when it is whole.

    Parameters
    ----------
    folder : path
        Gets the file ``{layer}.h5``: datasets `class_vectors` (classes x features, float32),
        `classes` and `image_counts`.
    layer : ClassVectorLayer
        The layer.
    image_counts : mapping of str to int
        Number of images of each class by its identifier, in the order of the rows.

    Yields
    ------
    callable
        Takes the number of a class and the mean of its images' activations (features, float64),
        and writes the class vector. It raises an `InputError` where the mean has no direction.
    """
    classes = list(image_counts)
    path = folder / f"{layer.name}.h5"
    with create_large_hdf5(path, class_vector_bytes(len(classes), layer)) as file:
        file.attrs.update({**dict(sorted(layer.attributes.items())), "shape": layer.shape})
        file.create_dataset("classes", data=classes, dtype=h5py.string_dtype())
        file.create_dataset("image_counts", data=list(image_counts.values()), dtype=np.int64)
        vectors = file.create_dataset("class_vectors", (len(classes), layer.features), np.float32)

        def write(number: int, mean: np.ndarray) -> None:
            vectors[number] = unit_norm(mean, f"class {classes[number]}, layer {layer.name}")

        yield write


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
    norm = np.sqrt(np.square(vector).sum())  # the threads of a BLAS norm take time from the network
    if norm == 0:
        raise InputError(
            f"{where}: every activation of its images is zero, so the class vector has no "
            "direction; leave the layer out of the layer sets or look at the images"
        )
    if not np.isfinite(norm):
        raise InputError(
            f"{where}: an activation is infinite or not a number; check the network's weights and "
            "preprocessing"
        )
    return (vector / norm).astype(np.float32)

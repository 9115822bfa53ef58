"""Triangular distance matrices of class vectors, as files that SciPy and MATLAB read.

Source: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of Abstract
Semantics, section 3.3.
"""

import io
from collections.abc import Mapping
from pathlib import Path

import h5py
import numpy as np
from scipy.io import savemat
from scipy.spatial.distance import squareform

from semantrace.core.errors import InputError, suggest
from semantrace.io.files import atomic_path, open_hdf5

HEADER_BYTES = 116
HEADER = b"MATLAB 5.0 MAT-file, distances (1 - cosine) of class vectors, written by Semantrace"
"""What stands in place of the platform and the time, so that equal contents give equal bytes."""


def condense_distances(cosine: np.ndarray) -> np.ndarray:
    """Return the distances of all pairs of classes, each pair once.

    Parameters
    ----------
    cosine : numpy.ndarray, classes x classes
        Symmetric, with ones on the diagonal.

    Returns
    -------
    numpy.ndarray, classes · (classes − 1) / 2, float64
        1 − cosine above the diagonal, row by row, as `scipy.spatial.distance.squareform` and
        `scipy.cluster.hierarchy.linkage` understand it.
    """
    return squareform(1 - cosine)


def write_distances(similarity: str | Path, layer_set: str, target: str | Path) -> None:
    """Write the distances of the classes in one layer set of a network.

    Parameters
    ----------
    similarity : path
        The network's similarity file, as `compare_class_vectors` wrote it.
    layer_set : str
        One of its layer sets.
    target : path
        The file to write, for `scipy.io.loadmat`: `distances` (1 × classes · (classes − 1) / 2),
        `classes` (wnids), `concepts`, `layer_set` and `layers`.

    Raises
    ------
    InputError
        When there is no such layer set.
    """
    with open_hdf5(similarity) as file:
        if layer_set not in file["sets"]:
            raise InputError(
                f"{similarity}: no layer set {layer_set!r}; {suggest(layer_set, file['sets'])}"
            )
        stored = file[f"sets/{layer_set}"]
        contents = {
            "distances": condense_distances(stored[:]),
            "classes": _cells(_texts(file["classes"])),
            "concepts": _cells(_texts(file["concepts"])),
            "layer_set": layer_set,
            "layers": _cells(stored.attrs["layers"]),
        }
    with atomic_path(target) as temporary:
        temporary.write_bytes(mat_file(contents))


def _texts(dataset: h5py.Dataset) -> np.ndarray:
    return dataset.asstr()[:]


def _cells(texts: np.ndarray) -> np.ndarray:
    """Return texts as a cell array: a plain array would be padded to one length."""
    return np.array([str(text) for text in texts], dtype=object)


def mat_file(contents: Mapping[str, object]) -> bytes:
    """Return the bytes of a MAT-file (version 5) that depend on its contents alone."""
    buffer = io.BytesIO()
    savemat(buffer, dict(contents), oned_as="row")
    return HEADER.ljust(HEADER_BYTES) + buffer.getvalue()[HEADER_BYTES:]

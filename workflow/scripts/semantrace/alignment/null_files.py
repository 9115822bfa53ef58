"""Files of what 2 vs. 2 accuracies are under the permutations that all tests share."""

from collections.abc import Sequence
from pathlib import Path

import h5py
import pandas as pd

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.measures.spaces import Scores
from semantrace.core.errors import InputError
from semantrace.io.files import DELETE_RESULT, create_hdf5, open_hdf5


def write_null(path: str | Path, layers: Sequence[LayerCorrelations], scores: Scores) -> None:
    """Write the accuracy of each group of each layer, and that under each permutation.

    Parameters
    ----------
    path : path
    layers : sequence of LayerCorrelations
    scores : Scores
        A column for each group of each layer.
    """
    with create_hdf5(path) as file:
        for name in ("network", "layer"):
            names = [getattr(layer, name) for layer in layers]
            file.create_dataset(name, data=names, dtype=h5py.string_dtype())
        file.create_dataset("observed", data=scores.observed, dtype="<f8")
        file.create_dataset("accuracy", data=scores.null, dtype="<f8")


def read_null(path: str | Path, layers: pd.DataFrame) -> Scores:
    """Read what `write_null` wrote.

    Parameters
    ----------
    path : path
    layers : DataFrame
        One row a layer: network, layer.

    Raises
    ------
    InputError
        When the file is missing or damaged, or holds other layers.
    """
    with open_hdf5(path) as file:
        found = [file[name].asstr()[:].tolist() for name in ("network", "layer")]
        if found != [layers[name].tolist() for name in ("network", "layer")]:
            raise InputError(f"{path}: holds other layers than the scores; {DELETE_RESULT}")
        return Scores(file["observed"][:], file["accuracy"][:])

"""Files of what 2 vs. 2 accuracies are under the permutations that all tests share."""

from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from semantrace.core.errors import InputError
from semantrace.io.files import DELETE_RESULT, create_hdf5, open_hdf5


def write_null(path: str | Path, layers: pd.DataFrame, null: np.ndarray) -> None:
    """Write the accuracy of each layer under each permutation.

    Parameters
    ----------
    path : path
    layers : DataFrame
        One row a column of `null`: network, layer.
    null : (N, layers) array
    """
    with create_hdf5(path) as file:
        for name in ("network", "layer"):
            file.create_dataset(name, data=layers[name].tolist(), dtype=h5py.string_dtype())
        file.create_dataset("accuracy", data=null, dtype="<f8")


def read_null(path: str | Path, layers: pd.DataFrame) -> np.ndarray:
    """Read what `write_null` wrote, for the same layers.

    Raises
    ------
    InputError
        When the file is missing or damaged, or holds other layers.
    """
    with open_hdf5(path) as file:
        found = [file[name].asstr()[:].tolist() for name in ("network", "layer")]
        if found != [layers[name].tolist() for name in ("network", "layer")]:
            raise InputError(f"{path}: holds other layers than the scores; {DELETE_RESULT}")
        return file["accuracy"][:]

"""Files of what 2 vs. 2 accuracies are under the permutations that all tests share."""

from collections.abc import Iterable
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from semantrace.alignment.measures.spaces import Scores
from semantrace.core.errors import InputError
from semantrace.io.files import DELETE_RESULT, create_hdf5, open_hdf5


def write_null(path: str | Path, layers: pd.DataFrame, scores: Scores) -> None:
    """Write the accuracy of each group of each layer, and that under each permutation.

    Parameters
    ----------
    path : path
    layers : DataFrame
        One row a layer: network, layer.
    scores : Scores
        A column for each group of each layer.
    """
    with create_hdf5(path) as file:
        for name in ("network", "layer"):
            file.create_dataset(name, data=layers[name].tolist(), dtype=h5py.string_dtype())
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
        if _layers_of(file) != _named(layers):
            raise InputError(f"{path}: holds other layers than the scores; {DELETE_RESULT}")
        return Scores(file["observed"][:], file["accuracy"][:])


def read_mean_nulls(paths: Iterable[str | Path], layers: pd.DataFrame) -> Scores:
    """Read the means over groups of what `write_null` wrote of several networks.

    Parameters
    ----------
    paths : iterable of path
        The files of all networks, which say whose they are.
    layers : DataFrame
        One row a layer of any network: network, layer.

    Returns
    -------
    Scores
        A column for each row of `layers`.

    Raises
    ------
    InputError
        When a file is missing or damaged, or all together hold other layers.
    """
    columns: dict[tuple[str, str], Scores] = {}
    for path in paths:
        with open_hdf5(path) as file:
            found = _layers_of(file)
            mean = Scores(file["observed"][:], file["accuracy"][:]).over_groups(len(found))
        for number, layer in enumerate(found):
            columns[layer] = Scores(mean.observed[number], mean.null[:, number])
    wanted = _named(layers)
    if sorted(columns) != sorted(wanted):
        listed = ", ".join(map(str, paths))
        raise InputError(f"{listed}: hold other layers than the scores; {DELETE_RESULT}")
    return Scores(
        np.array([columns[layer].observed for layer in wanted]),
        np.stack([columns[layer].null for layer in wanted], axis=1),
    )


def _layers_of(file: h5py.File) -> list[tuple[str, str]]:
    """Return the network and the name of each layer, in their order."""
    return list(zip(*(file[name].asstr()[:] for name in ("network", "layer")), strict=True))


def _named(layers: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(layers["network"], layers["layer"], strict=True))

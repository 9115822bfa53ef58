"""The 2 vs. 2 accuracy of layers in random halves of the concepts, and the files that hold it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from semantrace.io.files import create_hdf5, open_hdf5

LEAST_ACCURACY = 0.7
"""Two layers that are compared must exceed it: of layers near chance neither is worth it."""

LEAST_CONCEPTS = 16
"""Halves of fewer have less than twice the concepts that a 2 vs. 2 test takes."""

SPLITS = 400
"""How often the concepts are halved; chance in that changes a standard error by some 4 %."""


@dataclass(frozen=True)
class SplitAccuracy:
    """The 2 vs. 2 accuracy of one layer, of all concepts and of their halves.

    Attributes
    ----------
    network, layer : str
    layer_index : int
    accuracy : float
        Of all k concepts, averaged over groups.
    concepts : int
        k.
    halves : (splits, 2) array
        The accuracy within each half of each split, averaged over groups.
    """

    network: str
    layer: str
    layer_index: int
    accuracy: float
    concepts: int
    halves: np.ndarray


def write_half_accuracies(path: str | Path, layers: Sequence[SplitAccuracy]) -> None:
    """Write the accuracies of some layers in their order."""
    with create_hdf5(path) as file:
        for name in ("network", "layer"):
            names = [getattr(layer, name) for layer in layers]
            file.create_dataset(name, data=names, dtype=h5py.string_dtype())
        for name in ("layer_index", "concepts"):
            file.create_dataset(name, data=[getattr(one, name) for one in layers], dtype="<i8")
        file.create_dataset("accuracy", data=[one.accuracy for one in layers], dtype="<f8")
        for number, layer in enumerate(layers):
            file.create_dataset(f"halves/{number}", data=layer.halves, dtype="<f8")


def read_half_accuracies(paths: Iterable[str | Path]) -> list[SplitAccuracy]:
    """Read what `write_half_accuracies` wrote, the layers of one file after those of another.

    Raises
    ------
    InputError
        When a file is missing or damaged.
    """
    return [layer for path in paths for layer in _read(path)]


def _read(path: str | Path) -> Iterator[SplitAccuracy]:
    with open_hdf5(path) as file:
        networks, names = (file[name].asstr()[:] for name in ("network", "layer"))
        for number, network in enumerate(networks):
            yield SplitAccuracy(
                network,
                names[number],
                int(file["layer_index"][number]),
                float(file["accuracy"][number]),
                int(file["concepts"][number]),
                file[f"halves/{number}"][:],
            )

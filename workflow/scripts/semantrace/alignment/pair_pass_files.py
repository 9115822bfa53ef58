"""The file that tells of each pair of concepts how often it passes the 2 vs. 2 test, by layer."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from semantrace.io.files import create_large_hdf5, open_hdf5

LayerCounts = tuple[str, str, np.ndarray]
"""Network, layer, and what `semantrace.alignment.pair_passes.count_pair_passes` counts there."""


def write_pair_passes(
    path: str | Path, counts: Iterable[LayerCounts], size: int, attributes: Mapping[str, object]
) -> None:
    """Write counts of all layers, with what they are.

    Parameters
    ----------
    path : path
    counts : iterable of LayerCounts
        Each is written before the next one is asked for.
    size : int
        Bytes that all counts will take.
    attributes : mapping of str to object
    """
    with create_large_hdf5(path, size) as file:
        file.attrs.update(attributes)
        for network, layer, values in counts:
            file.create_dataset(f"layers/{network}/{layer}", data=values)


def read_pair_passes(path: str | Path) -> Iterator[LayerCounts]:
    """Yield what `write_pair_passes` wrote, one layer at a time.

    Raises
    ------
    InputError
        When the file is missing, damaged or of another kind.
    """
    with open_hdf5(path) as file:
        for network, layers in file["layers"].items():
            for layer, dataset in layers.items():
                yield network, layer, dataset[:]

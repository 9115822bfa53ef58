"""What the inversion of class vectors reads and writes."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import h5py
import numpy as np

from semantrace.errors import InputError, suggest
from semantrace.files import create_hdf5, open_hdf5


@dataclass(frozen=True)
class StoredInversions:
    """Pictures of the class vectors of one network.

    Attributes
    ----------
    classes : tuple of str
        Wnids.
    concepts : tuple of str
        Their names.
    layers : tuple of str
        The layers that were matched.
    pictures : numpy.ndarray, classes × height × width × 3, uint8
        RGB.
    cosines : numpy.ndarray, classes × layers, float64
        What the finished picture reaches.
    loss : numpy.ndarray, classes × steps, float32
        What the descent made smaller.
    """

    classes: tuple[str, ...]
    concepts: tuple[str, ...]
    layers: tuple[str, ...]
    pictures: np.ndarray
    cosines: np.ndarray
    loss: np.ndarray


def write_inversions(
    path: str | Path, inversions: StoredInversions, attributes: Mapping[str, str]
) -> None:
    """Write the pictures of a network's class vectors as HDF5, a dataset for each field.

    Parameters
    ----------
    path : path
        The file.
    inversions : StoredInversions
        What it holds.
    attributes : mapping of str to str
        What it says of itself.
    """
    with create_hdf5(path) as file:
        file.attrs.update(attributes)
        for field in fields(inversions):
            values = getattr(inversions, field.name)
            kind = None if isinstance(values, np.ndarray) else h5py.string_dtype()
            file.create_dataset(field.name, data=values, dtype=kind)


def read_inversions(path: str | Path) -> StoredInversions:
    """Read a file that `write_inversions` wrote.

    Raises
    ------
    InputError
        When the file is missing or damaged.
    """
    with open_hdf5(path) as file:
        texts = [tuple(file[name].asstr()[:]) for name in ("classes", "concepts", "layers")]
        arrays = [file[name][:] for name in ("pictures", "cosines", "loss")]
    return StoredInversions(*texts, *arrays)


def read_class_vectors(
    shards: Sequence[Path],
    layers: Sequence[str],
    wnids: Sequence[str],
    concepts: Mapping[str, str],
) -> list[np.ndarray]:
    """Read the class vectors of some classes from the shards that hold them.

    Parameters
    ----------
    shards : sequence of path
        Folders of class vectors, with one ``{layer}.h5`` for each layer.
    layers : sequence of str
        Layers to read.
    wnids : sequence of str
        Classes to read.
    concepts : mapping of str to str
        Name of every class of the study, by wnid.

    Returns
    -------
    list of numpy.ndarray, classes × features, float32
        For each layer.

    Raises
    ------
    InputError
        When the study has no such class, a layer has no class vectors, or shards differ.
    """
    for wnid in wnids:
        if wnid not in concepts:
            raise InputError(
                f"inversion: the study has no class {wnid!r}; {_nearest(wnid, concepts)}"
            )
    return [_read_layer(shards, layer, wnids) for layer in layers]


def _nearest(wnid: str, concepts: Mapping[str, str]) -> str:
    """Return a clause with the wnids that come near, and what they stand for."""
    if near := difflib.get_close_matches(wnid, concepts):
        return "did you mean " + " or ".join(f"{known} ({concepts[known]})" for known in near) + "?"
    return suggest(wnid, concepts)


def _read_layer(shards: Sequence[Path], layer: str, wnids: Sequence[str]) -> np.ndarray:
    rows: dict[str, np.ndarray] = {}
    for shard in shards:
        path = shard / f"{layer}.h5"
        if not path.is_file():
            known = suggest(layer, sorted(file.stem for file in shard.glob("*.h5")))
            raise InputError(f"{shard}: no class vectors of layer {layer!r}; {known}")
        with open_hdf5(path) as file:
            places = {wnid: place for place, wnid in enumerate(file["classes"].asstr()[:])}
            here = [wnid for wnid in wnids if wnid in places]
            rows |= {wnid: file["class_vectors"][places[wnid]] for wnid in here}
    for wnid in wnids:
        if wnid not in rows:
            raise InputError(
                f"{shards[0].parent}: no class vector of {wnid}; delete the folder and run again"
            )
        if rows[wnid].shape != rows[wnids[0]].shape:
            raise InputError(
                f"{shards[0].parent}: in layer {layer}, {len(rows[wnid])} features of {wnid} and "
                f"{len(rows[wnids[0]])} of {wnids[0]}; delete the folder and run again"
            )
    return np.stack([rows[wnid] for wnid in wnids])

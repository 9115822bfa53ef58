"""What the inversion of class vectors reads and writes."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from semantrace.core.errors import InputError, Problems, suggest
from semantrace.images.dataset_classes import class_ids
from semantrace.io.files import create_hdf5, open_hdf5


@dataclass(frozen=True)
class StoredInversions:
    """Images of the class vectors of one network.

    Attributes
    ----------
    classes : tuple of str
        Their identifiers: wnids, and those of classes outside WordNet.
    concepts : tuple of str
        Their names.
    layers : tuple of str
        The layers that were matched.
    images : numpy.ndarray, classes × height × width × 3, uint8
        RGB.
    cosines : numpy.ndarray, classes × layers, float64
        What the finished image reaches.
    loss : numpy.ndarray, classes × steps, float32
        What the descent made smaller.
    """

    classes: tuple[str, ...]
    concepts: tuple[str, ...]
    layers: tuple[str, ...]
    images: np.ndarray
    cosines: np.ndarray
    loss: np.ndarray


def write_inversions(
    path: str | Path, inversions: StoredInversions, attributes: Mapping[str, str]
) -> None:
    """Write the images of a network's class vectors as HDF5, a dataset for each field.

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
        classes, concepts, layers = (
            tuple(file[name].asstr()[:]) for name in ("classes", "concepts", "layers")
        )
        images, cosines, loss = (file[name][:] for name in ("images", "cosines", "loss"))
    return StoredInversions(classes, concepts, layers, images, cosines, loss)


def read_inversions_by_network(paths: Iterable[str | Path]) -> dict[str, StoredInversions]:
    """Read the files of several networks, each by the network that it says to be of."""
    stored = {}
    for path in paths:
        with open_hdf5(path) as file:
            network = str(file.attrs["network"])
        stored[network] = read_inversions(path)
    return stored


def find_classes(entries: Sequence[str], concepts: pd.DataFrame) -> dict[str, str]:
    """Return the classes that a study's list of classes to draw names.

    Parameters
    ----------
    entries : sequence of str
        Each a wnid, a synset's name, a concept, or the dataset's own name of a class.
    concepts : pandas.DataFrame
        The study's concepts: concept, wnid, class and synset.

    Returns
    -------
    dict of str to str
        Concepts by the identifiers of their classes, in the order of the entries.

    Raises
    ------
    InputError
        When entries name no class of the study, or one twice.
    """
    problems = Problems()
    known: dict[str, str] = {}
    for column in ("class", "concept", "synset", "wnid"):  # the last one goes before the others
        known |= dict(zip(concepts[column], concepts["concept"], strict=True))
    known.pop("", None)
    identifiers = dict(zip(concepts["concept"], class_ids(concepts), strict=True))
    found: dict[str, str] = {}
    for entry in entries:
        concept = known.get(entry, known.get("_".join(entry.lower().split())))
        if concept is None:
            problems.add(f"inversion: the study has no class {entry!r}; {_nearest(entry, known)}")
        elif identifiers[concept] in found:
            problems.add(f"inversion: {entry!r} names {concept} a second time; take it out")
        else:
            found[identifiers[concept]] = concept
    problems.raise_if_any()
    return found


def _nearest(entry: str, known: Mapping[str, str]) -> str:
    """Return a clause with the names that come near, and what they stand for."""
    if near := difflib.get_close_matches(entry, known):
        return "did you mean " + " or ".join(f"{name} ({known[name]})" for name in near) + "?"
    return suggest(entry, dict.fromkeys(known.values()))


def read_class_vectors(
    shards: Sequence[Path], layers: Sequence[str], classes: Sequence[str]
) -> list[np.ndarray]:
    """Read the class vectors of some classes from the shards that hold them.

    Parameters
    ----------
    shards : sequence of path
        Folders of class vectors, with one ``{layer}.h5`` for each layer.
    layers : sequence of str
        Layers to read.
    classes : sequence of str
        Identifiers of the classes to read.

    Returns
    -------
    list of numpy.ndarray, classes × features, float32
        For each layer.

    Raises
    ------
    InputError
        When a layer or a class has no class vectors, or shards differ.
    """
    return [_read_layer(shards, layer, classes) for layer in layers]


def _read_layer(shards: Sequence[Path], layer: str, classes: Sequence[str]) -> np.ndarray:
    rows: dict[str, np.ndarray] = {}
    for shard in shards:
        path = shard / f"{layer}.h5"
        if not path.is_file():
            known = suggest(layer, sorted(file.stem for file in shard.glob("*.h5")))
            raise InputError(f"{shard}: no class vectors of layer {layer!r}; {known}")
        with open_hdf5(path) as file:
            places = {name: place for place, name in enumerate(file["classes"].asstr()[:])}
            here = [name for name in classes if name in places]
            rows |= {name: file["class_vectors"][places[name]] for name in here}
    for name in classes:
        if name not in rows:
            raise InputError(
                f"{shards[0].parent}: no class vector of {name}; delete the folder and run again"
            )
        if rows[name].shape != rows[classes[0]].shape:
            raise InputError(
                f"{shards[0].parent}: in layer {layer}, {len(rows[name])} features of {name} and "
                f"{len(rows[classes[0]])} of {classes[0]}; delete the folder and run again"
            )
    return np.stack([rows[name] for name in classes])

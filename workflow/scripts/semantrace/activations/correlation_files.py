"""The files that hold correlation matrices: of words, and of the layers of a network."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from semantrace.core.errors import InputError
from semantrace.io.files import create_hdf5, open_hdf5


@dataclass(frozen=True)
class LayerCorrelations:
    """The correlation matrices of one layer of one network, one for each group of images.

    Attributes
    ----------
    network, layer : str
    layer_index : int
        Zero for the pixels, then from one in the study's order.
    matrices : (groups, k, k) array
    """

    network: str
    layer: str
    layer_index: int
    matrices: np.ndarray


def write_word_correlations(
    path: Path, concepts: list[str], correlations: np.ndarray, attributes: Mapping[str, object]
) -> None:
    """Write the k×k correlations of the concepts' word vectors, and what the file is."""
    with create_hdf5(path) as file:
        file.attrs.update(attributes)
        _write_concepts(file, concepts)
        file.create_dataset("correlations", data=correlations)


def read_word_correlations(path: Path, concepts: list[str]) -> np.ndarray:
    """Read the k×k correlations of words, which must be of these concepts in this order."""
    with open_hdf5(path) as file:
        _check_concepts(file, concepts, path)
        return file["correlations"][:]


def write_image_correlations(
    path: Path,
    concepts: list[str],
    layers: Mapping[str, np.ndarray],
    attributes: Mapping[str, object],
) -> None:
    """Write the k×k correlations of one group of images for each layer, and what the file is.

    Layers come in their order, pixels first.
    """
    with create_hdf5(path) as file:
        file.attrs.update(attributes)
        _write_concepts(file, concepts)
        for index, (layer, matrix) in enumerate(layers.items()):
            dataset = file.create_dataset(f"layers/{layer}", data=matrix)
            dataset.attrs["layer_index"] = index


def read_image_correlations(
    paths: Iterable[str | Path],
    networks: Sequence[str],
    concepts: list[str],
    layer: str | None = None,
) -> list[LayerCorrelations]:
    """Read the image correlations of all groups, layers ordered by network, then by depth.

    Parameters
    ----------
    paths : iterable of path
        A file for each network and group, which say what they are of.
    networks : sequence of str
        The study's networks, in its order; files of others are passed over.
    concepts : list of str
        The k concepts the files must hold, in this order.
    layer : str, optional
        The only layer to read.
    """
    matrices: dict[tuple[str, str], dict[int, np.ndarray]] = {}
    places: dict[tuple[str, str], int] = {}
    for path in map(Path, paths):
        with open_hdf5(path) as file:
            network, group = str(file.attrs["network"]), int(file.attrs["group"])
            if network not in networks:
                continue
            _check_concepts(file, concepts, path)
            for name in file["layers"] if layer is None else [layer]:
                dataset = file["layers"][name]
                matrices.setdefault((network, name), {})[group] = dataset[:]
                places[network, name] = int(dataset.attrs["layer_index"])
    order = sorted(places, key=lambda key: (networks.index(key[0]), places[key]))
    return [
        LayerCorrelations(
            *key, places[key], np.stack([matrices[key][group] for group in sorted(matrices[key])])
        )
        for key in order
    ]


def _write_concepts(file: h5py.File, concepts: list[str]) -> None:
    file.create_dataset("concepts", data=concepts, dtype=h5py.string_dtype("utf-8"))


def _check_concepts(file: h5py.File, concepts: list[str], path: Path) -> None:
    found = [concept.decode() for concept in file["concepts"][:]]
    if found != list(concepts):
        raise InputError(
            f"{path}: its {len(found)} concepts are not the study's {len(concepts)}; delete it "
            "and run again"
        )

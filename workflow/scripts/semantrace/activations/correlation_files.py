"""The files that hold correlation matrices: of words, and of the layers of a network.

Those of layers are many. They stay in their files, and are read one at a time as they are needed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

from semantrace.activations.correlations import CorrelatedRows, gram_of
from semantrace.activations.stored_arrays import ArrayPlace, Arrays, StoredArrays
from semantrace.core.errors import InputError
from semantrace.io.files import create_hdf5, create_large_hdf5, open_hdf5


@dataclass(frozen=True)
class LayerCorrelations:
    """The correlation matrices of one layer of one network, one for each group of images.

    Attributes
    ----------
    network, layer : str
    layer_index : int
        Zero for the pixels, then from one in the study's order.
    matrices : (groups, k, k) array, or as many k×k arrays that are stored
    means, deviations : (groups, k) array, or as many arrays of k that are stored
        Of each image's features; see `CorrelatedRows`. Cosines are correlations of rows of mean 0
        and deviation 1, the same in all groups.
    """

    network: str
    layer: str
    layer_index: int
    matrices: Arrays
    means: Arrays = field(default_factory=lambda: np.zeros((1, 1)))
    deviations: Arrays = field(default_factory=lambda: np.ones((1, 1)))

    def named(self, group: int) -> str:
        """Return what a group's matrix is called in messages."""
        return f"{self.network} {self.layer}, group {group}"

    def gram(self, group: int) -> np.ndarray:
        """Return the inner products of a group's images over their features, shape (k, k)."""
        means, deviations = (
            values[group if len(values) > 1 else 0] for values in (self.means, self.deviations)
        )
        return gram_of(self.matrices[group], means, deviations)


def write_word_correlations(
    path: Path, concepts: list[str], rows: CorrelatedRows, attributes: Mapping[str, object]
) -> None:
    """Write how the concepts' word vectors correlate, and what the file is."""
    with create_hdf5(path) as file:
        file.attrs.update(attributes)
        _write_concepts(file, concepts)
        file.create_dataset("correlations", data=rows.correlations)
        file.create_dataset("means", data=rows.means)
        file.create_dataset("deviations", data=rows.deviations)
        file.attrs["features"] = rows.features


def read_word_correlations(path: Path, concepts: list[str]) -> CorrelatedRows:
    """Read how words correlate, which must be those of these concepts in this order."""
    with open_hdf5(path) as file:
        _check_concepts(file, concepts, path)
        return CorrelatedRows(
            file["correlations"][:],
            file["means"][:],
            file["deviations"][:],
            int(file.attrs["features"]),
        )


def write_image_correlations(
    path: Path,
    concepts: list[str],
    layers: Mapping[str, CorrelatedRows],
    attributes: Mapping[str, object],
) -> None:
    """Write how one group of images correlates in each layer, and what the file is.

    Layers come in their order, pixels first.
    """
    with create_hdf5(path) as file:
        file.attrs.update(attributes)
        _write_concepts(file, concepts)
        for index, (layer, rows) in enumerate(layers.items()):
            dataset = file.create_dataset(f"layers/{layer}", data=rows.correlations)
            dataset.attrs["layer_index"] = index
            dataset.attrs["features"] = rows.features
            file.create_dataset(f"means/{layer}", data=rows.means)
            file.create_dataset(f"deviations/{layer}", data=rows.deviations)


def read_image_correlations(
    paths: Iterable[str | Path],
    networks: Sequence[str],
    concepts: list[str],
    layer: str | None = None,
) -> list[LayerCorrelations]:
    """Find the image correlations of all groups, layers ordered by network, then by depth.

    They stay in their files until they are asked for.

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
    found: dict[tuple[str, str], dict[int, Path]] = {}
    depths: dict[tuple[str, str], int] = {}
    for path in map(Path, paths):
        with open_hdf5(path) as file:
            network, group = str(file.attrs["network"]), int(file.attrs["group"])
            if network not in networks:
                continue
            _check_concepts(file, concepts, path)
            for name in file["layers"] if layer is None else [layer]:
                found.setdefault((network, name), {})[group] = path
                depths[network, name] = int(file["layers"][name].attrs["layer_index"])
    order = sorted(depths, key=lambda key: (networks.index(key[0]), depths[key]))
    return [
        LayerCorrelations(*key, depths[key], *_stored(key[1], found[key], len(concepts)))
        for key in order
    ]


def write_averages(
    path: Path,
    concepts: list[str],
    layers: Iterable[tuple[str, np.ndarray, np.ndarray]],
    count: int,
    images: Sequence[int],
    attributes: Mapping[str, object],
) -> None:
    """Write the correlations of means of several images of each concept, and what the file is.

    Parameters
    ----------
    path : path
    concepts : list of str
    layers : iterable of str, (batches, k, k) array, (k,) array
        In their order, pixels first: the name, the correlations, and how unlike the images of each
        concept are. Each is written before the next one is asked for.
    count : int
        How many layers there will be.
    images : sequence of int
        How many images of each concept are averaged in each batch.
    attributes : mapping of str to object
    """
    size = 8 * len(concepts) ** 2 * len(images) * count
    with create_large_hdf5(path, size) as file:
        file.attrs.update(attributes)
        _write_concepts(file, concepts)
        file.create_dataset("images", data=np.asarray(images))
        for index, (layer, matrices, spread) in enumerate(layers):
            file.create_dataset(f"layers/{layer}", data=matrices).attrs["layer_index"] = index
            file.create_dataset(f"spread/{layer}", data=spread)


def read_averages(
    paths: Iterable[str | Path], networks: Sequence[str], concepts: list[str]
) -> dict[int, list[LayerCorrelations]]:
    """Find what `write_averages` wrote, by the number of images that are averaged.

    The layers of each number are in the order of `read_image_correlations`, and stay in their files
    as they do there.
    """
    found: dict[int, list[LayerCorrelations]] = {}
    for path in map(Path, paths):
        with open_hdf5(path) as file:
            _check_concepts(file, concepts, path)
            network, images = str(file.attrs["network"]), file["images"][:]
            for name, dataset in file["layers"].items():
                index, shape = int(dataset.attrs["layer_index"]), dataset.shape[1:]
                for count in np.unique(images):
                    batches = np.flatnonzero(images == count)
                    places = [ArrayPlace(path, f"layers/{name}", int(one)) for one in batches]
                    layer = LayerCorrelations(network, name, index, StoredArrays(places, shape))
                    found.setdefault(int(count), []).append(layer)
    for layers in found.values():
        layers.sort(key=lambda layer: (networks.index(layer.network), layer.layer_index))
    return found


def _stored(layer: str, by_group: Mapping[int, Path], concepts: int) -> Iterator[StoredArrays]:
    """Yield the correlations, means and deviations of all groups in their order."""
    paths = [by_group[group] for group in sorted(by_group)]
    for kind, shape in (
        ("layers", (concepts, concepts)),
        ("means", (concepts,)),
        ("deviations", (concepts,)),
    ):
        yield StoredArrays([ArrayPlace(path, f"{kind}/{layer}") for path in paths], shape)


def _write_concepts(file: h5py.File, concepts: list[str]) -> None:
    file.create_dataset("concepts", data=concepts, dtype=h5py.string_dtype("utf-8"))


def _check_concepts(file: h5py.File, concepts: list[str], path: Path) -> None:
    found = [concept.decode() for concept in file["concepts"][:]]
    if found != list(concepts):
        raise InputError(
            f"{path}: its {len(found)} concepts are not the study's {len(concepts)}; delete it "
            "and run again"
        )

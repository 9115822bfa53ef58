"""Cosine similarity of class vectors, layer by layer, and its mean over sets of layers.

Source: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of Abstract
Semantics, section 3.3. Every layer of a class vector has unit norm, so the cosine of two vectors
concatenated from several layers is the mean of the cosines in each layer: no concatenation is ever
made.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import h5py
import numpy as np

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.activations.stored_arrays import ArrayPlace, StoredArrays
from semantrace.core.errors import InputError, suggest
from semantrace.core.progress import tracked
from semantrace.io.files import create_hdf5, open_hdf5

BLOCK_BYTES = 1 << 26


@dataclass(frozen=True)
class LayerSimilarity:
    """Similarity of classes in one layer.

    Attributes
    ----------
    classes : tuple of str
        Their identifiers, sorted.
    cosine : numpy.ndarray, classes x classes, float64
        Symmetric to the last bit, with ones on the diagonal.
    """

    classes: tuple[str, ...]
    cosine: np.ndarray


def layer_similarity(paths: Sequence[Path], block_bytes: int = BLOCK_BYTES) -> LayerSimilarity:
    """Return the cosine of all pairs of classes from the files of one layer's shards.

    Parameters
    ----------
    paths : sequence of path
        One file of class vectors for each shard.
    block_bytes : int
        Bytes of the block of features, over all classes, that is held in memory.

    Raises
    ------
    InputError
        When shards differ in their features or share a class.
    """
    with ExitStack() as stack:
        files = [stack.enter_context(open_hdf5(path)) for path in paths]
        features = _common_features(paths, files)
        classes = np.concatenate([file["classes"].asstr()[:] for file in files])
        _check_distinct(paths, classes)
        products = np.zeros((classes.size, classes.size))
        width = max(1, block_bytes // (4 * classes.size))
        for start in range(0, features, width):
            vectors = _read_block(files, classes.size, start, min(start + width, features))
            products += vectors @ vectors.T
    order = np.argsort(classes)
    return LayerSimilarity(tuple(classes[order]), _cosine(products[np.ix_(order, order)]))


def _read_block(files: Sequence[h5py.File], classes: int, start: int, stop: int) -> np.ndarray:
    """Return the features start…stop−1 of all classes, shard after shard, without a copy."""
    block = np.empty((classes, stop - start), dtype=np.float32)
    row = 0
    for file in files:
        vectors = file["class_vectors"]
        part = block[row : row + len(vectors)]
        vectors.read_direct(part, np.s_[:, start:stop])
        row += len(vectors)
    return block


def _common_features(paths: Sequence[Path], files: Sequence[h5py.File]) -> int:
    widths = [file["class_vectors"].shape[1] for file in files]
    for path, width in zip(paths, widths, strict=True):
        if width != widths[0]:
            raise InputError(
                f"{path}: {width} features where {paths[0]} has {widths[0]}; "
                "delete both folders and run again"
            )
    return widths[0]


def _check_distinct(paths: Sequence[Path], classes: np.ndarray) -> None:
    names, counts = np.unique(classes, return_counts=True)
    if (counts > 1).any():
        raise InputError(
            f"{paths[0].parent.parent}: class {names[counts > 1][0]} is in more than one shard; "
            "delete the folder and run again"
        )


def _cosine(products: np.ndarray) -> np.ndarray:
    """Return cosines from scalar products, free of the norms' rounding to float32."""
    norms = np.sqrt(np.diag(products))
    cosine = products / np.outer(norms, norms)
    cosine = np.clip((cosine + cosine.T) / 2, -1, 1)
    np.fill_diagonal(cosine, 1)
    return cosine


def layer_set_similarity(
    cosines: Mapping[str, np.ndarray], layers: Sequence[str], where: str = "layer set"
) -> np.ndarray:
    """Return the cosine of class vectors concatenated from several layers.

    Parameters
    ----------
    cosines : mapping of str to numpy.ndarray, classes x classes
        Cosine in each layer.
    layers : sequence of str
        The layers of the set, each of which counts once.
    where : str
        Name of the set, for the error.

    Returns
    -------
    numpy.ndarray, classes x classes, float64
        The mean over the layers.

    Raises
    ------
    InputError
        When the set is empty or a layer has no similarity.
    """
    if not layers:
        raise InputError(f"{where}: has no layers; name at least one")
    for layer in layers:
        if layer not in cosines:
            raise InputError(f"{where}: layer {layer!r} is unknown; {suggest(layer, cosines)}")
    return np.mean([cosines[layer] for layer in dict.fromkeys(layers)], axis=0)


def write_similarity(
    shards: Sequence[Path],
    layers: Mapping[str, int],
    layer_sets: Mapping[str, Sequence[str]],
    concepts: Mapping[str, str],
    target: Path,
    attributes: Mapping[str, str],
) -> None:
    """Write the similarity of a network's classes in each layer and each layer set.

    Parameters
    ----------
    shards : sequence of path
        Folders of class vectors, one ``{layer}.h5`` for each layer.
    layers : mapping of str to int
        Layers to compare, and the place of each in the study's list, counted from 1.
    layer_sets : mapping of str to sequence of str
        Layers of each set.
    concepts : mapping of str to str
        Concept of every class, by its identifier.
    target : path
        The HDF5 file to write.
    attributes : mapping of str to str
        What the file says about itself.

    Raises
    ------
    InputError
        When shards disagree, or the classes are not the concepts' own.
    """
    similarities = {
        layer: layer_similarity([shard / f"{layer}.h5" for shard in shards])
        for layer in tracked(layers, "cosine similarity", "layers")
    }
    classes = _common_classes(similarities, concepts)
    cosines = {layer: similarity.cosine for layer, similarity in similarities.items()}
    with create_hdf5(target) as file:
        file.attrs.update(attributes)
        text = h5py.string_dtype()
        file.create_dataset("classes", data=list(classes), dtype=text)
        file.create_dataset("concepts", data=[concepts[name] for name in classes], dtype=text)
        for layer, similarity in similarities.items():
            dataset = file.create_dataset(f"layers/{layer}", data=similarity.cosine)
            dataset.attrs["layer_index"] = layers[layer]
        for layer_set, members in layer_sets.items():
            mean = layer_set_similarity(cosines, members, f"layer set {layer_set}")
            dataset = file.create_dataset(f"sets/{layer_set}", data=mean)
            dataset.attrs["layers"] = list(members)


def _common_classes(
    similarities: Mapping[str, LayerSimilarity], concepts: Mapping[str, str]
) -> tuple[str, ...]:
    expected = tuple(sorted(concepts))
    for layer, similarity in similarities.items():
        if similarity.classes != expected:
            odd = sorted(set(expected) ^ set(similarity.classes))[0]
            raise InputError(
                f"layer {layer}: class {odd} is not in both the class vectors and concepts.tsv; "
                "delete the class vectors and run again"
            )
    return expected


def read_class_vectors(
    paths: Sequence[str | Path],
    layer_sets: Mapping[str, Sequence[str]],
    concepts: Sequence[str],
) -> list[LayerCorrelations]:
    """Find the cosines of class vectors in the place of correlations; they stay in their files.

    Parameters
    ----------
    paths : sequence of path
        What `write_similarity` wrote, a file a network.
    layer_sets : mapping of str to sequence of str
        Of each network its sets, in the study's order.
    concepts : sequence of str
        The k concepts, in the order that the matrices are to have.

    Returns
    -------
    list of LayerCorrelations
        Of each network its layers, then its layer sets, whose index is 0.
    """
    found: dict[str, list[LayerCorrelations]] = {}
    for path in paths:
        with open_hdf5(path) as file:
            network = str(file.attrs["network"])
            known = file["concepts"].asstr()[:].tolist()
            order = np.array([known.index(concept) for concept in concepts])
            layers = {
                f"layers/{name}": int(dataset.attrs["layer_index"])
                for name, dataset in file["layers"].items()
            }
        shape = len(concepts), len(concepts)
        sets = {f"sets/{name}": 0 for name in layer_sets[network]}
        found[network] = [
            LayerCorrelations(
                network,
                dataset.partition("/")[2],
                index,
                StoredArrays([ArrayPlace(Path(path), dataset, order=order)], shape),
            )
            for dataset, index in [*sorted(layers.items(), key=itemgetter(1)), *sets.items()]
        ]
    return [layer for network in layer_sets for layer in found[network]]

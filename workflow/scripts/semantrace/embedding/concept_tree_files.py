"""The file that holds concepts in the order of their tree, with the correlations and the groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from semantrace.core.tree_groups import TreeGroup
from semantrace.io.files import create_hdf5, open_hdf5


@dataclass(frozen=True)
class ConceptTree:
    """Word and image correlations of k concepts, and the tree that orders both.

    Attributes
    ----------
    word_model, network, layer : str
        Whose correlations they are.
    concepts : tuple of str
    words, images : (k, k) array
    tree : (k − 1, 4) array
        SciPy's linkage.
    groups : tuple of TreeGroup
        In the order of the leaves.
    """

    word_model: str
    network: str
    layer: str
    concepts: tuple[str, ...]
    words: np.ndarray
    images: np.ndarray
    tree: np.ndarray
    groups: tuple[TreeGroup, ...]


def write_concept_tree(
    path: str | Path, tree: ConceptTree, attributes: Mapping[str, object]
) -> None:
    """Write a tree and its matrices as HDF5, with further attributes."""
    text = h5py.string_dtype()
    with create_hdf5(path) as file:
        file.attrs.update(attributes)
        for name in ("word_model", "network", "layer"):
            file.attrs[name] = getattr(tree, name)
        file.create_dataset("concepts", data=list(tree.concepts), dtype=text)
        for name in ("words", "images", "tree"):
            file.create_dataset(name, data=getattr(tree, name))
        groups = tree.groups
        file.create_dataset("groups/start", data=np.array([one.start for one in groups], int))
        file.create_dataset("groups/end", data=np.array([one.end for one in groups], int))
        file.create_dataset("groups/label", data=[one.label for one in groups], dtype=text)
        file.create_dataset("groups/f1", data=np.array([one.f1 for one in groups], float))


def read_concept_tree(path: str | Path) -> ConceptTree:
    """Read what `write_concept_tree` wrote.

    Raises
    ------
    InputError
        When the file is missing, damaged or of another kind.
    """
    with open_hdf5(path) as file:
        word_model, network, layer = (
            str(file.attrs[name]) for name in ("word_model", "network", "layer")
        )
        words, images, tree = (file[name][:] for name in ("words", "images", "tree"))
        columns = file["groups"]
        groups = zip(
            columns["start"][:].tolist(),
            columns["end"][:].tolist(),
            columns["label"].asstr()[:],
            columns["f1"][:].tolist(),
            strict=True,
        )
        return ConceptTree(
            word_model,
            network,
            layer,
            tuple(file["concepts"].asstr()[:]),
            words,
            images,
            tree,
            tuple(TreeGroup(*group) for group in groups),
        )

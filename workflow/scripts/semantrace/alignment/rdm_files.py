"""A study's matrices as representational dissimilarities, in a file that rsatoolbox loads.

`rsatoolbox.rdm.load_rdm("rdms.h5")` gives an `RDMs` of one dissimilarity matrix, 1 less the
correlations, for each word model, and for each group of images in each layer of each network.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.io.files import create_hdf5

MEASURE = "correlation"


def write_rdms(
    path: str | Path,
    concepts: Sequence[str],
    words: Mapping[str, np.ndarray],
    layers: Sequence[LayerCorrelations],
) -> None:
    """Write the dissimilarities of all word models and of all layers.

    Parameters
    ----------
    path : path
    concepts : sequence of str
        The k concepts; letters that ASCII lacks are written as escapes, since rsatoolbox reads no
        others.
    words : mapping of str to (k, k) array
        The correlations of each word model.
    layers : sequence of LayerCorrelations
        All layers of all networks.
    """
    rows, columns = np.triu_indices(len(concepts), 1)
    rdms = [(name, "", "", matrix) for name, matrix in words.items()]
    rdms += [
        (layer.network, layer.layer, str(group), matrix)
        for layer in layers
        for group, matrix in enumerate(layer.matrices)
    ]
    spaces, names, groups, matrices = zip(*rdms, strict=True)
    with create_hdf5(path) as file:
        file.attrs["dissimilarity_measure"] = MEASURE
        file.create_dataset(
            "dissimilarities", data=np.stack([1 - matrix[rows, columns] for matrix in matrices])
        )
        file.create_group("descriptors").attrs["source"] = "Semantrace"
        of_rdms = file.create_group("rdm_descriptors")
        for key, values in (("space", spaces), ("layer", names), ("group", groups)):
            of_rdms.create_dataset(key, data=_ascii(values))
        of_patterns = file.create_group("pattern_descriptors")
        of_patterns.create_dataset("concept", data=_ascii(concepts))
        of_patterns.create_dataset("index", data=np.arange(len(concepts)))


def _ascii(texts: Sequence[str]) -> np.ndarray:
    return np.array([text.encode("ascii", "backslashreplace") for text in texts])

"""A study's matrices as representational dissimilarities, in a file that rsatoolbox loads.

`rsatoolbox.rdm.load_rdm("rdms.h5")` gives an `RDMs` of one dissimilarity matrix, 1 less the
correlations, for each word model, and for each group of images in each layer of each network.
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.io.files import create_large_hdf5

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
    rdms = [(name, "", "") for name in words]
    rdms += [
        (layer.network, layer.layer, str(group))
        for layer in layers
        for group in range(len(layer.matrices))
    ]
    matrices = chain(words.values(), *(layer.matrices for layer in layers))
    spaces, names, groups = zip(*rdms, strict=True)
    shape = len(rdms), len(rows)
    with create_large_hdf5(path, 8 * shape[0] * shape[1]) as file:
        file.attrs["dissimilarity_measure"] = MEASURE
        dissimilarities = file.create_dataset("dissimilarities", shape, dtype="<f8")
        for number, matrix in enumerate(matrices):
            dissimilarities[number] = 1 - matrix[rows, columns]
        file.create_group("descriptors").attrs["source"] = "Semantrace"
        of_rdms = file.create_group("rdm_descriptors")
        for key, values in (("space", spaces), ("layer", names), ("group", groups)):
            of_rdms.create_dataset(key, data=_ascii(values))
        of_patterns = file.create_group("pattern_descriptors")
        of_patterns.create_dataset("concept", data=_ascii(concepts))
        of_patterns.create_dataset("index", data=np.arange(len(concepts)))


def _ascii(texts: Sequence[str]) -> np.ndarray:
    return np.array([text.encode("ascii", "backslashreplace") for text in texts])

"""What is known of each concept that may go along with its pass rate."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from semantrace.io.files import open_hdf5
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.word_vectors import WordVectors

COMMONEST = frozenset({"the", "of", "and", "to", "in", "for", "is", "that", "on", "with"})
FIRST = 100


def concept_predictors(
    concepts: pd.DataFrame, wordnet: WordNet, vectors: WordVectors
) -> dict[str, np.ndarray]:
    """Return the predictors of a word model's pass rates, in the order of concepts.

    Parameters
    ----------
    concepts : DataFrame
        `semantrace.core.tables.CONCEPTS`.
    wordnet : WordNet
    vectors : WordVectors
        Rows tell frequency where `is_by_frequency` holds.

    Returns
    -------
    dict of str to (k,) array
        The logarithm of the word's rank by frequency, of its number of senses and of the concept's
        number of images, and its depth in WordNet; not a number outside WordNet.
    """
    names = concepts["concept"].tolist()
    inside = concepts["wnid"] != ""
    found = {}
    if is_by_frequency(vectors.vocabulary):
        rows = vectors.rows(names)
        found["log_frequency_rank"] = np.log([rows[name] + 1 for name in names])
    senses = [len(wordnet.senses(name)) or np.nan for name in names]
    depths = [
        wordnet.min_depth(wnid) if is_inside else np.nan
        for wnid, is_inside in zip(concepts["wnid"], inside, strict=True)
    ]
    return found | {
        "log_senses": np.log(np.array(senses, dtype=np.float64)),
        "depth": np.array(depths, dtype=np.float64),
        "log_images": np.log(concepts["images"].to_numpy(dtype=np.float64)),
    }


def is_by_frequency(vocabulary: Sequence[str]) -> bool:
    """Return whether a vocabulary has some of the commonest English words among its first."""
    return len(COMMONEST & {word.lower() for word in vocabulary[:FIRST]}) > len(COMMONEST) / 2


def read_spread(paths: Sequence[str | Path], network: str, layer: str) -> dict[str, np.ndarray]:
    """Return how unlike the images of each concept are in a layer, where a study has groups.

    Parameters
    ----------
    paths : sequence of path
        What `semantrace.activations.correlation_files.write_averages` wrote; none for one group.
    network, layer : str
    """
    for path in paths:
        with open_hdf5(path) as file:
            if file.attrs["network"] == network:
                return {"spread": file["spread"][layer][:]}
    return {}

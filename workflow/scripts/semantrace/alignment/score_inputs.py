"""What every score of a study reads: concepts, permutations, word and image correlations."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import (
    LayerCorrelations,
    read_image_correlations,
    read_word_correlations,
)
from semantrace.io.files import open_hdf5, read_table


class ScoreFiles(Protocol):
    """The named files of a scoring job; each image file is ``…/<network>/<group>.h5``."""

    concepts: str
    permutations: str
    words: str
    images: list[str]


@dataclass(frozen=True)
class ScoreInputs:
    """The matrices and tables of a scoring job; see `ScoreFiles` for where they come from."""

    concepts: pd.DataFrame
    permutations: np.ndarray
    words: np.ndarray
    layers: list[LayerCorrelations]


def read_score_inputs(files: ScoreFiles, networks: list[str]) -> ScoreInputs:
    """Read a scoring job's inputs, layers ordered by network, then by depth.

    Parameters
    ----------
    files : ScoreFiles
    networks : list of str
        The study's networks, in its order.
    """
    concepts = read_table(files.concepts, required=("concept", "wnid"))
    names = concepts["concept"].tolist()
    with open_hdf5(files.permutations) as file:
        permutations = file["permutations"][:]
    layers = read_layers(files.images, networks, names)
    words = read_word_correlations(Path(files.words), names)
    return ScoreInputs(concepts, permutations, words, layers)


def read_layers(
    paths: Sequence[str], networks: Sequence[str], concepts: list[str]
) -> list[LayerCorrelations]:
    """Read the image correlations of all groups, layers ordered by network, then by depth.

    Parameters
    ----------
    paths : sequence of str
        Files ``…/<network>/<group>.h5``.
    networks : sequence of str
        The study's networks, in its order.
    concepts : list of str
        The k concepts the files must hold, in this order.
    """
    layers = []
    for network in networks:
        groups = [Path(path) for path in paths if Path(path).parent.name == network]
        layers += read_image_correlations(network, groups, concepts)
    return layers

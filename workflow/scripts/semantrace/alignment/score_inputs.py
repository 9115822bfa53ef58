"""What every score of a study reads: concepts, permutations, word and image correlations."""

from collections.abc import Iterator, Sequence
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
from semantrace.activations.correlations import CorrelatedRows
from semantrace.core.tables import CONCEPTS
from semantrace.io.files import open_hdf5
from semantrace.io.tables import read_table


class ScoreFiles(Protocol):
    """The named files of a scoring job."""

    concepts: str
    permutations: str
    words: str
    images: list[str]


@dataclass(frozen=True)
class ScoreInputs:
    """The matrices and tables of a scoring job; see `ScoreFiles` for where they come from."""

    concepts: pd.DataFrame
    permutations: np.ndarray
    words: CorrelatedRows
    layers: list[LayerCorrelations]


def read_score_inputs(files: ScoreFiles, networks: list[str]) -> ScoreInputs:
    """Read a scoring job's inputs, layers ordered by network, then by depth.

    Parameters
    ----------
    files : ScoreFiles
    networks : list of str
        The study's networks, in its order.
    """
    concepts = read_table(files.concepts, CONCEPTS)
    names = concepts["concept"].tolist()
    with open_hdf5(files.permutations) as file:
        permutations = file["permutations"][:]
    layers = read_image_correlations(files.images, networks, names)
    words = read_word_correlations(Path(files.words), names)
    return ScoreInputs(concepts, permutations, words, layers)


def matrices_in_parts(
    layers: Sequence[LayerCorrelations], at_once: int
) -> Iterator[list[tuple[int, int]]]:
    """Yield the place of the layer, and the group, of some of all matrices at once.

    Parameters
    ----------
    layers : sequence of LayerCorrelations
    at_once : int
        How many; one where it is less.
    """
    places = [
        (place, group) for place, layer in enumerate(layers) for group in range(len(layer.matrices))
    ]
    step = max(1, at_once)
    for first in range(0, len(places), step):
        yield places[first : first + step]

"""What every score of a study reads: concepts, permutations and word correlations.

The matrices of layers, which are many, come to a score in parts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import LayerCorrelations, read_word_correlations
from semantrace.activations.correlations import CorrelatedRows
from semantrace.core.tables import CONCEPTS
from semantrace.io.files import open_hdf5
from semantrace.io.tables import read_table


class ScoreFiles(Protocol):
    """The named files of a scoring job."""

    concepts: str
    permutations: str
    words: str


@dataclass(frozen=True)
class ScoreInputs:
    """What a score compares layers with; see `ScoreFiles` for where it comes from.

    Attributes
    ----------
    concepts : DataFrame
        `semantrace.core.tables.CONCEPTS`, k rows.
    permutations : (N, k) int array
    words : CorrelatedRows
    """

    concepts: pd.DataFrame
    permutations: np.ndarray
    words: CorrelatedRows

    @property
    def names(self) -> list[str]:
        """The concepts in their order."""
        return self.concepts["concept"].tolist()


def read_score_inputs(files: ScoreFiles) -> ScoreInputs:
    """Read what a scoring job compares layers with."""
    concepts = read_table(files.concepts, CONCEPTS)
    with open_hdf5(files.permutations) as file:
        permutations = file["permutations"][:]
    words = read_word_correlations(Path(files.words), concepts["concept"].tolist())
    return ScoreInputs(concepts, permutations, words)


def matrices_in_parts(
    layers: Sequence[LayerCorrelations], part_bytes: int
) -> Iterator[list[tuple[LayerCorrelations, int]]]:
    """Yield the layer, and the number of the group, of some of all matrices at once.

    Parameters
    ----------
    layers : sequence of LayerCorrelations
    part_bytes : int
        What the k×k matrices of a part may take together; one is taken in any case.
    """
    places = [(layer, group) for layer in layers for group in range(len(layer.matrices))]
    k = layers[0].matrices.shape[1] if layers else 0
    step = max(1, part_bytes // (8 * max(1, k) ** 2))
    for first in range(0, len(places), step):
        yield places[first : first + step]

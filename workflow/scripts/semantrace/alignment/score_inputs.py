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

PART_BYTES = 64 << 20
"""What the matrices scored at once may take; what is derived of them takes up to six times that."""


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


def layer_columns(layers: Sequence[LayerCorrelations]) -> dict[str, list]:
    """Return the columns of a table that say which layer each row is of."""
    return {
        name: [getattr(layer, name) for layer in layers]
        for name in ("network", "layer", "layer_index")
    }


def matrices_in_parts(
    layers: Sequence[LayerCorrelations], group: int | None = None
) -> Iterator[list[tuple[LayerCorrelations, int]]]:
    """Yield the layer, and the number of the group, of some of all matrices at once.

    As many as `PART_BYTES` has room for, and one in any case.

    Parameters
    ----------
    layers : sequence of LayerCorrelations
    group : int, optional
        The only group to take.
    """
    places = [
        (layer, number)
        for layer in layers
        for number in (range(len(layer.matrices)) if group is None else [group])
    ]
    k = layers[0].matrices.shape[1] if layers else 0
    step = max(1, PART_BYTES // (8 * max(1, k) ** 2))
    for first in range(0, len(places), step):
        yield places[first : first + step]

"""The panel: every layer by every measure, beside what chance gives.

Width and depth inflate raw similarities (Gröger et al. 2026). So beside each score stand the mean
and the 95 % limit of its null distribution, and the chance-corrected score (s - E) / (1 - E), with
E that mean: 0 at chance, 1 for identical spaces.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.activations.correlations import CorrelatedRows
from semantrace.alignment.measures.registry import MEASURES
from semantrace.alignment.measures.spaces import Measure, Scores, Space, check_space
from semantrace.core.progress import progress
from semantrace.statistics.permutations import family_wise_p_values, p_values

PART_BYTES = 512 << 20
"""What the matrices of the layers that are scored at once may take."""

MEAN = "mean"
"""In place of a group: the mean over groups."""


def score_panel(
    words: CorrelatedRows,
    layers: Sequence[LayerCorrelations],
    permutations: np.ndarray,
    known: Mapping[str, Scores] | None = None,
    measures: Sequence[Measure] = MEASURES,
) -> pd.DataFrame:
    """Score every layer by every measure, with the study's permutations.

    Parameters
    ----------
    words : CorrelatedRows
        Of k concepts.
    layers : sequence of LayerCorrelations
        All layers of all networks, with as many groups each.
    permutations : (N, k) int array
        Shared by the whole study.
    known : mapping of str to Scores, optional
        By measure, what is there already: a column for each group of each layer.
    measures : sequence of Measure

    Returns
    -------
    DataFrame
        `semantrace.core.tables.ALIGNMENT` without the word model. The family of a family-wise
        p-value is all layers of all networks, without the pixels, in one measure and group.

    Raises
    ------
    InputError
        When a layer cannot be scored; the message names it.
    """
    found = dict(known or {})
    wanted = [measure for measure in measures if measure.name not in found]
    found |= _computed(words, layers, permutations, wanted)
    return pd.concat(
        [_rows(measure, layers, found[measure.name]) for measure in measures], ignore_index=True
    )


def _computed(
    words: CorrelatedRows,
    layers: Sequence[LayerCorrelations],
    permutations: np.ndarray,
    measures: Sequence[Measure],
) -> dict[str, Scores]:
    space = Space("word correlations", words.correlations, words.gram)
    check_space(space)
    parts: dict[str, list[Scores]] = {measure.name: [] for measure in measures}
    matrices = sum(len(layer.matrices) for layer in layers)
    with progress(len(measures) * matrices, "measures", "matrices") as advance:
        for images in _parts_that_fit(layers, len(words.correlations)):
            for measure in measures:
                orders = permutations[: measure.permutations]
                parts[measure.name].append(measure.score(space, images, orders))
                advance(len(images))
    return {
        name: Scores(
            np.concatenate([one.observed for one in some]),
            np.concatenate([one.null for one in some], axis=1),
        )
        for name, some in parts.items()
    }


def _parts_that_fit(layers: Sequence[LayerCorrelations], concepts: int) -> Iterator[list[Space]]:
    """Yield the spaces of all groups of all layers, as many at once as memory is meant for."""
    spaces = (
        Space(f"{layer.network} {layer.layer}, group {group}", matrix, layer.gram(group))
        for layer in layers
        for group, matrix in enumerate(layer.matrices)
    )
    at_once = max(1, PART_BYTES // (3 * 8 * concepts**2))
    while part := list(itertools.islice(spaces, at_once)):
        yield part


def _rows(measure: Measure, layers: Sequence[LayerCorrelations], scores: Scores) -> pd.DataFrame:
    """Return a row a layer for the mean over groups, and for each of several groups."""
    groups = len(layers[0].matrices)
    observed = scores.observed.reshape(len(layers), groups)
    null = scores.null.reshape(-1, len(layers), groups)
    each = [(MEAN, observed.mean(axis=1), null.mean(axis=2))]
    if groups > 1:
        each += [(str(group), observed[:, group], null[..., group]) for group in range(groups)]
    family = np.array([layer.layer_index > 0 for layer in layers])
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "network": [layer.network for layer in layers],
                    "layer": [layer.layer for layer in layers],
                    "layer_index": [layer.layer_index for layer in layers],
                    "group": group,
                    "measure": measure.name,
                    **_beside_chance(raw, chance, family),
                }
            )
            for group, raw, chance in each
        ]
    )


def _beside_chance(
    raw: np.ndarray, null: np.ndarray, family: np.ndarray
) -> dict[str, np.ndarray | int]:
    """Return columns of scores (m,) beside their null distribution (N, m)."""
    expected = null.mean(axis=0)
    return {
        "raw": raw,
        "null_mean": expected,
        "null_95": np.quantile(null, 0.95, axis=0),
        "corrected": (raw - expected) / (1 - expected),
        "permutations": len(null),
        "p_value": p_values(raw, null),
        "p_family_wise": family_wise_p_values(raw, null, family),
    }

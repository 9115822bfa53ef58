"""The panel: every layer by every measure, beside what chance gives.

Width and depth inflate raw similarities (Gröger et al. 2026). So beside each score stand the mean
and the 95 % limit of its null distribution, and the chance-corrected score (s - E) / (1 - E), with
E that mean: 0 at chance, 1 for identical spaces.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.activations.correlations import CorrelatedRows
from semantrace.alignment.measures.registry import MEASURES
from semantrace.alignment.measures.spaces import Measure, Scores, Space
from semantrace.alignment.score_inputs import matrices_in_parts
from semantrace.core.progress import progress
from semantrace.statistics.correlation_checks import check_symmetric
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
    check_symmetric(space.gram, space.name)
    parts: dict[str, list[Scores]] = {measure.name: [] for measure in measures}
    matrices = sum(len(layer.matrices) for layer in layers)
    with progress(len(measures) * matrices, "measures", "matrices") as advance:
        for part in matrices_in_parts(layers, PART_BYTES // (3 * words.correlations.nbytes)):
            images = [_space(layers[layer], group) for layer, group in part]
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


def _space(layer: LayerCorrelations, group: int) -> Space:
    name = f"{layer.network} {layer.layer}, group {group}"
    return Space(name, layer.matrices[group], layer.gram(group))


def _rows(measure: Measure, layers: Sequence[LayerCorrelations], scores: Scores) -> pd.DataFrame:
    """Return a row a layer for the mean over groups, and for each of several groups."""
    each = [(MEAN, scores.over_groups(len(layers)))]
    groups = len(layers[0].matrices)
    if groups > 1:
        grouped = scores.by_group(len(layers))
        each += [
            (str(group), Scores(grouped.observed[:, group], grouped.null[..., group]))
            for group in range(groups)
        ]
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
                    **_beside_chance(found, family),
                }
            )
            for group, found in each
        ]
    )


def _beside_chance(scores: Scores, family: np.ndarray) -> dict[str, np.ndarray | int]:
    """Return columns of scores beside their null distribution."""
    raw, null = scores.observed, scores.null
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

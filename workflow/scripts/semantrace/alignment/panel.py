"""The panel: every layer by every measure, beside what chance gives.

Width and depth inflate raw similarities (Gröger et al. 2026). So beside each score stand the mean
and the 95 % limit of its null distribution, and the chance-corrected score (s - E) / (1 - E), with
E that mean: 0 at chance, 1 for identical spaces.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.activations.correlations import CorrelatedRows
from semantrace.alignment.joined_scores import join_panels
from semantrace.alignment.measures.registry import MEASURES
from semantrace.alignment.measures.spaces import Measure, Scores, Space
from semantrace.alignment.panel_files import Panel
from semantrace.alignment.score_inputs import layer_columns, matrices_in_parts
from semantrace.core.progress import progress
from semantrace.statistics.correlation_checks import check_symmetric
from semantrace.statistics.permutations import family_maxima, p_values

MEAN = "mean"
"""In place of a group: the mean over groups."""


def score_panel(
    words: CorrelatedRows,
    layers: Sequence[LayerCorrelations],
    permutations: np.ndarray,
    measures: Sequence[Measure] = MEASURES,
) -> pd.DataFrame:
    """Score layers by every measure, with the study's permutations.

    Parameters
    ----------
    words, layers, permutations, measures
        As for `score_layers`, of all layers of all networks.

    Returns
    -------
    DataFrame
        As `semantrace.alignment.joined_scores.join_panels`.

    Raises
    ------
    InputError
        When a layer cannot be scored; the message names it.
    """
    return join_panels([score_layers(words, layers, permutations, measures=measures)])


def score_layers(
    words: CorrelatedRows,
    layers: Sequence[LayerCorrelations],
    permutations: np.ndarray,
    known: Mapping[str, Scores] | None = None,
    measures: Sequence[Measure] = MEASURES,
) -> Panel:
    """Score some layers by every measure, such as those of one network of several.

    Parameters
    ----------
    words : CorrelatedRows
        Of k concepts.
    layers : sequence of LayerCorrelations
        With as many groups each.
    permutations : (N, k) int array
        Shared by the whole study.
    known : mapping of str to Scores, optional
        By measure, what is there already: a column for each group of each layer.
    measures : sequence of Measure

    Raises
    ------
    InputError
        When a layer cannot be scored; the message names it.
    """
    found = dict(known or {})
    wanted = [measure for measure in measures if measure.name not in found]
    found |= _computed(words, layers, permutations, wanted)
    family = np.array([layer.layer_index > 0 for layer in layers])
    rows, maxima = [], {}
    for measure in measures:
        for group, scores in _of_groups(found[measure.name], layers):
            rows.append(_rows(measure, group, layers, scores))
            maxima[measure.name, group] = family_maxima(scores.null, family)
    return Panel(pd.concat(rows, ignore_index=True), maxima)


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
        for part in matrices_in_parts(layers):
            images = [
                Space(layer.named(group), layer.matrices[group], layer.gram(group))
                for layer, group in part
            ]
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


def _of_groups(scores: Scores, layers: Sequence[LayerCorrelations]) -> Iterator[tuple[str, Scores]]:
    """Yield the scores of all layers averaged over groups, and those of each of several groups."""
    yield MEAN, scores.over_groups(len(layers))
    groups = len(layers[0].matrices)
    if groups > 1:
        grouped = scores.by_group(len(layers))
        for group in range(groups):
            yield str(group), Scores(grouped.observed[:, group], grouped.null[..., group])


def _rows(
    measure: Measure, group: str, layers: Sequence[LayerCorrelations], scores: Scores
) -> pd.DataFrame:
    """Return a row a layer: its score by a measure beside the null distribution."""
    raw, null = scores.observed, scores.null
    expected = null.mean(axis=0)
    return pd.DataFrame(
        {
            **layer_columns(layers),
            "group": group,
            "measure": measure.name,
            "raw": raw,
            "null_mean": expected,
            "null_95": np.quantile(null, 0.95, axis=0),
            "corrected": (raw - expected) / (1 - expected),
            "permutations": len(null),
            "p_value": p_values(raw, null),
        }
    )

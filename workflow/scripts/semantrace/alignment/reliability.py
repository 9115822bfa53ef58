"""Image reliability: how far the images of different groups agree among themselves.

Each group's correlation matrix is put to the 2 vs. 2 test against the mean matrix of the other
groups, in the place of words. It is a yardstick for the accuracies against words and not an upper
bound of them: words average over more than the few images of the other groups do.

The noise ceilings of RSA (Nili et al. 2014) say what Spearman's coefficient any word model could
reach: at most the mean correlation of a group's ranks with the mean ranks of all groups, and about
as much as with those of the others at least.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.activations.stored_arrays import Arrays, total_of
from semantrace.alignment.two_vs_two import compare_rows, prepare_rows
from semantrace.core.errors import InputError
from semantrace.core.progress import tracked
from semantrace.statistics.ranks import ranks


def group_reliabilities(matrices: Arrays, name: str = "image correlations") -> np.ndarray:
    """Return the 2 vs. 2 accuracy of each group's matrix against the mean of the others'.

    Parameters
    ----------
    matrices : (groups, k, k) array, or as many that are stored
        Correlations of the same k concepts in each group, held one at a time.
    name : str
        What the matrices are, for messages.

    Returns
    -------
    (groups,) array

    Raises
    ------
    InputError
        With fewer than two groups, or when a correlation is undefined.
    """
    if len(matrices) < 2:
        raise InputError(
            f"{name}: reliability needs two groups of images or more, and there is "
            f"{len(matrices)}; raise images.groups"
        )
    accuracies = []
    total = total_of(matrices)
    for group, matrix in enumerate(matrices):
        others = (total - matrix) / (len(matrices) - 1)
        accuracies.append(
            compare_rows(
                prepare_rows(others, f"{name}, mean of the groups but {group}"),
                prepare_rows(matrix, f"{name}, group {group}"),
            ).accuracy
        )
    return np.array(accuracies)


def rsa_ceilings(matrices: Arrays) -> tuple[float, float]:
    """Return the lower and the upper noise ceiling of Spearman's coefficient.

    Parameters
    ----------
    matrices : (groups, k, k) array, or as many that are stored
        Correlations of the same k concepts in two groups or more.
    """
    upper = np.triu_indices(matrices.shape[1], 1)
    total = np.zeros(len(upper[0]))
    for matrix in matrices:
        total += ranks(matrix[upper])
    lows, highs = [], []
    for matrix in matrices:
        own = ranks(matrix[upper])
        lows.append(np.corrcoef(own, (total - own) / (len(matrices) - 1))[0, 1])
        highs.append(np.corrcoef(own, total / len(matrices))[0, 1])
    return float(np.mean(lows)), float(np.mean(highs))


def score_reliability(layers: Sequence[LayerCorrelations]) -> pd.DataFrame:
    """Return the image reliability of every layer, its spread, and the noise ceilings.

    Parameters
    ----------
    layers : sequence of LayerCorrelations
        All layers of all networks.

    Returns
    -------
    DataFrame
        One row a layer of a network. The spread is the standard deviation over groups; two groups
        have none, since each is scored against the other.

    Raises
    ------
    InputError
        As for `group_reliabilities`; the message names the layer.
    """
    rows = []
    for layer in tracked(layers, "reliability", "layers"):
        accuracies = group_reliabilities(layer.matrices, f"{layer.network} {layer.layer}")
        low, high = rsa_ceilings(layer.matrices)
        rows.append(
            {
                "network": layer.network,
                "layer": layer.layer,
                "layer_index": layer.layer_index,
                "groups": len(accuracies),
                "reliability": accuracies.mean(),
                "reliability_spread": _spread(accuracies),
                "rsa_ceiling_low": low,
                "rsa_ceiling_high": high,
            }
        )
    return pd.DataFrame(rows)


def _spread(accuracies: np.ndarray) -> float:
    return float(accuracies.std(ddof=1)) if len(accuracies) > 2 else np.nan

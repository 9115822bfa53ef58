"""How far partitions of the same classes agree: between networks, and between layer sets."""

import itertools
from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

COLUMNS = [
    *("k", "first_network", "first_layer_set", "second_network", "second_layer_set"),
    *("adjusted_rand", "adjusted_mutual_information"),
]


def compare_partitions(assignments: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Compare all pairs of partitions into the same number of clusters.

    Both measures are one for equal partitions and zero on average for unrelated ones: Hubert &
    Arabie 1985, Vinh, Epps & Bailey 2010.

    Parameters
    ----------
    assignments : mapping of str to pandas.DataFrame
        The clusters of each network: columns layer_set, k, concept and cluster. Every partition is
        of the same classes.

    Returns
    -------
    pandas.DataFrame
        The columns `COLUMNS`: a row for each k and pair of a network's layer set with another,
        of the same network or of one further on.
    """
    by_number: dict[int, dict[tuple[str, str], np.ndarray]] = {}
    for network, table in assignments.items():
        for (layer_set, k), part in table.groupby(["layer_set", "k"], sort=False):
            clusters = part.sort_values("concept")["cluster"].to_numpy()
            by_number.setdefault(k, {})[network, layer_set] = clusters
    rows = [
        (
            k,
            *first,
            *second,
            adjusted_rand_score(partitions[first], partitions[second]),
            adjusted_mutual_info_score(partitions[first], partitions[second]),
        )
        for k, partitions in sorted(by_number.items())
        for first, second in itertools.combinations(partitions, 2)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)

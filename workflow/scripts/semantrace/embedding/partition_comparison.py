"""How far partitions of the same classes agree: between networks, and between layer sets."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

from semantrace.core.tables import AGREEMENT

Partition = tuple[str, str]
"""A network and one of its layer sets."""

MOST_LINES = 3
"""Pairs within a network all of which are followed from k to k."""


def compare_partitions(assignments: pd.DataFrame) -> pd.DataFrame:
    """Compare all pairs of partitions into the same number of clusters.

    Both measures are one for equal partitions and zero on average for unrelated ones: Hubert &
    Arabie 1985, Vinh, Epps & Bailey 2010.

    Parameters
    ----------
    assignments : pandas.DataFrame
        `semantrace.core.tables.ASSIGNMENTS` of all networks, in the study's order. Every partition
        is of the same classes.

    Returns
    -------
    pandas.DataFrame
        `semantrace.core.tables.AGREEMENT`: a row for each k and pair of a network's layer set with
        another, of the same network or of one further on.
    """
    by_number: dict[int, dict[Partition, np.ndarray]] = {}
    for (network, layer_set, k), part in assignments.groupby(
        ["network", "layer_set", "k"], sort=False
    ):
        clusters = part.sort_values("concept")["cluster"].to_numpy()
        by_number.setdefault(k, {})[network, layer_set] = clusters
    pairs = assignments[["network", "layer_set"]].drop_duplicates()
    names = line_names(pairs.groupby("network", sort=False)["layer_set"].agg(list).to_dict())
    rows = [
        (
            k,
            *first,
            *second,
            adjusted_rand_score(partitions[first], partitions[second]),
            adjusted_mutual_info_score(partitions[first], partitions[second]),
            names.get((first, second), ""),
        )
        for k, partitions in sorted(by_number.items())
        for first, second in itertools.combinations(partitions, 2)
    ]
    return pd.DataFrame(rows, columns=AGREEMENT.names)


def line_names(layer_sets: Mapping[str, Sequence[str]]) -> dict[tuple[Partition, Partition], str]:
    """Choose the pairs of partitions to follow from k to k, and name them.

    Parameters
    ----------
    layer_sets : mapping of str to sequence of str
        The layer sets of each network, in the study's order.

    Returns
    -------
    dict of (Partition, Partition) to str
        For every two networks their layer sets of the same name, or their first ones if no name
        is common; for every network all pairs of its layer sets, or of more than three sets the
        first one with each of the others.
    """
    names: dict[tuple[Partition, Partition], str] = {}
    for first, second in itertools.combinations(layer_sets, 2):
        common = [name for name in layer_sets[first] if name in layer_sets[second]]
        names |= {((first, name), (second, name)): name for name in common}
        if not common:
            one, two = layer_sets[first][0], layer_sets[second][0]
            names[(first, one), (second, two)] = f"{one} – {two}"
    for network, sets in layer_sets.items():
        pairs = list(itertools.combinations(sets, 2))
        if len(pairs) > MOST_LINES:
            pairs = pairs[: len(sets) - 1]
        names |= {((network, one), (network, two)): f"{one} – {two}" for one, two in pairs}
    return names

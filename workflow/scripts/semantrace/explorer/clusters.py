"""The clusters of the page: their names, members and order, by network, layer set and number."""

import numpy as np
import pandas as pd

from semantrace.explorer.layers import Catalogue
from semantrace.explorer.packing import Blocks
from semantrace.io.tables import by_network

NAMED = ("cluster", "size", "synset", "label", "f1", "precision", "recall", "second_label")
QUALITY = ("k", "mean_f1", "null_mean_f1", "null_low", "null_high", "p_value")


def cluster_part(
    shown: Catalogue,
    titles: dict[str, str],
    tables: dict[str, pd.DataFrame],
    blocks: Blocks,
) -> list[dict]:
    """Return the clusterings of each layer set, in the study's order.

    Parameters
    ----------
    shown : Catalogue
    titles : dict of str to str
        Of the networks.
    tables : dict of str to DataFrame
        ``labels``, ``assignments``, ``quality`` and ``ordered``: the tables of
        `semantrace.core.tables` of all networks.
    blocks : Blocks
        Gets ``clusters-0``, … of each layer set: of each k the cluster of each concept, and
        ``typicality-0``, … likewise in single precision.

    Returns
    -------
    list of dict
        Of each layer set its clusterings by k, with ``named`` (a row a cluster, from 0), ``order``
        (from the left, of the numbers that are drawn as a tree, else by number) and ``quality``.
    """
    found: list[dict] = []
    for network, labels in by_network(tables["labels"]).items():
        for layer_set in dict.fromkeys(labels["layer_set"]):
            key = {"network": network, "layer_set": layer_set}
            mine = {name: _of(table, key) for name, table in tables.items()}
            _pack_members(shown, mine["assignments"], len(found), blocks)
            found.append({**key, "title": titles[network], "numbers": _numbers(mine)})
    return found


def _of(table: pd.DataFrame, key: dict[str, str]) -> pd.DataFrame:
    return table[(table[list(key)] == list(key.values())).all(axis=1)]


def _numbers(tables: dict[str, pd.DataFrame]) -> list[dict]:
    quality = tables["quality"].set_index("k", drop=False)
    numbers = []
    for k, labels in tables["labels"].groupby("k"):
        ordered = tables["ordered"]
        order = ordered[ordered["k"] == k].sort_values("place")["cluster"].tolist()
        named = labels.sort_values("cluster")[[*NAMED]].astype(object).to_numpy().tolist()
        numbers.append(
            {
                "k": int(k),
                "named": named,
                "order": order or list(range(len(named))),
                "in_tree": bool(order),
                "quality": {name: quality.loc[k, name] for name in QUALITY},
            }
        )
    return numbers


def _pack_members(shown: Catalogue, assignments: pd.DataFrame, number: int, blocks: Blocks) -> None:
    for column, kind in (("cluster", "<u2"), ("typicality", "<f4")):
        wide = assignments.pivot(index="k", columns="concept", values=column)
        values = wide.sort_index()[list(shown.concepts)].to_numpy()
        name = "clusters" if column == "cluster" else column
        blocks.add(f"{name}-{number}", np.asarray(values, dtype=kind).tobytes())

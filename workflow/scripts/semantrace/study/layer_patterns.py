"""Layers by pattern, such as ``block*_conv?``, ``*/Add_1_output_0``, ``all`` or ``all.mean``."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from semantrace.core.errors import InputError, Problems, suggest
from semantrace.core.names import POOLINGS

ALL = "all"
SIGNS = "*?[/:"
"""Of patterns, and of names that tensors have and files cannot have."""

Names = Sequence[Sequence[str]]
"""Of each layer of a network, in its order, the name and what else it is called."""


def is_pattern(layer: str) -> bool:
    """Return whether an entry of a list of layers may stand for several."""
    return layer.partition(".")[0] == ALL or any(sign in layer for sign in SIGNS)


def has_patterns(layers: Iterable[str]) -> bool:
    """Return whether a list of layers has a pattern, so that it needs the network's layers."""
    return any(map(is_pattern, layers))


def matching_layers(layers: Sequence[str], names: Names, pools: bool = True) -> list[str]:
    """Return the layers that a list of names and patterns stands for.

    Parameters
    ----------
    layers : sequence of str
        With a pattern among them, the layers come in the network's order, and in the list's order
        without.
    names : sequence of sequence of str
        See `Names`.
    pools : bool
        Whether a pattern may add a pooling to a name; not where the names are all there are.

    Raises
    ------
    InputError
        A line for each pattern or name that stands for no layer.
    """
    if not has_patterns(layers):
        return list(layers)
    found = [
        (layer, one[0] + pooling)
        for one in names
        for layer in layers
        if (pooling := _pooling_of(layer, one, pools)) is not None
    ]
    unmatched = [layer for layer in layers if layer not in dict(found)]
    if unmatched:
        known = [name for one in names for name in one]
        raise InputError(
            *(f"{layer!r} stands for no layer; {suggest(layer, known)}" for layer in unmatched)
        )
    return list(dict.fromkeys(name for _, name in found))


def _listed_layers(layers: Sequence[str], known: Names) -> list[str]:
    """Return which of a network's listed layers a list stands for."""
    names = [name for one in known for name in one]
    unknown = [] if has_patterns(layers) else [layer for layer in layers if layer not in names]
    if unknown:
        raise InputError(
            *(
                f"{layer!r} is not among the network's layers; {suggest(layer, names)}"
                for layer in unknown
            )
        )
    return matching_layers(layers, known, pools=False)


def _pooling_of(layer: str, names: Sequence[str], pools: bool) -> str | None:
    """Return the pooling with which a pattern stands for a layer, as .mean or nothing, or None."""
    if _stands_for(layer, names):
        return ""
    pattern, _, pooling = layer.rpartition(".")
    may_pool = pools and pooling in POOLINGS
    return f".{pooling}" if may_pool and _stands_for(pattern, names) else None


def _stands_for(pattern: str, names: Sequence[str]) -> bool:
    return pattern == ALL or any(fnmatchcase(name, pattern) for name in names)


def with_named_layers(study: Mapping[str, Any], names: Mapping[str, Names]) -> dict[str, Any]:
    """Return a study in which every list of layers names each of them.

    Parameters
    ----------
    study : mapping
        A study as its file says it, or what of it is valid.
    names : mapping of str to Names
        Of the networks whose `layers` have patterns. Those of layer sets and of inversions are
        held against the network's own list.

    Raises
    ------
    InputError
        A line for each pattern that stands for no layer.
    """
    named = copy.deepcopy(dict(study))
    problems = Problems()
    networks = named.get("networks", {})

    def expand(place: dict, key: str, known: Names, where: str, match: Callable) -> None:
        try:
            place[key] = match(place[key], known)
        except InputError as error:
            for line in error.problems:
                problems.add(f"{where}: {line}")

    for name, known in names.items():
        expand(networks[name], "layers", known, f"networks.{name}.layers", matching_layers)
    problems.raise_if_any()
    embedding = named.get("visual_embedding", {})
    for name, part in embedding.get("networks", {}).items():
        listed = [[layer] for layer in networks.get(name, {}).get("layers", ())]
        for layer_set in part.get("layer_sets", {}):
            where = f"visual_embedding.networks.{name}.layer_sets.{layer_set}"
            expand(part["layer_sets"], layer_set, listed, where, _listed_layers)
    inverted = embedding.get("inversion", {}).get("networks", {})
    for name in inverted:
        listed = [[layer] for layer in networks.get(name, {}).get("layers", ())]
        where = f"visual_embedding.inversion.networks.{name}"
        expand(inverted, name, listed, where, _listed_layers)
    problems.raise_if_any()
    return named

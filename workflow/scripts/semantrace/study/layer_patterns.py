"""Layers by pattern, such as ``block*_conv?``, ``*/Add_1_output_0``, ``all`` or ``all.mean``."""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from semantrace.core.errors import InputError, Problems, suggest
from semantrace.core.names import POOLINGS, split_pooling

ALL = "all"
SIGNS = "*?[/:"
"""Of patterns, and of names that tensors have and files cannot have."""


class ListedLayer(NamedTuple):
    """A layer of a network, as far as patterns need it.

    Attributes
    ----------
    name : str
    other_names : tuple of str
        What else it is called.
    poolings : tuple of str
        Those of `semantrace.core.names.POOLINGS` that it can have.
    """

    name: str
    other_names: tuple[str, ...] = ()
    poolings: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called."""
        return self.name, *self.other_names


def is_pattern(layer: str) -> bool:
    """Return whether an entry of a list of layers may stand for several."""
    return layer.partition(".")[0] == ALL or any(sign in layer for sign in SIGNS)


def has_patterns(layers: Iterable[str]) -> bool:
    """Return whether a list of layers has a pattern, so that it needs the network's layers."""
    return any(map(is_pattern, layers))


def matching_layers(layers: Sequence[str], known: Sequence[ListedLayer]) -> list[str]:
    """Return the layers that a list of names and patterns stands for.

    Parameters
    ----------
    layers : sequence of str
        With a pattern among them, the layers come in the network's order, and in the list's order
        without. A pattern with a pooling stands for the layers that can be pooled so.
    known : sequence of ListedLayer
        The network's layers in its order.

    Raises
    ------
    InputError
        A line for each pattern or name that stands for no layer.
    """
    if not has_patterns(layers):
        return list(layers)
    found = [
        (layer, one.name + pooling)
        for one in known
        for layer in layers
        if (pooling := _pooling_of(layer, one)) is not None
    ]
    unmatched = [layer for layer in layers if layer not in dict(found)]
    if unmatched:
        raise InputError(*(f"{layer!r} {_why_unmatched(layer, known)}" for layer in unmatched))
    return list(dict.fromkeys(name for _, name in found))


def _why_unmatched(layer: str, known: Sequence[ListedLayer]) -> str:
    pattern, _, pooling = layer.rpartition(".")
    if pooling in POOLINGS and any(_stands_for(pattern, one) for one in known):
        return f"stands for no layer that can be pooled by {pooling}; name it without .{pooling}"
    return f"stands for no layer; {suggest(layer, [name for one in known for name in one.names])}"


def _listed_layers(layers: Sequence[str], listed: Sequence[ListedLayer]) -> list[str]:
    """Return which of a network's listed layers a list stands for."""
    names = [one.name for one in listed]
    unknown = [] if has_patterns(layers) else [layer for layer in layers if layer not in names]
    if unknown:
        raise InputError(
            *(
                f"{layer!r} is not among the network's layers; {suggest(layer, names)}"
                for layer in unknown
            )
        )
    return matching_layers(layers, listed)


def _as_listed(layers: Iterable[str], known: Sequence[ListedLayer]) -> list[ListedLayer]:
    """Return the layers that a network lists, pooled or not, each with all of its names."""
    others = {one.name: one.other_names for one in known}

    def listed(layer: str) -> ListedLayer:
        name, pooling = split_pooling(layer, others)
        ending = f".{pooling}" if pooling else ""
        return ListedLayer(layer, tuple(other + ending for other in others.get(name, ())))

    return list(map(listed, layers))


def _pooling_of(layer: str, one: ListedLayer) -> str | None:
    """Return the pooling with which a pattern stands for a layer, as .mean or nothing, or None."""
    if _stands_for(layer, one):
        return ""
    pattern, _, pooling = layer.rpartition(".")
    return f".{pooling}" if pooling in one.poolings and _stands_for(pattern, one) else None


def _stands_for(pattern: str, one: ListedLayer) -> bool:
    return pattern == ALL or any(fnmatchcase(name, pattern) for name in one.names)


def with_named_layers(
    study: Mapping[str, Any], known: Mapping[str, Sequence[ListedLayer]]
) -> dict[str, Any]:
    """Return a study in which every list of layers names each of them.

    Parameters
    ----------
    study : mapping
        A study as its file says it, or what of it is valid.
    known : mapping of str to sequence of ListedLayer
        The layers of those networks whose `layers` have patterns. Patterns of layer sets and of
        inversions are held against the network's own list.

    Raises
    ------
    InputError
        A line for each pattern that stands for no layer.
    """
    named = copy.deepcopy(dict(study))
    problems = Problems()
    networks = named.get("networks", {})

    def expand(place: dict, key: str, layers: Sequence, where: str, match: Callable) -> None:
        try:
            place[key] = match(place[key], layers)
        except InputError as error:
            for line in error.problems:
                problems.add(f"{where}: {line}")

    for name, layers in known.items():
        expand(networks[name], "layers", layers, f"networks.{name}.layers", matching_layers)
    problems.raise_if_any()
    listed = {
        name: _as_listed(network.get("layers", ()), known.get(name, ()))
        for name, network in networks.items()
    }
    embedding = named.get("visual_embedding", {})
    for name, part in embedding.get("networks", {}).items():
        for layer_set in part.get("layer_sets", {}):
            where = f"visual_embedding.networks.{name}.layer_sets.{layer_set}"
            expand(part["layer_sets"], layer_set, listed.get(name, []), where, _listed_layers)
    inverted = embedding.get("inversion", {}).get("networks", {})
    for name in inverted:
        where = f"visual_embedding.inversion.networks.{name}"
        expand(inverted, name, listed.get(name, []), where, _listed_layers)
    problems.raise_if_any()
    return named

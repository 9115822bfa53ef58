"""What is wrong with a network of a study, before any work."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from semantrace.core.errors import InputError, Problems
from semantrace.io.user_files import find_file
from semantrace.networks.network import Network
from semantrace.networks.registry import outline_network
from semantrace.study.networks import is_keras_file
from semantrace.study.packages import is_to_be_fetched


@contextlib.contextmanager
def _without(name: str) -> Iterator[None]:
    """Take the network's own name off problems that are told with the study's name of it."""
    try:
        yield
    except InputError as error:
        raise InputError(*(line.removeprefix(name) for line in error.problems)) from error


def check_network(name: str, spec: Mapping[str, Any], problems: Problems) -> Network | None:
    """Build a network without its weights, and collect all that is wrong with it.

    Parameters
    ----------
    name : str
        What the study calls the network.
    spec : mapping
        Its entry in the study.
    problems : Problems
        Gets a line for each problem: files that are missing or have another sha256, layers that
        do not exist or cannot be extracted, input sizes, classes and preprocessing.

    Returns
    -------
    Network or None
        Without weights; None when it or a layer cannot be used, or its file has to be fetched
        first.
    """
    where = f"networks.{name}: "
    if is_to_be_fetched(spec.get("architecture_source", {})):
        return None
    found = Problems()
    weights = spec.get("weights")
    if isinstance(weights, Mapping) and "file" in weights and not is_to_be_fetched(weights):
        with found.collected():
            find_file(weights, "file", "weights")
    if not (is_keras_file(str(spec["architecture"])) and found.found):
        with found.collected():
            network = outline_network({**spec, "layers": ()})
            with _without(f"{network.name}: "):
                network.check_layers(spec.get("layers", ()))
            if not found.found:
                return network
    for problem in InputError(*found.found).problems:
        problems.add(where + problem)
    return None

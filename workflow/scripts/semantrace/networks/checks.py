"""What is wrong with the networks of a study, and what their layers are, before any work."""

from collections.abc import Mapping
from dataclasses import dataclass

from semantrace.errors import InputError, Problems
from semantrace.networks.registry import build_network
from semantrace.study_networks import is_keras_file
from semantrace.weights import locate_weights


@dataclass(frozen=True)
class LayerPlan:
    """A layer that will be extracted.

    Attributes
    ----------
    layer : str
        As the study names it.
    shape : tuple of int
        Of one image's activation.
    """

    layer: str
    shape: tuple[int, ...]


def check_network(name: str, spec: Mapping[str, object], problems: Problems) -> list[LayerPlan]:
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
    list of LayerPlan
        In the study's order; empty when the network or a layer cannot be used.
    """
    where = f"networks.{name}: "
    found = Problems()
    weights = spec.get("weights")
    if isinstance(weights, Mapping) and "file" in weights:
        with found.collected():
            locate_weights(weights)
    if not (is_keras_file(str(spec["architecture"])) and found.found):
        with found.collected():
            network = build_network({**spec, "layers": ()})
            network.check_layers(spec.get("layers", ()))
            if not found.found:
                return [LayerPlan(layer, network.shape_of(layer)) for layer in spec["layers"]]
    for problem in InputError(*found.found).problems:
        problems.add(where + problem)
    return []

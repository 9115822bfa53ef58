"""All networks by name, and building the one that a study describes.

To add an architecture: write a module with a function that returns its `Architecture`, and list
it in `OWN_ARCHITECTURES`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semantrace.core.errors import InputError, suggest
from semantrace.networks import efficientnet_lite
from semantrace.networks.architecture import Architecture, Network, build, build_outline
from semantrace.networks.googlenet import googlenet
from semantrace.networks.keras_applications import application, application_names
from semantrace.networks.keras_file import architecture_of_file
from semantrace.networks.loading import build_with_weights
from semantrace.networks.squeezenet import squeezenet
from semantrace.networks.vgg16_hed import vgg16_hed
from semantrace.study.networks import is_keras_file, other_file_advice

OWN_ARCHITECTURES = {
    **efficientnet_lite.ARCHITECTURES,
    "GoogLeNet": googlenet,
    "SqueezeNet": squeezenet,
    "VGG16-HED": vgg16_hed,
}


def architecture_names() -> tuple[str, ...]:
    """Return the names of all known architectures, Semantrace's own first."""
    return (*OWN_ARCHITECTURES, *application_names())


def find_architecture(spec: Mapping[str, Any]) -> Architecture:
    """Return the recipe of the architecture that a study's network names.

    Parameters
    ----------
    spec : mapping
        A network of a study. Of its keys, `architecture` counts: a known name, or the path of a
        `.keras` file, for which `preprocessing`, `input_size` and `classes` count too.

    Raises
    ------
    InputError
        When the architecture is unknown, or the file cannot be used.
    """
    name = str(spec["architecture"])
    if name in OWN_ARCHITECTURES:
        return OWN_ARCHITECTURES[name]()
    if name in application_names():
        return application(name)
    if is_keras_file(name):
        return architecture_of_file(Path(name), spec)
    if advice := other_file_advice(name):
        raise InputError(f"architecture {name!r} {advice}")
    raise InputError(
        f"architecture {name!r} is unknown; {suggest(name, architecture_names())} "
        "(or give the path of a .keras file)"
    )


def outline_network(spec: Mapping[str, Any]) -> Network:
    """Build the network that a study describes without any weights, to ask for its layers.

    Parameters
    ----------
    spec : mapping
        A network of a study; see `build_network`.

    Raises
    ------
    InputError
        When the architecture or a layer is unknown.
    """
    network = build_outline(find_architecture(spec))
    network.check_layers(spec.get("layers", ()))
    return network


def build_network(spec: Mapping[str, Any], weights: str | Path | None = None) -> Network:
    """Build the network that a study describes, and check the layers that the study lists.

    Parameters
    ----------
    spec : mapping
        A network of a study: `architecture`, and `layers` if they are to be checked.
    weights : path, optional
        A file that `prepare_weights` wrote. Without it, layers keep the weights they start from.

    Returns
    -------
    Network

    Raises
    ------
    InputError
        When the architecture or a layer is unknown, or the weights are another architecture's.
    """
    architecture = find_architecture(spec)
    network = build(architecture) if weights is None else build_with_weights(architecture, weights)
    network.check_layers(spec.get("layers", ()))
    return network

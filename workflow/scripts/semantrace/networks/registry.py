"""All networks by name, and building the one that a study describes.

To add an architecture: write a module with a function that returns its `Architecture`, and list
it in `OWN_ARCHITECTURES`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semantrace.core.errors import InputError, suggest
from semantrace.io.user_files import find_file
from semantrace.networks import efficientnet_lite
from semantrace.networks.architecture import Architecture
from semantrace.networks.googlenet import googlenet
from semantrace.networks.keras_applications import application, application_names
from semantrace.networks.keras_file import architecture_of_file
from semantrace.networks.keras_network import build, build_outline
from semantrace.networks.loading import build_with_weights, check_own_file, prepare_weights
from semantrace.networks.network import Network
from semantrace.networks.squeezenet import squeezenet
from semantrace.networks.vgg16_hed import vgg16_hed
from semantrace.networks.weights import write_weights
from semantrace.study.networks import is_keras_file, is_onnx_file, other_file_advice

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
    is_onnx = is_onnx_file(str(spec["architecture"]))
    network = _onnx_network(spec) if is_onnx else build_outline(find_architecture(spec))
    network.check_layers(spec.get("layers", ()))
    return network


def build_network(spec: Mapping[str, Any], weights: str | Path | None = None) -> Network:
    """Build the network that a study describes, and check the layers that the study lists.

    Parameters
    ----------
    spec : mapping
        A network of a study: `architecture`, and `layers` if they are to be checked.
    weights : path, optional
        A file that `write_network_weights` wrote. Without it, layers keep the weights they start
        from; a network of ONNX has its own in either case.

    Returns
    -------
    Network

    Raises
    ------
    InputError
        When the architecture or a layer is unknown, or the weights are another architecture's.
    """
    network = _network_of(spec, weights)
    network.check_layers(spec.get("layers", ()))
    return network


def _network_of(spec: Mapping[str, Any], weights: str | Path | None) -> Network:
    if is_onnx_file(str(spec["architecture"])):
        return _onnx_network(spec)
    architecture = find_architecture(spec)
    return build(architecture) if weights is None else build_with_weights(architecture, weights)


def _onnx_network(spec: Mapping[str, Any]) -> Network:
    """Open an ONNX network; networks of Keras need not wait for ONNX Runtime to load."""
    from semantrace.networks.onnx_network import onnx_network

    return onnx_network(spec)


def write_network_weights(spec: Mapping[str, Any], path: str | Path) -> None:
    """Write Semantrace's own weights file of the network that a study describes.

    Parameters
    ----------
    spec : mapping
        A network of a study: what `build_network` needs, and `weights`.
    path : path
        The file to write; see `prepare_weights`. Of a network of ONNX it says the sha256 alone.

    Raises
    ------
    InputError
        As `prepare_weights`; when a file out of a package has another sha256.
    """
    source = spec.get("architecture_source")
    if source is not None:
        find_file(source, "file", "architecture")
    if is_onnx_file(str(spec["architecture"])):
        network = _onnx_network(spec)
        digest = check_own_file(Path(spec["architecture"]), spec.get("weights"))
        return write_weights(path, {}, {"sha256": digest, "architecture": network.name})
    return prepare_weights(find_architecture(spec), spec.get("weights"), path)

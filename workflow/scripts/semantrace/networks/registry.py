"""Building the network that a study describes, with what runs it: Keras or ONNX Runtime.

Each of the two takes seconds to load, so networks of one wait for no other.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semantrace.io.user_files import find_file
from semantrace.networks.network import Network
from semantrace.networks.weights import check_own_file, write_seed, write_weights
from semantrace.study.networks import is_network_file, is_onnx_file


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
    network = _outline(spec)
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


def _outline(spec: Mapping[str, Any]) -> Network:
    if is_onnx_file(str(spec["architecture"])):
        return _onnx_network(spec)
    from semantrace.networks.with_keras.architectures import find_architecture
    from semantrace.networks.with_keras.keras_network import build_outline

    return build_outline(find_architecture(spec))


def _network_of(spec: Mapping[str, Any], weights: str | Path | None) -> Network:
    if is_onnx_file(str(spec["architecture"])):
        return _onnx_network(spec)
    from semantrace.networks.with_keras.architectures import find_architecture
    from semantrace.networks.with_keras.keras_network import build
    from semantrace.networks.with_keras.loading import build_with_weights

    architecture = find_architecture(spec)
    return build(architecture) if weights is None else build_with_weights(architecture, weights)


def _onnx_network(spec: Mapping[str, Any]) -> Network:
    from semantrace.networks.with_onnx.onnx_network import onnx_network

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
    source, weights = spec.get("architecture_source"), spec.get("weights")
    architecture = str(spec["architecture"])
    if source is not None:
        find_file(source, "file", "architecture")
    if is_onnx_file(architecture):
        network = _onnx_network(spec)
        digest = check_own_file(Path(architecture), weights)
        return write_weights(path, {}, {"sha256": digest, "architecture": network.name})
    if isinstance(weights, Mapping) and "seed" in weights and not is_network_file(architecture):
        return write_seed(path, int(weights["seed"]))
    from semantrace.networks.with_keras.architectures import find_architecture
    from semantrace.networks.with_keras.loading import prepare_weights

    return prepare_weights(find_architecture(spec), weights, path)

"""From a study's `weights` to Semantrace's own weights file, and from there into a model.

`weights` is one of: a file of the user or of a Python package, with its sha256; "imagenet", which
Keras downloads; or a seed, for a network with random weights. A `.keras` file brings its own:
there, `weights` names that file again, with its sha256, or is left out.
"""

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np

from semantrace.errors import InputError
from semantrace.files import sha256_of
from semantrace.networks.architecture import Architecture, Network, build
from semantrace.networks.keras_applications import application_names, download_imagenet_model
from semantrace.weights import (
    check_shapes,
    locate_weights,
    read_weights,
    write_weights,
)

SEED_ATTRIBUTE = "seed"


def prepare_weights(architecture: Architecture, source: object, path: str | Path) -> None:
    """Write Semantrace's own weights file for an architecture.

    Parameters
    ----------
    architecture : Architecture
        What the weights are for.
    source : mapping, "imagenet" or None
        The study's `weights`.
    path : path
        The file to write. A seed is written as such, and drawn from when the file is loaded.

    Raises
    ------
    InputError
        When the weights are missing, have another sha256, are unsafe to read, or do not fit.
    """
    if architecture.file is not None:
        digest = _check_own_file(architecture.file, source)
        weights = _arrays_of(build(architecture).model)
    elif isinstance(source, Mapping) and SEED_ATTRIBUTE in source:
        seed = int(source[SEED_ATTRIBUTE])
        return write_weights(path, {}, {SEED_ATTRIBUTE: seed, "sha256": f"random, seed {seed}"})
    elif isinstance(source, Mapping):
        file = locate_weights(source)
        weights, digest = _weights_of_file(architecture, file), sha256_of(file)
    elif source == "imagenet":
        weights = _imagenet_arrays(architecture.name)
        digest = _digest_of(weights)
    else:
        raise InputError(
            f"{architecture.name}: weights {source!r} are not understood; give a file with its "
            "sha256, 'imagenet', or {seed: number}"
        )
    return write_weights(path, weights, {"sha256": digest, "architecture": architecture.name})


def _check_own_file(file: Path, source: object) -> str:
    """Check that a study gives a `.keras` file no other weights, and return the file's sha256."""
    if source is not None:
        named = isinstance(source, Mapping) and source.get("file")
        if not named or Path(named).resolve() != file.resolve():
            raise InputError(
                f"{file}: a .keras file brings its own weights; name it as `file` in `weights`, "
                "with its sha256"
            )
        locate_weights(source)
    if not file.is_file():
        raise InputError(f"{file}: no such file; check the network's `architecture`")
    return sha256_of(file)


def build_with_weights(architecture: Architecture, path: str | Path) -> Network:
    """Build a network with the weights of a file that `prepare_weights` wrote.

    Raises
    ------
    InputError
        When the file is damaged, or its layers or shapes are not the architecture's.
    """
    weights, attributes = read_weights(path)
    if SEED_ATTRIBUTE in attributes:
        return build(architecture, seed=int(attributes[SEED_ATTRIBUTE]))
    network = build(architecture)
    _set_weights(network.model, weights, path)
    return network


def _weights_of_file(
    architecture: Architecture, file: Path
) -> Mapping[str, Mapping[str, np.ndarray]]:
    """Read a file in the architecture's own format, or else as Keras does."""
    model = build(architecture).model
    if architecture.read_weights is not None:
        weights = architecture.read_weights(file)
        _set_weights(model, weights, file)
    elif file.suffix in (".h5", ".hdf5"):
        try:
            model.load_weights(file)
        except Exception as error:  # Keras raises almost any class for a file that does not fit
            reason = str(error).strip().split("\n")[0]
            raise InputError(
                f"{file}: these are not weights of {architecture.name} ({reason}); "
                "give a .weights.h5 file of this architecture"
            ) from error
    else:
        raise InputError(
            f"{file}: weights of {architecture.name} are read from .weights.h5 files; convert it"
        )
    return _arrays_of(model)


def _set_weights(
    model: keras.Model, weights: Mapping[str, Mapping[str, np.ndarray]], where: str | Path
) -> None:
    variables = _variables_of(model)
    expected = {
        layer: {name: tuple(variable.shape) for name, variable in named.items()}
        for layer, named in variables.items()
    }
    check_shapes(weights, expected, where)
    for layer, named in variables.items():
        for name, variable in named.items():
            variable.assign(weights[layer][name])
        if isinstance(normalization := model.get_layer(layer), keras.layers.Normalization):
            normalization.finalize_state()  # or it goes on with the values it was built with


def _variables_of(model: keras.Model) -> dict[str, dict[str, keras.Variable]]:
    """Return the variables of each layer that has any, by name, or by number if names repeat."""
    by_layer = {}
    for layer in model.layers:
        names = [variable.name for variable in layer.weights]
        if len(set(names)) < len(names):
            names = [str(number) for number in range(len(names))]
        if names:
            by_layer[layer.name] = dict(zip(names, layer.weights, strict=True))
    return by_layer


def _arrays_of(model: keras.Model) -> dict[str, dict[str, np.ndarray]]:
    return {
        layer: {name: variable.value.numpy() for name, variable in named.items()}
        for layer, named in _variables_of(model).items()
    }


def _digest_of(weights: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    """Return the sha256 of the arrays themselves, whatever file they came in."""
    digest = hashlib.sha256()
    for layer, named in weights.items():
        for name, array in named.items():
            digest.update(f"{layer}/{name} {array.shape} {array.dtype}\n".encode())
            digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def _imagenet_arrays(name: str) -> dict[str, dict[str, np.ndarray]]:
    """Let Keras download the weights of one of its own networks."""
    if name not in application_names():
        raise InputError(
            f"{name}: Keras has no 'imagenet' weights of this architecture; give a file"
        )
    try:
        model = download_imagenet_model(name)
    except Exception as error:  # Keras wraps every failure to download in a bare Exception
        raise InputError(_download_advice(name, str(error))) from error
    return fold_rescaling(model, _arrays_of(model))


def fold_rescaling(
    model: keras.Model, weights: dict[str, dict[str, np.ndarray]]
) -> dict[str, dict[str, np.ndarray]]:
    """Put a rescaling that follows a normalisation into the normalisation's variance.

    Keras builds its EfficientNets with such a layer where it downloads their weights, and without
    it where it does not, so that the arrays alone would not say what the network computes.

    Parameters
    ----------
    model : keras.Model
        The model that was downloaded.
    weights : dict of layer to dict of variable to array
        Its arrays.

    Returns
    -------
    dict
        The arrays, with the variance changed where it applies.
    """
    folded = dict(weights)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization) and layer.name in weights:
            follower = layer._outbound_nodes[0].operation
            if isinstance(follower, keras.layers.Rescaling):
                variance = weights[layer.name]["variance"] / np.square(follower.scale)
                folded[layer.name] = weights[layer.name] | {"variance": variance}
    return folded


def _download_advice(name: str, reason: str) -> str:
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    address = re.search(r"https?://\S+", reason)
    if address is None:
        line = reason.strip().split("\n")[0]
        return f"{name}: the weights that Keras keeps for it cannot be used ({line}); delete them"
    url = address.group().rstrip(":,.")
    return (
        f"{name}: {url} cannot be downloaded; fetch it elsewhere and put it at "
        f"{home / 'models' / Path(url).name}"
    )

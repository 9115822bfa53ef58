"""Weights files of a user, in an architecture's own format or in one of Keras' two.

Keras builds its EfficientNets in two ways: where it downloads their weights, a rescaling follows
the normalisation, since the published files hold standard deviations in place of variances. A file
of weights alone therefore does not say what the network computes. Source:
keras.src.applications.efficientnet, and https://github.com/tensorflow/tensorflow/issues/49930.
"""

import hashlib
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import h5py
import keras
import numpy as np
from keras.src.applications.efficientnet import WEIGHTS_HASHES

from semantrace.core.errors import InputError
from semantrace.io.files import open_hdf5
from semantrace.networks.weights import ArraysByLayer
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.keras_network import as_network, build_model, build_outline
from semantrace.networks.with_keras.variables import arrays_of, set_weights

PUBLISHED_VARIANCE = (0.229, 0.224, 0.225)
"""Where a variance is expected, the published files of EfficientNets hold these deviations."""

PUBLISHED_MD5 = frozenset(md5 for pair in WEIGHTS_HASHES.values() for md5 in pair)
"""Of all published files of EfficientNets, as Keras lists them."""


def read_weights_file(architecture: Architecture, file: Path) -> ArraysByLayer:
    """Read a file in the architecture's own format, or else as Keras does.

    Parameters
    ----------
    architecture : Architecture
        What the weights are for.
    file : path
        A file that `architecture.read_weights` reads; or where that is None, one that Keras wrote:
        `.weights.h5`, or `.h5` as older versions did.

    Raises
    ------
    InputError
        When the file does not fit, or does not say which of two networks it is for.
    """
    if architecture.read_weights is not None:
        model = build_outline(architecture).model
        set_weights(model, architecture.read_weights(file), file)
        return arrays_of(model)
    if file.suffix not in (".h5", ".hdf5"):
        raise InputError(
            f"{file}: weights of {architecture.name} are read from .weights.h5 files; convert it"
        )
    model = build_model(architecture)
    try:
        _load(model, file)
    except Exception as error:  # Keras raises almost any class for a file that does not fit
        reason = str(error).strip().split("\n")[0]
        raise InputError(
            f"{file}: these are not weights of {architecture.name} ({reason}); "
            "give a .weights.h5 file of this architecture"
        ) from error
    arrays = arrays_of(as_network(architecture, model).model)
    return fold_rescaling(arrays, _factors_of_file(architecture.name, arrays, file))


def _load(model: keras.Model, file: Path) -> None:
    """Let Keras read a file, which takes the end of its name for its format."""
    with open_hdf5(file) as content:
        older = "layer_names" in content.attrs or "model_weights" in content
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder, "link.h5" if older else "link.weights.h5")
        link.symlink_to(file.resolve())
        model.load_weights(link)


def fold_rescaling(weights: ArraysByLayer, factors: Mapping[str, np.ndarray]) -> ArraysByLayer:
    """Put a rescaling that follows a normalisation into the normalisation's variance.

    Parameters
    ----------
    weights : dict of layer to dict of variable to array
        Of a network.
    factors : mapping of layer to array
        What the outputs of normalisations are multiplied with.

    Returns
    -------
    dict
        The arrays, with the variance changed where it applies.
    """
    folded = dict(weights)
    for layer, factor in factors.items():
        variance = weights[layer]["variance"] / np.square(factor)
        folded[layer] = weights[layer] | {"variance": variance}
    return folded


def rescaling_factors(model: keras.Model) -> dict[str, np.ndarray]:
    """Return the factor of the rescaling that follows each normalisation of a model, if any."""
    return {
        layer.name: np.asarray(follower.scale)
        for layer in model.layers
        if isinstance(layer, keras.layers.Normalization) and layer.weights
        if isinstance(follower := layer._outbound_nodes[0].operation, keras.layers.Rescaling)
    }


def _factors_of_file(
    architecture: str, weights: ArraysByLayer, file: Path
) -> dict[str, np.ndarray]:
    """Return the factors that belong to the weights of an EfficientNet's file.

    Raises
    ------
    InputError
        When the file has the published statistics but neither is a published one nor tells of the
        rescaling: the network that it was saved from may have had it or not.
    """
    if not re.fullmatch(r"EfficientNetB\d", architecture):
        return {}
    if not np.allclose(weights["normalization"]["variance"], PUBLISHED_VARIANCE, rtol=1e-4):
        return {}
    if _rescalings_of(file) < 2 and _md5_of(file) not in PUBLISHED_MD5:
        raise InputError(
            f"{file}: holds the statistics of Keras' published weights of {architecture}, but does "
            "not say whether the rescaling follows that Keras adds to these; use weights: imagenet "
            "with the published file in ~/.keras/models, or save the whole model as a .keras file"
        )
    return {"normalization": 1 / np.sqrt(PUBLISHED_VARIANCE)}


def _rescalings_of(file: Path) -> int:
    """Return how many rescalings the network had that a file was saved from."""
    with open_hdf5(file) as content:
        names = content["layers"] if "layers" in content else _layer_names(content)
        return sum("rescaling" in str(name) for name in names)


def _layer_names(content: h5py.File) -> list[str]:
    """Return the layers that a file of Keras' older format lists."""
    names = content.get("model_weights", content).attrs.get("layer_names", ())
    return [name.decode() if isinstance(name, bytes) else str(name) for name in names]


def _md5_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "md5").hexdigest()

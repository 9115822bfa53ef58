"""From a study's `weights` to Semantrace's own weights file, and from there into a model.

`weights` is one of: a file of the user or of a Python package, with its sha256; "imagenet", which
Keras downloads; or a seed, for a network with random weights. A `.keras` file brings its own:
there, `weights` names that file again, with its sha256, or is left out, unless it is a seed.
"""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from semantrace.core.errors import InputError
from semantrace.core.job import tell
from semantrace.io.files import open_hdf5, sha256_of
from semantrace.io.user_files import find_file
from semantrace.networks.weights import (
    SEED_ATTRIBUTE,
    ArraysByLayer,
    check_own_file,
    write_seed,
    write_weights,
)
from semantrace.networks.with_keras import keras_home
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.keras_applications import (
    application_names,
    download_imagenet_model,
)
from semantrace.networks.with_keras.keras_network import (
    KerasNetwork,
    as_network,
    build,
    build_outline,
    in_fresh_thread,
)
from semantrace.networks.with_keras.variables import arrays_of, set_weights
from semantrace.networks.with_keras.weights_file import (
    fold_rescaling,
    read_weights_file,
    rescaling_factors,
)


def prepare_weights(
    architecture: Architecture, source: Mapping[str, Any] | str | None, path: str | Path
) -> None:
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
    if architecture.warning:  # once a network, and not by every job that builds it
        tell(architecture.warning)
    if isinstance(source, Mapping) and SEED_ATTRIBUTE in source:
        return write_seed(path, int(source[SEED_ATTRIBUTE]))
    if architecture.file is not None:
        digest = check_own_file(architecture.file, source)
        weights = arrays_of(build(architecture).model)
    elif isinstance(source, Mapping):
        file = find_file(source, "file", "weights")
        weights, digest = read_weights_file(architecture, file), sha256_of(file)
    elif source == "imagenet":
        weights = _imagenet_arrays(architecture)
        digest = _digest_of(weights)
    else:
        raise InputError(
            f"{architecture.name}: weights {source!r} are not understood; give a file with its "
            "sha256, 'imagenet', or {seed: number}"
        )
    return write_weights(path, weights, {"sha256": digest, "architecture": architecture.name})


def build_with_weights(architecture: Architecture, path: str | Path) -> KerasNetwork:
    """Build a network with the weights of a file that `prepare_weights` wrote.

    Raises
    ------
    InputError
        When the file is damaged, or its layers or shapes are not the architecture's.
    """
    with open_hdf5(path) as weights:
        if SEED_ATTRIBUTE in weights.attrs:
            return build(architecture, seed=int(weights.attrs[SEED_ATTRIBUTE]))
        network = build_outline(architecture)
        set_weights(network.model, weights, path)
    return network


def _digest_of(weights: Mapping[str, Mapping[str, np.ndarray]]) -> str:
    """Return the sha256 of the arrays themselves, whatever file they came in."""
    digest = hashlib.sha256()
    for layer, named in weights.items():
        for name, array in named.items():
            digest.update(f"{layer}/{name} {array.shape} {array.dtype}\n".encode())
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _imagenet_arrays(architecture: Architecture) -> ArraysByLayer:
    """Let Keras download the weights of one of its own networks."""
    name = architecture.name
    if name not in application_names():
        raise InputError(
            f"{name}: Keras has no 'imagenet' weights of this architecture; give a file"
        )
    try:
        model = in_fresh_thread(lambda: download_imagenet_model(name))
    except Exception as error:  # Keras wraps every failure to download in a bare Exception
        raise InputError(_download_advice(name, str(error))) from error
    return fold_rescaling(
        arrays_of(as_network(architecture, model).model), rescaling_factors(model)
    )


def _download_advice(name: str, reason: str) -> str:
    home = keras_home()
    address = re.search(r"https?://\S+", reason)
    if address is None:
        line = reason.strip().split("\n")[0]
        return (
            f"{name}: Keras could not fetch or read its weights ({line}); try again, and if they "
            f"are damaged, delete them from {home / 'models'}"
        )
    url = address.group().rstrip(":,.")
    return (
        f"{name}: {url} cannot be downloaded; fetch it elsewhere and put it at "
        f"{home / 'models' / Path(url).name}"
    )

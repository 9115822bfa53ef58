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
from semantrace.io.files import sha256_of
from semantrace.io.user_files import find_file
from semantrace.networks import keras_home
from semantrace.networks.architecture import Architecture
from semantrace.networks.keras_applications import application_names, download_imagenet_model
from semantrace.networks.keras_network import KerasNetwork, as_network, build, in_fresh_thread
from semantrace.networks.variables import arrays_of, set_weights
from semantrace.networks.weights import ArraysByLayer, read_weights, write_weights
from semantrace.networks.weights_file import (
    fold_rescaling,
    read_weights_file,
    rescaling_factors,
)

SEED_ATTRIBUTE = "seed"


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
        seed = int(source[SEED_ATTRIBUTE])
        return write_weights(path, {}, {SEED_ATTRIBUTE: seed, "sha256": f"random, seed {seed}"})
    if architecture.file is not None:
        digest = check_own_file(architecture.file, source)
        weights = arrays_of(build(architecture))
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


def check_own_file(file: Path, source: Mapping[str, Any] | str | None) -> str:
    """Check that a study gives a network's file no other weights, and return the file's sha256.

    Parameters
    ----------
    file : path
        A `.keras` or `.onnx` file.
    source : mapping, str or None
        The study's `weights`.

    Raises
    ------
    InputError
        When they are others, or have another sha256.
    """
    if source is not None:
        given = source if isinstance(source, Mapping) else {}
        named = given.get("file")
        if not named or Path(named).resolve() != file.resolve():
            raise InputError(
                f"{file}: the file brings its own weights; name it as `file` in `weights`, with "
                "its sha256, or leave `weights` out (for random ones, {seed} with a .keras file)"
            )
        find_file(given, "file", "weights")
    return sha256_of(file)


def build_with_weights(architecture: Architecture, path: str | Path) -> KerasNetwork:
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
    set_weights(network, weights, path)
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
    return fold_rescaling(arrays_of(as_network(architecture, model)), rescaling_factors(model))


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

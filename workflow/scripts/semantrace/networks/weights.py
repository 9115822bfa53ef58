"""Weights as arrays by layer, and Semantrace's own file of them.

The own file is HDF5: one group for each layer with its arrays under the names of the variables
(`kernel`, `bias`, …), attribute `sha256` of what it was made from. Nothing here needs TensorFlow.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from semantrace.core.errors import InputError, suggest
from semantrace.io.files import create_hdf5, open_hdf5, sha256_of
from semantrace.io.user_files import find_file

SEED_ATTRIBUTE = "seed"
ArraysByLayer = dict[str, dict[str, np.ndarray]]


def check_shapes(
    found: Mapping[str, Mapping[str, Any]],
    expected: Mapping[str, Mapping[str, tuple[int, ...]]],
    where: str | Path,
) -> None:
    """Compare the layers and shapes of some weights with those of an architecture.

    Raises
    ------
    InputError
        Naming the layer, what was expected and what was found.
    """
    for layer in found:
        if layer not in expected:
            raise InputError(
                f"{where}: layer {layer!r} is not in the architecture; {suggest(layer, expected)}"
            )
    for layer, variables in expected.items():
        if layer not in found:
            raise InputError(
                f"{where}: weights of layer {layer!r} are missing; it is another architecture's "
                "file, or incomplete"
            )
        shapes = {name: array.shape for name, array in found[layer].items()}
        if shapes != dict(variables):
            raise InputError(
                f"{where}: layer {layer!r} has {_listed(shapes)} but the architecture expects "
                f"{_listed(variables)}; give weights of this architecture"
            )


def _listed(shapes: Mapping[str, tuple[int, ...]]) -> str:
    """Return "kernel 3×3×3×64 and bias 64"."""
    parts = (f"{name} {'×'.join(map(str, shape)) or 'scalar'}" for name, shape in shapes.items())
    return " and ".join(parts) or "nothing"


def write_weights(
    path: str | Path,
    weights: Mapping[str, Mapping[str, np.ndarray]],
    attributes: Mapping[str, str | int],
) -> None:
    """Write weights to Semantrace's own file; equal weights give equal bytes.

    Parameters
    ----------
    path : path
        The file to write.
    weights : mapping of layer to mapping of variable to array
        Stored as float32.
    attributes : mapping
        What the file says of itself, such as `sha256`.
    """
    with create_hdf5(path) as file:
        for name, value in attributes.items():
            file.attrs[name] = value
        for layer, variables in weights.items():
            group = file.create_group(layer)
            for name, array in variables.items():
                group.create_dataset(name, data=np.asarray(array, dtype=np.float32))


def write_seed(path: str | Path, seed: int) -> None:
    """Write the weights file of a network with random weights: they are drawn when it is loaded."""
    write_weights(path, {}, {SEED_ATTRIBUTE: seed, "sha256": f"random, seed {seed}"})


def weights_sha256(path: str | Path) -> str:
    """Return the sha256 of what a file that `write_weights` wrote was made from.

    For random weights it is the text "random, seed …".

    Raises
    ------
    InputError
        When the file is missing, damaged, or not one of these files.
    """
    with open_hdf5(path) as file:
        if "sha256" not in file.attrs:
            raise InputError(f"{path}: names no sha256; delete the file and run again")
        return str(file.attrs["sha256"])


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

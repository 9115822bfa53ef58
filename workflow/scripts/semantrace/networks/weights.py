"""Weights as arrays by layer: where they come from, their checksum, and Semantrace's own file.

The own file is HDF5: one group for each layer with its arrays under the names of the variables
(`kernel`, `bias`, …), attribute `sha256` of what it was made from. Nothing here needs TensorFlow.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from semantrace.core.errors import InputError, suggest
from semantrace.io.files import create_hdf5, open_hdf5, sha256_of
from semantrace.io.package_files import package_folder
from semantrace.io.user_files import unreadable_reason

ArraysByLayer = dict[str, dict[str, np.ndarray]]


def locate_weights(source: Mapping[str, str]) -> Path:
    """Return the path of a weights file of the user, or of one that a Python package brings.

    Parameters
    ----------
    source : mapping
        `file`, and either nothing else or `package`, below whose folder `file` lies. The package
        is found without running its code. If `sha256` is given, the file has to have it.

    Raises
    ------
    InputError
        When the package or file is missing, or the checksum is another.
    """
    path = Path(source["file"])
    if package := source.get("package"):
        path = package_folder(package, "weights.package") / path
    if reason := unreadable_reason(path):
        raise InputError(f"{path} {reason}")
    if not path.is_file():
        raise InputError(f"{path}: no such weights file; check `file` in the network's `weights`")
    check_sha256(path, source.get("sha256"))
    return path


def check_sha256(path: Path, expected: str | None) -> None:
    """Compare a file's sha256 with the expected one, if any.

    Raises
    ------
    InputError
        Naming both.
    """
    if expected is None:
        return
    found = sha256_of(path)
    if found != expected.lower():
        raise InputError(
            f"{path}: sha256 is {found} but {expected} is expected; "
            "fetch the file again, or correct the study if the new file is wanted"
        )


def check_shapes(
    found: Mapping[str, Mapping[str, np.ndarray]],
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


def read_weights(path: str | Path) -> tuple[ArraysByLayer, dict[str, str | int]]:
    """Read the weights and attributes that `write_weights` wrote.

    Raises
    ------
    InputError
        When the file is missing or damaged.
    """
    with open_hdf5(path) as file:
        weights = {
            layer: {name: array[()] for name, array in group.items()}
            for layer, group in file.items()
        }
        return weights, dict(file.attrs)


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

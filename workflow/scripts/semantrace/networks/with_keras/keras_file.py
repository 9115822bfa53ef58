"""A user's own network, saved whole by Keras as a `.keras` file, or `.h5` by older versions."""

import dataclasses
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from semantrace.core.errors import InputError
from semantrace.images.class_lists import read_classes
from semantrace.io.files import open_hdf5
from semantrace.io.user_files import require_file
from semantrace.networks.own_input import chosen_size, refuse_cut_values
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.keras_network import build
from semantrace.networks.with_keras.layer_calls import as_functional
from semantrace.networks.with_keras.random_copy import random_copy
from semantrace.networks.with_keras.scaling import scaling_of

FIRST_VALUES = {"bias": 0, "beta": 0, "moving_mean": 0, "gamma": 1, "moving_variance": 1}
"""What layers start from, by the names of their variables; kernels start at random."""


def architecture_of_file(path: Path, spec: Mapping[str, Any]) -> Architecture:
    """Return the recipe that consists in loading a model's file in Keras' safe mode.

    Parameters
    ----------
    path : path
        The file.
    spec : mapping
        The study's network: `preprocessing` is one of none, unit, caffe, tf, torch, where the model
        does not scale its input itself; `input_size` is the size of inputs that the file leaves
        open; `classes` is "imagenet" where the output are probabilities of the 1000 classes in
        sorted order, or a text file with a class a line.

    Raises
    ------
    InputError
        When the file cannot be used, or is not as the study says.
    """
    model = _load(path)
    config = model.get_config()
    kind, dtype = spec.get("preprocessing"), model.inputs[0].dtype
    refuse_cut_values(keras.backend.is_float_dtype(dtype), dtype, kind, path)
    architecture = Architecture(
        name=path.stem,
        build=lambda: model,
        preprocess=lambda images: images,
        preprocessing="",
        channel_order="BGR" if _is_turned(kind) else "RGB",
        classes=_classes(model, path, spec.get("classes")),
        file=path,
        build_random=lambda: random_copy(model, config),
        input_size=_input_size(model, path, spec.get("input_size")),
    )
    scaling = scaling_of(build(architecture), kind, path, _is_trained(path, model))
    return dataclasses.replace(
        architecture,
        preprocess=scaling.preprocess,
        preprocessing=scaling.words,
        warning=scaling.warning,
    )


def _is_turned(kind: object) -> bool:
    """Return whether a study's `preprocessing` turns RGB to BGR."""
    return (kind.get("channel_order") if isinstance(kind, dict) else kind) in ("BGR", "caffe")


def _load(path: Path) -> keras.Model:
    require_file(path, "architecture", "check the network's `architecture`")
    if path.suffix == ".keras" and not zipfile.is_zipfile(path):
        raise InputError(f"{path}: not a .keras file; save the model with model.save('….keras')")
    if path.suffix != ".keras":
        _check_is_whole(path)
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises almost any class for a file it cannot rebuild
        reason = str(error).strip().split("\n")[0]
        raise InputError(
            f"{path}: Keras does not load this file in safe mode ({reason}); save a model of "
            "standard layers, with keras.ops or keras.layers in place of Lambda layers and of "
            "classes of your own"
        ) from error
    if as_functional(model) is None:
        raise InputError(
            f"{path}: the layers of a {type(model).__name__} cannot be told; save a functional or "
            "sequential model"
        )
    return model


def _is_trained(path: Path, model: keras.Model) -> bool:
    """Return whether a network may have been trained.

    It was not where the file names no optimizer or loss, and biases and running means and
    variances, of which there are some, all have the values that layers start from.
    """
    if _is_compiled(path):
        return True
    values = [
        (variable.numpy(), FIRST_VALUES[variable.name])
        for variable in model.variables
        if variable.name in FIRST_VALUES
    ]
    return not values or any((value != first).any() for value, first in values)


def _is_compiled(path: Path) -> bool:
    """Return whether a file names the optimizer and the loss of a training."""
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as archive:
            return bool(json.loads(archive.read("config.json")).get("compile_config"))
    with open_hdf5(path) as content:
        return "training_config" in content.attrs


def _check_is_whole(path: Path) -> None:
    """Refuse an HDF5 file that holds no model, which Keras tells with a traceback."""
    with open_hdf5(path, "save the model with model.save('….keras')") as content:
        if "model_config" not in content.attrs:
            raise InputError(
                f"{path}: holds no model, only weights perhaps; name the architecture, and this "
                "file in `weights`, or save the whole model with model.save('….keras')"
            )


def _input_size(model: keras.Model, path: Path, given: Any) -> tuple[int, int] | None:
    """Return the size that the study gives an input of open size, or None where it is fixed."""
    shapes = [tensor.shape for tensor in model.inputs]
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][3] != 3:
        first = " It has its channels first." if [s[1:2] for s in shapes] == [(3,)] else ""
        raise InputError(
            f"{path}: the input is {', '.join(map(str, shapes))}; one input of height × width × 3 "
            f"is needed.{first} Save such a model"
        )
    sides = shapes[0][1:3]
    size = chosen_size(sides, given, path, str(shapes[0]))
    return None if size == sides else size


def _classes(model: keras.Model, path: Path, source: object) -> tuple[str, ...] | None:
    if source is None:
        return None
    classes = read_classes(str(source))
    shapes = [tuple(tensor.shape[1:]) for tensor in model.outputs]
    if shapes != [(len(classes),)]:
        found = ", ".join("×".join(map(str, shape)) or "a number" for shape in shapes)
        raise InputError(
            f"{path}: the output is {found} but classes: {source} has {len(classes)}; give a list "
            "with a class a line, in the order of the outputs, or leave `classes` out"
        )
    return classes

"""A user's own network, saved by Keras as a `.keras` file."""

import functools
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import keras
import tensorflow as tf

from semantrace.errors import InputError, suggest
from semantrace.imagenet import CLASS_COUNT, class_wnids
from semantrace.networks.architecture import BGR_MEANS_TEXT, Architecture, bgr_minus_means
from semantrace.networks.keras_applications import INSIDE, SCALED, STANDARDISED

DEVIATIONS = (0.229, 0.224, 0.225)
MEANS = (0.485, 0.456, 0.406)


def _unchanged(pictures: tf.Tensor) -> tf.Tensor:
    return pictures


def _scaled(pictures: tf.Tensor) -> tf.Tensor:
    return pictures / 127.5 - 1.0


def _standardised(pictures: tf.Tensor) -> tf.Tensor:
    return (pictures / 255.0 - tf.constant(MEANS)) / tf.constant(DEVIATIONS)


PREPROCESSING: dict[str, tuple[Callable[[tf.Tensor], tf.Tensor], str]] = {
    "none": (_unchanged, INSIDE),
    "caffe": (bgr_minus_means, BGR_MEANS_TEXT),
    "tf": (_scaled, SCALED),
    "torch": (_standardised, STANDARDISED),
}
"""Ways to preprocess by the names that Keras uses for them; "none" hands over RGB 0 to 255."""


def architecture_of_file(path: Path, spec: Mapping[str, object]) -> Architecture:
    """Return the recipe that consists in loading a `.keras` file, in Keras' safe mode.

    Parameters
    ----------
    path : path
        The file.
    spec : mapping
        The study's network: `preprocessing` is one of none (default), caffe, tf, torch; `classes`
        is "imagenet" where the output are probabilities of the 1000 classes in sorted order.

    Raises
    ------
    InputError
        When the preprocessing is unknown. What is wrong with the file shows when it is built.
    """
    kind = str(spec.get("preprocessing", "none"))
    if kind not in PREPROCESSING:
        raise InputError(
            f"{path}: preprocessing {kind!r} is unknown; {suggest(kind, PREPROCESSING)}"
        )
    preprocess, words = PREPROCESSING[kind]
    classes = class_wnids() if spec.get("classes") == "imagenet" else None
    return Architecture(
        name=path.stem,
        build=functools.partial(_load, path, CLASS_COUNT if classes else None),
        preprocess=preprocess,
        preprocessing=words,
        channel_order="BGR" if kind == "caffe" else "RGB",
        classes=classes,
        file=path,
    )


def _load(path: Path, outputs: int | None) -> keras.Model:
    if not path.is_file():
        raise InputError(f"{path}: no such file; check the network's `architecture`")
    if not zipfile.is_zipfile(path):
        raise InputError(f"{path}: not a .keras file; save the model with model.save('….keras')")
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:  # Keras raises almost any class for a file it cannot rebuild
        reason = str(error).strip().split("\n")[0]
        raise InputError(
            f"{path}: Keras does not load this file in safe mode ({reason}); "
            "save a model of standard layers"
        ) from error
    _check_input(model, path)
    if outputs is not None and model.output_shape != (None, outputs):
        raise InputError(
            f"{path}: the output is {model.output_shape} but ImageNet has {outputs} classes; "
            "leave `classes` out"
        )
    return model


def _check_input(model: keras.Model, path: Path) -> None:
    try:
        shape = model.input_shape
    except (AttributeError, ValueError):
        shape = None
    fixed = isinstance(shape, tuple) and len(shape) == 4 and shape[3] == 3 and all(shape[1:])
    if not fixed:
        raise InputError(
            f"{path}: the input is {shape}; one input of fixed height × width × 3 is needed"
        )

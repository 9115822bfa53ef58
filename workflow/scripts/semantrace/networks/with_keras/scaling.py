"""Whether the model of a `.keras` file scales RGB values 0…255 itself, or the study says how.

A file of Keras does not say which range of values its network was trained on, unless the model
begins with layers that scale them.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from semantrace.core.errors import InputError
from semantrace.networks.preprocessing import CHOICES, INSIDE, UNSCALED, Scaling, preprocessing_of
from semantrace.networks.with_keras.keras_network import KerasNetwork

UNTOLD = f"{UNSCALED}, since neither the study nor the network says how"

LARGEST_SCALED = 20.0
"""Values beyond it, of a pixel of 0 or 255, were not scaled from the range 0 to 255."""


def scaling_of(
    network: KerasNetwork, kind: str | Mapping[str, Any] | None, path: Path, is_trained: bool
) -> Scaling:
    """Return what is done to RGB values before they enter the network of a `.keras` file.

    Parameters
    ----------
    network : KerasNetwork
        The network, with the file's weights.
    kind : str or mapping, optional
        The study's `preprocessing`.
    path : path
        The file, for messages.
    is_trained : bool
        Whether the network was trained, and so with one of the ways to scale.

    Raises
    ------
    InputError
        When the study's word is unknown; when neither it nor the network says how to scale.
    """
    asked = None if kind is None else preprocessing_of(kind, path)
    layer = scaling_layer(network)
    if layer is not None:
        if asked is None or kind == "none":
            return Scaling(lambda images: images, f"{INSIDE} by {layer}")
        warning = (
            f"{path}: the study says preprocessing: {kind}, but the network itself scales RGB 0 to "
            f"255 in its layer {layer}; leave preprocessing out unless both are meant"
        )
        return dataclasses.replace(asked, warning=warning)
    if asked is not None:
        return asked
    problem = (
        f"{path}: how RGB values are scaled stands neither in the study nor in a layer within the "
        f"network; say what it was trained with, as preprocessing: {CHOICES}"
    )
    if is_trained:
        raise InputError(problem)
    return Scaling(lambda images: images, UNTOLD, f"{problem}. The network is given RGB 0 to 255")


ARITHMETIC = frozenset({"Add", "Divide", "Multiply", "Subtract", "TrueDivide"})
"""Operations of Keras that scale, where one side is a number."""


def scaling_layer(network: KerasNetwork) -> str | None:
    """Return the layer of a network that brings RGB 0…255 into the range it computes with, if any.

    It is the last of the layers between the input and the first layer with weights that calculate
    with pixel values, provided that they make of 0 and 255 what a network takes: small values, or
    0…255 less some means. Those of a network that expects 0…1 do not.
    """
    last = None
    name = next(call.name for call in network.calls if call.is_input)
    while True:
        consumers = [call for call in network.calls if name in call.parents and not call.is_model]
        models = [call for call in network.calls if name in call.parents and call.is_model]
        if len(consumers) != 1:
            if consumers or len(models) != 1:
                break
            name = models[0].name  # the end of a model inside
            continue
        call = consumers[0]
        if not call.is_extractable or _has_learnt(call.operation):
            break
        if _calculates(call.operation):
            last = call
        elif not _passes(call.operation):
            break
        name = call.name
    if last is None:
        return None
    return last.name if _fits_bytes(network.part([last.outputs[0]]), network.input_size) else None


PASSING = frozenset(
    {
        "CenterCrop",
        "Cast",
        "Cropping2D",
        "Dropout",
        "GetItem",
        "Identity",
        "Pad",
        "Resizing",
        "ZeroPadding2D",
    }
)
"""Layers and operations, beside all kinds of augmentation, that leave pixel values as they are."""


def _calculates(operation: keras.Operation) -> bool:
    scales = isinstance(operation, keras.layers.Rescaling | keras.layers.Normalization)
    return scales or type(operation).__name__ in ARITHMETIC


def _passes(operation: keras.Operation) -> bool:
    name = type(operation).__name__
    return name in PASSING or name.startswith("Random")


def _has_learnt(operation: keras.Operation) -> bool:
    weights = getattr(operation, "weights", ())
    return bool(weights) and not isinstance(operation, keras.layers.Normalization)


def _fits_bytes(part: keras.Model, size: tuple[int, int]) -> bool:
    """Return whether the first layers of a network scale pixels of 0 and 255 to what is usual."""
    images = np.stack([np.full((*size, 3), value, np.float32) for value in (0, 255)])
    scaled = np.asarray(part(images, training=False), dtype=np.float64)
    low, high = (values.reshape(-1, values.shape[-1]) for values in scaled)
    if np.abs(scaled).max() <= LARGEST_SCALED:
        return True
    subtracts_means = np.abs(high - low - 255).max() < 1 and np.median(low) < -50
    return bool(subtracts_means)

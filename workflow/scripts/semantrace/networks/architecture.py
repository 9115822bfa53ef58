"""What Semantrace has to know of an architecture, and a network built from it."""

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from semantrace.errors import InputError, suggest

BGR_MEANS = (103.939, 116.779, 123.68)
"""Mean blue, green and red of ImageNet, as networks trained with Caffe subtract them."""

FILE_NAME_CHARACTERS = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
)


@dataclass(frozen=True)
class Architecture:
    """A recipe for a network, without weights.

    Attributes
    ----------
    name : str
        The name that a study gives as `architecture`.
    build : callable
        Returns a new Keras model with random weights, from preprocessed pictures to its output.
    preprocess : callable
        Maps float32 RGB pictures 0…255 (batch × height × width × 3) to the model's input.
    preprocessing : str
        The same in words.
    channel_order : str
        "RGB" or "BGR", as the model wants it.
    classes : tuple of str, or None
        WordNet ids of the classes, where the model's output are their probabilities.
    read_weights : callable, optional
        Reads a file in the architecture's own format; where None, Keras reads it.
    file : Path, optional
        The `.keras` file that the model is loaded from, weights and all.
    """

    name: str
    build: Callable[[], keras.Model]
    preprocess: Callable[[tf.Tensor], tf.Tensor]
    preprocessing: str
    channel_order: str
    classes: tuple[str, ...] | None = None
    read_weights: Callable[[Path], Mapping[str, Mapping[str, np.ndarray]]] | None = None
    file: Path | None = None


@dataclass(frozen=True)
class Network:
    """An architecture with a Keras model built from it.

    Attributes
    ----------
    architecture : Architecture
        The recipe.
    model : keras.Model
        From preprocessed pictures to the network's output.
    """

    architecture: Architecture
    model: keras.Model

    @property
    def name(self) -> str:
        """Name of the architecture."""
        return self.architecture.name

    @property
    def classes(self) -> tuple[str, ...] | None:
        """WordNet ids of the classes in the output's order, or None where it has no classes."""
        return self.architecture.classes

    @property
    def input_size(self) -> tuple[int, int]:
        """Height and width of the input in pixels."""
        return tuple(self.model.input_shape[1:3])

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers that a study may list, in the model's order."""
        return tuple(
            layer.name
            for layer in self.model.layers
            if not isinstance(layer, keras.layers.InputLayer)
            and isinstance(layer.output, keras.KerasTensor)
            and all(layer.output.shape[1:])
        )

    def shape_of(self, layer: str) -> tuple[int, ...]:
        """Return the shape of one image's activation at a layer, without the batch.

        Raises
        ------
        InputError
            When the network has no such layer.
        """
        self.check_layers([layer])
        return tuple(self.model.get_layer(layer).output.shape[1:])

    def features_of(self, layer: str) -> int:
        """Return the number of values of one image's activation at a layer."""
        return math.prod(self.shape_of(layer))

    def check_layers(self, layers: Sequence[str]) -> None:
        """Check that a study's layers exist, are named once, and can be names of files.

        Raises
        ------
        InputError
            Naming the layer, with the nearest names that exist.
        """
        known = self.layers
        for index, layer in enumerate(layers):
            if layer not in known:
                raise InputError(f"{self.name}: no layer {layer!r}; {suggest(layer, known)}")
            if layer in layers[:index]:
                raise InputError(f"{self.name}: layer {layer!r} is listed twice; list it once")
            if not FILE_NAME_CHARACTERS.issuperset(layer) or layer.startswith("."):
                raise InputError(
                    f"{self.name}: layer {layer!r} cannot name a file; "
                    "rename it with letters, digits, _, - and ."
                )


def build(architecture: Architecture, seed: int | None = None) -> Network:
    """Build an architecture's model with the weights that its layers start from.

    Keras numbers unnamed layers through a counter of the thread, and keeps its seed there, so the
    model is built in a new one: neither depends on what was built before.

    Parameters
    ----------
    architecture : Architecture
        The recipe.
    seed : int, optional
        Makes the random weights the same each time.
    """

    def build_model() -> keras.Model:
        if seed is not None:
            keras.utils.set_random_seed(seed)
        return architecture.build()

    with ThreadPoolExecutor(max_workers=1) as fresh_thread:
        return Network(architecture, fresh_thread.submit(build_model).result())


def bgr_minus_means(
    pictures: tf.Tensor, means: tuple[float, float, float] = BGR_MEANS
) -> tf.Tensor:
    """Reverse the channels of RGB pictures 0…255 and subtract means of blue, green and red."""
    return tf.reverse(pictures, axis=[-1]) - tf.constant(means, dtype=pictures.dtype)


def bgr_minus_means_text(means: tuple[float, float, float]) -> str:
    """Say in words what `bgr_minus_means` does."""
    return f"RGB 0 to 255, turned to BGR, minus {means}"


BGR_MEANS_TEXT = bgr_minus_means_text(BGR_MEANS)


def rectifier_after(network: Network, layer: str) -> str | None:
    """Return the name of the ReLU layer that directly follows a layer, if that is so.

    Batch normalisation may lie between. The papers take layers after their ReLU, so a study that
    names the convolution itself probably means the layer returned here.
    """
    current = network.model.get_layer(layer)
    if _activation_of(current) not in ("linear", ""):
        return None
    for _ in range(3):
        consumers = [node.operation for node in current._outbound_nodes]
        if len(consumers) != 1:
            return None
        current = consumers[0]
        if isinstance(current, keras.layers.ReLU) or "relu" in _activation_of(current):
            return current.name if not hasattr(current, "kernel") else None
        if not isinstance(current, keras.layers.BatchNormalization):
            return None
    return None


def _activation_of(layer: keras.Layer) -> str:
    if isinstance(layer, keras.layers.ReLU):
        return "relu"
    return getattr(getattr(layer, "activation", None), "__name__", "")


def warn_of_unrectified(network: Network, layers: Sequence[str]) -> None:
    """Log the layers of a study that are taken before the ReLU that follows them."""
    for layer in layers:
        if after := rectifier_after(network, layer):
            logging.getLogger(__name__).warning(
                "%s: layer %s is taken before its ReLU, which is layer %s",
                network.name,
                layer,
                after,
            )

"""What Semantrace has to know of an architecture, and a network built from it."""

import functools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from semantrace.core.errors import InputError, suggest
from semantrace.networks.layer_calls import LayerCall, short_names, trace

BGR_MEANS = (103.939, 116.779, 123.68)
"""Mean blue, green and red of ImageNet, as networks trained with Caffe subtract them."""


@dataclass(frozen=True)
class Architecture:
    """A recipe for a network, without weights.

    Attributes
    ----------
    name : str
        The name that a study gives as `architecture`.
    build : callable
        Returns a new Keras model with random weights, from preprocessed images to its output.
    preprocess : callable
        Maps float32 RGB images 0…255 (batch × height × width × 3) to the model's input.
    preprocessing : str
        The same in words.
    channel_order : str
        "RGB" or "BGR", as the model wants it.
    classes : tuple of str, or None
        The classes, where the model's output are their probabilities: each a WordNet id, a synset,
        or the name of a class or concept of the study.
    read_weights : callable, optional
        Reads a file in the architecture's own format; where None, Keras reads it.
    file : Path, optional
        The `.keras` file that the model is loaded from, weights and all.
    build_random : callable, optional
        Returns the model with random weights, where `build` gives it trained ones.
    input_size : (height, width), optional
        The size that a model of open input size gets.
    warning : str
        What of the study's settings may not be meant, or empty.
    """

    name: str
    build: Callable[[], keras.Model]
    preprocess: Callable[[tf.Tensor], tf.Tensor]
    preprocessing: str
    channel_order: str
    classes: tuple[str, ...] | None = None
    read_weights: Callable[[Path], Mapping[str, Mapping[str, np.ndarray]]] | None = None
    file: Path | None = None
    build_random: Callable[[], keras.Model] | None = None
    input_size: tuple[int, int] | None = None
    warning: str = ""


@dataclass(frozen=True)
class Network:
    """An architecture with a Keras model built from it.

    Attributes
    ----------
    architecture : Architecture
        The recipe.
    model : keras.Model
        From preprocessed images to the network's output.
    calls : tuple of LayerCall
        Its layers, traced where left out.
    """

    architecture: Architecture
    model: keras.Model
    calls: tuple[LayerCall, ...] = ()

    def __post_init__(self) -> None:
        if not self.calls:
            model, calls = trace(self.model)
            object.__setattr__(self, "model", model)
            object.__setattr__(self, "calls", calls)

    @property
    def name(self) -> str:
        """Name of the architecture."""
        return self.architecture.name

    @property
    def classes(self) -> tuple[str, ...] | None:
        """What the output's classes are, in its order, or None where it has no classes."""
        return self.architecture.classes

    @property
    def input_size(self) -> tuple[int, int]:
        """Height and width of the input in pixels."""
        return tuple(self.model.input_shape[1:3])

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers that a study may list, in the model's order."""
        return tuple(call.name for call in self.calls if call.is_extractable)

    @functools.cached_property
    def _by_name(self) -> dict[str, LayerCall]:
        named = {call.name: call for call in self.calls}
        return {own: named[full] for own, full in short_names(self.calls).items()} | named

    def call(self, layer: str) -> LayerCall:
        """Return the use of a layer that a name stands for; see `check_layers`."""
        self.check_layers([layer])
        return self._by_name[layer]

    def output_of(self, layer: str) -> keras.KerasTensor:
        """Return a layer's output in the model's graph, of the batch size None.

        Raises
        ------
        InputError
            When the network has no such layer.
        """
        return self.call(layer).outputs[0]

    def part(self, outputs: Sequence[keras.KerasTensor]) -> keras.Model:
        """Return the model from the same input to some outputs of its graph."""
        return keras.Model(self.model.inputs[0], list(outputs))

    def shape_of(self, layer: str) -> tuple[int, ...]:
        """Return the shape of one image's activation at a layer, without the batch.

        Raises
        ------
        InputError
            When the network has no such layer.
        """
        return tuple(self.output_of(layer).shape[1:])

    def features_of(self, layer: str) -> int:
        """Return the number of values of one image's activation at a layer."""
        return math.prod(self.shape_of(layer))

    def check_layers(self, layers: Sequence[str]) -> None:
        """Check that a study's layers exist, have one output, and are named once.

        Raises
        ------
        InputError
            A line for each layer that cannot be used, with the nearest names that exist.
        """
        problems = [self._problem_of(layer) for layer in layers]
        seen: dict[str, str] = {}
        for layer in layers:
            full = self._by_name[layer].name if layer in self._by_name else layer
            if full in seen:
                problems.append(f"layer {layer!r} is listed twice; list it once")
            seen[full] = layer
        if found := [f"{self.name}: {problem}" for problem in problems if problem]:
            raise InputError(*dict.fromkeys(found))

    def _problem_of(self, layer: str) -> str | None:
        call = self._by_name.get(layer)
        if call is None:
            return self._missing(layer)
        if call.is_input:
            return f"layer {layer!r} is the network's input; take it out of the list"
        if len(call.outputs) > 1:
            return (
                f"layer {layer!r} has {len(call.outputs)} outputs; name a layer that follows it "
                "and has one"
            )
        if not call.is_extractable:
            return (
                f"layer {layer!r} has an output of open size {call.outputs[0].shape[1:]}; name "
                "another layer"
            )
        return None

    def _missing(self, layer: str) -> str:
        """Say that there is no layer of a name, and which there are."""
        use = re.compile(rf"{re.escape(layer)}\.\d+")
        uses = [name for name in self._by_name if use.fullmatch(name)]
        if uses:
            return (
                f"layer {layer!r} is used {len(uses)} times; name one of its uses: "
                f"{', '.join(uses)}"
            )
        inner = [call.name for call in self.calls if call.own_name == layer]
        if inner:
            return f"several layers are called {layer!r}; name one of them: {', '.join(inner)}"
        known = dict.fromkeys((*self.layers, *short_names(self.calls)))
        return f"no layer {layer!r}; {suggest(layer, known)}"


def build_outline(architecture: Architecture) -> Network:
    """Build a network whose variables have shapes and no values.

    It tells names, shapes and connections of its layers, in a fraction of the time and memory of
    `build`, and computes nothing. A user's own file is read whole.
    """

    def build_here() -> keras.Model:
        with keras.StatelessScope(initialize_variables=False):
            return architecture.build()

    if architecture.file is not None:
        return build(architecture)
    return as_network(architecture, in_fresh_thread(build_here))


def build_model(architecture: Architecture, seed: int | None = None) -> keras.Model:
    """Build an architecture's model, as Keras makes it, with the weights that it starts from.

    It is built in a new thread, since Keras keeps its seed and the numbers of unnamed layers there:
    neither depends on what was built before.

    Parameters
    ----------
    architecture : Architecture
        The recipe.
    seed : int, optional
        Makes the random weights the same each time.
    """

    def build_here() -> keras.Model:
        if seed is None:
            return architecture.build()
        keras.utils.set_random_seed(seed)
        return (architecture.build_random or architecture.build)()

    return in_fresh_thread(build_here)


def in_fresh_thread(build_here: Callable[[], keras.Model]) -> keras.Model:
    """Build a model where Keras has numbered no layer yet, so that names are always the same."""
    with ThreadPoolExecutor(max_workers=1) as fresh_thread:
        return fresh_thread.submit(build_here).result()


def build(architecture: Architecture, seed: int | None = None) -> Network:
    """Build a network with the weights that its layers start from; see `build_model`."""
    return as_network(architecture, build_model(architecture, seed))


def as_network(architecture: Architecture, model: keras.Model) -> Network:
    """Return an architecture with a model that was built from it, as one flat graph.

    Raises
    ------
    InputError
        When its layers cannot be applied to the size that the study gives.
    """
    size = architecture.input_size
    try:
        return Network(architecture, *trace(model, size))
    except ValueError as error:  # of layers, which leave nothing of it or need another
        if size is None:
            raise
        raise InputError(
            f"{architecture.name}: its layers cannot be applied to input_size {size[0]}×{size[1]} "
            f"({str(error).strip().splitlines()[0]}); give another"
        ) from error


def bgr_minus_means(images: tf.Tensor, means: tuple[float, float, float] = BGR_MEANS) -> tf.Tensor:
    """Reverse the channels of RGB images 0…255 and subtract means of blue, green and red."""
    return tf.reverse(images, axis=[-1]) - tf.constant(means, dtype=images.dtype)


def bgr_minus_means_text(means: tuple[float, float, float]) -> str:
    """Say in words what `bgr_minus_means` does."""
    return f"RGB 0 to 255, turned to BGR, minus {means}"


BGR_MEANS_TEXT = bgr_minus_means_text(BGR_MEANS)

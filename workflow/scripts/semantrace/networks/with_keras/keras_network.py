"""A network that Keras builds, as one flat graph of its layers."""

import functools
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import keras
import pandas as pd

from semantrace.core.errors import InputError, suggest
from semantrace.core.names import split_pooling
from semantrace.networks.network import ClassSums, ForwardPass, Network
from semantrace.networks.pooling import CLS, pooling_problem
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.class_sums import compiled_sums
from semantrace.networks.with_keras.description import describe_calls
from semantrace.networks.with_keras.layer_calls import LayerCall, short_names, trace
from semantrace.networks.with_keras.outputs import Compute, compiled_pass, network_outputs
from semantrace.networks.with_keras.rectifiers import rectifier_after
from semantrace.networks.with_keras.variables import draw_weights


@dataclass(frozen=True)
class KerasNetwork(Network):
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
        return self._by_name[self._split(layer)[0]]

    def _split(self, layer: str) -> tuple[str, str]:
        return split_pooling(layer, self._by_name)

    def output_of(self, layer: str) -> keras.KerasTensor:
        """Return a layer's output in the model's graph, pooled where the name says so.

        The size of the batch is None.

        Raises
        ------
        InputError
            When the network has no such layer.
        """
        output, pooling = self.call(layer).outputs[0], self._split(layer)[1]
        if not pooling:
            return output
        if pooling == CLS:
            return output[:, 0]
        pool = keras.ops.mean if pooling == "mean" else keras.ops.max
        return pool(keras.ops.cast(output, "float32"), axis=tuple(range(1, len(output.shape) - 1)))

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

    @property
    def preprocessing(self) -> str:
        """How the network's input is made of resized images, in words."""
        return self.architecture.preprocessing

    @property
    def parameters(self) -> int:
        """The number of weights."""
        return self.model.count_params()

    def forward_pass(self, layers: Sequence[str], dtype: str, batch_size: int) -> ForwardPass:
        """Return a compiled function that computes some layers in one pass; see `Network`."""
        outputs = [self.output_of(layer) for layer in layers]
        if self.classes is not None:
            outputs.append(self.model.outputs[0])
        compute = self.compute(outputs, batch_size)
        return compiled_pass(compute, self.input_size, batch_size, dtype, len(layers))

    def class_summing(self, layers: Sequence[str], batch_size: int) -> ClassSums:
        """Return a compiled function that sums activations over classes; see `Network`."""
        compute = self.compute([self.output_of(layer) for layer in layers], batch_size)
        features = [self.features_of(layer) for layer in layers]
        return compiled_sums(compute, self.input_size, batch_size, features)

    def differentiable_pass(self, layers: Sequence[str]) -> Compute:
        """Return a function of TensorFlow from one image to some layers; see `Network`."""
        return self.compute([self.output_of(layer) for layer in layers], batch_size=1)

    def compute(self, outputs: Sequence[keras.KerasTensor], batch_size: int) -> Compute:
        """Return a function, to be compiled with what follows it, that computes some outputs.

        It takes uint8 RGB images (batch × height × width × 3) and returns one
        (batch × features) float32 tensor for each output.
        """
        return network_outputs(self.part(outputs), self.architecture.preprocess, batch_size)

    def describe(self) -> pd.DataFrame:
        """Return one row a layer; see `semantrace.networks.with_keras.description`."""
        return describe_calls(self.calls)

    def rectifier_after(self, layer: str) -> str | None:
        """Return the name of the ReLU that directly follows a layer, if that is so."""
        return rectifier_after(self.call(layer), self.calls)

    def full_name(self, layer: str) -> str:
        """Return a layer's name with those of the models that it is inside of."""
        name, pooling = self._split(layer)
        full = self._by_name[name].name if name in self._by_name else name
        return f"{full}.{pooling}" if pooling else full

    def other_names(self, layer: str) -> tuple[str, ...]:
        """Return the layer's name without the models that it is inside of, where it is unique."""
        own = self._by_name[layer].own_name
        return (own,) if own != layer and self.full_name(own) == layer else ()

    def problem_of(self, layer: str) -> str | None:
        """Say why a layer cannot be extracted, or return None."""
        name, pooling = self._split(layer)
        call = self._by_name.get(name)
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
        sides = len(call.outputs[0].shape) - 1
        return pooling_problem(name, pooling, sides, is_map=True) if pooling else None

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


def build_outline(architecture: Architecture) -> KerasNetwork:
    """Build a network whose variables have shapes and no values; see `variables.set_weights`.

    It tells names, shapes and connections of its layers, in a fraction of the time and memory of
    `build`, and computes nothing. A user's own file is read whole.
    """
    if architecture.file is not None:
        return build(architecture)
    return as_network(architecture, in_fresh_thread(lambda: _without_values(architecture.build)))


def _without_values(build_here: Callable[[], keras.Model]) -> keras.Model:
    with keras.StatelessScope(initialize_variables=False):
        return build_here()


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
        if seed is not None:
            keras.utils.set_random_seed(seed)
        if architecture.file is None:
            return _without_values(architecture.build)
        random = None if seed is None else architecture.build_random
        return (random or architecture.build)()

    model = in_fresh_thread(build_here)
    draw_weights(model)
    return model


def in_fresh_thread(build_here: Callable[[], keras.Model]) -> keras.Model:
    """Build a model where Keras has numbered no layer yet, so that names are always the same."""
    with ThreadPoolExecutor(max_workers=1) as fresh_thread:
        return fresh_thread.submit(build_here).result()


def build(architecture: Architecture, seed: int | None = None) -> KerasNetwork:
    """Build a network with the weights that its layers start from; see `build_model`."""
    return as_network(architecture, build_model(architecture, seed))


def as_network(architecture: Architecture, model: keras.Model) -> KerasNetwork:
    """Return an architecture with a model that was built from it, as one flat graph.

    Raises
    ------
    InputError
        When its layers cannot be applied to the size that the study gives.
    """
    size = architecture.input_size
    try:
        return KerasNetwork(architecture, *trace(model, size))
    except ValueError as error:  # of layers, which leave nothing of it or need another
        if size is None:
            raise
        raise InputError(
            f"{architecture.name}: its layers cannot be applied to input_size {size[0]}×{size[1]} "
            f"({str(error).strip().splitlines()[0]}); give another"
        ) from error

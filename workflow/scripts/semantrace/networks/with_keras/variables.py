"""The weights of a network's layers as arrays, and arrays as its weights."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from semantrace.networks.weights import ArraysByLayer, check_shapes
from semantrace.networks.with_keras import tf

AT_ONCE = 1 << 24
"""Entries of a variable that are copied at once: TensorFlow makes copies of what it is given."""


def draw_weights(model: keras.Model) -> None:
    """Give the values that they start from to all variables of a model that have none."""
    for variable in model.variables:
        if variable._value is None:
            _draw(variable)


def _draw(variable: keras.Variable) -> None:
    """Draw a variable, in a graph where it is large.

    There, TensorFlow scales what it has drawn in its place; else it takes three times the room.
    The values are the same.
    """

    def draw() -> tf.Tensor:
        return variable._initializer(variable.shape, dtype=variable.dtype)

    _give(variable, tf.function(draw)() if np.prod(variable.shape) > AT_ONCE else draw())


def _give(variable: keras.Variable, value: tf.Tensor) -> None:
    """Give a variable a value, whether it has one yet or not."""
    if variable._value is None:
        variable._initialize(value)
        variable._initializer = None
    else:
        variable.assign(value)


def arrays_of(model: keras.Model) -> ArraysByLayer:
    """Return the weights of each layer of a model that has any, by the names of its variables.

    Layers inside of other models have a place of their own. Where names of variables repeat, as
    in a layer that wraps others, they are numbers.
    """
    return {
        layer: {name: variable.value.numpy() for name, variable in named.items()}
        for layer, named in _variables_of(model).items()
    }


def set_weights(
    model: keras.Model, weights: Mapping[str, Mapping[str, Any]], where: str | Path
) -> None:
    """Give a model the weights that `arrays_of` returned of one like it.

    Parameters
    ----------
    model : keras.Model
        Whose weights are changed. It may have none yet; see `keras_network.build_outline`.
    weights : mapping of layer to mapping of variable to array
        For every layer. Datasets of an open HDF5 file are read a part at a time.
    where : path
        Where they come from, for messages.

    Raises
    ------
    InputError
        When layers or shapes are not the network's.
    """
    variables = _variables_of(model)
    expected = {
        layer: {name: tuple(variable.shape) for name, variable in named.items()}
        for layer, named in variables.items()
    }
    check_shapes(weights, expected, where)
    for layer, named in variables.items():
        for name, variable in named.items():
            _fill(variable, weights[layer][name])
        normalization = model.get_layer(layer)
        if isinstance(normalization, keras.layers.Normalization):
            normalization.finalize_state()  # or it goes on with the values it was built with
    draw_weights(model)  # those of no layer, such as a generator's state


def _fill(variable: keras.Variable, values: Any) -> None:
    """Copy an array or a dataset into a variable, some rows at once."""
    shape = tuple(variable.shape)
    size = int(np.prod(shape))
    if size > AT_ONCE:
        rows = max(1, AT_ONCE * shape[0] // size)
        firsts = range(0, shape[0], rows)
        parts = [tf.constant(values[first : first + rows], variable.dtype) for first in firsts]
        _give(variable, tf.concat(parts, 0))
    else:
        _give(variable, tf.constant(values[()], variable.dtype))


def _variables_of(model: keras.Model) -> dict[str, dict[str, keras.Variable]]:
    by_layer = {}
    for layer in model.layers:
        names = [variable.name for variable in layer.weights]
        if len(set(names)) < len(names):
            names = [str(number) for number in range(len(names))]
        if names:
            by_layer[layer.name] = dict(zip(names, layer.weights, strict=True))
    return by_layer

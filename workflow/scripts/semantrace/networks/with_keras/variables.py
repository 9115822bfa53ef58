"""The weights of a network's layers as arrays, and arrays as its weights."""

from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np

from semantrace.networks.weights import ArraysByLayer, check_shapes
from semantrace.networks.with_keras.keras_network import KerasNetwork


def arrays_of(network: KerasNetwork) -> ArraysByLayer:
    """Return the weights of each layer that has any, by the names of its variables.

    Layers inside of other models have a place of their own. Where names of variables repeat, as
    in a layer that wraps others, they are numbers.
    """
    return {
        layer: {name: variable.value.numpy() for name, variable in named.items()}
        for layer, named in _variables_of(network.model).items()
    }


def set_weights(
    network: KerasNetwork, weights: Mapping[str, Mapping[str, np.ndarray]], where: str | Path
) -> None:
    """Give a network the weights that `arrays_of` returned of one like it.

    Parameters
    ----------
    network : KerasNetwork
        Whose weights are changed.
    weights : mapping of layer to mapping of variable to array
        For every layer.
    where : path
        Where they come from, for messages.

    Raises
    ------
    InputError
        When layers or shapes are not the network's.
    """
    variables = _variables_of(network.model)
    expected = {
        layer: {name: tuple(variable.shape) for name, variable in named.items()}
        for layer, named in variables.items()
    }
    check_shapes(weights, expected, where)
    for layer, named in variables.items():
        for name, variable in named.items():
            variable.assign(weights[layer][name])
        normalization = network.model.get_layer(layer)
        if isinstance(normalization, keras.layers.Normalization):
            normalization.finalize_state()  # or it goes on with the values it was built with


def _variables_of(model: keras.Model) -> dict[str, dict[str, keras.Variable]]:
    by_layer = {}
    for layer in model.layers:
        names = [variable.name for variable in layer.weights]
        if len(set(names)) < len(names):
            names = [str(number) for number in range(len(names))]
        if names:
            by_layer[layer.name] = dict(zip(names, layer.weights, strict=True))
    return by_layer

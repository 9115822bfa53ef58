"""A network described layer by layer, from its Keras model: what a diagram needs to draw it."""

from collections.abc import Iterator, Sequence

import keras
import pandas as pd

from semantrace.networks.with_keras.layer_calls import LayerCall, short_names
from semantrace.networks.with_keras.rectifiers import activation_of

SEPARATOR = ", "
"""Between the parents of a layer."""

SIDES = "×"
"""Between the sides of a shape or of a kernel."""


def describe_calls(calls: Sequence[LayerCall]) -> pd.DataFrame:
    """Return one row a layer of a network, in the model's topological order.

    Parameters
    ----------
    calls : sequence of LayerCall
        All layers of the network.

    Returns
    -------
    DataFrame
        `semantrace.core.tables.NETWORK`, but for the network. A shape is written as 56×56×64, a
        kernel as 3×3. A layer that is used several times has a row for each use, a model inside
        the network one after its layers.
    """
    short = {full: own for own, full in short_names(calls).items()}
    return pd.DataFrame(
        {
            "layer": call.name,
            "kind": type(call.operation).__name__,
            "shape": _joined("?" if side is None else side for side in call.outputs[0].shape[1:]),
            "kernel": _kernel_of(call.operation),
            "activation": _told_activation(call.operation),
            "parents": SEPARATOR.join(call.parents),
            "parameters": _parameters_of(call),
            "short_name": short.get(call.name, ""),
        }
        for call in calls
    )


def _parameters_of(call: LayerCall) -> int:
    """Return the number of weights; those of a model inside stand in the rows of its layers."""
    counts = hasattr(call.operation, "weights") and not call.is_model
    return call.operation.count_params() if counts else 0


def _kernel_of(operation: keras.Operation) -> str:
    window = getattr(operation, "kernel_size", None) or getattr(operation, "pool_size", None)
    if isinstance(window, int):
        window = (window,)
    return _joined(window or ())


def _joined(numbers: Iterator[object] | Sequence[int]) -> str:
    return SIDES.join(str(number) for number in numbers)


def _told_activation(operation: keras.Operation) -> str:
    name = "softmax" if isinstance(operation, keras.layers.Softmax) else activation_of(operation)
    return "" if name == "linear" else name

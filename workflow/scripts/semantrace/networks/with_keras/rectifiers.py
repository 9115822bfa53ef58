"""Layers whose values a rectifier cuts off only afterwards."""

from collections.abc import Sequence

import keras

from semantrace.networks.with_keras.layer_calls import LayerCall


def rectifier_after(call: LayerCall, calls: Sequence[LayerCall]) -> str | None:
    """Return the name of the ReLU layer that directly follows another of the calls, if any."""
    if activation_of(call.operation) not in ("linear", ""):
        return None
    name = call.name
    while True:
        consumers = [other for other in calls if name in other.parents]
        if len(consumers) != 1:
            return None
        name, operation = consumers[0].name, consumers[0].operation
        if isinstance(operation, keras.layers.ReLU) or "relu" in activation_of(operation):
            return name if not hasattr(operation, "kernel") else None
        if not (consumers[0].is_model or isinstance(operation, keras.layers.BatchNormalization)):
            return None


def activation_of(layer: keras.Operation) -> str:
    """Return the name of the function that a layer itself applies; "linear" or empty for none."""
    if isinstance(layer, keras.layers.ReLU):
        return "relu"
    return getattr(getattr(layer, "activation", None), "__name__", "")

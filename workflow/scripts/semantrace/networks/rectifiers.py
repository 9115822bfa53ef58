"""Layers whose values a rectifier cuts off only afterwards: which, and a word to the user."""

import logging
from collections.abc import Sequence

import keras

from semantrace.networks.layer_calls import LayerCall
from semantrace.networks.network import Network


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


def warn_of_unrectified(network: Network, layers: Sequence[str]) -> None:
    """Log the layers of a study that are taken before the ReLU that follows them."""
    for layer in layers:
        if after := network.rectifier_after(layer):
            logging.getLogger(__name__).warning(
                "%s: layer %s is taken before its ReLU, which is layer %s",
                network.name,
                layer,
                after,
            )

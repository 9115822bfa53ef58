"""Layers whose values a rectifier cuts off only afterwards: which, and a word to the user."""

import logging
from collections.abc import Sequence

import keras

from semantrace.networks.architecture import Network


def rectifier_after(network: Network, layer: str) -> str | None:
    """Return the name of the ReLU layer that directly follows a layer, if that is so.

    Batch normalisation may lie between. The papers take layers after their ReLU, so a study that
    names the convolution itself probably means the layer returned here.
    """
    if activation_of(network.call(layer).operation) not in ("linear", ""):
        return None
    name = network.call(layer).name
    while True:
        consumers = [call for call in network.calls if name in call.parents]
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
        if after := rectifier_after(network, layer):
            logging.getLogger(__name__).warning(
                "%s: layer %s is taken before its ReLU, which is layer %s",
                network.name,
                layer,
                after,
            )

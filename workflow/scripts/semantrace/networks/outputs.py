"""From resized images to the activations of several layers, in one forward pass."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import tensorflow as tf

from semantrace.networks.architecture import Network

if TYPE_CHECKING:  # at run time, the package of the networks imports it, with its own settings
    import keras


def network_outputs(
    network: Network, outputs: Sequence["keras.KerasTensor"], batch_size: int
) -> Callable[[tf.Tensor], list[tf.Tensor]]:
    """Return a function, to be compiled with what follows it, that computes some outputs at once.

    Parameters
    ----------
    network : Network
        The network.
    outputs : sequence of KerasTensor
        Outputs of its layers.
    batch_size : int
        Number of images that the function takes, so that it is compiled once.

    Returns
    -------
    callable
        From uint8 RGB images (batch × height × width × 3) to one (batch × features) float32
        tensor for each output.
    """
    model = network.part(outputs)

    def compute(images: tf.Tensor) -> list[tf.Tensor]:
        prepared = network.architecture.preprocess(tf.cast(images, tf.float32))
        activations = tf.nest.flatten(model(prepared, training=False))
        # a network of mixed precision gives half precision
        return [tf.reshape(tf.cast(values, tf.float32), (batch_size, -1)) for values in activations]

    return compute


def batch_signature(network: Network, batch_size: int) -> tf.TensorSpec:
    """Return the type of a batch of images, for compiling."""
    return tf.TensorSpec((batch_size, *network.input_size, 3), tf.uint8)


def resizing_text(network: Network, resize: str) -> str:
    """Return in words how an image is resized."""
    height, width = network.input_size
    return f"{resize} to {height}×{width}"


def preprocessing_text(network: Network, resize: str) -> str:
    """Return in words how an image becomes the network's input."""
    return f"{resizing_text(network, resize)}; {network.architecture.preprocessing}"

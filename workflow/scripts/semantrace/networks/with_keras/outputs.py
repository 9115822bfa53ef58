"""From resized images to the outputs of a Keras model, compiled once."""

from collections.abc import Callable

import keras
import tensorflow as tf

from semantrace.networks.network import ForwardPass

Compute = Callable[[tf.Tensor], list[tf.Tensor]]
"""From uint8 RGB images to one (batch × features) float32 tensor for each output."""


def network_outputs(
    model: keras.Model, preprocess: Callable[[tf.Tensor], tf.Tensor], batch_size: int
) -> Compute:
    """Return a function, to be compiled with what follows it, that computes all outputs at once.

    Parameters
    ----------
    model : keras.Model
        From preprocessed images to the outputs.
    preprocess : callable
        Maps float32 RGB images 0…255 to the model's input.
    batch_size : int
        Number of images that the function takes, so that it is compiled once.
    """

    def compute(images: tf.Tensor) -> list[tf.Tensor]:
        prepared = preprocess(tf.cast(images, tf.float32))
        activations = tf.nest.flatten(model(prepared, training=False))
        # a network of mixed precision gives half precision
        return [tf.reshape(tf.cast(values, tf.float32), (batch_size, -1)) for values in activations]

    return compute


def compiled_pass(
    compute: Compute, input_size: tuple[int, int], batch_size: int, dtype: str, layers: int
) -> ForwardPass:
    """Return a compiled forward pass.

    Parameters
    ----------
    compute : callable
        What is compiled.
    input_size : (int, int)
        Height and width of the images.
    batch_size : int
    dtype : str
        Type of the activations that are returned.
    layers : int
        The number of outputs that are activations; what comes after them stays float32.
    """
    # TensorFlow's own kernel for processors knows no half precision instruction; XLA's uses it,
    # rounds alike and takes a third of the time
    on_processor = dtype == "float16" and not tf.config.list_physical_devices("GPU")
    cast = tf.function(lambda values: tf.cast(values, dtype), jit_compile=on_processor)

    @tf.function(input_signature=[batch_signature(input_size, batch_size)])
    def forward(images: tf.Tensor) -> list[tf.Tensor]:
        values = compute(images)
        return [*map(cast, values[:layers]), *values[layers:]]

    return forward


def batch_signature(input_size: tuple[int, int], batch_size: int) -> tf.TensorSpec:
    """Return the type of a batch of images, for compiling."""
    return tf.TensorSpec((batch_size, *input_size, 3), tf.uint8)

"""Sums of the activations of each class's images, made on the device that computes them."""

from collections.abc import Callable, Sequence

import tensorflow as tf

from semantrace.networks.network import ClassSums
from semantrace.networks.with_keras.outputs import batch_signature

INTEGERS = tf.TensorSpec((None,), tf.int32)
INTEGER = tf.TensorSpec((), tf.int32)


def compiled_sums(
    compute: Callable[[tf.Tensor], list[tf.Tensor]],
    input_size: tuple[int, int],
    batch_size: int,
    features: Sequence[int],
) -> ClassSums:
    """Return a compiled function that sums activations over classes, from batch to batch.

    The sum of a class that goes on in the next batch stays on the device.

    Parameters
    ----------
    compute : callable
        From a batch of images to the rows of each layer.
    input_size : (int, int)
        Height and width of the images.
    batch_size : int
        Images in a batch.
    features : sequence of int
        The length of each layer's rows.

    Returns
    -------
    callable
        See `semantrace.networks.network.Network.class_summing`.
    """
    carried = [tf.Variable(tf.zeros(count, tf.float64), trainable=False) for count in features]

    @tf.function(input_signature=[batch_signature(input_size, batch_size), INTEGERS, INTEGER])
    def add(images: tf.Tensor, ends: tf.Tensor, complete: tf.Tensor) -> list[tf.Tensor]:
        return [
            _add_rows(rows, total, ends, complete)
            for rows, total in zip(compute(images), carried, strict=True)
        ]

    return add


def _add_rows(
    rows: tf.Tensor, carried: tf.Variable, ends: tf.Tensor, complete: tf.Tensor
) -> tf.Tensor:
    """Sum one layer's rows class by class, beginning with the sum that was carried over.

    The loops become part of the graph. Adding row by row needs no copy of all rows in float64.
    """
    classes = tf.size(ends)
    sums = tf.TensorArray(tf.float64, size=classes, element_shape=carried.shape)
    total = carried.read_value()
    row = 0
    for number in tf.range(classes):
        if number > 0:
            total = tf.zeros_like(total)
        while row < ends[number]:
            total += tf.cast(rows[row], tf.float64)
            row += 1
        sums = sums.write(number, total)
    carried.assign(tf.zeros_like(total) if complete == classes else total)
    return sums.gather(tf.range(complete))

"""Sums of the activations of each class's images, made on the device that computes them."""

from collections.abc import Callable, Sequence

import numpy as np

from semantrace.networks import tf
from semantrace.networks.architecture import Network
from semantrace.networks.outputs import batch_signature, network_outputs

INTEGERS = tf.TensorSpec((None,), tf.int32)
INTEGER = tf.TensorSpec((), tf.int32)


def class_summing(
    network: Network, layers: Sequence[str], batch_size: int
) -> Callable[[np.ndarray, np.ndarray, int], list[tf.Tensor]]:
    """Return a compiled function that sums activations over classes, from batch to batch.

    Rows are added one after the other in float64, so that a sum has the same bits wherever batches
    begin, and those of a sum over stored activations. The sum of a class that goes on in the next
    batch stays on the device.

    Parameters
    ----------
    network : Network
        The network.
    layers : sequence of str
        Its layers whose activations are summed.
    batch_size : int
        Images in a batch.

    Returns
    -------
    callable
        Takes uint8 RGB images (batch × height × width × 3) in the order of their classes;
        the row after the last one of each class in the batch (classes, int32), where rows beyond
        the last of these do not count; and the number of these classes that are complete: all of
        them, or all but the last, which the next batch continues. Returns for each layer the sums
        of the complete classes (complete × features, float64).
    """
    outputs = [network.output_of(layer) for layer in layers]
    compute = network_outputs(network, outputs, batch_size)
    carried = [
        tf.Variable(tf.zeros(network.features_of(layer), tf.float64), trainable=False)
        for layer in layers
    ]

    @tf.function(input_signature=[batch_signature(network, batch_size), INTEGERS, INTEGER])
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

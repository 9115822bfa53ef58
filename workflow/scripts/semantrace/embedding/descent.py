"""Adam's descent on a spectrum, compiled, with a step that falls to the end."""

import math
from collections.abc import Callable
from typing import NamedTuple

from semantrace.networks.with_keras import tf

STEP = 0.15
LAST_STEP = 0.05
"""Length of the first step, and of the last as a part of it; in between, half a cosine."""

MEAN_DECAY, SQUARE_DECAY, SMALLEST = 0.9, 0.999, 1e-8
"""Adam's constants (Kingma & Ba 2015, Adam: a method for stochastic optimization)."""


class DescentState(NamedTuple):
    """Where the descent is: the spectrum, and Adam's means of its gradient and of the square."""

    spectrum: tf.Tensor
    mean: tf.Tensor
    square: tf.Tensor


def compiled_descent(loss: Callable[..., tf.Tensor], steps: int) -> Callable:
    """Return a compiled function that goes from one step to another, and tells the losses."""

    @tf.function
    def descend(
        state: DescentState,
        class_vectors: list[tf.Tensor],
        shifts: tf.Tensor,
        first: tf.Tensor,
        last: tf.Tensor,
    ) -> tuple[DescentState, tf.Tensor]:
        losses = tf.TensorArray(tf.float32, last - first)
        for step in tf.range(first, last):
            with tf.GradientTape() as tape:
                tape.watch(state.spectrum)
                value = loss(state.spectrum, class_vectors, shifts[step])
            gradient = tape.gradient(value, state.spectrum)
            state = _adam_step(state, gradient, tf.cast(step, tf.float32), steps)
            losses = losses.write(step - first, value)
        return state, losses.stack()

    return descend


def _adam_step(
    state: DescentState, gradient: tf.Tensor, step: tf.Tensor, steps: int
) -> DescentState:
    """Return the state after a step, counted from zero."""
    mean = MEAN_DECAY * state.mean + (1 - MEAN_DECAY) * gradient
    square = SQUARE_DECAY * state.square + (1 - SQUARE_DECAY) * gradient**2
    # Both means began at zero, for which the powers make up.
    direction = mean / (1 - MEAN_DECAY ** (step + 1))
    scale = tf.sqrt(square / (1 - SQUARE_DECAY ** (step + 1))) + SMALLEST
    fall = (1 + tf.cos(math.pi * step / steps)) / 2
    length = STEP * (LAST_STEP + (1 - LAST_STEP) * fall)
    return DescentState(state.spectrum - length * direction / scale, mean, square)

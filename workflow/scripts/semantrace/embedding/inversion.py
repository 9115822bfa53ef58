"""Images of class vectors: what a network has to see for its activations to match them.

Source: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of Abstract
Semantics, section 4.3: gradient descent on an image, with a loss on the activations. What keeps
the images from being noise that only the network can read: total variation and random shifts
(Mahendran & Vedaldi 2015, Understanding deep image representations by inverting them), and that
the descent is on the image's spectrum, as in `semantrace.embedding.spectrum`.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from semantrace.core.errors import InputError
from semantrace.core.progress import progress
from semantrace.embedding.descent import DescentState, compiled_descent
from semantrace.embedding.spectrum import WHITE, ImageSpectrum
from semantrace.networks.network import Network
from semantrace.networks.with_keras import tf

SPECTRUM_WEIGHT = 5.0
"""Weight of the mean square of the spectrum in the loss. Without it, slow waves that the network
hardly sees drift to black and white; with more of it, images are pale."""

START_SPREAD = 0.01
"""Standard deviation of the spectrum to start from: grey with a breath of noise, since a network
may have no activation at all for plain grey."""

STEPS_AT_ONCE = 16
"""Steps between two reports of progress, in which nothing leaves the device."""


@dataclass(frozen=True)
class Inversion:
    """How to invert.

    Attributes
    ----------
    layers : tuple of str
        Layers of the network whose class vectors are to be matched.
    steps : int
        Steps of the descent.
    total_variation : float
        Weight of the total variation in the loss, in which one less the mean cosine has weight one.
    jitter : int
        Largest shift of the image in pixels at the first step; at the last there is none.
    """

    layers: tuple[str, ...]
    steps: int
    total_variation: float
    jitter: int

    def __post_init__(self) -> None:
        if not self.layers:
            raise InputError("inversion: no layer to match; name at least one")
        for key, least in (("steps", 1), ("total_variation", 0), ("jitter", 0)):
            value = getattr(self, key)
            if not (math.isfinite(value) and value >= least):
                raise InputError(f"inversion: {key} is {value}; give {least} or more")


@dataclass(frozen=True)
class InvertedClasses:
    """Images of class vectors.

    Attributes
    ----------
    images : numpy.ndarray, classes × height × width × 3, uint8
        RGB.
    cosines : numpy.ndarray, classes × layers, float64
        Cosine of the class vector and the activations for the finished image.
    loss : numpy.ndarray, classes × steps, float32
        What the descent makes smaller, before each step.
    """

    images: np.ndarray
    cosines: np.ndarray
    loss: np.ndarray


def invert_class_vectors(
    network: Network,
    class_vectors: Sequence[np.ndarray],
    inversion: Inversion,
    generators: Sequence[np.random.Generator],
    label: str | None = None,
) -> InvertedClasses:
    """Return an image of each class for which the network's activations match its class vectors.

    Classes are inverted one after the other: the last bits of a network's activations depend on
    what else is in the batch, and a descent of hundreds of steps makes two images of two last
    bits. As it is, a class has the same image whichever others there are.

    Parameters
    ----------
    network : Network
        The network, with its weights.
    class_vectors : sequence of numpy.ndarray, classes × features
        For each layer of `inversion`, of unit norm.
    inversion : Inversion
        How to invert.
    generators : sequence of numpy.random.Generator
        The random stream of each class.
    label : str, optional
        What the progress bar calls the network.

    Raises
    ------
    InputError
        When a layer does not exist, class vectors are not of its size, the jitter is as large as
        the image, or the loss is not a finite number.
    """
    _check(network, class_vectors, inversion)
    descend = compiled_descent(image_loss(network, inversion), inversion.steps)
    compute = tf.function(network.differentiable_pass(inversion.layers))
    spectra = ImageSpectrum(*network.input_size)
    images, cosines, losses = [], [], []
    with progress(inversion.steps * len(generators), label or network.name, "steps") as advance:
        for number, generator in enumerate(generators):
            vectors = [tf.constant(layer[number], tf.float32) for layer in class_vectors]
            start = _start(generator, network, inversion)
            spectrum, loss = _descend(descend, vectors, *start, advance)
            _check_finite(loss, network)
            image = np.rint(spectra.image(spectrum).numpy()).astype(np.uint8)
            images.append(image)
            cosines.append(_cosines_in_double(compute(tf.constant(image[None])), vectors))
            losses.append(loss)
    return InvertedClasses(*map(np.stack, (images, cosines, losses)))


def _check(network: Network, class_vectors: Sequence[np.ndarray], inversion: Inversion) -> None:
    network.check_layers(inversion.layers)
    for layer, vectors in zip(inversion.layers, class_vectors, strict=True):
        if vectors.shape[1] != (features := network.features_of(layer)):
            raise InputError(
                f"class vectors of layer {layer}: {vectors.shape[1]} features where "
                f"{network.name} has {features}; delete the class vectors and run again"
            )
    if inversion.jitter >= (side := min(network.input_size)):
        raise InputError(
            f"inversion: jitter is {inversion.jitter}, but images have {side} pixels a side; "
            "give fewer"
        )


def _check_finite(losses: np.ndarray, network: Network) -> None:
    finite = np.isfinite(losses)
    if not finite.all():
        raise InputError(
            f"{network.name}: the loss is not a finite number at step {np.argmin(finite) + 1}; "
            "check the network's weights and preprocessing"
        )


def _start(
    generator: np.random.Generator, network: Network, inversion: Inversion
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the spectrum that a class starts from, and the shifts of its image (steps × 2)."""
    spectrum = generator.normal(0, START_SPREAD, (3, *network.input_size))
    largest = np.linspace(inversion.jitter, 0, inversion.steps)[:, None]
    shifts = np.rint(largest * generator.uniform(-1, 1, (inversion.steps, 2)))
    return spectrum.astype(np.float32), shifts.astype(np.int32)


def _descend(
    descend: Callable,
    vectors: list[tf.Tensor],
    spectrum: np.ndarray,
    shifts: np.ndarray,
    advance: Callable[[int], None],
) -> tuple[tf.Tensor, np.ndarray]:
    """Go down from a spectrum, and return the last one and all losses."""
    state = DescentState(tf.constant(spectrum), tf.zeros(spectrum.shape), tf.zeros(spectrum.shape))
    losses = []
    for first in range(0, len(shifts), STEPS_AT_ONCE):
        last = min(first + STEPS_AT_ONCE, len(shifts))
        state, loss = descend(state, vectors, shifts, tf.constant(first), tf.constant(last))
        losses.append(loss.numpy())
        advance(last - first)
    return state.spectrum, np.concatenate(losses)


def _cosines_in_double(found: Sequence[tf.Tensor], wanted: Sequence[tf.Tensor]) -> np.ndarray:
    """Return the cosine in each layer; activations that are all zero have a cosine of zero."""
    cosines = []
    for tensors in zip(found, wanted, strict=True):
        one, two = (np.ravel(tensor.numpy()).astype(np.float64) for tensor in tensors)
        norms = np.linalg.norm(one) * np.linalg.norm(two)
        cosines.append(one @ two / norms if norms else 0.0)
    return np.array(cosines)


def image_loss(
    network: Network, inversion: Inversion
) -> Callable[[tf.Tensor, Sequence[tf.Tensor], tf.Tensor], tf.Tensor]:
    """Return what the descent makes smaller, as a function of an image's spectrum.

    Parameters
    ----------
    network : Network
        The network, with its weights.
    inversion : Inversion
        How to invert.

    Returns
    -------
    callable
        From a spectrum (3 × height × width), the class vector of each layer (features, of unit
        norm), and a shift down and to the right (pixels), to the loss: one less the mean cosine
        over the layers, plus the weighted total variation of the image, plus the weighted mean
        square of the spectrum.
    """
    compute = network.differentiable_pass(inversion.layers)
    to_image = ImageSpectrum(*network.input_size).image

    def loss(
        spectrum: tf.Tensor, class_vectors: Sequence[tf.Tensor], shift: tf.Tensor
    ) -> tf.Tensor:
        image = to_image(spectrum)
        found = compute(tf.roll(image, shift, axis=(0, 1))[None])
        cosines = [
            tf.reduce_sum(tf.math.l2_normalize(values[0]) * vector)
            for values, vector in zip(found, class_vectors, strict=True)
        ]
        return (
            1
            - tf.reduce_mean(tf.stack(cosines))
            + inversion.total_variation * total_variation(image)
            + SPECTRUM_WEIGHT * tf.reduce_mean(spectrum**2)
        )

    return loss


def total_variation(image: tf.Tensor) -> tf.Tensor:
    """Return the mean absolute difference of neighbouring pixels, down plus across.

    Parameters
    ----------
    image : tf.Tensor, height × width × 3
        From 0 to 255; the result is in units of 255.
    """
    down = tf.reduce_mean(tf.abs(image[1:] - image[:-1]))
    across = tf.reduce_mean(tf.abs(image[:, 1:] - image[:, :-1]))
    return (down + across) / WHITE

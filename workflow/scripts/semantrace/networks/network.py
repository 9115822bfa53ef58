"""What a network is to the rest of Semantrace, whatever computes it."""

import abc
import logging
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from semantrace.core.errors import InputError
from semantrace.images.resizing import Resizing, Setting

logger = logging.getLogger(__name__)

ForwardPass = Callable[[np.ndarray], list[Any]]
"""From uint8 RGB images (batch × height × width × 3) to one array or tensor for each output."""

ClassSums = Callable[[np.ndarray, np.ndarray, int], list[Any]]
"""See `Network.class_summing`."""


class Network(abc.ABC):
    """A network, from images to the activations of its layers.

    Images are uint8 RGB, batch × height × width × 3; each activation is one row of features in the
    order of the layer's own values.
    """

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Name of the architecture."""

    @property
    @abc.abstractmethod
    def classes(self) -> tuple[str, ...] | None:
        """What the output's classes are, in its order, or None where it has no classes."""

    @property
    @abc.abstractmethod
    def input_size(self) -> tuple[int, int]:
        """Height and width of the input in pixels."""

    @property
    @abc.abstractmethod
    def layers(self) -> tuple[str, ...]:
        """Names of the layers that a study may list, in the network's order."""

    @property
    @abc.abstractmethod
    def preprocessing(self) -> str:
        """How the network's input is made of resized images, in words."""

    @property
    @abc.abstractmethod
    def parameters(self) -> int:
        """The number of weights."""

    @abc.abstractmethod
    def shape_of(self, layer: str) -> tuple[int, ...]:
        """Return the shape of one image's activation at a layer, without the batch.

        Raises
        ------
        InputError
            When the network has no such layer.
        """

    @abc.abstractmethod
    def forward_pass(self, layers: Sequence[str], dtype: str, batch_size: int) -> ForwardPass:
        """Return a function that computes some layers in one pass.

        Parameters
        ----------
        layers : sequence of str
        dtype : str
            "float16" or "float32", the type of the activations.
        batch_size : int
            Number of images that the function takes each time.

        Returns
        -------
        callable
            It returns (batch × features) for each layer, and, where the network has classes, their
            float32 probabilities (batch × classes) at the end.
        """

    @abc.abstractmethod
    def class_summing(self, layers: Sequence[str], batch_size: int) -> ClassSums:
        """Return a function that sums activations over classes, from batch to batch.

        Rows are added one after the other in float64, so that a sum has the same bits wherever
        batches begin, and those of a sum over stored activations.

        Returns
        -------
        callable
            Takes images in the order of their classes; the row after the last one of each class in
            the batch (classes, int32), where rows beyond the last of these do not count; and the
            number of these classes that are complete: all of them, or all but the last, which the
            next batch continues. Returns for each layer the sums of the complete classes
            (complete × features, float64).
        """

    @abc.abstractmethod
    def describe(self) -> pd.DataFrame:
        """Return one row a layer: `semantrace.core.tables.NETWORK`, but for the network.

        A shape is written as 56×56×64, a kernel as 3×3.
        """

    @abc.abstractmethod
    def rectifier_after(self, layer: str) -> str | None:
        """Return the name of the ReLU that directly follows a layer, if that is so.

        Batch normalisation may lie between. The papers take layers after their ReLU, so a study
        that names the convolution itself probably means the layer returned here.
        """

    def full_name(self, layer: str) -> str:
        """Return the name under which `layers` has a layer, or the same where it has none."""
        return layer

    def other_names(self, layer: str) -> tuple[str, ...]:
        """Return what else a layer of `layers` is called, in a pattern for instance."""
        return ()

    @abc.abstractmethod
    def problem_of(self, layer: str) -> str | None:
        """Say why a layer cannot be extracted, or return None."""

    def differentiable_pass(self, layers: Sequence[str]) -> Callable[[Any], list[Any]]:
        """Return a function of TensorFlow from one image (1 × height × width × 3) to some layers.

        Raises
        ------
        InputError
            When what computes the network gives no gradients.
        """
        raise InputError(
            f"{self.name}: images of class vectors need gradients, which only networks of Keras "
            "give; take it out of visual_embedding.inversion.networks"
        )

    def preprocessing_text(self, resize: Setting) -> str:
        """Return in words how an image becomes the network's input."""
        return f"{self.resizing_text(resize)}; {self.preprocessing}"

    def resizing_text(self, resize: Setting) -> str:
        """Return in words how an image is resized."""
        height, width = self.input_size
        return f"{Resizing.of(resize)} to {height}×{width}"

    def features_of(self, layer: str) -> int:
        """Return the number of values of one image's activation at a layer."""
        return math.prod(self.shape_of(layer))

    def warn_of_unrectified(self, layers: Sequence[str]) -> None:
        """Log the layers of a study that are taken before the ReLU that follows them."""
        for layer in layers:
            if after := self.rectifier_after(layer):
                logger.warning(
                    "%s: layer %s is taken before its ReLU, which is layer %s",
                    self.name,
                    layer,
                    after,
                )

    def check_layers(self, layers: Sequence[str]) -> None:
        """Check that a study's layers exist, have one output, and are named once.

        Raises
        ------
        InputError
            A line for each layer that cannot be used, with the nearest names that exist.
        """
        problems = [self.problem_of(layer) for layer in layers]
        seen: set[str] = set()
        for layer in map(self.full_name, layers):
            if layer in seen:
                problems.append(f"layer {layer!r} is listed twice; list it once")
            seen.add(layer)
        if found := [f"{self.name}: {problem}" for problem in problems if problem]:
            raise InputError(*dict.fromkeys(found))

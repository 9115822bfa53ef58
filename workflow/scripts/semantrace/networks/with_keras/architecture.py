"""What Semantrace has to know of a Keras architecture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf


@dataclass(frozen=True)
class Architecture:
    """A recipe for a network, without weights.

    Attributes
    ----------
    name : str
        The name that a study gives as `architecture`.
    build : callable
        Returns a new Keras model with random weights, from preprocessed images to its output.
    preprocess : callable
        Maps float32 RGB images 0…255 (batch × height × width × 3) to the model's input.
    preprocessing : str
        The same in words.
    channel_order : str
        "RGB" or "BGR", as the model wants it.
    classes : tuple of str, or None
        The classes, where the model's output are their probabilities: each a WordNet id, a synset,
        or the name of a class or concept of the study.
    read_weights : callable, optional
        Reads a file in the architecture's own format; where None, Keras reads it.
    file : Path, optional
        The `.keras` file that the model is loaded from, weights and all.
    build_random : callable, optional
        Returns the model with random weights, where `build` gives it trained ones.
    input_size : (height, width), optional
        The size that a model of open input size gets.
    warning : str
        What of the study's settings may not be meant, or empty.
    """

    name: str
    build: Callable[[], keras.Model]
    preprocess: Callable[[tf.Tensor], tf.Tensor]
    preprocessing: str
    channel_order: str
    classes: tuple[str, ...] | None = None
    read_weights: Callable[[Path], Mapping[str, Mapping[str, np.ndarray]]] | None = None
    file: Path | None = None
    build_random: Callable[[], keras.Model] | None = None
    input_size: tuple[int, int] | None = None
    warning: str = ""

"""How RGB values 0…255 become the input of a network that was trained on other values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from semantrace.core.errors import InputError, suggest
from semantrace.networks.architecture import BGR_MEANS_TEXT, bgr_minus_means
from semantrace.networks.keras_applications import SCALED, STANDARDISED

UNSCALED = "RGB 0 to 255, not scaled"
CHOICES = (
    "none (RGB 0 to 255 as they are), unit (0 to 1), tf (-1 to 1), caffe (BGR minus ImageNet's "
    "means), torch (0 to 1, standardised) or clip (the same with CLIP's means and deviations)"
)

DEVIATIONS = (0.229, 0.224, 0.225)
MEANS = (0.485, 0.456, 0.406)

CLIP_MEANS = (0.48145466, 0.4578275, 0.40821073)
CLIP_DEVIATIONS = (0.26862954, 0.26130258, 0.27577711)
CLIP_WORDS = f"RGB 0 to 255, scaled to 0 to 1, minus {CLIP_MEANS}, over {CLIP_DEVIATIONS}"
"""Of the images that CLIP was trained on (Radford et al. 2021, arXiv:2103.00020)."""

Images = Any
"""Float32 images, of NumPy or of TensorFlow, which both calculate alike."""


def _unchanged(images: Images) -> Images:
    return images


def _unit(images: Images) -> Images:
    return images / np.float32(255)


def _scaled(images: Images) -> Images:
    return images / np.float32(127.5) - np.float32(1)


def _standardised(images: Images, means: Sequence[float], deviations: Sequence[float]) -> Images:
    centred = images / np.float32(255) - np.array(means, np.float32)
    return centred / np.array(deviations, np.float32)


@dataclass(frozen=True)
class Scaling:
    """What is done to RGB images 0…255 (batch × height × width × 3).

    Attributes
    ----------
    preprocess : callable
        Does it.
    words : str
        Says it.
    warning : str
        Why it may not be meant, or empty.
    """

    preprocess: Callable[[Images], Images]
    words: str
    warning: str = ""


PREPROCESSING: Mapping[str, Scaling] = {
    "none": Scaling(_unchanged, UNSCALED),
    "unit": Scaling(_unit, "RGB 0 to 255, scaled to 0 to 1"),
    "caffe": Scaling(bgr_minus_means, BGR_MEANS_TEXT),
    "tf": Scaling(_scaled, SCALED),
    "torch": Scaling(partial(_standardised, means=MEANS, deviations=DEVIATIONS), STANDARDISED),
    "clip": Scaling(
        partial(_standardised, means=CLIP_MEANS, deviations=CLIP_DEVIATIONS), CLIP_WORDS
    ),
}
"""Ways to preprocess by the names that Keras uses for them; "none" hands over RGB 0 to 255."""


def named_preprocessing(kind: str, path: Path) -> Scaling:
    """Return the way of a name.

    Raises
    ------
    InputError
        When there is no such way.
    """
    if kind not in PREPROCESSING:
        raise InputError(
            f"{path}: preprocessing {kind!r} is unknown; {suggest(kind, PREPROCESSING)}"
        )
    return PREPROCESSING[kind]

"""How RGB values 0…255 become the input of a network that was trained on other values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from semantrace.core.errors import InputError, suggest

BGR_MEANS = (103.939, 116.779, 123.68)
"""Mean blue, green and red of ImageNet, as networks trained with Caffe subtract them."""

SCALED = "RGB 0 to 255, scaled to -1 to 1"
STANDARDISED = (
    "RGB 0 to 255, scaled to 0 to 1, minus (0.485, 0.456, 0.406), over (0.229, 0.224, 0.225)"
)
INSIDE = "RGB 0 to 255, scaled inside the network"
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


def bgr_minus_means(images: Images, means: tuple[float, float, float] = BGR_MEANS) -> Images:
    """Reverse the channels of RGB images 0…255 and subtract means of blue, green and red."""
    return images[..., ::-1] - np.array(means, np.float32)


def bgr_minus_means_text(means: tuple[float, float, float]) -> str:
    """Say in words what `bgr_minus_means` does."""
    return f"RGB 0 to 255, turned to BGR, minus {means}"


BGR_MEANS_TEXT = bgr_minus_means_text(BGR_MEANS)


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


def explicit_preprocessing(
    range: Sequence[float] = (0, 1),
    mean: Sequence[float] = (0, 0, 0),
    deviation: Sequence[float] = (1, 1, 1),
    channel_order: str = "RGB",
) -> Scaling:
    """Return what a study spells out.

    Parameters
    ----------
    range : (float, float)
        What 0 and 255 become first.
    mean, deviation : (float, float, float)
        What is subtracted then, and what the rest is divided by, in the order of the channels.
    channel_order : {"RGB", "BGR"}
        The order of the channels as the network takes them.
    """
    low, high = map(np.float32, range)

    def preprocess(images: Images) -> Images:
        ordered = images[..., ::-1] if channel_order == "BGR" else images
        scaled = ordered * ((high - low) / np.float32(255)) + low
        return (scaled - np.array(mean, np.float32)) / np.array(deviation, np.float32)

    turned = ", turned to BGR" if channel_order == "BGR" else ""
    words = f"RGB 0 to 255{turned}, scaled to {low:g} to {high:g}"
    return Scaling(preprocess, f"{words}, minus {_listed(mean)}, over {_listed(deviation)}")


def _listed(values: Sequence[float]) -> str:
    return f"({', '.join(f'{value:g}' for value in values)})"


def preprocessing_of(setting: str | Mapping[str, Any], path: Path) -> Scaling:
    """Return what a study's `preprocessing` says: a name, or what `explicit_preprocessing` takes.

    Raises
    ------
    InputError
        When there is no such way.
    """
    if not isinstance(setting, str):
        return explicit_preprocessing(**setting)
    if setting not in PREPROCESSING:
        raise InputError(
            f"{path}: preprocessing {setting!r} is unknown; {suggest(setting, PREPROCESSING)}"
        )
    return PREPROCESSING[setting]

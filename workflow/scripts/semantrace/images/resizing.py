"""Images brought to the size of a network's input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from semantrace.core.errors import InputError, suggest

RESIZE_MODES = ("stretch", "center_crop")
FILTERS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "lanczos": Image.Resampling.LANCZOS,
    "nearest": Image.Resampling.NEAREST,
}
Setting = str | Mapping[str, Any]
"""A study's `resize`: a rule, or a mapping of `rule`, `filter` and `crop`."""

CROP_FRACTION = 0.875
"""Part of the shorter side that `center_crop` keeps: 224 of 256, as ImageNet networks were fed."""


@dataclass(frozen=True)
class Resizing:
    """How an image is brought to the size of a network's input.

    Attributes
    ----------
    rule : {"stretch", "center_crop"}
        ``stretch`` fits the whole image and lets its proportions change. ``center_crop`` keeps
        them: the shorter side is scaled to size/crop (256 for 224), and the central part of the
        wanted size is taken.
    filter : str
        One of `FILTERS`.
    crop : float
        The part of the shorter side that ``center_crop`` keeps.
    """

    rule: str
    filter: str = "bicubic"
    crop: float = CROP_FRACTION

    def __post_init__(self) -> None:
        if self.rule not in RESIZE_MODES:
            raise InputError(
                f"resize: unknown mode {self.rule!r}; {suggest(self.rule, RESIZE_MODES)}"
            )

    @classmethod
    def of(cls, setting: "Setting | Resizing") -> "Resizing":
        """Return what a study's `resize` says."""
        if isinstance(setting, Resizing):
            return setting
        return cls(setting) if isinstance(setting, str) else cls(**setting)

    def __str__(self) -> str:
        """Say it in words, which leave out what is usual."""
        unusual = [] if self.filter == "bicubic" else [self.filter]
        if self.rule == "center_crop" and self.crop != CROP_FRACTION:
            unusual.append(f"central {self.crop:g}")
        return self.rule + (f" ({', '.join(unusual)})" if unusual else "")


def resize_image(
    image: Image.Image, size: tuple[int, int], resize: Setting | Resizing
) -> np.ndarray:
    """Resize an image to the input of a network.

    Pillow's filters widen with the reduction and so weigh every pixel that is dropped. (Keras'
    `load_img` has the geometry of `stretch`, and takes the nearest pixel by default, which is as
    accurate for classification but makes patterns of fine textures.)

    Parameters
    ----------
    image : PIL.Image.Image
        Mode RGB.
    size : tuple of int
        Height and width in pixels.
    resize : str, mapping or Resizing
        See `Resizing.of`.

    Returns
    -------
    numpy.ndarray
        uint8, height × width × 3.

    Raises
    ------
    InputError
        When the mode is unknown or the size is not positive.
    """
    resizing = Resizing.of(resize)
    height, width = size
    if height < 1 or width < 1:
        raise InputError(f"resize: size {height}×{width} is not positive; give height and width")
    is_cropped = resizing.rule == "center_crop"
    box = _central_box(image.size, height, width, resizing.crop) if is_cropped else None
    resized = image.resize((width, height), FILTERS[resizing.filter], box=box)
    return np.array(resized, dtype=np.uint8)


def _central_box(
    size: tuple[int, int], height: int, width: int, crop: float
) -> tuple[float, float, float, float]:
    """Return the part of an image (left, top, right, bottom) that `center_crop` keeps.

    Resizing this part alone equals scaling the whole image and cropping afterwards, with no
    rounding of the size in between.
    """
    scale = min(size[0] / width, size[1] / height) * crop
    left, top = (size[0] - width * scale) / 2, (size[1] - height * scale) / 2
    return left, top, left + width * scale, top + height * scale

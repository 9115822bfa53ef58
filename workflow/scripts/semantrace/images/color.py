"""Colours of images as their embedded ICC profiles define them, converted to sRGB by Little CMS."""

import io
import logging
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from PIL import Image, ImageCms

log = logging.getLogger(__name__)

CHANNELS = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}
"""Modes that a profile is applied to, and the colour space it must then describe (ICC.1:2022,
table 19)."""

DEVICE_CLASSES = ("scnr", "mntr", "prtr", "spac")
"""Classes of profiles that say what the colours of a device are (ICC.1:2022, table 18)."""

INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC

SRGB_TOLERANCE = 2
"""Levels of 255 by which a profile may move a colour and still be sRGB: the published profiles of
sRGB round their curves and primaries differently."""

PROFILES_KEPT = 32
"""Transforms kept in memory; a set of images has few profiles, each in many files."""


@dataclass(frozen=True)
class Conversion:
    """What an embedded profile does to an image.

    Attributes
    ----------
    transform : PIL.ImageCms.ImageCmsTransform or None
        To sRGB; None where the image is taken for sRGB as it is.
    problem : str
        Why a profile is passed over; empty where it is not.
    """

    transform: ImageCms.ImageCmsTransform | None = None
    problem: str = ""


def to_srgb(image: Image.Image, profile: bytes | None, name: str) -> Image.Image:
    """Convert the colours of an image to sRGB.

    Parameters
    ----------
    image : PIL.Image.Image
        Mode L, RGB, CMYK or LAB, 8 bits. CIELAB is of the white D50, as in ICC profiles.
    profile : bytes or None
        The ICC profile of the file. The rendering intent is the relative colorimetric one, without
        compensation of the black point: colours are those that the profile states, as in browsers.
    name : str
        The file's, for the log. A profile that is broken, or describes other channels than the
        image has, is passed over, and the log says so.

    Returns
    -------
    PIL.Image.Image
        Mode RGB; unchanged where the profile is sRGB. CMYK without a profile has the inks of
        PostScript: R = (1 - C)(1 - K), and so on.
    """
    if image.mode == "LAB":
        return _from_lab().apply(image)
    if profile:
        conversion = _conversion(bytes(profile), image.mode)
        if conversion.problem:
            log.warning("%s: its ICC profile is not applied: %s", name, conversion.problem)
        if conversion.transform is not None:
            return conversion.transform.apply(image)
    return image.convert("RGB")


@lru_cache(maxsize=PROFILES_KEPT)
def _conversion(data: bytes, mode: str) -> Conversion:
    """Find out what a profile does to the colours of a mode."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        space = profile.profile.xcolor_space.strip()
        if profile.profile.device_class not in DEVICE_CLASSES:
            return Conversion(problem="it does not describe the colours of a device")
        if space != CHANNELS[mode]:
            if space == "RGB" and _leaves_as_it_is(_transform(profile, "RGB"), "RGB"):
                return Conversion()  # grey with the profile sRGB, which many programs write
            return Conversion(problem=f"it is for {space} and the image is {CHANNELS[mode]}")
        transform = _transform(profile, mode)
    except (OSError, ImageCms.PyCMSError) as error:
        return Conversion(problem=f"it is broken ({error})")
    return Conversion(None if _leaves_as_it_is(transform, mode) else transform)


def _transform(profile: ImageCms.ImageCmsProfile, mode: str) -> ImageCms.ImageCmsTransform:
    # A curve of grey is sampled at 33 levels if nothing is said, which is off by ten in the dark
    flags = ImageCms.Flags.GRIDPOINTS(255) if mode == "L" else ImageCms.Flags.NONE
    return ImageCms.buildTransform(profile, _srgb(), mode, "RGB", INTENT, flags)


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@cache
def _from_lab() -> ImageCms.ImageCmsTransform:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return ImageCms.buildTransform(lab, _srgb(), "LAB", "RGB", INTENT, ImageCms.Flags.NOOPTIMIZE)


def _leaves_as_it_is(transform: ImageCms.ImageCmsTransform, mode: str) -> bool:
    """Return whether a transform moves no colour of a grid by more than `SRGB_TOLERANCE`."""
    if mode == "CMYK":
        return False
    levels = np.arange(0, 256, 15 if mode == "RGB" else 1, dtype=np.uint8)
    axes = np.meshgrid(*[levels] * len(mode), indexing="ij")
    colours = np.stack(axes, axis=-1).reshape(-1, 1, len(mode))
    grid = Image.fromarray(colours.squeeze(-1) if mode == "L" else colours)
    moved = np.asarray(transform.apply(grid), dtype=int) - colours
    return int(np.abs(moved).max()) <= SRGB_TOLERANCE

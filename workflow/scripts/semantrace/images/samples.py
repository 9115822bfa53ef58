"""Samples of images as Pillow decodes them, brought to 8 bits a channel with their transparency.

Pillow knows most of what a format says about its samples. What it leaves out is done here: the
depth that a transparent grey of a PNG refers to, transparent colours of 16 bits, TIFF's grey of 12
bits and of 16 bits where zero is white, and the part of a GIF's page that its first frame leaves
empty.
"""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, PngImagePlugin

from semantrace.core.errors import InputError

log = logging.getLogger(__name__)

TEXT_BYTES = 64 << 20
"""What the text, the metadata or the colour profile of a PNG may take when it is unpacked. Pillow's
own limit for one of them, 1 MB, is below what programs write, and is the same for a process."""
PngImagePlugin.MAX_TEXT_CHUNK = TEXT_BYTES
PngImagePlugin.MAX_TEXT_MEMORY = TEXT_BYTES

PHOTOMETRIC, BITS, SAMPLE_FORMAT = 262, 258, 339
WHITE_IS_ZERO, UNSIGNED = 0, 1
"""Tags of TIFF 6.0 and their values."""

DISPLAY_GAMMA = 0.45455
"""PNG's gAMA of images that are made for a display such as sRGB describes."""


@dataclass(frozen=True)
class Transparency:
    """What makes pixels of a file transparent, as stored; found out before it is decoded.

    Attributes
    ----------
    colour : tuple of int
        Of a PNG's grey or RGB: the samples of the transparent colour; empty where there is none.
    rawmode : str
        Pillow's name of how samples are stored.
    """

    colour: tuple[int, ...]
    rawmode: str

    @classmethod
    def of(cls, image: ImageFile.ImageFile) -> "Transparency":
        """Return that of an image that has been opened and not loaded."""
        stored = image.tile[0].args if image.format == "PNG" and image.tile else ""
        rawmode = stored if isinstance(stored, str) else ""
        colour = image.info.get("transparency") if rawmode else None
        if image.mode == "P" or colour is None:
            return cls((), rawmode)
        return cls(colour if isinstance(colour, tuple) else (colour,), rawmode)


def samples_of_8_bits(image: ImageFile.ImageFile, path: Path) -> Image.Image:
    """Decode an image that has been opened to samples of 8 bits.

    Parameters
    ----------
    image : PIL.ImageFile.ImageFile
        Opened and not loaded; it is loaded here.
    path : Path
        Of its file.

    Returns
    -------
    PIL.Image.Image
        Mode L, LA, RGB, RGBA, CMYK or LAB, not premultiplied. Without metadata.

    Raises
    ------
    InputError
        When the samples are signed or floating-point numbers, or integers of 32 bits: no format
        says which of them is white.
    """
    transparent = Transparency.of(image)
    page = image.tile[0][1] if image.format == "GIF" and image.tile else None
    image.load()
    samples = _plain(image, path)
    if transparent.colour:
        samples.putalpha(_alpha(image, transparent, path))
    if page and page != (0, 0, *image.size):
        samples = samples.convert("RGBA")
        whole = Image.new("RGBA", image.size)
        whole.paste(samples.crop(page), page)
        samples = whole
    samples.info = {}
    return samples


def _plain(image: Image.Image, path: Path) -> Image.Image:
    """Return loaded samples in one of the modes that have a place in the result."""
    mode = image.mode
    if mode == "F" or mode.startswith("I") or mode == "1":
        return _grey(image, path)
    if mode in ("P", "PA"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if mode == "La":  # premultiplied
        return image.convert("LA")
    if mode == "RGBa":
        return image.convert("RGBA")
    if mode == "L" and image.format != "PNG" and "transparency" in image.info:
        return image.convert("LA")
    if mode in ("L", "LA", "RGB", "RGBA", "CMYK", "LAB"):
        return image.copy()
    return image.convert("RGB")


def _grey(image: Image.Image, path: Path) -> Image.Image:
    """Scale grey of other depths to 8 bits: 0 to black and the largest sample to white."""
    if image.mode == "1":
        return image.convert("L")
    tags = getattr(image, "tag_v2", {})
    signed = set(tags.get(SAMPLE_FORMAT, (UNSIGNED,))) != {UNSIGNED}
    depth = tags.get(BITS, (16,))[0]
    if image.mode == "F" or signed or depth > 16:
        kind = "floating-point" if image.mode == "F" else "signed" if signed else f"{depth}-bit"
        raise InputError(
            f"{path}: {kind} samples have no agreed white; save it with 8 or 16 bits per channel"
        )
    values = np.asarray(image).astype(np.int64)
    largest = 2**depth - 1
    if tags.get(PHOTOMETRIC) == WHITE_IS_ZERO:
        values = largest - values
    if np.min(values) < 0 or np.max(values) > largest:
        raise InputError(
            f"{path}: samples beyond {largest} have no agreed white; save it with 8 or 16 bits per "
            "channel"
        )
    return Image.fromarray(((values * 255 + largest // 2) // largest).astype(np.uint8))


def _alpha(image: Image.Image, transparent: Transparency, path: Path) -> Image.Image:
    """Return the alpha channel of a PNG with one transparent grey or colour.

    Source: PNG specification, third edition, 11.3.1.1: only samples equal to the tRNS chunk's in
    the depth of the file are transparent; bits of the chunk beyond that depth are not used.
    """
    if transparent.rawmode == "RGB;16B":
        high, low = np.asarray(image).astype(int), _low_bytes(path)
        samples, colour = high * 256 + low, transparent.colour
    elif transparent.rawmode == "I;16B":
        samples, colour = np.asarray(image), transparent.colour
    else:
        depth = {"L;2": 2, "L;4": 4}.get(transparent.rawmode, 8)
        samples = np.asarray(image.convert("L") if image.mode == "1" else image)
        colour = tuple((one % 2**depth) * (255 // (2**depth - 1)) for one in transparent.colour)
    equal = samples == np.array(colour if samples.ndim == 3 else colour[0])
    clear = equal.all(axis=-1) if equal.ndim == 3 else equal
    return Image.fromarray(np.where(clear, 0, 255).astype(np.uint8))


def _low_bytes(path: Path) -> np.ndarray:
    """Decode a PNG of 16-bit colours once more, to the lower bytes that Pillow leaves out."""
    with Image.open(path) as image:
        image.tile = [tile._replace(args="RGB;16L") for tile in image.tile]
        return np.asarray(image).astype(int)


def tell_unused_gamma(image: Image.Image, path: Path) -> None:
    """Log where a PNG has a gamma that is not a display's and that nothing else overrides."""
    gamma = image.info.get("gamma")
    overridden = "srgb" in image.info or image.info.get("icc_profile")
    if gamma and not overridden and abs(gamma / DISPLAY_GAMMA - 1) > 0.05:
        log.warning("%s: its gamma (gAMA) of %g is not applied", path, gamma)

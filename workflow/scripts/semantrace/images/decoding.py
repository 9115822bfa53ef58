"""Images from files, decoded to RGB as a viewer would show them."""

import re
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from semantrace.core.errors import InputError
from semantrace.images.color import to_srgb
from semantrace.images.samples import TEXT_BYTES, samples_of_8_bits, tell_unused_gamma
from semantrace.io.files import sha256_of
from semantrace.io.user_files import unreadable_reason

FORMATS = (
    *("JPEG", "JPEG2000", "PNG", "TIFF", "WEBP", "AVIF", "GIF", "BMP", "DIB"),
    *("PPM", "TGA", "PCX", "SGI", "QOI", "DDS"),
)
"""Formats of `semantrace.images.dataset_files.SUFFIXES`. Of others, Pillow would give EPS to
Ghostscript, which runs it as a program."""

MAXIMUM_PIXELS = 1 << 27
"""An image with more pixels (134 million, 400 MB as RGB) is taken for a decompression bomb."""

UNDECODED = re.compile("decoder error|not available")
"""What Pillow says of a compression that it, or libtiff, was built without; of libtiff's errors it
does not tell that from damage."""


@dataclass(frozen=True)
class ImageFacts:
    """What is known of an image once it was decoded: size upright in pixels, mode as stored."""

    width: int
    height: int
    mode: str
    sha256: str


def load_image(path: str | Path) -> Image.Image:
    """Decode an image to 8-bit RGB, upright and on white.

    Parameters
    ----------
    path : path
        Any format Pillow reads. Of an animation the first frame is taken.

    Returns
    -------
    PIL.Image.Image
        Mode RGB, in sRGB. Other depths are scaled to 8 bits; an embedded ICC profile is converted
        to sRGB by Little CMS (of PNG's other colour chunks, gAMA, cHRM and cICP, none is used);
        transparency is then laid on white, and the EXIF orientation is applied.

    Raises
    ------
    InputError
        When the file is missing, empty, truncated, not an image, has more than `MAXIMUM_PIXELS`
        pixels, or samples with no agreed white; see `semantrace.images.samples`.
    """
    return _decode(Path(path))[0]


def inspect_image(path: str | Path) -> ImageFacts:
    """Decode an image whole, so that damage shows, and return its facts.

    Parameters
    ----------
    path : path
        As for `load_image`.

    Raises
    ------
    InputError
        As for `load_image`.
    """
    path = Path(path)
    upright, mode = _decode(path)
    return ImageFacts(upright.width, upright.height, mode, sha256_of(path))


def _decode(path: Path) -> tuple[Image.Image, str]:
    """Read an image to sRGB, upright and on white; return it and its mode as stored."""
    try:
        if path.is_file() and path.stat().st_size == 0:
            raise InputError(f"{path}: the image has zero bytes; fetch or export it again")
        with path.open("rb") as handle, Image.open(handle, formats=FORMATS) as image:
            _refuse_enormous(image.size, path)
            samples = samples_of_8_bits(image, path)
            tell_unused_gamma(image, path)
            shown = _on_white(samples, image.info.get("icc_profile"), path)
            return _upright(shown, image), image.mode
    except (InputError, MemoryError):
        raise
    except Exception as error:  # decoders of damaged files raise almost any class
        raise InputError(f"{path}: {_reason(error, path)}") from error


def _reason(error: Exception, path: Path) -> str:
    """Say why a file could not be decoded, and what to do about it."""
    reason = str(error).strip().split("\n")[0] or type(error).__name__
    unreadable = unreadable_reason(path)
    if unreadable is not None:
        return unreadable
    if not path.is_file():
        return f"{'is a folder' if path.is_dir() else 'no such image'}; check the path"
    if isinstance(error, Image.DecompressionBombError):
        return _enormous()
    if "MAX_TEXT" in reason:
        return (
            f"its text, metadata or colour profile takes more than {TEXT_BYTES >> 20} MB; save it "
            "without them"
        )
    if isinstance(error, OSError) and error.errno is not None:
        return f"cannot be read ({reason}); check the disk that it is on"
    if isinstance(error, UnidentifiedImageError):
        return "not an image in a format that can be read; convert it to PNG or JPEG"
    if isinstance(error, (KeyError, NotImplementedError)) or UNDECODED.search(reason):
        return f"its pixels could not be decoded ({reason}); convert it to PNG, or fetch it again"
    return f"the image is truncated or damaged ({reason}); fetch or export it again"


def _refuse_enormous(size: tuple[int, int], path: Path) -> None:
    if size[0] * size[1] > MAXIMUM_PIXELS:
        raise InputError(f"{path}: {_enormous(f' ({size[0]}×{size[1]})')}")


def _enormous(size: str = "") -> str:
    return (
        f"the image claims more than {MAXIMUM_PIXELS:,} pixels{size}, as a decompression bomb "
        "does; reduce it or leave it out"
    )


def _on_white(samples: Image.Image, profile: bytes | None, path: Path) -> Image.Image:
    """Convert colours to sRGB as the profile says, then lay them on white by their alpha.

    A profile speaks of colours and not of what they were mixed with, so it comes first.
    """
    if samples.mode not in ("LA", "RGBA"):
        return to_srgb(samples, profile, str(path))
    alpha = samples.getchannel("A")
    shown = to_srgb(samples.convert("L" if samples.mode == "LA" else "RGB"), profile, str(path))
    shown.putalpha(alpha)
    white = Image.new("RGBA", shown.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, shown).convert("RGB")


def _upright(shown: Image.Image, stored: Image.Image) -> Image.Image:
    """Turn an image as the EXIF orientation of its file says, if it has one that can be read.

    Pillow has turned a TIFF when it is loaded, and removed its orientation.
    """
    try:
        orientation = stored.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # unreadable EXIF data says nothing about the pixels
        return shown
    shown.info = {}
    shown.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(shown)

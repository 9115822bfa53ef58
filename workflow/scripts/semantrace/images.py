"""Pictures from files: decoding to RGB as a viewer would show them, and resizing for a network."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from semantrace.errors import InputError, suggest
from semantrace.files import sha256_of
from semantrace.user_files import unreadable_reason

RESIZE_MODES = ("stretch", "center_crop")
CROP_FRACTION = 0.875
"""Part of the shorter side that `center_crop` keeps: 224 of 256, as ImageNet networks were fed."""

MAXIMUM_PIXELS = 1 << 27
"""A picture with more pixels (134 million, 400 MB as RGB) is taken for a decompression bomb."""

ORIENTATION_TAG = 0x0112
ROTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class PictureFacts:
    """What is known of a picture once it was decoded: size upright in pixels, mode as stored."""

    width: int
    height: int
    mode: str
    sha256: str


def load_picture(path: str | Path) -> Image.Image:
    """Decode a picture to 8-bit RGB, upright and on white.

    Parameters
    ----------
    path : path
        Any format Pillow reads. Of an animation the first frame is taken.

    Returns
    -------
    PIL.Image.Image
        Mode RGB. The EXIF rotation is applied, transparency is laid on white, 16-bit grey is
        scaled to 8 bits, and CMYK, palettes, grey and black-and-white become RGB.

    Raises
    ------
    InputError
        When the file is missing, empty, truncated, not a picture, or has more than
        `MAXIMUM_PIXELS` pixels.
    """
    path = Path(path)
    return _to_rgb(_decode(path), path)


def inspect_picture(path: str | Path) -> PictureFacts:
    """Decode a picture whole, so that damage shows, and return its facts.

    Parameters
    ----------
    path : path
        As for `load_picture`.

    Raises
    ------
    InputError
        As for `load_picture`.
    """
    path = Path(path)
    picture = _decode(path)
    mode = picture.mode
    upright = _to_rgb(picture, path)
    return PictureFacts(upright.width, upright.height, mode, sha256_of(path))


def resize_picture(picture: Image.Image, size: tuple[int, int], mode: str) -> np.ndarray:
    """Resize a picture to the input of a network.

    Both modes use Pillow's bicubic filter, which widens with the reduction and so weighs every
    pixel it drops. (Keras' `load_img` has the geometry of `stretch`, and takes the nearest pixel
    by default, which is as accurate for classification but makes patterns of fine textures.)

    Parameters
    ----------
    picture : PIL.Image.Image
        Mode RGB.
    size : tuple of int
        Height and width in pixels.
    mode : {"stretch", "center_crop"}
        ``stretch`` fits the whole picture and lets its proportions change. ``center_crop`` keeps
        them: the shorter side is scaled to size/0.875 (256 for 224), and the central part of the
        wanted size is taken.

    Returns
    -------
    numpy.ndarray
        uint8, height × width × 3.

    Raises
    ------
    InputError
        When the mode is unknown or the size is not positive.
    """
    if mode not in RESIZE_MODES:
        raise InputError(f"resize: unknown mode {mode!r}; {suggest(mode, RESIZE_MODES)}")
    height, width = size
    if height < 1 or width < 1:
        raise InputError(f"resize: size {height}×{width} is not positive; give height and width")
    box = _central_box(picture.size, height, width) if mode == "center_crop" else None
    resized = picture.resize((width, height), Image.Resampling.BICUBIC, box=box)
    return np.array(resized, dtype=np.uint8)


def _central_box(
    size: tuple[int, int], height: int, width: int
) -> tuple[float, float, float, float]:
    """Return the part of a picture (left, top, right, bottom) that `center_crop` keeps.

    Resizing this part alone equals scaling the whole picture and cropping afterwards, with no
    rounding of the size in between.
    """
    scale = min(size[0] / width, size[1] / height) * CROP_FRACTION
    left, top = (size[0] - width * scale) / 2, (size[1] - height * scale) / 2
    return left, top, left + width * scale, top + height * scale


def _decode(path: Path) -> Image.Image:
    """Read a picture's pixels into memory and turn it upright."""
    reason = unreadable_reason(path)
    if reason is not None:
        raise InputError(f"{path} {reason}")
    if not path.is_file():
        problem = "is a folder" if path.is_dir() else "no such picture"
        raise InputError(f"{path}: {problem}; check the path")
    if path.stat().st_size == 0:
        raise InputError(f"{path}: the picture has zero bytes; fetch or export it again")
    try:
        with path.open("rb") as handle, Image.open(handle) as picture:
            _refuse_enormous(picture.size, path)
            picture.load()
            return _upright(picture)
    except InputError:
        raise
    except Image.DecompressionBombError:
        raise InputError(_enormous(path)) from None
    except UnidentifiedImageError as error:
        raise InputError(
            f"{path}: not a picture in a format that can be read; convert it to PNG or JPEG"
        ) from error
    except PermissionError as error:
        raise InputError(f"{path}: may not be read; change its permissions") from error
    except MemoryError:
        raise
    except Exception as error:  # decoders of damaged files raise almost any class
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise InputError(
            f"{path}: the picture is truncated or damaged ({reason}); fetch or export it again"
        ) from error


def _refuse_enormous(size: tuple[int, int], path: Path) -> None:
    if size[0] * size[1] > MAXIMUM_PIXELS:
        raise InputError(_enormous(path, f" ({size[0]}×{size[1]})"))


def _enormous(path: Path, size: str = "") -> str:
    return (
        f"{path}: the picture claims more than {MAXIMUM_PIXELS:,} pixels{size}, as a decompression "
        "bomb does; reduce it or leave it out"
    )


def _upright(picture: Image.Image) -> Image.Image:
    """Return the loaded picture turned as its EXIF orientation says."""
    try:
        orientation = picture.getexif().get(ORIENTATION_TAG)
    except Exception:  # unreadable EXIF data says nothing about the pixels
        orientation = None
    rotation = ROTATIONS.get(orientation)
    return picture.copy() if rotation is None else picture.transpose(rotation)


def _to_rgb(picture: Image.Image, path: Path) -> Image.Image:
    if picture.mode.startswith("I"):
        picture = _grey_of_16_bits(picture, path)
    elif picture.mode == "F":
        raise InputError(
            f"{path}: floating-point pixels have no agreed white; save it with 8 or 16 bits"
        )
    if picture.has_transparency_data:
        return _on_white(picture)
    try:
        return picture.convert("RGB")
    except ValueError as error:
        raise InputError(
            f"{path}: mode {picture.mode} cannot become RGB; save it as RGB"
        ) from error


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "La":  # Pillow has no way from premultiplied grey to RGBA but this
        picture = picture.convert("LA")
    overlay = picture.convert("RGBA")
    white = Image.new("RGBA", overlay.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, overlay).convert("RGB")


def _grey_of_16_bits(picture: Image.Image, path: Path) -> Image.Image:
    """Scale 0…65535 to 0…255, keeping a colour that the file declares transparent."""
    values = np.asarray(picture).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise InputError(
            f"{path}: 32-bit grey has no agreed white; save it with 8 or 16 bits per channel"
        )
    grey = Image.fromarray(((values + 128) // 257).astype(np.uint8))
    clear = picture.info.get("transparency")
    if isinstance(clear, int):
        opaque = Image.fromarray(np.where(values == clear, 0, 255).astype(np.uint8))
        grey.putalpha(opaque)
    return grey

"""Images of every mode and kind of damage, decoded and resized."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from semantrace.core.errors import InputError
from semantrace.images.decoding import MAXIMUM_PIXELS, inspect_image, load_image
from semantrace.images.resizing import FILTERS, Resizing, resize_image

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def save(image, path, **options):
    image.save(path, **options)
    return path


def pixels(path):
    image = load_image(path)
    assert image.mode == "RGB"
    return np.asarray(image)


def corners():
    """A 6×4 image whose quarters are red, green, blue and white."""
    image = Image.new("RGB", (6, 4), WHITE)
    image.paste(RED, (0, 0, 3, 2))
    image.paste(GREEN, (3, 0, 6, 2))
    image.paste(BLUE, (0, 2, 3, 4))
    return image


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)


def test_rgb_is_unchanged(tmp_path):
    path = save(corners(), tmp_path / "a.png")
    assert (pixels(path) == np.asarray(corners())).all()


@pytest.mark.parametrize(("mode", "value", "expected"), [("L", 77, 77), ("1", 1, 255), ("1", 0, 0)])
def test_grey_and_black_and_white(tmp_path, mode, value, expected):
    path = save(Image.new(mode, (3, 2), value), tmp_path / "a.png")
    assert (pixels(path) == expected).all()


@pytest.mark.parametrize(
    ("mode", "colour"), [("RGBA", (200, 100, 0, 51)), ("LA", (200, 51)), ("RGBA", (9, 9, 9, 0))]
)
def test_transparency_is_laid_on_white(tmp_path, mode, colour):
    path = save(Image.new(mode, (3, 2), colour), tmp_path / "a.png")
    *shades, alpha = colour
    expected = [shade * alpha / 255 + 255 * (1 - alpha / 255) for shade in shades]
    assert np.abs(pixels(path) - np.array(expected)).max() <= 1


def test_palette_with_and_without_transparency(tmp_path):
    palette = corners().quantize(4)
    assert (pixels(save(palette, tmp_path / "a.png")) == np.asarray(corners())).all()
    index = palette.getpixel((0, 0))
    shown = pixels(save(palette, tmp_path / "b.png", transparency=index))
    assert (shown[0, 0] == WHITE).all()
    assert (shown[0, 5] == GREEN).all()


def test_a_transparent_colour_of_rgb_and_of_grey(tmp_path):
    shown = pixels(save(corners(), tmp_path / "a.png", transparency=BLUE))
    assert (shown[3, 0] == WHITE).all()
    assert (shown[0, 0] == RED).all()
    shown = pixels(save(Image.new("L", (2, 2), 5), tmp_path / "b.png", transparency=5))
    assert (shown == 255).all()


def test_cmyk_jpeg(tmp_path):
    path = save(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), tmp_path / "a.jpg", quality=100)
    assert np.abs(pixels(path).astype(int) - RED).max() <= 4


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_16_bit_grey_is_scaled_not_cut(tmp_path, suffix):
    values = np.array([[0, 128, 257 * 7, 257 * 200, 65535]], dtype=np.uint16)
    path = save(Image.fromarray(values), tmp_path / f"a.{suffix}")
    assert inspect_image(path).mode.startswith("I")
    assert pixels(path)[0, :, 0].tolist() == [0, 0, 7, 200, 255]


def test_16_bit_grey_with_a_transparent_value(tmp_path):
    header = struct.pack(">IIBBBBB", 2, 1, 16, 0, 0, 0, 0)
    data = zlib.compress(b"\x00" + struct.pack(">HH", 1000, 30000))
    body = chunk(b"IHDR", header) + chunk(b"tRNS", struct.pack(">H", 1000)) + chunk(b"IDAT", data)
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b""))
    assert pixels(path)[0, :, 0].tolist() == [255, round(30000 / 257)]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tiff"])
def test_exif_rotation_is_undone(tmp_path, orientation, suffix):
    stored_of = {  # how a camera stores an upright image under each orientation
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: np.rot90(a, -1),
    }
    upright = np.asarray(corners().resize((48, 32), Image.Resampling.NEAREST))
    stored = Image.fromarray(np.ascontiguousarray(stored_of[orientation](upright)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(stored, tmp_path / f"a.{suffix}", exif=exif)
    shown = pixels(path).astype(int)
    assert shown.shape == upright.shape
    for row, column in [(4, 4), (4, 44), (28, 4), (28, 44)]:
        assert np.abs(shown[row, column] - upright[row, column]).max() < 40
    assert (inspect_image(path).width, inspect_image(path).height) == (48, 32)


def test_the_first_frame_of_an_animation(tmp_path):
    first, second = Image.new("RGB", (4, 4), RED), Image.new("RGB", (4, 4), BLUE)
    path = save(first, tmp_path / "a.gif", save_all=True, append_images=[second])
    assert (pixels(path) == RED).all()


def test_facts(tmp_path):
    import hashlib

    path = save(Image.new("LA", (5, 3)), tmp_path / "a.png")
    facts = inspect_image(path)
    assert (facts.width, facts.height, facts.mode) == (5, 3, "LA")
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def refused(path, message):
    for use in (load_image, inspect_image):
        with pytest.raises(InputError, match=message) as caught:
            use(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_missing_folder_and_empty(tmp_path):
    refused(tmp_path / "none.png", "no such image")
    refused(tmp_path, "is a folder")
    (tmp_path / "a.png").touch()
    refused(tmp_path / "a.png", "zero bytes")


def test_not_a_image(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_text("<html>404</html>")
    refused(path, "not an image")


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "tiff", "bmp", "webp"])
@pytest.mark.parametrize("part", [0.4, 0.9])
def test_truncated(tmp_path, suffix, part):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    path = save(Image.fromarray(noise), tmp_path / f"a.{suffix}")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    refused(path, "truncated or damaged|not an image")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(20_000, 8_000), (60_000, 60_000)])
def test_enormous(tmp_path, size):
    assert size[0] * size[1] > MAXIMUM_PIXELS
    path = tmp_path / "a.png"
    path.write_bytes(png_header(*size) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""))
    refused(path, "decompression bomb")


@pytest.mark.parametrize("values", [np.float32([[0.5]]), np.int32([[70_000]])])
def test_pixels_with_no_agreed_white(tmp_path, values):
    refused(save(Image.fromarray(values), tmp_path / "a.tiff"), "no agreed white")


def test_damaged_exif_does_not_matter(tmp_path):
    path = save(corners(), tmp_path / "a.png", exif=b"Exif\x00\x00garbage that is no TIFF header")
    assert (pixels(path) == np.asarray(corners())).all()


def test_stretch_equals_an_explicit_filter():
    noise = np.random.default_rng(1).integers(0, 256, (50, 90, 3), dtype=np.uint8)
    ours = resize_image(Image.fromarray(noise), (32, 24), "stretch")
    assert ours.shape == (32, 24, 3)
    assert ours.dtype == np.uint8
    assert np.abs(ours.astype(int) - bicubic(noise, 32, 24)).max() <= 1


def bicubic(values, height, width):
    """Antialiased bicubic resizing by an explicit cubic filter (Keys, a = -1/2), axis by axis."""

    def weights(old, new):
        scale = old / new
        centres = (np.arange(new) + 0.5) * scale
        distance = np.abs(np.arange(old)[None, :] + 0.5 - centres[:, None]) / max(scale, 1)
        near = 1.5 * distance**3 - 2.5 * distance**2 + 1
        far = -0.5 * distance**3 + 2.5 * distance**2 - 4 * distance + 2
        cubic = np.where(distance < 1, near, np.where(distance < 2, far, 0))
        return cubic / cubic.sum(axis=1, keepdims=True)

    rows, columns = weights(values.shape[0], height), weights(values.shape[1], width)
    # Pillow rounds and clips after each axis
    across = np.clip(np.rint(np.einsum("wj,ijc->iwc", columns, values.astype(float))), 0, 255)
    return np.clip(np.rint(np.einsum("hi,iwc->hwc", rows, across)), 0, 255).astype(int)


@pytest.mark.parametrize("shape", [(256, 256), (256, 400), (512, 300)])
def test_center_crop_keeps_the_middle_at_scale(shape):
    """A ramp shows which part was kept: 7/8 of the shorter side, in both directions."""
    height, width = shape
    ramp = np.zeros((height, width, 3), dtype=np.uint8)
    ramp[..., 0] = np.linspace(0, 255, height)[:, None]
    ramp[..., 1] = np.linspace(0, 255, width)[None, :]
    ours = resize_image(Image.fromarray(ramp), (112, 112), "center_crop").astype(float)
    part = min(shape) * 0.875
    for axis, length in ((0, height), (1, width)):
        profile = ours[:, 56, 0] if axis == 0 else ours[56, :, 1]
        positions = (length - part) / 2 + (np.arange(112) + 0.5) * part / 112 - 0.5
        assert np.abs(profile - positions * 255 / (length - 1)).max() <= 1.6


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 60), st.integers(1, 60), st.integers(1, 40), st.integers(1, 40), st.booleans()
)
def test_any_size_gives_the_size_and_keeps_a_plain_colour(
    height, width, new_height, new_width, crop
):
    image = Image.new("RGB", (width, height), (10, 200, 30))
    resized = resize_image(image, (new_height, new_width), "center_crop" if crop else "stretch")
    assert resized.shape == (new_height, new_width, 3)
    assert (resized == (10, 200, 30)).all()


def test_unknown_resize_mode_and_size():
    with pytest.raises(InputError, match="unknown mode 'strech'; did you mean 'stretch'"):
        resize_image(corners(), (4, 4), "strech")
    with pytest.raises(InputError, match="not positive"):
        resize_image(corners(), (0, 4), "stretch")


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("crop", [0.875, 0.95, 1])
def test_filters_and_crops_are_pillows_on_the_whole_image(name, crop):
    """Scaling the shorter side and cropping the middle afterwards, where sizes come out even."""
    rng = np.random.default_rng(0)
    image = Image.fromarray(rng.integers(0, 256, (200, 300, 3), dtype=np.uint8))
    side = round(100 * crop)
    scaled = image.resize((150, 100), FILTERS[name])
    left, top = (150 - side) / 2, (100 - side) / 2
    found = resize_image(
        image, (side, side), {"rule": "center_crop", "filter": name, "crop": side / 100}
    )
    if left.is_integer() and top.is_integer():
        expected = np.array(scaled.crop((left, top, left + side, top + side)))
        inner = np.abs(found[2:-2, 2:-2].astype(int) - expected[2:-2, 2:-2])
        assert inner.max() <= 1
    assert found.shape == (side, side, 3)


def test_what_is_unusual_of_a_resizing_is_said():
    assert str(Resizing.of("stretch")) == "stretch"
    assert str(Resizing.of({"rule": "center_crop", "crop": 0.875})) == "center_crop"
    unusual = {"rule": "center_crop", "crop": 0.95, "filter": "bilinear"}
    assert str(Resizing.of(unusual)) == "center_crop (bilinear, central 0.95)"
    assert str(Resizing.of({"rule": "stretch", "crop": 0.95})) == "stretch"

"""Every mode, depth, transparency and orientation of a format against its specification."""

import itertools
import struct
import zlib

import numpy as np
import pytest
from handmade_images import chunk, exif, jpeg, on_white, packed, png, scaled, tiff
from PIL import Image, PngImagePlugin

from semantrace.core.errors import InputError
from semantrace.images.decoding import inspect_image, load_image

GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
"""Colour types of PNG."""


def shown(tmp_path, data, suffix="png"):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(data)
    image = load_image(path)
    assert image.mode == "RGB"
    return np.asarray(image).astype(int)


def ramp(depth, channels=1, height=5, width=9):
    """Samples of a depth, black and white among them, that differ between channels."""
    generator = np.random.default_rng(depth * 10 + channels)
    samples = generator.integers(0, 2**depth, (height, width, channels))
    samples[0, 0], samples[0, 1] = 0, 2**depth - 1
    return samples[..., 0] if channels == 1 else samples


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_grey_png_with_and_without_a_transparent_grey(tmp_path, depth, interlaced):
    samples = ramp(depth)
    grey = scaled(samples, depth)
    found = shown(tmp_path, png(samples, depth, GREY, interlaced=interlaced))
    assert np.abs(found - grey[..., None]).max() <= 0.5
    for clear in (samples[0, 0], samples[0, 1], samples[3, 4]):
        trns = chunk(b"tRNS", struct.pack(">H", clear))
        found = shown(tmp_path, png(samples, depth, GREY, [trns], interlaced))
        expected = on_white(grey, samples != clear)
        assert np.abs(found - expected[..., None]).max() <= 0.5
        assert (samples == clear).any()


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("depth", [8, 16])
def test_colour_png_with_a_transparent_colour(tmp_path, depth, interlaced):
    samples = ramp(depth, 3)
    samples[1, 1] = samples[2, 2] = samples[3, 4]
    samples[2, 2, 1] ^= 1  # differs from the transparent colour in the lowest bit alone
    clear = samples[3, 4]
    trns = chunk(b"tRNS", struct.pack(">3H", *clear))
    found = shown(tmp_path, png(samples, depth, RGB, [trns], interlaced))
    expected = on_white(scaled(samples, depth), (samples != clear).any(axis=-1))
    assert np.abs(found - expected).max() <= 1
    assert (found[1, 1] == 255).all()
    assert (found[3, 4] == 255).all()
    assert np.abs(found[2, 2] - scaled(clear, depth)).max() <= 1


@pytest.mark.parametrize("bits_beyond", [0x0100, 0xFF00])
@pytest.mark.parametrize("depth", [2, 4, 8])
def test_bits_of_a_transparent_grey_beyond_its_depth_are_not_used(tmp_path, depth, bits_beyond):
    trns = chunk(b"tRNS", struct.pack(">H", bits_beyond | 1))
    found = shown(tmp_path, png([[0, 1, 2, 3]], depth, GREY, [trns]))
    expected = on_white(scaled([0, 1, 2, 3], depth), [1, 0, 1, 1])
    assert np.abs(found[0, :, 0] - expected).max() <= 0.5


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_palette_png_with_alpha_of_some_entries(tmp_path, depth):
    samples = ramp(depth)
    count = 2**depth
    palette = np.random.default_rng(3).integers(0, 256, (count, 3))
    alpha = np.full(count, 255)
    alpha[: count // 2] = np.arange(count // 2) * 37 % 256
    plte = chunk(b"PLTE", bytes(palette.ravel().tolist()))
    trns = chunk(b"tRNS", bytes(alpha[: count // 2].tolist()))
    assert (shown(tmp_path, png(samples, depth, PALETTE, [plte])) == palette[samples]).all()
    found = shown(tmp_path, png(samples, depth, PALETTE, [plte, trns]))
    expected = on_white(palette[samples], alpha[samples] / 255)
    assert np.abs(found - expected).max() <= 1


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize(("colour_type", "channels"), [(GREY_ALPHA, 2), (RGBA, 4), (RGB, 3)])
def test_png_with_an_alpha_channel(tmp_path, colour_type, channels, depth, interlaced):
    samples = ramp(depth, channels)
    if channels in (2, 4):
        samples[1, :3, -1] = 0, 2**depth - 1, 2 ** (depth - 1)
    found = shown(tmp_path, png(samples, depth, colour_type, interlaced=interlaced))
    colours, alpha = scaled(samples, depth), np.ones(samples.shape[:2])
    if channels in (2, 4):
        colours, alpha = colours[..., :-1], colours[..., -1] / 255
    # Pillow keeps the upper byte of 16 bits, which is up to one level less, of colour and of alpha
    assert np.abs(found - on_white(colours, alpha)).max() <= (2 if depth == 16 else 1)


SHORT = {"<": "<u2", ">": ">u2"}


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("white_is_zero", [False, True])
@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_grey_tiff(tmp_path, depth, white_is_zero, order):
    samples = ramp(depth)
    rows = [row.astype(SHORT[order]).tobytes() for row in samples]
    rows = rows if depth == 16 else packed(samples, depth)
    data = tiff(rows, samples.shape, 0 if white_is_zero else 1, [depth], order)
    if depth == 16 and white_is_zero and order == ">":  # Pillow has no such mode
        with pytest.raises(InputError, match="not an image in a format that can be read"):
            shown(tmp_path, data, "tiff")
        return
    grey = scaled(2**depth - 1 - samples if white_is_zero else samples, depth)
    assert np.abs(shown(tmp_path, data, "tiff") - grey[..., None]).max() <= 0.5


def test_grey_tiff_of_12_bits(tmp_path):
    samples = ramp(12, width=8)
    data = tiff(packed(samples, 12), samples.shape, 1, [12])
    expected = scaled(samples, 12)[..., None]
    assert np.abs(shown(tmp_path, data, "tiff") - expected).max() <= 0.5


PLAIN, PREMULTIPLIED, STRAIGHT = 0, 1, 2
"""Kinds of a further sample in TIFF: unspecified, associated alpha, unassociated alpha."""


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [None, PLAIN, PREMULTIPLIED, STRAIGHT])
@pytest.mark.parametrize(("colours", "depth"), [(1, 8), (3, 8), (3, 16)])
def test_tiff_with_a_further_channel(tmp_path, colours, depth, kind, order):
    largest = 2**depth - 1
    samples = ramp(depth, colours + (kind is not None)).reshape(5, 9, -1)
    if kind is not None:
        samples[1, :3, -1] = 0, largest, largest // 2
    if kind == PREMULTIPLIED:
        samples[..., :-1] = samples[..., :-1] * samples[..., -1:] // largest
    stored = samples.astype(SHORT[order] if depth == 16 else np.uint8)
    extra = {} if kind is None else {"extra": [kind]}
    data = tiff(
        [row.tobytes() for row in stored],
        samples.shape[:2],
        1 if colours == 1 else 2,
        [depth] * samples.shape[-1],
        order,
        **extra,
    )
    values = scaled(samples, depth)
    if kind in (None, PLAIN):
        expected = values[..., :colours]
    elif kind == STRAIGHT:
        expected = on_white(values[..., :-1], values[..., -1] / 255)
    else:
        expected = values[..., :-1] + 255 - values[..., -1:]
    # a colour that was multiplied by a small alpha is rounded twice, and cut to 8 bits before that
    tolerance = 3 if depth == 16 else 2
    assert np.abs(shown(tmp_path, data, "tiff") - expected).max() <= tolerance


def test_palette_tiff(tmp_path):
    samples = ramp(4)
    palette = np.random.default_rng(1).integers(0, 256, (3, 16)) * 257
    data = tiff(packed(samples, 4), samples.shape, 3, [4], colours=palette.ravel().tolist())
    assert (shown(tmp_path, data, "tiff") == palette.T[samples] // 257).all()


def test_cmyk_tiff(tmp_path):
    samples = ramp(8, 4)
    data = tiff([row.astype(np.uint8).tobytes() for row in samples], (5, 9), 5, [8] * 4)
    inks = samples / 255
    expected = 255 * (1 - inks[..., :3]) * (1 - inks[..., 3:])
    assert np.abs(shown(tmp_path, data, "tiff") - expected).max() <= 1


@pytest.mark.parametrize(
    ("kind", "bits", "stored", "message"),
    [
        (3, 32, np.float32([[0.5, 1]]), "floating-point"),
        (2, 16, np.int16([[5, 6]]), "signed"),
        (1, 32, np.uint32([[5, 6]]), "32-bit"),
        (2, 32, np.int32([[5, -6]]), "signed"),
    ],
)
def test_samples_with_no_agreed_white_are_refused(tmp_path, kind, bits, stored, message):
    data = tiff([stored.tobytes()], stored.shape, 1, [bits], format=[kind])
    with pytest.raises(InputError, match=f"a.tiff: {message} samples have no agreed white"):
        shown(tmp_path, data, "tiff")


def rgb_of(luma, blue, red):
    """JFIF 1.02."""
    return [
        luma + 1.402 * (red - 128),
        luma - 0.344136 * (blue - 128) - 0.714136 * (red - 128),
        luma + 1.772 * (blue - 128),
    ]


BLOCKS = np.random.default_rng(5).integers(90, 160, (3, 2, 4))


def test_grey_jpeg(tmp_path):
    found = shown(tmp_path, jpeg(BLOCKS[..., :1]), "jpg")
    assert found.shape == (24, 16, 3)
    assert np.abs(found[::8, ::8] - BLOCKS[..., :1]).max() <= 1


@pytest.mark.parametrize("adobe", [None, 0, 1])
def test_colour_jpeg(tmp_path, adobe):
    found = shown(tmp_path, jpeg(BLOCKS[..., :3], adobe), "jpg")
    stored = BLOCKS[..., :3]
    expected = stored if adobe == 0 else np.stack(rgb_of(*np.moveaxis(stored, -1, 0)), axis=-1)
    assert np.abs(found[::8, ::8] - expected).max() <= 1


@pytest.mark.parametrize("adobe", [0, 2])
def test_four_channel_jpeg_of_adobe_is_stored_inverted(tmp_path, adobe):
    found = shown(tmp_path, jpeg(BLOCKS, adobe), "jpg")
    stored = BLOCKS.astype(float)
    if adobe == 2:  # YCCK: converted as YCbCr would be, to 255 less the inverted inks
        stored[..., :3] = 255 - np.stack(rgb_of(*np.moveaxis(stored[..., :3], -1, 0)), axis=-1)
    expected = stored[..., :3] * stored[..., 3:] / 255
    assert np.abs(found[::8, ::8] - expected).max() <= 2


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def turned(stored, orientation):
    """Upright pixels (EXIF 2.32, table 6): on which sides the stored row 0 and column 0 are."""
    sides = (
        "top left,top right,bottom right,bottom left,left top,right top,right bottom,left bottom"
    )
    row, column = sides.split(",")[orientation - 1].split()
    if row in ("left", "right"):
        stored = stored.swapaxes(0, 1)
        row, column = column, row
    stored = stored[::-1] if row == "bottom" else stored
    return stored[:, ::-1] if column == "right" else stored


def webp(samples, orientation, path):
    Image.fromarray(samples).save(path, lossless=True, exact=True, exif=exif(orientation))
    return path.read_bytes()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["png", "tiff", "jpg", "webp"])
def test_every_orientation_is_applied_once(tmp_path, suffix, orientation):
    blocks = np.arange(6).reshape(3, 2, 1) * 20 + 80
    samples = np.kron(blocks[..., 0], np.ones((8, 8), dtype=int)).astype(np.uint8)
    rows = [row.tobytes() for row in samples]
    data = {
        "png": lambda: png(samples, 8, GREY, [chunk(b"eXIf", exif(orientation))]),
        "tiff": lambda: tiff(rows, samples.shape, 1, [8], orientation=[orientation]),
        "jpg": lambda: jpeg(blocks, before=segment(0xE1, b"Exif\0\0" + exif(orientation))),
        "webp": lambda: webp(samples, orientation, tmp_path / "b.webp"),
    }[suffix]()
    expected = turned(samples, orientation)
    found = shown(tmp_path, data, suffix)
    assert found.shape[:2] == expected.shape
    assert np.abs(found - expected[..., None]).max() <= 1
    facts = inspect_image(tmp_path / f"a.{suffix}")
    assert (facts.height, facts.width) == expected.shape


@pytest.mark.parametrize("orientation", [3, 6])
def test_orientation_and_transparency_together(tmp_path, orientation):
    samples = ramp(4)
    chunks = [chunk(b"tRNS", struct.pack(">H", 3)), chunk(b"eXIf", exif(orientation))]
    expected = turned(on_white(scaled(samples, 4), samples != 3), orientation)
    assert np.abs(shown(tmp_path, png(samples, 4, GREY, chunks)) - expected[..., None]).max() <= 0.5


@pytest.mark.parametrize("channels", [3, 4])
def test_webp_with_and_without_alpha(tmp_path, channels):
    samples = ramp(8, channels).astype(np.uint8)
    Image.fromarray(samples).save(tmp_path / "b.webp", lossless=True, exact=True)
    found = shown(tmp_path, (tmp_path / "b.webp").read_bytes(), "webp")
    alpha = samples[..., 3] / 255 if channels == 4 else np.ones(samples.shape[:2])
    assert np.abs(found - on_white(samples[..., :3].astype(int), alpha)).max() <= 1


@pytest.mark.parametrize("suffix", ["webp", "png", "gif", "tiff", "mpo"])
def test_the_first_of_several_frames(tmp_path, suffix):
    first, second = (Image.new("RGB", (16, 16), colour) for colour in ((200, 30, 40), (0, 0, 255)))
    options = {"lossless": True} if suffix == "webp" else {}
    first.save(tmp_path / f"b.{suffix}", save_all=True, append_images=[second], **options)
    found = shown(tmp_path, (tmp_path / f"b.{suffix}").read_bytes(), suffix)
    assert np.abs(found - (200, 30, 40)).max() <= 3


@pytest.mark.parametrize("transparent", [False, True])
def test_a_first_frame_of_gif_that_leaves_a_part_empty(tmp_path, transparent):
    """GIF89a: what no frame covers has no colour; browsers show what is behind it."""
    codes = (4, 0, 4, 1, 4, 1, 4, 0, 5)  # LZW of 3 bits: each index after a clear (4), then the end
    bits = "".join(format(code, "03b")[::-1] for code in codes)
    coded = bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
    data = b"GIF89a" + struct.pack("<HHBBB", 4, 2, 0x80, 0, 0) + bytes([9, 9, 9, 200, 100, 50])
    data += b"\x21\xf9\x04\x01\0\0\x01\0" if transparent else b""
    data += b"," + struct.pack("<HHHHB", 1, 0, 2, 2, 0) + bytes([2, len(coded)]) + coded + b"\0;"
    other = (255, 255, 255) if transparent else (200, 100, 50)
    expected = np.full((2, 4, 3), 255)
    expected[:, 1:3] = [[(9, 9, 9), other], [other, (9, 9, 9)]]
    assert (shown(tmp_path, data, "gif") == expected).all()


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("after", [True, False])
def test_a_png_with_much_text_is_whole(tmp_path, zipped, after):
    text = b"x" * 3_000_000
    data = b"prompt\0" + bytes([zipped, 0]) + b"\0\0" + (zlib.compress(text) if zipped else text)
    whole = png(np.full((2, 3), 77), 8, GREY, [] if after else [chunk(b"iTXt", data)])
    whole = whole[:-12] + chunk(b"iTXt", data) + whole[-12:] if after else whole
    assert (shown(tmp_path, whole) == 77).all()


def test_text_without_bound_is_refused_and_not_called_damage(tmp_path):
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(PngImagePlugin.MAX_TEXT_CHUNK + 1)))
    with pytest.raises(InputError, match="takes more than 64 MB; save it without them"):
        shown(tmp_path, png(np.full((2, 3), 77), 8, GREY, [text]))


@pytest.mark.parametrize("compression", [34712, 50001, 50002, 65000])
def test_what_cannot_be_decoded_is_not_called_damaged(tmp_path, compression):
    """JPEG 2000, WebP and JPEG XL in TIFF, which libtiff may be built without, and one unknown."""
    data = tiff([bytes(6)] * 4, (4, 6), 1, [8], compression=[compression])
    message = "pixels could not be decoded|not an image in a format that can be read"
    with pytest.raises(InputError, match=message) as caught:
        shown(tmp_path, data, "tiff")
    assert "damaged" not in str(caught.value)


def test_exif_whose_other_tags_are_broken_still_turns(tmp_path):
    entries = [struct.pack("<HHIHH", 0x112, 3, 1, 6, 0), struct.pack("<HHII", 0x10F, 2, 50, 60_000)]
    broken = b"II*\0\x08\0\0\0" + struct.pack("<H", 2) + b"".join(sorted(entries)) + b"\0\0\0\0"
    samples = ramp(8)
    found = shown(tmp_path, png(samples, 8, GREY, [chunk(b"eXIf", broken)]))
    assert (found[..., 0] == turned(samples, 6)).all()


def test_all_modes_that_pillow_writes_as_png_and_tiff_are_read(tmp_path):
    modes = {
        "png": "1 L LA I;16 P RGB RGBA",
        "tiff": "1 L LA I;16 P PA RGB RGBA RGBX CMYK YCbCr LAB",
    }
    for suffix, mode in itertools.chain.from_iterable(
        ((suffix, mode) for mode in names.split()) for suffix, names in modes.items()
    ):
        path = tmp_path / f"{mode.replace(';', '')}.{suffix}"
        Image.new(mode, (4, 3)).save(path)
        assert load_image(path).size == (4, 3), (mode, suffix)

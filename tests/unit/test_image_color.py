"""ICC profiles in images against their conversion by hand, from profile to XYZ to sRGB."""

import io
import itertools
import logging
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from handmade_images import D50, chunk, gamma_curve, icc, matrix_profile, on_white, png, tiff
from PIL import Image, ImageCms

from semantrace.images.decoding import load_image

WIDE = np.array(
    [[0.51512, 0.29198, 0.15710], [0.24119, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]]
)
"""Primaries of Display P3 in XYZ of the white D50, as columns."""

SRGB = np.array(
    [
        [0.4360747, 0.3850649, 0.1430804],
        [0.2225045, 0.7168786, 0.0606169],
        [0.0139322, 0.0971045, 0.7141733],
    ]
)
"""Those of sRGB."""


def encoded(xyz):
    """XYZ of the white D50 as sRGB of 0 to 255 (IEC 61966-2-1)."""
    linear = np.clip(np.asarray(xyz) @ np.linalg.inv(SRGB).T, 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def of_wide(colours, gamma=2.2):
    return encoded((np.asarray(colours) / 255) ** gamma @ WIDE.T)


def some(channels, seed=0):
    """Random colours, within the gamut of sRGB where they have the primaries of Display P3."""
    return np.random.default_rng(seed).integers(60, 200, (6, 7, channels)).astype(np.uint8)


def shown(tmp_path, image, suffix="png", **options):
    path = tmp_path / f"a.{suffix}"
    image.save(path, **options)
    return np.asarray(load_image(path)).astype(int)


def told(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


LOSSLESS = {
    "png": {},
    "tiff": {},
    "webp": {"lossless": True, "exact": True},
    "jpg": {"quality": 100, "subsampling": 0},
}


@pytest.mark.parametrize("suffix", LOSSLESS)
def test_colours_of_a_wide_profile(tmp_path, suffix, caplog):
    colours = np.kron(some(3), np.ones((8, 8, 1), dtype=np.uint8))
    profile = matrix_profile(WIDE, 2.2)
    found = shown(
        tmp_path, Image.fromarray(colours), suffix, icc_profile=profile, **LOSSLESS[suffix]
    )
    assert np.abs(found - of_wide(colours)).max() <= (5 if suffix == "jpg" else 2)
    assert np.abs(found - colours).max() > 20
    assert told(caplog) == []


def test_colours_are_converted_before_they_are_laid_on_white(tmp_path):
    colours = some(4)
    colours[..., 3] = np.arange(42).reshape(6, 7) * 6
    found = shown(tmp_path, Image.fromarray(colours), icc_profile=matrix_profile(WIDE, 2.2))
    expected = on_white(of_wide(colours[..., :3]), colours[..., 3] / 255)
    assert np.abs(found - expected).max() <= 2


def test_colours_of_a_palette(tmp_path):
    colours = np.array([[[200, 100, 50], [60, 160, 90], [200, 100, 50]]], dtype=np.uint8)
    palette = Image.fromarray(colours).quantize(2)
    found = shown(tmp_path, palette, icc_profile=matrix_profile(WIDE, 2.2))
    assert np.abs(found - of_wide(np.asarray(palette.convert("RGB")))).max() <= 2


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
@pytest.mark.parametrize("gamma", [1.0, 1.8])
def test_grey_of_a_profile_of_grey(tmp_path, mode, gamma):
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    profile = icc(b"GRAY", {b"kTRC": gamma_curve(gamma)})
    image = Image.fromarray(grey)
    alpha = np.ones(grey.shape)
    if mode == "LA":
        alpha[:8] = 51 / 255
        image.putalpha(Image.fromarray((255 * alpha).astype(np.uint8)))
    elif mode == "I;16":
        image = Image.fromarray(grey.astype(np.uint16) * 257)
    expected = on_white(encoded((grey[..., None] / 255) ** gamma * D50), alpha)
    assert np.abs(shown(tmp_path, image, icc_profile=profile) - expected).max() <= 2


def lab_table():
    """A profile of printing inks: a colour in CIELAB (8 bits) for each corner of CMYK."""
    generator = np.random.default_rng(2)
    corners = np.stack(
        [generator.integers(80, 240, 16), *generator.integers(110, 146, (2, 16))], axis=1
    )
    corners[0] = 255, 128, 128  # no ink is white
    straight = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0])
    table += b"".join(
        struct.pack(">i", 65536 * (row == column)) for row in range(3) for column in range(3)
    )
    table += straight * 4 + bytes(corners.ravel().tolist()) + straight * 3
    return icc(b"CMYK", {b"A2B0": table}, b"prtr", b"Lab "), corners


def of_lab(lab):
    """CIELAB (L of 0 to 100) as sRGB, by CIE 15."""
    lightness, green_red, blue_yellow = np.moveaxis(np.asarray(lab, dtype=float), -1, 0)
    y = (lightness + 16) / 116
    f = np.stack([y + green_red / 500, y, y - blue_yellow / 200], axis=-1)
    return encoded(D50 * np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)))


@pytest.mark.parametrize("suffix", ["tiff", "jpg"])
def test_inks_of_a_profile_of_cmyk(tmp_path, suffix):
    profile, corners = lab_table()
    inks = 255 * np.array(list(itertools.product((0, 1), repeat=4)), dtype=np.uint8)
    image = Image.fromarray(np.kron(inks.reshape(4, 4, 4), np.ones((8, 8, 1), np.uint8)), "CMYK")
    found = shown(tmp_path, image, suffix, icc_profile=profile, **LOSSLESS[suffix])
    lab = np.stack([corners[:, 0] / 2.55, corners[:, 1] - 128, corners[:, 2] - 128], axis=-1)
    expected = of_lab(lab).reshape(4, 4, 3)
    assert np.abs(found[4::8, 4::8] - expected).max() <= 3


def test_cielab(tmp_path):
    """TIFF 6.0, section 23: L as 0 to 255, a and b as signed bytes."""
    lab = np.array([[[100, 0, 0], [0, 0, 0], [54, 20, 30], [60, -25, -12]]])
    stored = np.stack([np.rint(lab[..., 0] * 2.55), lab[..., 1] % 256, lab[..., 2] % 256], axis=-1)
    path = tmp_path / "a.tiff"
    path.write_bytes(tiff([stored.astype(np.uint8).tobytes()], (1, 4), 8, [8] * 3))
    assert np.abs(np.asarray(load_image(path)) - of_lab(lab)).max() <= 2


def srgb_profiles():
    """Yield sRGB as Little CMS has it, and with sampled curves and rounded primaries."""
    yield "parametric", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    level = np.arange(1024) / 1023
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    curve = (
        b"curv\0\0\0\0" + struct.pack(">I", 1024) + np.rint(65535 * linear).astype(">u2").tobytes()
    )
    yield "sampled", matrix_profile(np.round(SRGB, 4), curve)


@pytest.mark.parametrize("profile", [pytest.param(data, id=name) for name, data in srgb_profiles()])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P"])
def test_a_profile_of_srgb_changes_nothing(tmp_path, mode, profile, caplog):
    image = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 4), dtype=np.uint8))
    image = image.convert("RGB").quantize(64) if mode == "P" else image.convert(mode)
    plain = shown(tmp_path, image)
    assert (shown(tmp_path, image, icc_profile=profile) == plain).all()
    assert told(caplog) == []


@pytest.mark.parametrize(
    ("mode", "profile", "reason"),
    [
        ("RGB", b"no profile at all", "it is broken"),
        ("RGB", matrix_profile(WIDE, 2.2)[:200], "it is broken"),
        ("RGB", lab_table()[0], "it is for CMYK and the image is RGB"),
        ("RGB", icc(b"GRAY", {b"kTRC": gamma_curve(1.8)}), "it is for GRAY and the image is RGB"),
        ("L", matrix_profile(WIDE, 2.2), "it is for RGB and the image is GRAY"),
        ("CMYK", matrix_profile(WIDE, 2.2), "it is for RGB and the image is CMYK"),
        ("RGB", icc(b"RGB ", {}), "it is broken"),
        ("RGB", icc(b"RGB ", {}, b"link"), "it does not describe the colours of a device"),
    ],
)
def test_a_profile_that_does_not_fit_is_told_once_an_image(tmp_path, mode, profile, reason, caplog):
    image = Image.fromarray(some(4), "CMYK").convert(mode)
    suffix = "tiff" if mode == "CMYK" else "png"
    plain = shown(tmp_path, image, suffix)
    for _ in range(2):
        caplog.clear()
        assert (shown(tmp_path, image, suffix, icc_profile=profile) == plain).all()
        (message,) = told(caplog)
        assert message.startswith(
            f"{tmp_path}/a.{suffix}: its ICC profile is not applied: {reason}"
        )


def test_threads_share_a_conversion(tmp_path):
    paths = []
    for number in range(12):
        paths.append(tmp_path / f"{number}.png")
        profile = matrix_profile(WIDE, 1.8 + 0.2 * (number % 3))
        Image.fromarray(some(3, number)).save(paths[-1], icc_profile=profile)
    with ThreadPoolExecutor(8) as pool:
        found = [np.asarray(image).astype(int) for image in pool.map(load_image, paths)]
    for number, image in enumerate(found):
        expected = of_wide(some(3, number), 1.8 + 0.2 * (number % 3))
        assert np.abs(image - expected).max() <= 2


@pytest.mark.parametrize(
    ("chunks", "is_told"),
    [
        ([chunk(b"gAMA", struct.pack(">I", 100_000))], True),
        ([chunk(b"gAMA", struct.pack(">I", 45_455))], False),
        ([chunk(b"gAMA", struct.pack(">I", 100_000)), chunk(b"sRGB", b"\0")], False),
    ],
)
def test_a_gamma_that_is_not_applied_is_told(tmp_path, chunks, is_told, caplog):
    path = tmp_path / "a.png"
    path.write_bytes(png(some(3), 8, 2, chunks))
    assert (np.asarray(load_image(path)) == some(3)).all()
    assert [str(path) in message for message in told(caplog)] == [True] * is_told


def test_a_profile_that_unpacks_to_3_mb_is_applied(tmp_path):
    profile = matrix_profile(WIDE, 2.2)
    profile = struct.pack(">I", 3_000_000) + profile[4:].ljust(3_000_000 - 4, b"\0")
    data = chunk(b"iCCP", b"wide\0\0" + zlib.compress(profile))
    path = tmp_path / "a.png"
    path.write_bytes(png(some(3), 8, 2, [data]))
    assert np.abs(np.asarray(load_image(path)) - of_wide(some(3))).max() <= 2


def test_the_oracle_agrees_with_little_cms_on_its_own_profile():
    """The primaries and the curve of `encoded` are those of sRGB."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(matrix_profile(SRGB, 1.0)))
    srgb = ImageCms.createProfile("sRGB")
    levels = some(3)
    found = ImageCms.profileToProfile(Image.fromarray(levels), profile, srgb)
    expected = encoded(levels / 255 @ SRGB.T)
    assert np.abs(np.asarray(found) - expected).max() <= 1

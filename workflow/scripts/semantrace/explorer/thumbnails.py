"""The small images of the page: one of each concept, and those that networks misclassified."""

import io
from pathlib import Path

import pandas as pd
from PIL import Image

from semantrace.explorer.packing import Blocks
from semantrace.images.thumbnails import load_thumbnail, shown_images

LARGE, SMALL = 160, 88
"""Sides in pixels: of a few hundred concepts, and of more."""

MOST_LARGE = 400
MOST_IMAGES = 1600
"""Images that the page has room for; concepts come first."""

QUALITY, METHOD = 70, 2
"""Of WebP; a slower method takes up to thrice the time for a tenth of the size."""


def pack_thumbnails(
    images: pd.DataFrame, folder: str | Path, misclassified: list[str], blocks: Blocks
) -> dict:
    """Pack small images, and return which is whose.

    Parameters
    ----------
    images : DataFrame
        `semantrace.core.tables.IMAGES`.
    folder : path
        The dataset's folder.
    misclassified : list of str
        Identifiers of further images that are shown, the more important first.
    blocks : Blocks
        Gets ``thumbnails``: WebP files one behind the other.

    Returns
    -------
    dict
        ``side`` in pixels, ``sizes`` of the files in bytes, and their places by ``concepts`` (of
        `shown_images`) and by ``images`` (identifiers).

    Raises
    ------
    InputError
        When an image cannot be read.
    """
    shown = shown_images(images)
    paths = dict(zip(images["image"], images["path"], strict=True))
    chosen = list(dict.fromkeys([*shown["image"], *misclassified]))[: max(MOST_IMAGES, len(shown))]
    side = LARGE if len(chosen) <= MOST_LARGE else SMALL
    files = [_as_webp(Path(folder) / paths[image], side) for image in chosen]
    blocks.add("thumbnails", b"".join(files))
    places = {image: place for place, image in enumerate(chosen)}
    return {
        "side": side,
        "sizes": [len(file) for file in files],
        "concepts": {row.concept: places[row.image] for row in shown.itertuples()},
        "images": {image: places[image] for image in misclassified if image in places},
    }


def _as_webp(path: Path, side: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(load_thumbnail(path, side)).save(buffer, "WEBP", quality=QUALITY, method=METHOD)
    return buffer.getvalue()

"""Small images: one of each class, whole, on white squares."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from semantrace.images.dataset_classes import class_ids
from semantrace.images.decoding import load_image

PIXELS = 240
"""Side of a thumbnail: enough for 300 dots per inch at the largest size drawn."""


def load_thumbnail(path: str | Path, side: int = PIXELS) -> np.ndarray:
    """Return an image scaled to fit a white square.

    Parameters
    ----------
    path : path
        Any image that `semantrace.images.decoding.load_image` reads.
    side : int
        Pixels.

    Returns
    -------
    numpy.ndarray
        uint8, side × side × 3. The proportions are kept and nothing is cut off.

    Raises
    ------
    InputError
        When the image cannot be read.
    """
    image = load_image(path)
    scale = side / max(image.size)
    width, height = (max(1, round(length * scale)) for length in image.size)
    square = Image.new("RGB", (side, side), "white")
    place = ((side - width) // 2, (side - height) // 2)
    square.paste(image.resize((width, height), Image.Resampling.LANCZOS), place)
    return np.asarray(square)


def shown_images(images: pd.DataFrame) -> pd.DataFrame:
    """Return one image of each class: its first of the first group, or its first of all.

    Parameters
    ----------
    images : DataFrame
        `semantrace.core.tables.IMAGES`.

    Returns
    -------
    DataFrame
        The rows of these images, in the order of their classes' identifiers.
    """
    ordered = images.assign(later=images["group"] != "0").sort_values(["later", "image"])
    shown = ordered.drop(columns="later").drop_duplicates("concept")
    return shown.loc[class_ids(shown).sort_values().index]


def image_paths(images: pd.DataFrame, folder: str | Path) -> Mapping[str, Path]:
    """Return one image of each class, that of `shown_images`.

    Parameters
    ----------
    images : DataFrame
        `semantrace.core.tables.IMAGES`.
    folder : path
        The dataset's folder.

    Returns
    -------
    mapping of str to path
        By concept.
    """
    return {row.concept: Path(folder) / row.path for row in shown_images(images).itertuples()}

"""What class vectors look like: images that networks were inverted to, by class.

Source of the form: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of
Abstract Semantics, figure 3.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from semantrace.core.names import shown_layers
from semantrace.figures.base.headings import Heading
from semantrace.figures.base.style import GREY, PAGE_WIDTH, SMALL, draws, fit_line, new_figure
from semantrace.figures.base.thumbnails import draw_thumbnail, inch_axes
from semantrace.images.dataset_classes import wnid_of
from semantrace.images.thumbnails import image_paths, load_thumbnail, shown_images

MOST_COLUMNS = 5
MOST_LAYERS = 3
"""Layers whose cosines are written out; of more, only the mean is."""

LARGEST_SIDE = 1.685
PHOTOGRAPH_PART = 0.32
"""Side of the photograph as a part of the image's."""

MARGIN = 0.08
GAP = 0.1
NAME_HEIGHT = 0.19
LINE_HEIGHT = 0.125
NAME_SIZE = 7.0


class InvertedClasses(Protocol):
    """Images of class vectors, as `semantrace.embedding.inversion_files` has them."""

    classes: Sequence[str]
    concepts: Sequence[str]
    layers: Sequence[str]
    images: np.ndarray
    cosines: np.ndarray


@dataclass(frozen=True)
class _Grid:
    """Cells of equal size, as many in each row as makes the rows about equally long."""

    columns: int
    rows: int

    @classmethod
    def of(cls, cells: int) -> "_Grid":
        rows = math.ceil(cells / MOST_COLUMNS)
        return cls(math.ceil(cells / rows), rows)

    @property
    def side(self) -> float:
        room = PAGE_WIDTH - 2 * MARGIN - GAP * (self.columns - 1)
        return min(LARGEST_SIDE, room / self.columns)

    @property
    def cell_height(self) -> float:
        return NAME_HEIGHT + self.side * (1 + PHOTOGRAPH_PART) + 2 * GAP

    @property
    def height(self) -> float:
        return self.rows * self.cell_height

    def corner(self, number: int) -> tuple[float, float]:
        """Return the left and the upper edge of a cell, from the grid's own corner."""
        row, column = divmod(number, self.columns)
        return column * (self.side + GAP), row * self.cell_height


@dataclass(frozen=True)
class _Cell:
    """A class: its name, its image, a photograph below it and lines of facts beside that."""

    name: str
    image: np.ndarray
    photograph: np.ndarray
    lines: Sequence[str]

    def draw(self, page: Axes, left: float, top: float, side: float) -> None:
        name, size = fit_line(page.figure, self.name, side, NAME_SIZE, "bold")
        page.text(left, top + NAME_HEIGHT / 2, name, fontsize=size, fontweight="bold", va="center")
        draw_thumbnail(page, squared(self.image), left, top + NAME_HEIGHT, side)
        below, small = top + NAME_HEIGHT + side + 0.5 * GAP, PHOTOGRAPH_PART * side
        draw_thumbnail(page, self.photograph, left, below, small)
        text_left = left + small + 0.5 * GAP
        first = below + small / 2 - (len(self.lines) - 1) * LINE_HEIGHT / 2
        for place, line in enumerate(self.lines):
            text, size = fit_line(page.figure, line, left + side - text_left, SMALL)
            middle = first + place * LINE_HEIGHT
            page.text(text_left, middle, text, fontsize=size, color=GREY, va="center")


@draws("inversions")
def inversions(
    stored: Mapping[str, InvertedClasses],
    images: pd.DataFrame,
    folder: str | Path,
    networks: Mapping[str, str],
    layer_titles: Mapping[str, Mapping[str, str]],
) -> tuple[Figure, pd.DataFrame]:
    """Draw the image of each class vector, with a photograph and the cosine it reaches.

    Parameters
    ----------
    stored : mapping of str to InvertedClasses
        The images of each network.
    images : DataFrame
        `semantrace.core.tables.IMAGES`.
    folder : path
        The dataset's folder.
    networks : mapping of str to str
        Titles by name.
    layer_titles : mapping of str to mapping of str to str
        What figures call the layers of a network, by its name, where it is not their own name.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each network, class and layer.
    """
    titles = {
        name: shown_layers([name] * len(inverted.layers), inverted.layers, layer_titles)
        for name, inverted in stored.items()
    }
    headings = {
        name: Heading.wrapped(
            f"{networks[name]}, class vectors of {_listed(titles[name])}", PAGE_WIDTH - 2 * MARGIN
        )
        for name in stored
    }
    grids = {name: _Grid.of(len(inverted.classes)) for name, inverted in stored.items()}
    height = sum(headings[name].height + grids[name].height for name in stored)
    figure = new_figure(PAGE_WIDTH, height, layout=None)
    page = inch_axes(figure, 0, 0, PAGE_WIDTH, height)
    data = _table(stored, images)
    counts = dict(zip(data["concept"], data["images"], strict=True))
    photographs = image_paths(images, folder)
    top = 0.0
    for name, inverted in stored.items():
        headings[name].draw(page, MARGIN, top)
        top += headings[name].height
        for number, concept in enumerate(inverted.concepts):
            left, below = grids[name].corner(number)
            lines = _cosine_lines(inverted.cosines[number], titles[name])
            lines.append(_count(counts[concept]))
            photograph = load_thumbnail(photographs[concept])
            shown = concept.replace("_", " ")
            cell = _Cell(shown, inverted.images[number], photograph, lines)
            cell.draw(page, MARGIN + left, top + below, grids[name].side)
        top += grids[name].height
    return figure, data


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _cosine_lines(cosines: np.ndarray, titles: Sequence[str]) -> list[str]:
    """Return the mean cosine and, where they are few, that of each layer."""
    lines = [f"cosine {cosines.mean():.2f}"]
    if 1 < len(titles) <= MOST_LAYERS:
        lines += [f"{cosine:.2f} {title}" for title, cosine in zip(titles, cosines, strict=True)]
    return lines


def _count(images: int) -> str:
    return f"{images} image" if images == 1 else f"{images} images"


def squared(image: np.ndarray) -> np.ndarray:
    """Return an image in the middle of a white square."""
    edges = []
    for length in image.shape[:2]:
        missing = max(image.shape[:2]) - length
        edges.append((missing // 2, missing - missing // 2))
    return np.pad(image, (*edges, (0, 0)), constant_values=255)


def _table(stored: Mapping[str, InvertedClasses], images: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each network, class and layer."""
    shown = shown_images(images).set_index("concept")["image"]
    counts = images["concept"].value_counts()
    rows = [
        {
            "network": network,
            "concept": concept,
            "wnid": wnid_of(identifier),
            "images": counts[concept],
            "image": shown[concept],
            "layer": layer,
            "cosine": cosine,
            "mean_cosine": cosines.mean(),
        }
        for network, inverted in stored.items()
        for concept, identifier, cosines in zip(
            inverted.concepts, inverted.classes, inverted.cosines, strict=True
        )
        for layer, cosine in zip(inverted.layers, cosines, strict=True)
    ]
    return pd.DataFrame(rows)

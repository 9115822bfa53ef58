"""Word and image correlations side by side, in the order of one tree."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from scipy.cluster.hierarchy import dendrogram, leaves_list
from seaborn import color_palette

from semantrace.core.tree_groups import TreeGroup
from semantrace.figures.base.style import GREY, INK, POINTS, draws, new_figure
from semantrace.figures.base.thumbnails import inch_axes

PITCH = 4.6
"""Points from one concept to the next: room for names of 4 points."""

NAME_SIZE = 4.0
LARGEST_SIDE = 24.0
"""Inches: with more concepts than fit, rows and names get smaller."""

SMALLEST_SIDE = 2.6
TREE_WIDTH = 1.1
GROUP_WIDTH = 2.2
GROUP_SIZE = 9.0
TITLE_HEIGHT = 0.4
BAR_HEIGHT = 0.75


class Tree(Protocol):
    """Correlations of concepts and their tree: `semantrace.embedding.concept_tree_files`."""

    word_model: str
    network: str
    layer: str
    concepts: Sequence[str]
    words: np.ndarray
    images: np.ndarray
    tree: np.ndarray
    groups: Sequence[TreeGroup]


@draws("correlation_matrices")
def correlation_matrices(concepts: Tree, titles: tuple[str, str]) -> tuple[Figure, pd.DataFrame]:
    """Draw word and image correlations side by side, ordered by their common tree.

    Parameters
    ----------
    concepts : Tree
        Of k concepts.
    titles : tuple of str
        Titles of the two matrices.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each pair of concepts, by their positions in the figure.
    """
    tree, groups = concepts.tree, concepts.groups
    order = leaves_list(tree)
    names = [concepts.concepts[index].replace("_", " ") for index in order]
    side = float(np.clip(len(names) * PITCH / POINTS, SMALLEST_SIDE, LARGEST_SIDE))
    name_size = min(6.0, NAME_SIZE / PITCH * side * POINTS / len(names))
    name_width = max(map(len, names)) * name_size * 0.62 / POINTS + 0.12
    right = GROUP_WIDTH if groups else 0.1
    width = TREE_WIDTH + 2 * side + name_width + right
    figure = new_figure(width, TITLE_HEIGHT + side + name_width + BAR_HEIGHT, layout=None)
    _draw_tree(inch_axes(figure, 0.05, TITLE_HEIGHT, TREE_WIDTH - 0.1, side), tree)
    first = TREE_WIDTH
    second = first + side + name_width
    for left, matrix, title in zip(
        (first, second), (concepts.words, concepts.images), titles, strict=True
    ):
        axis = inch_axes(figure, left, TITLE_HEIGHT, side, side)
        _draw_matrix(axis, matrix[np.ix_(order, order)], title, groups, name_width)
        _draw_column_names(axis, names, name_size)
    between = inch_axes(figure, first + side, TITLE_HEIGHT, name_width, side)
    _draw_row_names(between, names, name_size, name_width)
    if groups:
        beside = inch_axes(figure, second + side, TITLE_HEIGHT, right, side)
        _draw_groups(beside, groups, len(names))
    return figure, _pairs(concepts, order)


def _draw_tree(axis: Axes, tree: np.ndarray) -> None:
    drawn = dendrogram(tree, no_plot=True)
    leaves = len(tree) + 1
    height = float(tree[:, 2].max()) or 1.0
    axis.set_xlim(1.02 * height, 0)
    axis.set_ylim(leaves, 0)
    # SciPy puts leaf i at 10·i + 5.
    segments = [
        np.column_stack([distance, np.asarray(place) / 10])
        for distance, place in zip(drawn["dcoord"], drawn["icoord"], strict=True)
    ]
    axis.add_collection(LineCollection(segments, colors=INK, linewidths=0.5))


def _draw_matrix(
    axis: Axes, matrix: np.ndarray, title: str, groups: Sequence[TreeGroup], name_width: float
) -> None:
    k = len(matrix)
    shown = matrix[~np.eye(k, dtype=bool)]
    low, high = np.percentile(shown, [1, 99])
    image = axis.imshow(
        matrix,
        extent=(0, k, k, 0),
        aspect="auto",
        interpolation="nearest",
        cmap=color_palette("mako", as_cmap=True),
        vmin=low,
        vmax=high if high > low else low + 1,
    )
    axis.set_xlim(0, k)
    axis.set_ylim(k, 0)
    for group in groups:
        axis.plot(
            [group.start, group.end, group.end, group.start, group.start],
            [group.start, group.start, group.end, group.end, group.start],
            color="white",
            linewidth=0.8,
        )
    axis.set_title(title, fontsize=float(np.clip(k**0.5, 8, 16)))
    box = axis.get_position()
    page_height = axis.figure.get_figheight()
    bar = axis.figure.add_axes(
        (
            box.x0 + 0.25 * box.width,
            box.y0 - (name_width + 0.28) / page_height,
            0.5 * box.width,
            0.12 / page_height,
        )
    )
    axis.figure.colorbar(
        image, cax=bar, orientation="horizontal", extend="both", label="Correlation"
    )


def _draw_row_names(axis: Axes, names: Sequence[str], size: float, width: float) -> None:
    """Write the names between the matrices, each in the middle of its row."""
    axis.set_ylim(len(names), 0)
    for place, name in enumerate(names):
        axis.text(width / 2, place + 0.5, name, fontsize=size, ha="center", va="center_baseline")


def _draw_column_names(axis: Axes, names: Sequence[str], size: float) -> None:
    for place, name in enumerate(names):
        axis.annotate(
            name,
            (place + 0.5, len(names)),
            xytext=(0, -3),
            textcoords="offset points",
            rotation=90,
            fontsize=size,
            ha="center",
            va="top",
        )


def _draw_groups(axis: Axes, groups: Sequence[TreeGroup], leaves: int) -> None:
    """Draw a bracket and a name beside the rows of each group."""
    axis.set_ylim(leaves, 0)
    for group in groups:
        inset = 0.15
        axis.plot(
            [0.06, 0.12, 0.12, 0.06],
            [group.start + inset, group.start + inset, group.end - inset, group.end - inset],
            color=GREY,
            linewidth=0.8,
        )
        axis.text(
            0.18,
            (group.start + group.end) / 2,
            f"{group.label} ({group.f1:.2f})",
            fontsize=GROUP_SIZE,
            va="center",
        )


def _pairs(concepts: Tree, order: np.ndarray) -> pd.DataFrame:
    names = np.asarray(concepts.concepts)[order]
    rows, columns = np.triu_indices(len(order), 1)
    return pd.DataFrame(
        {
            "word_model": concepts.word_model,
            "network": concepts.network,
            "layer": concepts.layer,
            "row": rows + 1,
            "column": columns + 1,
            "row_concept": names[rows],
            "column_concept": names[columns],
            "word_correlation": concepts.words[order[rows], order[columns]],
            "image_correlation": concepts.images[order[rows], order[columns]],
        }
    )

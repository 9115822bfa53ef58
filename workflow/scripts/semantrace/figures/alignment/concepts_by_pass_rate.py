"""The concepts that carry the 2 vs. 2 score and those that break it, as images."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from semantrace.core.names import BREAKS, CARRIES, shown_layers
from semantrace.figures.base.annotations import label_levels
from semantrace.figures.base.style import (
    INK,
    PAGE_WIDTH,
    PALE,
    SMALL,
    draws,
    fit_line,
    new_figure,
    open_frame,
    text_width,
)
from semantrace.figures.base.thumbnails import draw_thumbnail, inch_axes
from semantrace.images.thumbnails import load_thumbnail

COLOURS = {CARRIES: "#0173b2", BREAKS: "#d55e00"}
HEADINGS = {
    CARRIES: "Carry the score: highest pass rates",
    BREAKS: "Break the score: lowest pass rates",
}
COLUMNS = 4
CHANCE = 0.5

MARGIN = 0.12
BLOCK_GAP = 0.36
THUMBNAIL = 0.68
CELL_HEIGHT = 1.1
CURVE_HEIGHT = 1.05
HEADING_HEIGHT = 0.3
TITLE_HEIGHT = 0.32


@draws("concepts_by_pass_rate")
def concepts_by_pass_rate(
    ranked: pd.DataFrame,
    images: Mapping[str, Path],
    networks: Mapping[str, str],
    layer_titles: Mapping[str, Mapping[str, str]],
    word_models: Mapping[str, str],
) -> tuple[Figure, pd.DataFrame]:
    """Draw the pass rates of all concepts at one layer, and the images of both ends.

    Parameters
    ----------
    ranked : DataFrame
        `semantrace.core.tables.RANKED_CONCEPTS`.
    images : mapping of str to path
        An image of each class, by concept.
    networks, word_models : mapping of str to str
        Titles by name.
    layer_titles : mapping of str to mapping of str to str
        What figures call the layers of each network, where that is not the layer's name.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each concept.
    """
    model, network, layer = ranked[["word_model", "network", "layer"]].iloc[0]
    (shown_layer,) = shown_layers([network], [layer], layer_titles)
    rows = -(-int((ranked["part"] == CARRIES).sum()) // COLUMNS)
    top = TITLE_HEIGHT + CURVE_HEIGHT + 0.45
    figure = new_figure(PAGE_WIDTH, top + HEADING_HEIGHT + rows * CELL_HEIGHT, layout=None)
    page = inch_axes(figure, 0, 0, *figure.get_size_inches())
    page.text(
        MARGIN,
        0.2,
        f"{networks[network]}, {shown_layer}, against {word_models[model]}",
        fontsize=8,
        fontweight="bold",
        va="center",
    )
    _draw_curve(figure, ranked)
    block = (PAGE_WIDTH - 2 * MARGIN - BLOCK_GAP) / 2
    for number, part in enumerate((CARRIES, BREAKS)):
        chosen = ranked[ranked["part"] == part]
        if part == BREAKS:
            chosen = chosen[::-1]
        left = MARGIN + number * (block + BLOCK_GAP)
        _draw_block(page, chosen, part, images, left, top, block)
    return figure, ranked


def _draw_curve(figure: Figure, ranked: pd.DataFrame) -> None:
    """Draw all pass rates in order, with both ends marked."""
    width, height = figure.get_size_inches()
    left, right = 0.55, 1.25
    axis = figure.add_axes(
        (
            left / width,
            1 - (TITLE_HEIGHT + 0.05 + CURVE_HEIGHT) / height,
            1 - (left + right) / width,
            CURVE_HEIGHT / height,
        )
    )
    colours = [COLOURS.get(part, "#a8a8a8") for part in ranked["part"]]
    axis.vlines(ranked["rank"], 0, ranked["pass_rate"], colors=PALE, linewidth=0.6)
    for marker, chosen in (
        ("o", ranked["part"] == CARRIES),
        (".", ranked["part"] == ""),
        ("s", ranked["part"] == BREAKS),
    ):
        axis.scatter(
            ranked.loc[chosen, "rank"],
            ranked.loc[chosen, "pass_rate"],
            c=[colour for colour, keep in zip(colours, chosen, strict=True) if keep],
            marker=marker,
            s=9,
            linewidths=0,
            zorder=3,
        )
    mean = ranked["pass_rate"].mean()
    for level, line in ((mean, "-"), (CHANCE, (0, (5, 2)))):
        axis.axhline(level, color=INK, linewidth=0.7, linestyle=line, zorder=2)
    axis.set_ylim(0, 1.05)
    label_levels(axis, {f"mean: accuracy {mean:.2f}": mean, "chance": CHANCE}, gap=0.11)
    axis.set_xlim(0, len(ranked) + 1)
    axis.set_yticks([0, 0.5, 1])
    axis.set_xticks([1, len(ranked)])
    axis.set_ylabel("Pass rate")
    axis.set_xlabel("Concepts by rank", labelpad=-8)
    open_frame(axis)


def _draw_block(
    page: Axes,
    chosen: pd.DataFrame,
    part: str,
    images: Mapping[str, Path],
    left: float,
    top: float,
    width: float,
) -> None:
    """Draw the images of one end under a heading, with name, pass rate and its bar."""
    page.text(
        left,
        top + 0.1,
        HEADINGS[part],
        fontsize=7.5,
        fontweight="bold",
        color=COLOURS[part],
        va="center",
    )
    step = width / COLUMNS
    inset = (step - THUMBNAIL) / 2
    for number, concept in enumerate(chosen.itertuples()):
        row, column = divmod(number, COLUMNS)
        x = left + column * step + inset
        y = top + HEADING_HEIGHT + row * CELL_HEIGHT
        draw_thumbnail(page, load_thumbnail(images[concept.concept]), x, y, THUMBNAIL)
        _draw_bar(page, x, y + THUMBNAIL + 0.05, concept.pass_rate, COLOURS[part])
        label = f"{concept.concept.replace('_', ' ')}  {concept.pass_rate:.2f}"
        if text_width(page.figure, label, SMALL) > step:
            name, _ = fit_line(page.figure, concept.concept.replace("_", " "), step, SMALL)
            label = f"{name}\n{concept.pass_rate:.2f}"
        _, size = fit_line(page.figure, label, step, 6.5)
        page.text(
            x + THUMBNAIL / 2, y + THUMBNAIL + 0.12, label, ha="center", va="top", fontsize=size
        )


def _draw_bar(page: Axes, x: float, y: float, rate: float, colour: str) -> None:
    height = 0.045
    page.add_patch(Rectangle((x, y), THUMBNAIL, height, facecolor="#ececec", linewidth=0))
    page.add_patch(Rectangle((x, y), THUMBNAIL * rate, height, facecolor=colour, linewidth=0))
    middle = x + THUMBNAIL * CHANCE
    page.plot([middle, middle], [y - 0.01, y + height + 0.01], color=INK, linewidth=0.6)

"""Words beside lines and below panels: names of levels and of lines, legends."""

import math
import textwrap
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from semantrace.figures.base.fonts import choose_fonts
from semantrace.figures.base.scores import SIGNIFICANCE
from semantrace.figures.base.style import GREY, SMALL, Series, mix, new_figure, text_width, wrap

NAME_SIZE = 6.5
"""Points of the names of layers below a panel."""

ROOM_FOR_NAMES = 1.0
"""Inches that the height of a panel has for them."""

WIDER = 0.02
"""Inches by which a line may be wider at another resolution than the one it is measured at."""

MEASURED_NAMES = 8
"""Of many names, the ones with most characters are measured."""


def spread(
    positions: Sequence[float], gap: float | Sequence[float] | np.ndarray, low: float, high: float
) -> np.ndarray:
    """Move positions apart until neighbours are a gap or more apart, within a range.

    Parameters
    ----------
    positions : sequence of float
        Where labels want to be, in any order.
    gap : float, or sequence or array of float
        Least distance of two labels; or the height of each label, where they differ: neighbours
        are then as far apart as half their heights together.
    low, high : float
        The range; where it is too short for all of them, the gaps shrink.

    Returns
    -------
    numpy.ndarray
        New positions in the order given.
    """
    wanted = np.asarray(positions, dtype=float)
    order = np.argsort(wanted, kind="stable")
    heights = np.broadcast_to(np.asarray(gap, dtype=float), wanted.shape)[order]
    steps = np.concatenate([[0.0], np.cumsum((heights[1:] + heights[:-1]) / 2)])
    if steps[-1] > high - low:
        steps *= (high - low) / steps[-1]
    # What is left of each position without the steps must not fall: the nearest such sequence is
    # the isotonic regression, found by pooling neighbours.
    pools: list[list[float]] = []
    for value in wanted[order] - steps:
        pools.append([value, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, count = pools.pop()
            before, number = pools.pop()
            pools.append([(before * number + mean * count) / (number + count), number + count])
    level = np.concatenate([np.full(int(count), mean) for mean, count in pools])
    level = np.clip(level, low, high - steps[-1])
    result = np.empty(len(wanted))
    result[order] = level + steps
    return result


def label_levels(axis: Axes, levels: Mapping[str, float], gap: float = 0.06) -> None:
    """Name level lines at the right of a panel, moved apart where they are close.

    Parameters
    ----------
    axis : Axes
        With its final limits.
    levels : mapping of str to float
        Height of each label.
    gap : float
        Least distance of two labels as a part of the panel's height.
    """
    low, high = axis.get_ylim()
    places = spread(list(levels.values()), gap * (high - low), low, high)
    for label, place in zip(levels, places, strict=True):
        axis.text(
            1.015,
            place,
            label,
            transform=axis.get_yaxis_transform(),
            fontsize=SMALL,
            color=GREY,
            va="center",
            ha="left",
        )


def label_ends(
    axis: Axes, ends: Mapping[str, tuple[float, float]], looks: Mapping[str, Series]
) -> None:
    """Name lines at the right of a panel in their colours, each tied to its end.

    Parameters
    ----------
    axis : Axes
        With its final limits.
    ends : mapping of str to (float, float)
        The last point of each line, by its name.
    looks : mapping of str to Series
        By the same names.
    """
    low, high = axis.get_ylim()
    gap = 0.065 * (high - low)
    places = spread([level for _, level in ends.values()], gap, low + gap / 2, high - gap / 2)
    for (name, end), place in zip(ends.items(), places, strict=True):
        colour = looks[name].colour
        axis.annotate(
            name,
            end,
            xytext=(1.04, place),
            textcoords=axis.get_yaxis_transform(),
            va="center",
            color=mix(colour, "black", 0.3),
            fontweight="bold",
            fontsize=6.5,
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.5, "shrinkB": 3},
        )


def room_for_names(scores: pd.DataFrame) -> float:
    """Return the inches that upright names of layers take below a panel beyond its own room.

    Parameters
    ----------
    scores : DataFrame
        With ``layer`` and, if figures call them otherwise, ``layer_title``.
    """
    names = set(scores["layer_title" if "layer_title" in scores else "layer"].astype(str))
    longest = sorted(names, key=lambda name: (len(name), name))[-MEASURED_NAMES:]
    probe = new_figure(1, 1, layout=None)
    return max(0.0, max(text_width(probe, name, NAME_SIZE) for name in longest) - ROOM_FOR_NAMES)


def wrap_title(figure: Figure, title: str, characters: int, width: float) -> str:
    """Break a title into lines of so many characters, or by its width where those are too wide.

    Parameters
    ----------
    figure : Figure
    title : str
    characters : int
        Of an ordinary line.
    width : float
        Inches.
    """
    size, weight = matplotlib.rcParams["axes.titlesize"], matplotlib.rcParams["axes.titleweight"]
    width -= WIDER
    lines = textwrap.wrap(title, characters, break_long_words=False)
    if any(text_width(figure, line, size, weight) > width for line in lines):
        lines = wrap(figure, title, width, size, weight)
    return "\n".join(lines)


def fit_legend(figure: Figure, handles: Sequence) -> None:
    """Put a legend below the panels in as few rows as the page is wide, about equally long."""
    for rows in range(1, len(handles) + 1):
        legend = figure.legend(
            handles=handles,
            loc="outside lower center",
            ncols=math.ceil(len(handles) / rows),
            columnspacing=1.6,
        )
        choose_fonts(legend)
        box = legend.get_window_extent(figure.canvas.get_renderer())
        if rows == len(handles) or box.width / figure.dpi <= figure.get_figwidth() - 0.1:
            return
        legend.remove()


def line_handle(look: Series, label: str, **settings) -> Line2D:
    """Return a line with its mark for a legend; settings are matplotlib's."""
    settings = {"marker": look.marker, "linestyle": look.line} | settings
    return Line2D([], [], color=look.colour, label=label, **settings)


def significance_handles(family: str = ", family-wise") -> list[Line2D]:
    """Return a filled and a hollow mark for a legend."""
    marks = {f"p < {SIGNIFICANCE:g}{family}": GREY, f"p ≥ {SIGNIFICANCE:g}": "white"}
    return [
        Line2D(
            [],
            [],
            color=GREY,
            marker="o",
            markerfacecolor=face,
            markeredgewidth=0.9,
            linestyle="none",
            label=label,
        )
        for label, face in marks.items()
    ]

"""One look for all figures, and files that come out the same to the byte."""

import contextlib
import functools
import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

from semantrace.core.tables import FIGURE_DATA
from semantrace.figures.base.fonts import OWN_FAMILY, choose_fonts, tell_undrawn
from semantrace.io.files import atomic_path, write_tsv
from semantrace.io.tables import arranged

PAGE_WIDTH = 170 / 25.4
"""Inches: two columns of a journal, at which type has the size in points that is said here."""

COLUMN_WIDTH = 85 / 25.4
"""Inches: one column of a journal."""

POINTS = 72
"""Points in an inch."""

PNG_RESOLUTION = 200
PDF_RESOLUTION = 300
"""Dots per inch; in a PDF only of the photographs and matrices in it."""

SMALL = 6.0
"""Points: the smallest type in a figure that is not made for zooming."""

INK = "#222222"
GREY = "#6e6e6e"
PALE = "#d9d9d9"

SERIES_COLOURS = ("#0173b2", "#d55e00", "#029e73", "#cc78bc", "#56b4e9", "#ca9161", "#949494")
"""Seaborn's palette for the colour-blind, in the order of greatest contrast on white."""

SERIES_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
SERIES_LINES = ("-", (0, (4, 1.5)), (0, (1, 1)), (0, (4, 1.2, 1, 1.2)), (0, (6, 2)), "-", "-")

THEME = {
    "font.family": OWN_FAMILY,
    "font.size": 7.5,
    "text.parse_math": False,  # a dollar sign in a title or word is one
    "axes.labelsize": 7.5,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 6,
    "axes.linewidth": 0.6,
    "axes.facecolor": "white",
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "legend.handlelength": 2.2,
    "lines.linewidth": 1.3,
    "lines.markersize": 4.2,
    "grid.color": "#e9e9e9",
    "grid.linewidth": 0.5,
    "axes.axisbelow": True,
    "figure.constrained_layout.h_pad": 0.05,
    "figure.constrained_layout.w_pad": 0.05,
    "pdf.fonttype": 42,
    "savefig.facecolor": "white",
    "figure.facecolor": "white",
}


class FigureOutputs(Protocol):
    """Where a figure goes: Snakemake's named outputs, or anything with these three paths."""

    pdf: str | Path
    png: str | Path
    tsv: str | Path


@dataclass(frozen=True)
class Series:
    """How one line looks: told by colour, mark and dashes, never by colour alone."""

    colour: str
    marker: str
    line: str | tuple


def series(index: int) -> Series:
    """Return the look of the line with this number, counted from zero; 49 looks differ."""
    turn, number = divmod(index, len(SERIES_COLOURS))
    marker = SERIES_MARKERS[(number + turn) % len(SERIES_MARKERS)]
    return Series(SERIES_COLOURS[number], marker, SERIES_LINES[number])


@contextlib.contextmanager
def theme() -> Iterator[None]:
    """Draw in the figures' own look, whatever the user's matplotlib is set to, and put it back."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        # told in one line by `save_figure`, not once for each character and drawing
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(THEME)
        yield


def draws(name: str) -> Callable[[Callable], Callable]:
    """Let a function draw a figure in the figures' own look, with the data that it is to have.

    Parameters
    ----------
    name : str
        The figure, of `semantrace.core.tables.FIGURE_DATA`, whose columns are taken of the data.
    """

    def decorate(draw: Callable) -> Callable:
        @functools.wraps(draw)
        def drawn(*arguments, **settings):
            with theme():
                figure, data = draw(*arguments, **settings)
            table = FIGURE_DATA[name]
            return figure, arranged(data[table.names], table)

        return drawn

    return decorate


def new_figure(width: float, height: float, layout: str | None = "constrained") -> Figure:
    """Return an empty figure that no global list of figures knows.

    Parameters
    ----------
    width, height : float
        Inches.
    layout : str or None
        ``constrained`` makes room for labels; None leaves every position as it is given.
    """
    figure = Figure(figsize=(width, height), layout=layout)
    FigureCanvasAgg(figure)
    return figure


def save_figure(figure: Figure, data: pd.DataFrame, outputs: FigureOutputs) -> None:
    """Write a figure as PDF and PNG and the data it shows as a table.

    Nothing in the files tells the time or the machine: equal figures give equal bytes.

    Parameters
    ----------
    figure : Figure
    data : DataFrame
        What is drawn, one observation a row.
    outputs : object
        With the attributes ``pdf``, ``png`` and ``tsv``: paths.
    """
    with theme():
        choose_fonts(figure)
        tell_undrawn(figure, Path(outputs.pdf).stem)
        lay_out(figure)
        with atomic_path(outputs.pdf) as temporary:
            figure.savefig(
                temporary, format="pdf", dpi=PDF_RESOLUTION, metadata={"CreationDate": None}
            )
        with atomic_path(outputs.png) as temporary:
            figure.savefig(temporary, format="png", dpi=PNG_RESOLUTION, metadata={"Software": None})
    write_tsv(data, outputs.tsv)


def lay_out(figure: Figure) -> None:
    """Make room for labels once: Matplotlib would do it again for each file, in twice the time."""
    if figure.get_layout_engine() is not None:
        figure.set_dpi(PNG_RESOLUTION)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")


def panel_grid(
    figure: Figure, panels: int, columns: int, share_y: bool = True
) -> tuple[list[Axes], list[bool]]:
    """Add panels row by row, none of them empty, and say which stand at the left.

    Returns
    -------
    axes : list of Axes
    is_left : list of bool
        Whether a panel is the first of its row.
    """
    grid = figure.add_gridspec(math.ceil(panels / columns), columns)
    axes: list[Axes] = []
    for number in range(panels):
        shared = axes[0] if share_y and axes else None
        axes.append(figure.add_subplot(grid[divmod(number, columns)], sharey=shared))
    is_left = [number % columns == 0 for number in range(panels)]
    for axis, left in zip(axes, is_left, strict=True):
        axis.tick_params(labelleft=left or not share_y)
        open_frame(axis)
    return axes, is_left


def open_frame(axis: Axes) -> None:
    """Leave the frame of a panel open at the top and at the right."""
    axis.spines[["top", "right"]].set_visible(False)


def mix(colour: str, other: str, amount: float) -> str:
    """Return a colour with an amount, between 0 and 1, of another mixed in."""
    pairs = zip(to_rgb(colour), to_rgb(other), strict=True)
    return to_hex([one + (two - one) * amount for one, two in pairs])


def text_size(text: Text) -> tuple[float, float]:
    """Return width and height of a text in inches."""
    figure = text.get_figure(root=True)
    box = text.get_window_extent(figure.canvas.get_renderer())
    return box.width / figure.dpi, box.height / figure.dpi


def text_width(figure: Figure, text: str, size: float, weight: str = "normal") -> float:
    """Return the width in inches that a text would take."""
    probe = figure.text(0, 0, text, fontsize=size, fontweight=weight)
    choose_fonts(probe)
    width, _ = text_size(probe)
    probe.remove()
    return width


def fit_line(
    figure: Figure, text: str, width: float, size: float, weight: str = "normal"
) -> tuple[str, float]:
    """Return a line of text and its size in points, smaller or cut short where it is too wide.

    Parameters
    ----------
    figure : Figure
    text : str
    width : float
        Inches.
    size : float
        Points; not less than `SMALL`.
    weight : str
        Of the type.
    """
    for points in np.arange(size, SMALL - 0.1, -0.5):
        if text_width(figure, text, points, weight) <= width:
            return text, float(points)
    while len(text) > 2 and text_width(figure, text, SMALL, weight) > width:
        text = text.rstrip("…")[:-1].rstrip() + "…"
    return text, SMALL


def wrap(probe: Figure, text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break a text into lines no wider than `width` inches; a word too long gets a hyphen."""
    lines: list[str] = []
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(probe, joined, size, weight) <= width:
            lines[-1] = joined
            continue
        while len(word) > 3 and text_width(probe, word, size, weight) > width:
            end = len(word) - 1
            while end > 2 and text_width(probe, word[:end] + "-", size, weight) > width:
                end -= 1
            lines.append(word[:end] + "-")
            word = word[end:]
        lines.append(word)
    return lines

"""Axes whose unit is the inch, and small images on them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from semantrace.figures.base.style import PALE


def inch_axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Add axes without frame whose unit is the inch, with the origin at their upper left.

    Parameters
    ----------
    figure : Figure
    left, top, width, height : float
        Inches, from the figure's upper left corner.
    """
    page_width, page_height = figure.get_size_inches()
    axis = figure.add_axes(
        (
            left / page_width,
            1 - (top + height) / page_height,
            width / page_width,
            height / page_height,
        )
    )
    axis.set_xlim(0, width)
    axis.set_ylim(height, 0)
    axis.set_autoscale_on(False)
    axis.set_axis_off()
    return axis


def draw_thumbnail(axis: Axes, thumbnail: np.ndarray, left: float, top: float, side: float) -> None:
    """Draw a thumbnail with a pale frame on axes whose unit is the inch."""
    axis.imshow(
        thumbnail,
        extent=(left, left + side, top + side, top),
        aspect="auto",
        interpolation="antialiased",
        zorder=1,
    )
    axis.add_patch(
        Rectangle(
            (left, top), side, side, facecolor="none", edgecolor=PALE, linewidth=0.5, zorder=2
        )
    )

"""The parts of a diagram: boxes, lines between them, bands behind them, titles and legend."""

import itertools
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Patch, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from semantrace.figures.base.style import GREY, INK, PAGE_WIDTH, SMALL, fit_line, mix
from semantrace.figures.diagrams.blocks import Block
from semantrace.figures.diagrams.boxes import Box
from semantrace.figures.diagrams.page import (
    BAND,
    BOX_PART,
    LEFT,
    ROW_GAP,
    TITLE_GAP,
    Page,
)
from semantrace.figures.diagrams.rows import Row

CONVOLUTION, POOLING, DENSE, JUNCTION, OTHER = (
    "convolution",
    "pooling",
    "dense layer",
    "junction",
    "other",
)
COLOURS = {
    CONVOLUTION: "#0173b2",
    POOLING: "#029e73",
    DENSE: "#d55e00",
    JUNCTION: INK,
    OTHER: GREY,
}
JUNCTION_SIGNS = {
    "Add": "+",
    "Average": "∅",
    "Concatenate": "C",
    "Maximum": "∨",
    "Minimum": "∧",
    "Multiply": "×",
    "Subtract": "−",
}
JUNCTION_NAMES = {
    "Add": "sum",
    "Concatenate": "concatenation",
    "Multiply": "product",
    "Subtract": "difference",
}


def draw_row(
    axis: Axes,
    page: Page,
    number: int,
    row: Row,
    boxes: Sequence[Box],
    used: Mapping[str, str],
) -> None:
    """Draw a row of blocks: bands, lines, boxes, and titles of the layers that are used."""
    _draw_bands(axis, page, number, row, boxes)
    for block, start in zip(row.blocks, row.starts, strict=True):
        if number or start:
            _draw_lines(axis, page, number, block, start)
    for box, (column, lane) in row.places().items():
        centre = page.horizontal(column), page.vertical(number, lane)
        _draw_box(axis, page, boxes[box], centre)
        if boxes[box].used:
            _draw_title(axis, page, number, centre, lane, row.lanes, used[boxes[box].used])


def _draw_bands(axis: Axes, page: Page, number: int, row: Row, boxes: Sequence[Box]) -> None:
    """Lay a band behind the maps of each extent, and write the extent in it."""
    top = page.tops[number]
    following = page.tops[number + 1] if number + 1 < len(page.tops) else page.height
    stages = itertools.groupby(
        zip(row.blocks, row.starts, strict=True),
        key=lambda pair: boxes[pair[0].boxes[-1]].extent,
    )
    for shade, (extent, blocks) in enumerate(stages):
        stage = list(blocks)
        left = page.horizontal(stage[0][1] + 0.53)
        right = page.horizontal(stage[-1][1] + stage[-1][0].columns + 0.47)
        axis.add_patch(
            Rectangle(
                (left, top),
                right - left,
                following - top - ROW_GAP + 0.05,
                facecolor="#f4f4f2" if (shade + number) % 2 else "#ececea",
                linewidth=0,
                zorder=0,
            )
        )
        sides = extent.split("×")
        short = f"{sides[0]}²" if len(sides) == 2 and len(set(sides)) == 1 else extent
        text, size = fit_line(axis.figure, short, right - left - 0.02, SMALL + 0.5)
        axis.text(left + 0.02, top + BAND / 2, text, fontsize=size, color=GREY, va="center")


def _draw_lines(axis: Axes, page: Page, number: int, block: Block, start: int) -> None:
    for corners in block.routes.values():
        axis.plot(
            [page.horizontal(start + column) for column, _ in corners],
            [page.vertical(number, lane) for _, lane in corners],
            color=GREY,
            linewidth=0.8,
            linestyle=(0, (1, 1)) if block.abridged else "-",
            solid_joinstyle="round",
            zorder=1,
        )


def draw_return(axis: Axes, page: Page, number: int) -> None:
    """Lead the main line from the end of a row to the start of the next."""
    end = page.horizontal(page.rows[number].columns)
    edge = min(end + 0.62 * page.step, PAGE_WIDTH - 0.05)
    gap = page.tops[number + 1] - (ROW_GAP - 0.05) / 2
    upper, lower = page.vertical(number, 0), page.vertical(number + 1, 0)
    axis.plot(
        [end, edge, edge, LEFT, LEFT],
        [upper, upper, gap, gap, lower],
        color=GREY,
        linewidth=0.8,
        zorder=0.5,
    )


def kind_of(box: Box) -> str:
    """Return what a box counts as in the legend."""
    if box.kind in JUNCTION_SIGNS:
        return JUNCTION
    if "Conv" in box.kind:
        return CONVOLUTION
    if "Pooling" in box.kind:
        return POOLING
    return DENSE if box.kind == "Dense" else OTHER


def _draw_box(axis: Axes, page: Page, box: Box, centre: tuple[float, float]) -> None:
    kind = kind_of(box)
    colour = COLOURS[kind]
    look = {
        "facecolor": colour if box.used else mix(colour, "white", 0.82),
        "edgecolor": INK if box.used else mix(colour, "white", 0.35),
        "linewidth": 1.2 if box.used else 0.6,
        "zorder": 2,
    }
    across, down = centre
    width, height = BOX_PART * page.step, page.side
    if kind == JUNCTION:
        axis.add_patch(Circle(centre, min(width, height) * 0.42, **look))
    else:
        corner = (across - width / 2, down - height / 2)
        style = "round,pad=0,rounding_size=0.03"
        axis.add_patch(FancyBboxPatch(corner, width, height, boxstyle=style, **look))
    lines = [line for line in _lines_of(box) if line]
    shift = 0.045 * (len(lines) - 1)
    for place, line in enumerate(lines):
        text, size = fit_line(axis.figure, line, width, SMALL + 0.5)
        axis.text(
            across,
            down - shift + 2 * shift * place,
            text,
            fontsize=SMALL if len(lines) > 1 else size,
            color="white" if box.used else INK,
            ha="center",
            va="center_baseline" if len(lines) == 1 else "center",
            zorder=3,
        )


def _lines_of(box: Box) -> tuple[str, ...]:
    """Return what is written in a box: window and channels, or what a pool does."""
    kind = kind_of(box)
    if kind == JUNCTION:
        return (JUNCTION_SIGNS[box.kind],)
    if kind == CONVOLUTION:
        return (box.kernel, box.channels)
    if kind == POOLING:
        return ("max" if "Max" in box.kind else "avg", box.kernel)
    if kind == DENSE:
        return (box.channels,)
    return ("in" if box.kind == "InputLayer" else box.kind, box.channels)


def _draw_title(
    axis: Axes,
    page: Page,
    number: int,
    centre: tuple[float, float],
    lane: int,
    lanes: int,
    text: str,
) -> None:
    """Write a used layer's title above its box, or below the row where it lies in a branch."""
    across, down = centre
    if lane:
        edge = page.vertical(number, lanes - 1) + page.side / 2 + TITLE_GAP
        axis.plot([across, across], [down, edge], color=INK, linewidth=0.4, zorder=0.8)
    else:
        edge = down - page.side / 2 - TITLE_GAP
    axis.text(
        across,
        edge,
        text,
        fontsize=SMALL,
        fontweight="normal",
        rotation=90 if page.upright else 0,
        ha="center",
        va="top" if lane else "bottom",
        zorder=3,
    )


def legend_handles(boxes: Sequence[Box]) -> list[Patch | Line2D]:
    """Return what the legend explains of the boxes that are drawn."""
    kinds = {kind_of(box) for box in boxes}
    handles: list[Patch | Line2D] = [
        Patch(facecolor=COLOURS[kind], label=text)
        for kind, text in (
            (CONVOLUTION, "convolution: window, channels"),
            (POOLING, "pooling"),
            (DENSE, "dense layer: units"),
        )
        if kind in kinds
    ]
    signs = {box.kind for box in boxes if box.kind in JUNCTION_SIGNS}
    handles += [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=_outline(JUNCTION_SIGNS[sign]),
            color=INK,
            label=JUNCTION_NAMES.get(sign, sign.lower()),
        )
        for sign in sorted(signs)
    ]
    used = {"facecolor": GREY, "edgecolor": INK, "linewidth": 1.2, "label": "used in the study"}
    unused = {"facecolor": mix(GREY, "white", 0.82), "edgecolor": mix(GREY, "white", 0.35)}
    return [*handles, Patch(**used), Patch(**unused, label="not used")]


def _outline(sign: str) -> Path:
    """Return the outline of a sign about its middle, as a mark of a legend."""
    outline = TextPath((0, 0), sign)
    middle = (outline.vertices.min(axis=0) + outline.vertices.max(axis=0)) / 2
    return Path(outline.vertices - middle, outline.codes)

"""The diagram of a network, with the layers that a study uses marked.

Source of the form: Dharmaretnam & Fyshe 2018, supplementary figures 1 to 3.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, Patch, Rectangle
from matplotlib.path import Path
from matplotlib.textpath import TextPath

from semantrace.figures.network_graph import Block, Box, Row, make_blocks, make_boxes, make_rows
from semantrace.figures.style import (
    GREY,
    INK,
    PAGE_WIDTH,
    PNG_RESOLUTION,
    SMALL,
    draws,
    fit_line,
    mix,
    new_figure,
    text_width,
)

CAPACITIES = (12, 16, 24)
"""Columns of a page, the widest boxes first."""

TALLEST = 7.6
"""Inches: with narrower boxes as long as a diagram is taller than this."""

LINE_LENGTH = 6.72
"""Inches from the place before the first box to the middle of the last one of a full row."""

LEFT = 0.1
BOX_PART = 0.82
"""Of a column's width."""

BAND = 0.16
"""Inches for the extent of the maps, above the titles."""

ROW_GAP = 0.26
TITLE_GAP = 0.035
HEAD = 0.32

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
JUNCTION_NAMES = {"Add": "sum", "Concatenate": "concatenation", "Multiply": "product"}


@dataclass(frozen=True)
class Page:
    """Where things lie on the page, in inches from its upper left corner.

    Attributes
    ----------
    rows : tuple of Row
    tops : tuple of float
        Upper edge of each row.
    step : float
        Width of a column.
    title_heights : tuple of float
        What titles take above the boxes of each row.
    upright : bool
        Whether titles are turned by 90 degrees.
    height : float
        Of all rows.
    """

    rows: tuple[Row, ...]
    tops: tuple[float, ...]
    step: float
    title_heights: tuple[float, ...]
    upright: bool
    height: float

    @property
    def side(self) -> float:
        """Height of a box."""
        return min(0.3, BOX_PART * self.step + 0.02)

    @property
    def lane_step(self) -> float:
        """Distance of two lanes."""
        return self.side + 0.09

    def horizontal(self, column: float) -> float:
        """Return where a column's middle lies."""
        return LEFT + column * self.step

    def vertical(self, row: int, lane: float) -> float:
        """Return where a lane's middle lies."""
        return (
            self.tops[row] + BAND + self.title_heights[row] + self.side / 2 + lane * self.lane_step
        )


@draws("network_diagram_{network}")
def network_diagram(
    description: pd.DataFrame, title: str, used: Mapping[str, str]
) -> tuple[Figure, pd.DataFrame]:
    """Draw a network from its description, and mark the layers that a study uses.

    Parameters
    ----------
    description : DataFrame
        From `semantrace.networks.description.describe_network`.
    title : str
        The network's.
    used : mapping of str to str
        What figures call each layer that the study uses.

    Returns
    -------
    figure : Figure
    data : DataFrame
        A row for each box that is drawn.

    Raises
    ------
    InputError
        When the network has no such layer.
    """
    boxes = make_boxes(description, list(used))
    page = _choose_page(boxes, used)
    legend = _legend_handles(boxes)
    columns = 4
    foot = 0.15 * -(-len(legend) // columns)
    height = HEAD + page.height + foot
    figure = new_figure(PAGE_WIDTH, height, layout=None)
    figure.set_dpi(PNG_RESOLUTION)
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set_xlim(0, PAGE_WIDTH)
    axis.set_ylim(height - HEAD, -HEAD)
    axis.set_axis_off()
    axis.text(LEFT, -HEAD / 2, _headline(description, title, used), fontweight="bold", va="center")
    for number, row in enumerate(page.rows):
        _draw_row(axis, page, number, row, boxes, used)
    for number in range(len(page.rows) - 1):
        _draw_return(axis, page, number)
    figure.legend(handles=legend, loc="lower center", ncols=columns, borderaxespad=0.2)
    return figure, _data(boxes, page, used)


def _headline(description: pd.DataFrame, title: str, used: Mapping[str, str]) -> str:
    layers = int((description["kind"] != "InputLayer").sum())
    millions = pd.to_numeric(description["parameters"]).sum() / 1e6
    return f"{title}: {layers} layers, {millions:.1f} million parameters; {len(used)} layers used"


def _choose_page(boxes: Sequence[Box], used: Mapping[str, str]) -> Page:
    """Return the widest boxes that break no stage and fit the page, or else that fit the page."""
    pages = [_lay_out(boxes, used, capacity) for capacity in CAPACITIES]
    fitting = [page for page in pages if page.height <= TALLEST] or pages[-1:]
    whole = [page for page in fitting if not breaks_stages(page.rows, boxes)]
    return (whole or fitting)[0]


def breaks_stages(rows: Sequence[Row], boxes: Sequence[Box]) -> bool:
    """Say whether maps of one extent go on from one row to the next."""
    return any(
        boxes[above.blocks[-1].boxes[-1]].extent == boxes[below.blocks[0].boxes[-1]].extent
        for above, below in itertools.pairwise(rows)
    )


def _lay_out(boxes: Sequence[Box], used: Mapping[str, str], capacity: int) -> Page:
    rows = tuple(make_rows(boxes, make_blocks(boxes, capacity), capacity))
    step = LINE_LENGTH / capacity
    figure = new_figure(PAGE_WIDTH, 1, layout=None)
    figure.set_dpi(PNG_RESOLUTION)  # at fewer dots letters are rounded to be narrower than drawn
    widths = {layer: text_width(figure, text, SMALL) for layer, text in used.items()}
    upright = any(_titles_touch(row, boxes, widths, step) for row in rows)
    page = Page(rows, (), step, (), upright, 0)
    tops, heights = [0.0], []
    for row in rows:
        titles = [widths[boxes[box].used] for box in row.places() if boxes[box].used]
        heights.append((max(titles) if upright else 0.1) + TITLE_GAP if titles else 0.0)
        lanes = page.side + (row.lanes - 1) * page.lane_step
        below = heights[-1] if _titles_below(row, boxes) else 0
        tops.append(tops[-1] + BAND + heights[-1] + lanes + below + ROW_GAP)
    return Page(rows, tuple(tops[:-1]), step, tuple(heights), upright, tops[-1])


def _titles_touch(row: Row, boxes: Sequence[Box], widths: Mapping[str, float], step: float) -> bool:
    """Say whether titles side by side would cover each other or leave the page."""
    places = row.places()
    titled = sorted(
        (*places[box][::-1], widths[boxes[box].used]) for box in places if boxes[box].used
    )
    for _, column, width in titled:
        middle = LEFT + column * step
        if middle < width / 2 or middle + width / 2 > PAGE_WIDTH:
            return True
    for (lane, column, width), (other_lane, other_column, other) in itertools.pairwise(titled):
        room = (other_column - column) * step
        if lane == other_lane and room < (width + other) / 2 + 0.04:
            return True
    return False


def _titles_below(row: Row, boxes: Sequence[Box]) -> bool:
    """Say whether a used box lies in a branch, where there is no room above it."""
    return any(boxes[number].used and lane for number, (_, lane) in row.places().items())


def _draw_row(
    axis: Axes,
    page: Page,
    number: int,
    row: Row,
    boxes: Sequence[Box],
    used: Mapping[str, str],
) -> None:
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
    for shade, (extent, stage) in enumerate(stages):
        stage = list(stage)
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


def _draw_return(axis: Axes, page: Page, number: int) -> None:
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


def _legend_handles(boxes: Sequence[Box]) -> list[Patch | Line2D]:
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


def _data(boxes: Sequence[Box], page: Page, used: Mapping[str, str]) -> pd.DataFrame:
    rows = []
    for number, row in enumerate(page.rows, start=1):
        for box, (column, lane) in sorted(row.places().items()):
            rows.append(
                {
                    "box": box + 1,
                    "layers": ", ".join(boxes[box].layers),
                    "kind": boxes[box].kind,
                    "kernel": boxes[box].kernel,
                    "shape": boxes[box].shape,
                    "parents": ", ".join(str(parent + 1) for parent in boxes[box].parents),
                    "used_layer": boxes[box].used,
                    "title": used.get(boxes[box].used, ""),
                    "row": number,
                    "column": column,
                    "lane": lane,
                }
            )
    return pd.DataFrame(rows)

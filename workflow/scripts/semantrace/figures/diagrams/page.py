"""Where the boxes of a diagram lie on the page."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from semantrace.figures.base.style import PAGE_WIDTH, PNG_RESOLUTION, SMALL, new_figure, text_width
from semantrace.figures.diagrams.blocks import make_blocks
from semantrace.figures.diagrams.boxes import Box
from semantrace.figures.diagrams.rows import Row, make_rows

CAPACITIES = (12, 16, 24)
"""Columns of a page, the widest boxes first."""

TALLEST = 7.6
"""Inches: with narrower boxes as long as a diagram is taller than this."""

LINE_LENGTH = PAGE_WIDTH - 0.48
"""Inches from the place before the first box to the middle of the last one of a full row."""

LEFT = 0.1
BOX_PART = 0.82
"""Of a column's width."""

BAND = 0.16
"""Inches for the extent of the maps, above the titles."""

ROW_GAP = 0.26
TITLE_GAP = 0.035
HEAD = 0.32


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


def choose_page(boxes: Sequence[Box], used: Mapping[str, str]) -> Page:
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
        below = heights[-1] if titles_below(row, boxes) else 0
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


def titles_below(row: Row, boxes: Sequence[Box]) -> bool:
    """Say whether a used box lies in a branch, where there is no room above it."""
    return any(boxes[number].used and lane for number, (_, lane) in row.places().items())

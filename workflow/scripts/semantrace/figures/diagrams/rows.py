"""Blocks in rows as wide as the page."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from semantrace.figures.diagrams.blocks import Block
from semantrace.figures.diagrams.boxes import Box


@dataclass(frozen=True)
class Row:
    """Blocks that stand side by side on a page.

    Attributes
    ----------
    blocks : tuple of Block
    starts : tuple of int
        The column before the first one of each block.
    """

    blocks: tuple[Block, ...]
    starts: tuple[int, ...]

    @property
    def columns(self) -> int:
        """Width in columns."""
        return self.starts[-1] + self.blocks[-1].columns

    @property
    def lanes(self) -> int:
        """Number of lanes of the block that has most."""
        return max(block.lanes for block in self.blocks)

    def places(self) -> dict[int, tuple[int, int]]:
        """Return column and lane of each box in the row."""
        return {
            number: (start + column, lane)
            for block, start in zip(self.blocks, self.starts, strict=True)
            for number, (column, lane) in block.places.items()
        }


def make_rows(boxes: Sequence[Box], blocks: Sequence[Block], most_columns: int) -> list[Row]:
    """Break the main line into rows, where possible between maps of different extent.

    Parameters
    ----------
    boxes, blocks
        From `make_boxes` and `make_blocks`.
    most_columns : int
        What fits into a row.
    """
    rows: list[list[Block]] = [[]]
    free = most_columns
    by_extent = itertools.groupby(blocks, key=lambda block: boxes[block.boxes[-1]].extent)
    for _, blocks_of_stage in by_extent:
        stage = list(blocks_of_stage)
        width = sum(block.columns for block in stage)
        if width > free and (width <= most_columns or free < most_columns // 2):
            rows.append([])
            free = most_columns
        for block in stage:
            if block.columns > free:
                rows.append([])
                free = most_columns
            rows[-1].append(block)
            free -= block.columns
    return [_row(blocks) for blocks in rows if blocks]


def _row(blocks: Sequence[Block]) -> Row:
    widths = [block.columns for block in blocks]
    return Row(tuple(blocks), tuple(itertools.accumulate([0, *widths[:-1]])))

"""Boxes as blocks: what lies between two boxes of the main line, its branches below each other.

Boxes that every path passes are the network's main line.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from semantrace.figures.diagrams.boxes import Box

MOST_BOXES = 60
"""A block of more boxes is abridged to the layers that are used."""

MANY_BOXES, MOST_BOXES_OF_MANY = 250, 9
"""In a network of so many boxes, a block of more than these is abridged as well."""


@dataclass(frozen=True)
class Block:
    """Boxes between two of the main line, the second one included.

    Attributes
    ----------
    boxes : tuple of int
        Their numbers, in the network's order; the last one is on the main line.
    places : mapping of int to (column, lane)
        Where each lies: columns from 1, lanes from 0, which is the main line.
    routes : mapping of (parent, box) to tuple of (column, lane)
        Corners of the line that joins them; the box before the block is at column 0, lane 0.
    abridged : bool
        Whether boxes before it were left out.
    """

    boxes: tuple[int, ...]
    places: Mapping[int, tuple[int, int]]
    routes: Mapping[tuple[int, int], tuple[tuple[float, float], ...]]
    abridged: bool = False

    @property
    def columns(self) -> int:
        """Width in columns."""
        return max(column for column, _ in self.places.values())

    @property
    def lanes(self) -> int:
        """Number of lanes that boxes or lines take."""
        lanes = [lane for _, lane in self.places.values()]
        lanes += [int(lane) for corners in self.routes.values() for _, lane in corners]
        return 1 + max(lanes)


def make_blocks(boxes: Sequence[Box], most_columns: int) -> list[Block]:
    """Cut a network at the boxes that every path passes, and give all boxes places.

    Parameters
    ----------
    boxes : sequence of Box
        From `make_boxes`.
    most_columns : int
        A block that is wider is abridged.
    """
    blocks = []
    start = 0
    most_boxes = MOST_BOXES if len(boxes) < MANY_BOXES else MOST_BOXES_OF_MANY
    for end in _main_line(boxes):
        numbers = range(start, end + 1)
        block = _place(boxes, numbers, before=start - 1)
        if len(numbers) > most_boxes or block.columns > most_columns:
            blocks += _abridged(boxes, numbers)
        else:
            blocks.append(block)
        start = end + 1
    return blocks


def _main_line(boxes: Sequence[Box]) -> list[int]:
    """Return the boxes over which no line jumps; the last box closes whatever is left."""
    farthest = list(range(len(boxes)))
    for number, box in enumerate(boxes):
        for parent in box.parents:
            farthest[parent] = max(farthest[parent], number)
    reach = itertools.accumulate([0, *farthest[:-1]], max)
    line = [number for number, far in enumerate(reach) if far <= number]
    return line if line[-1] == len(boxes) - 1 else [*line, len(boxes) - 1]


def _abridged(boxes: Sequence[Box], numbers: Sequence[int]) -> list[Block]:
    """Return the used boxes, and the last one, each as a block of its own."""
    kept = [number for number in numbers if boxes[number].used or number == numbers[-1]]
    return [
        Block((number,), {number: (1, 0)}, {(-1, number): ((0, 0), (1, 0))}, abridged=True)
        for number in kept
    ]


def _place(boxes: Sequence[Box], numbers: Sequence[int], before: int) -> Block:
    """Place the boxes of a block: columns by the longest path to each, branches in lanes."""
    inside = {
        number: tuple(parent for parent in boxes[number].parents if parent in numbers)
        for number in numbers
    }
    columns: dict[int, int] = {}
    for number in numbers:
        columns[number] = 1 + max((columns[parent] for parent in inside[number]), default=0)
    columns[numbers[-1]] = max(columns.values())
    lanes = _lanes(inside, columns)
    places = {number: (columns[number], lanes[number]) for number in numbers}
    edges = [
        (parent, number)
        for number in numbers
        for parent in (boxes[number].parents if before >= 0 else inside[number])
    ]
    return Block(tuple(numbers), places, _route(edges, {**places, before: (0, 0)}))


def _lanes(inside: Mapping[int, tuple[int, ...]], columns: Mapping[int, int]) -> dict[int, int]:
    """Return a lane for each box: 0 for a longest path, then one a branch, beside its parent."""
    numbers = list(inside)
    longest = [numbers[-1]]
    while above := inside[longest[-1]]:
        longest.append(max(above, key=lambda parent: (columns[parent], -parent)))
    branches = [longest]
    placed = set(longest)
    for number in numbers:
        if number not in placed:
            branch = _branch(number, inside, placed)
            placed |= set(branch)
            beside = [
                place for place, other in enumerate(branches) if set(other) & set(inside[number])
            ]
            branches.insert(beside[0] + 1 if beside else len(branches), branch)
    return {number: lane for lane, branch in enumerate(branches) for number in branch}


def _branch(first: int, inside: Mapping[int, tuple[int, ...]], placed: set[int]) -> list[int]:
    """Return a box and what follows it, up to where other boxes go on."""
    branch = [first]
    while True:
        ahead = [
            number for number in inside if branch[-1] in inside[number] and number not in placed
        ]
        if not ahead:
            return branch
        branch.append(ahead[0])


def _route(
    edges: Sequence[tuple[int, int]], places: Mapping[int, tuple[int, int]]
) -> dict[tuple[int, int], tuple[tuple[float, float], ...]]:
    """Lead a line along free lanes for each edge, the shortest first."""
    taken = set(places.values())
    lowest = max(lane for _, lane in places.values())
    routes = {}

    def is_free(lane: int, start: int, end: int) -> bool:
        return all((column, lane) not in taken for column in range(start + 1, end))

    def length(edge: tuple[int, int]) -> int:
        return places[edge[1]][0] - places[edge[0]][0]

    for edge in sorted(edges, key=lambda edge: (length(edge), edge)):
        (start, from_lane), (end, to_lane) = places[edge[0]], places[edge[1]]
        if is_free(to_lane, start, end):
            lane = to_lane
        elif is_free(from_lane, start, end):
            lane = from_lane
        else:
            lane = next(lane for lane in itertools.count(lowest + 1) if is_free(lane, start, end))
        taken |= {(column, lane) for column in range(start + 1, end)}
        corners = [(start, from_lane), (start + 0.5, from_lane), (start + 0.5, lane)]
        corners += [(end - 0.5, lane), (end - 0.5, to_lane), (end, to_lane)]
        routes[edge] = _without_idle_corners(corners)
    return routes


def _without_idle_corners(
    corners: Sequence[tuple[float, float]],
) -> tuple[tuple[float, float], ...]:
    """Drop corners where a line does not turn."""
    kept = [corners[0]]
    for corner, following in itertools.pairwise(corners[1:]):
        turns = not (kept[-1][0] == corner[0] == following[0])
        turns &= not (kept[-1][1] == corner[1] == following[1])
        if turns and corner != kept[-1]:
            kept.append(corner)
    return (*kept, corners[-1])

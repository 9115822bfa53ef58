"""A network's graph made small enough to draw: boxes, the blocks they form, and their places.

Layers that only finish what another does (batch normalisation, activation, padding) join its box.
Boxes that every path passes are the network's main line; what lies between two of them is a block,
whose branches lie below each other. Nothing here needs TensorFlow.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from semantrace.core.errors import InputError, suggest

"""What `semantrace.networks.description.describe_network` writes."""

FINISHING_KINDS = frozenset(
    {
        "Activation",
        "BatchNormalization",
        "Dropout",
        "ELU",
        "Flatten",
        "Functional",
        "GaussianNoise",
        "GroupNormalization",
        "LayerNormalization",
        "LayerScale",
        "LeakyReLU",
        "LocalResponseNormalization",
        "Normalization",
        "PReLU",
        "ReLU",
        "Rescaling",
        "Reshape",
        "Sequential",
        "Softmax",
        "SpatialDropout2D",
        "UnitNormalization",
    }
)
"""Layers that join the box of the one layer before them, if it leads nowhere else."""

PREPARING_KINDS = frozenset({"Cropping2D", "ZeroPadding2D"})
"""Layers that join the box of the layer after them."""

MOST_BOXES = 60
"""A block of more boxes is abridged to the layers that are used."""


@dataclass(frozen=True)
class Box:
    """One or more layers that follow each other and are drawn as one.

    Attributes
    ----------
    layers : tuple of str
        In the network's order.
    kind : str
        Class of the layer that the others finish.
    kernel : str
        Its window, such as 3×3, or empty.
    shape : str
        Of one image's output of the last layer, such as 56×56×64.
    parents : tuple of int
        Numbers of the boxes whose output it takes, all smaller than its own.
    used : str
        The layer among them that the study uses, or empty.
    """

    layers: tuple[str, ...]
    kind: str
    kernel: str
    shape: str
    parents: tuple[int, ...]
    used: str = ""

    @property
    def extent(self) -> str:
        """What of the shape is space: 56×56, or empty for a vector."""
        sides = self.shape.split("×")
        return "×".join(sides[:-1])

    @property
    def channels(self) -> str:
        """Number of channels, or of values of a vector."""
        return self.shape.split("×")[-1]


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


def make_boxes(description: pd.DataFrame, used: Sequence[str]) -> list[Box]:
    """Join the layers of a network into boxes.

    Parameters
    ----------
    description : DataFrame
        `semantrace.core.tables.NETWORK`.
    used : sequence of str
        Layers that the study uses; a box never holds two of them.

    Raises
    ------
    InputError
        When a used layer is not among the network's.
    """
    names = _names_in_use(description, used)
    for layer in used:
        if layer not in names:
            raise InputError(f"the network has no layer {layer!r}; {suggest(layer, names)}")
    number_of = {str(name): number for number, name in enumerate(description["layer"])}
    parents = [
        [number_of[name] for name in str(cell).split(", ") if name]
        for cell in description["parents"]
    ]
    kinds = [str(kind) for kind in description["kind"]]
    group = _join_finishing(kinds, parents, {names.index(layer) for layer in used})
    members: dict[int, list[int]] = {}
    for number, head in enumerate(group):
        members.setdefault(head, []).append(number)
    ordered = sorted(members.values(), key=lambda numbers: numbers[-1])
    box_of = {number: box for box, numbers in enumerate(ordered) for number in numbers}
    rows = list(description.itertuples())
    boxes = []
    for box, numbers in enumerate(ordered):
        main = next((n for n in numbers if _is_main(kinds[n])), numbers[0])
        above = {box_of[parent] for number in numbers for parent in parents[number]} - {box}
        boxes.append(
            Box(
                layers=tuple(names[number] for number in numbers),
                kind=kinds[main],
                kernel=str(rows[main].kernel),
                shape=str(rows[numbers[-1]].shape),
                parents=tuple(sorted(above)),
                used=next((names[number] for number in numbers if names[number] in used), ""),
            )
        )
    return boxes


def _names_in_use(description: pd.DataFrame, used: Sequence[str]) -> list[str]:
    """Return the layers' names: the short one where the study uses that."""
    full = [str(name) for name in description["layer"]]
    if "short_name" not in description:
        return full
    return [
        str(short) if short and str(short) in used else name
        for name, short in zip(full, description["short_name"], strict=True)
    ]


def _is_main(kind: str) -> bool:
    return kind not in FINISHING_KINDS and kind not in PREPARING_KINDS


def _join_finishing(
    kinds: Sequence[str], parents: Sequence[Sequence[int]], used: set[int]
) -> list[int]:
    """Return for each layer the first layer of its box."""
    children = [0] * len(kinds)
    for above in parents:
        for parent in above:
            children[parent] += 1
    group = list(range(len(kinds)))
    holds_used = [number in used for number in range(len(kinds))]
    is_open = [not _is_main(kind) for kind in kinds]  # holds no layer worth a box yet
    for number, above in enumerate(parents):
        if len(above) != 1 or children[above[0]] != 1 or kinds[above[0]] == "InputLayer":
            continue
        head = group[above[0]]
        finishes = kinds[number] in FINISHING_KINDS
        prepared = is_open[head] and not holds_used[head]
        if prepared or (finishes and not (holds_used[head] and number in used)):
            group[number] = head
            holds_used[head] |= number in used
            is_open[head] &= not _is_main(kinds[number])
    return group


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
    for end in _main_line(boxes):
        numbers = range(start, end + 1)
        block = _place(boxes, numbers, before=start - 1)
        if len(numbers) > MOST_BOXES or block.columns > most_columns:
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
    for _, stage in by_extent:
        stage = list(stage)
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

"""Boxes, blocks and rows of a diagram, against explicit searches of the graph."""

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantrace.core.errors import InputError
from semantrace.figures.diagrams.blocks import (
    MANY_BOXES,
    MOST_BOXES,
    MOST_BOXES_OF_MANY,
    make_blocks,
)
from semantrace.figures.diagrams.boxes import Box, make_boxes
from semantrace.figures.diagrams.rows import make_rows


def description(*rows):
    """A description from (layer, kind, parents)."""
    return pd.DataFrame(
        [
            {
                "layer": layer,
                "kind": kind,
                "shape": "4×4×8",
                "kernel": "",
                "activation": "",
                "parents": parents,
                "parameters": 0,
            }
            for layer, kind, parents in rows
        ]
    )


RESIDUAL = description(
    ("in", "InputLayer", ""),
    ("pad", "ZeroPadding2D", "in"),
    ("conv_a", "Conv2D", "pad"),
    ("norm_a", "BatchNormalization", "conv_a"),
    ("relu_a", "Activation", "norm_a"),
    ("conv_b", "Conv2D", "relu_a"),
    ("norm_b", "BatchNormalization", "conv_b"),
    ("sum", "Add", "norm_b, relu_a"),
    ("relu_b", "ReLU", "sum"),
    ("pool", "GlobalAveragePooling2D", "relu_b"),
    ("classes", "Dense", "pool"),
)


def test_layers_that_finish_or_prepare_join_the_box_of_their_layer():
    boxes = make_boxes(RESIDUAL, ["relu_a", "classes"])
    assert [box.layers for box in boxes] == [
        ("in",),
        ("pad", "conv_a", "norm_a", "relu_a"),
        ("conv_b", "norm_b"),
        ("sum", "relu_b"),
        ("pool",),
        ("classes",),
    ]
    assert [box.kind for box in boxes][1:4] == ["Conv2D", "Conv2D", "Add"]
    assert [box.parents for box in boxes] == [(), (0,), (1,), (1, 2), (3,), (4,)]
    assert [box.used for box in boxes] == ["", "relu_a", "", "", "", "classes"]


def test_operators_of_onnx_are_drawn_as_the_layers_of_keras_that_do_the_same():
    table = description(
        ("conv_a", "Conv", ""),
        ("norm_a", "BatchNormalization", "conv_a"),
        ("relu_a", "Relu", "norm_a"),
        ("pool_a", "MaxPool", "relu_a"),
        ("scale", "Mul", "pool_a"),
        ("conv_b", "Conv", "scale"),
        ("sum", "Add", "conv_b, scale"),
        ("relu_b", "Clip", "sum"),
        ("pool_b", "GlobalAveragePool", "relu_b"),
        ("units", "MatMul", "pool_b"),
        ("bias", "Add", "units"),
        ("product", "MatMul", "bias"),
    )
    table.loc[table["layer"] == "units", "parameters"] = 12
    boxes = make_boxes(table, ["relu_a", "bias"])
    assert [(box.kind, box.layers) for box in boxes] == [
        ("Conv", ("conv_a", "norm_a", "relu_a")),
        ("MaxPooling2D", ("pool_a", "scale")),
        ("Conv", ("conv_b",)),
        ("Add", ("sum", "relu_b")),
        ("GlobalAveragePooling2D", ("pool_b",)),
        ("Dense", ("units", "bias")),
        ("MatMul", ("product",)),
    ]
    assert [box.used for box in boxes] == ["relu_a", "", "", "", "", "bias", ""]


def test_two_used_layers_never_share_a_box():
    boxes = make_boxes(RESIDUAL, ["conv_a", "relu_a", "sum", "relu_b"])
    assert [box.used for box in boxes] == ["", "conv_a", "relu_a", "", "sum", "relu_b", "", ""]


def test_a_normalisation_before_a_convolution_joins_it_unless_it_is_used_itself():
    table = description(
        ("in", "InputLayer", ""),
        ("norm", "BatchNormalization", "in"),
        ("relu", "Activation", "norm"),
        ("conv", "Conv2D", "relu"),
    )
    assert [box.layers for box in make_boxes(table, [])] == [("in",), ("norm", "relu", "conv")]
    separate = [("in",), ("norm", "relu"), ("conv",)]
    assert [box.layers for box in make_boxes(table, ["relu"])] == separate


def test_a_padding_does_not_join_what_is_before_it():
    boxes = make_boxes(
        description(
            ("in", "InputLayer", ""),
            ("conv", "Conv2D", "in"),
            ("pad", "ZeroPadding2D", "conv"),
            ("pool", "MaxPooling2D", "pad"),
        ),
        [],
    )
    assert [box.layers for box in boxes] == [("in",), ("conv",), ("pad", "pool")]


def test_an_unknown_layer_is_refused_with_the_nearest_name():
    with pytest.raises(InputError, match="no layer 'conv_c'; did you mean 'conv_b' or 'conv_a'"):
        make_boxes(RESIDUAL, ["conv_c"])


def test_a_skip_connection_runs_below_the_boxes_it_skips():
    boxes = make_boxes(RESIDUAL, [])
    block = make_blocks(boxes, 20)[2]
    assert block.boxes == (2, 3)
    assert block.places == {2: (1, 0), 3: (2, 0)}
    assert block.routes[1, 3] == ((0, 0), (0.5, 0), (0.5, 1), (1.5, 1), (1.5, 0), (2, 0))
    assert block.routes[1, 2] == ((0, 0), (1, 0))
    assert block.lanes == 2


@st.composite
def networks(draw):
    """Random graphs with one first and one last box, and every box between them."""
    count = draw(st.integers(2, 14))
    above = [set()]
    for number in range(1, count):
        earlier = st.integers(max(0, number - 4), number - 1)
        above.append(set(draw(st.lists(earlier, min_size=1, max_size=3))))
    for number in range(count - 1):
        if not any(number in parents for parents in above):
            above[-1].add(number)
    return [
        Box((f"layer{number}",), "Conv2D", "3×3", "4×4×8", tuple(sorted(parents)))
        for number, parents in enumerate(above)
    ]


def reaches_last_without(boxes, left_out):
    reached = {0}
    for number, box in enumerate(boxes):
        if number != left_out and reached & set(box.parents):
            reached.add(number)
    return len(boxes) - 1 in reached


@settings(max_examples=150, deadline=None)
@given(networks())
def test_blocks_are_cut_where_no_path_goes_around(boxes):
    ends = [block.boxes[-1] for block in make_blocks(boxes, 99)]
    last = len(boxes) - 1
    inner = [box for box in range(1, last) if not reaches_last_without(boxes, box)]
    assert ends == [0, *inner, last]


@settings(max_examples=150, deadline=None)
@given(networks())
def test_boxes_and_lines_of_a_block_keep_apart(boxes):
    blocks = make_blocks(boxes, 99)
    assert [box for block in blocks for box in block.boxes] == list(range(len(boxes)))
    for block in blocks:
        assert set(block.places) == set(block.boxes)
        assert len(set(block.places.values())) == len(block.boxes)
        assert block.places[block.boxes[-1]] == (block.columns, 0)
        places = {**block.places, block.boxes[0] - 1: (0, 0)}
        for (parent, child), corners in block.routes.items():
            assert parent in boxes[child].parents
            assert corners[0] == places[parent]
            assert corners[-1] == places[child]
            assert places[parent][0] < places[child][0]
            for (column, lane), (end, other) in itertools.pairwise(corners):
                assert column == end or lane == other
                assert column <= end
                crossed = range(int(column) + 1, int(end + 0.5)) if lane == other else ()
                for middle in crossed:
                    if (middle, lane) in places.values():
                        assert (middle, lane) in (corners[0], corners[-1])
    drawn = {edge for block in blocks for edge in block.routes}
    assert drawn == {(parent, child) for child, box in enumerate(boxes) for parent in box.parents}


@settings(max_examples=100, deadline=None)
@given(networks(), st.integers(3, 8))
def test_rows_hold_every_box_once_and_are_no_wider_than_allowed(boxes, most):
    blocks = make_blocks(boxes, most)
    rows = make_rows(boxes, blocks, most)
    assert [block for row in rows for block in row.blocks] == blocks
    for row in rows:
        assert row.columns <= most
        places = row.places()
        assert len(set(places.values())) == len(places)


def chain(*extents):
    return [
        Box((f"layer{number}",), "Conv2D", "3×3", f"{side}×{side}×8", (number - 1,) * (number > 0))
        for number, side in enumerate(extents)
    ]


def test_rows_break_between_maps_of_different_extent():
    boxes = chain(8, 8, 8, 8, 4, 4, 4, 2)
    rows = make_rows(boxes, make_blocks(boxes, 6), 6)
    assert [[block.boxes[0] for block in row.blocks] for row in rows] == [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
    ]


def test_in_a_long_network_blocks_are_abridged_sooner():
    width = MOST_BOXES_OF_MANY + 1
    for repeats, abridged in ((2, False), (MANY_BOXES // width + 1, True)):
        boxes = [Box(("first",), "Conv2D", "", "4×4×8", ())]
        for _ in range(repeats):
            start = len(boxes) - 1
            boxes += [Box(("l",), "Conv2D", "", "4×4×8", (start,)) for _ in range(width - 1)]
            boxes.append(Box(("s",), "Add", "", "4×4×8", tuple(range(start, len(boxes)))))
        assert {block.abridged for block in make_blocks(boxes, 99)[1:]} == {abridged}


def test_a_block_of_too_many_boxes_is_abridged_to_the_used_ones():
    many = MOST_BOXES + 2
    boxes = [Box(("first",), "InputLayer", "", "4×4×8", ())]
    boxes += [
        Box((f"l{n}",), "Conv2D", "", "4×4×8", (0,), "l7" if n == 7 else "") for n in range(many)
    ]
    boxes.append(Box(("last",), "Add", "", "4×4×8", tuple(range(1, many + 1))))
    blocks = make_blocks(boxes, 99)
    assert [block.boxes for block in blocks] == [(0,), (8,), (many + 1,)]
    assert [block.abridged for block in blocks] == [False, True, True]

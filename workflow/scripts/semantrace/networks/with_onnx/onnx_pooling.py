"""Pooling inside an ONNX graph, so that what is pooled away takes no memory beside it."""

from collections.abc import Iterable

from onnx import NodeProto, TensorProto, helper

from semantrace.networks.pooling import CLS
from semantrace.networks.with_onnx.onnx_graph import OnnxLayer

OPERATORS = {"mean": "GlobalAveragePool", "max": "GlobalMaxPool"}
"""They take channels first, and are the same in every version of ONNX."""


def pooled_tensor(layer: OnnxLayer, pooling: str) -> str:
    """Return the name of what `pooling_nodes` make of a layer, or of its tensor as it is."""
    return f"{layer.tensor}/pooled_{pooling}" if pooling else layer.tensor


def pooling_nodes(wanted: Iterable[tuple[OnnxLayer, str]]) -> list[NodeProto]:
    """Return the operators that pool layers; means and maxima come in single precision.

    Parameters
    ----------
    wanted : iterable of (OnnxLayer, str)
        Layers, each with one of `semantrace.core.names.POOLINGS`, or with an empty string where
        it stays as it is.
    """
    return [
        node
        for layer, pooling in dict.fromkeys(wanted)
        if pooling
        for node in (_first_token if pooling == CLS else _over_places)(layer, pooling)
    ]


def _first_token(layer: OnnxLayer, pooling: str) -> list[NodeProto]:
    output = pooled_tensor(layer, pooling)
    first = f"{output}/first"
    zero = helper.make_tensor("zero", TensorProto.INT64, (), [0])
    return [
        helper.make_node("Constant", [], [first], value=zero),
        helper.make_node("Gather", [layer.tensor, first], [output], axis=1),
    ]


def _over_places(layer: OnnxLayer, pooling: str) -> list[NodeProto]:
    """Return what pools over places, or over tokens, whose channels are put first for it."""
    output = pooled_tensor(layer, pooling)
    single, turned = f"{output}/single", f"{output}/turned"
    cast = helper.make_node("Cast", [layer.tensor], [single], to=TensorProto.FLOAT)
    if layer.is_map:
        return [cast, helper.make_node(OPERATORS[pooling], [single], [output])]
    return [
        cast,
        helper.make_node("Transpose", [single], [turned], perm=[0, 2, 1]),
        helper.make_node(OPERATORS[pooling], [turned], [output]),
    ]

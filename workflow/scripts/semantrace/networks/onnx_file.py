"""Weights of convolutions and dense layers from an ONNX file, as Keras lays them out.

An ONNX file is data in protobuf: reading it runs nothing. It may name further files for its
arrays; such files are not followed.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx

from semantrace.core.errors import InputError
from semantrace.networks.weights import ArraysByLayer

WEIGHT_SUFFIX = re.compile(r"_w(_\d+)?$")
"""What follows a layer's name in the name of its weights: conv2/3x3_w_0 belongs to conv2/3x3."""


def read_onnx_layers(path: str | Path) -> ArraysByLayer:
    """Read kernel and bias of each convolution and each dense layer of an ONNX graph.

    Parameters
    ----------
    path : path
        An ONNX file whose arrays are inside it.

    Returns
    -------
    dict of layer to dict of "kernel" and "bias" to array
        In the graph's order, under the names that the weights have less `WEIGHT_SUFFIX`. Kernels
        of convolutions are height × width × inputs × outputs, those of dense layers are
        inputs × outputs; "bias" is missing where the graph adds none.

    Raises
    ------
    InputError
        When the file is no ONNX model, keeps its arrays elsewhere, or holds no such layer.
    """
    path = Path(path)
    graph = _load_graph(path)
    arrays = {tensor.name: tensor for tensor in graph.initializer}
    reshaped = {
        node.output[0]: node
        for node in graph.node
        if node.op_type == "Reshape" and len(node.input) == 2
    }
    layers: ArraysByLayer = {}
    for node in graph.node:
        if node.op_type not in _KERNELS:
            continue
        inputs = [name for name in node.input[1:] if name]  # without an omitted bias
        weights, *biases = (_resolve(name, arrays, reshaped, path) for name in inputs or [""])
        name = WEIGHT_SUFFIX.sub("", _source_of(inputs[0], reshaped))
        if name in layers:
            raise InputError(f"{path}: two layers share the weights {name!r}; give another file")
        layers[name] = {"kernel": _KERNELS[node.op_type](weights, node, name, path)}
        if biases:
            layers[name]["bias"] = biases[0]
    if not layers:
        raise InputError(f"{path}: no ONNX model with convolutions; give a network's .onnx file")
    return layers


def _load_graph(path: Path) -> onnx.GraphProto:
    content = path.read_bytes()
    try:
        return onnx.load_model_from_string(content).graph  # of a file, it would follow other files
    except Exception as error:  # a class of protobuf, which onnx does not name
        raise InputError(f"{path}: not an ONNX model, or a damaged one; fetch it again") from error


def _source_of(name: str, reshaped: Mapping[str, onnx.NodeProto]) -> str:
    """Return the array that a value is a reshaped form of, or its own name."""
    return reshaped[name].input[0] if name in reshaped else name


def _resolve(
    name: str,
    arrays: Mapping[str, onnx.TensorProto],
    reshaped: Mapping[str, onnx.NodeProto],
    path: Path,
) -> np.ndarray:
    """Return the array of that name in the file, or the one that the graph reshapes to it."""
    source = _source_of(name, reshaped)
    if source not in arrays:
        raise InputError(
            f"{path}: {name!r} is no array of the file; give a file of trained weights"
        )
    values = _to_array(arrays[source], path)
    if values.dtype.kind != "f":
        raise InputError(f"{path}: {source!r} holds {values.dtype}; only real numbers are read")
    if name == source:
        return values
    shape = reshaped[name].input[1]
    try:
        return values.reshape(_to_array(arrays[shape], path))
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(
            f"{path}: {source!r} cannot take the shape {shape!r}; fetch the file again"
        ) from error


def _to_array(tensor: onnx.TensorProto, path: Path) -> np.ndarray:
    if onnx.external_data_helper.uses_external_data(tensor):
        raise InputError(
            f"{path}: {tensor.name!r} lies in another file, which is not followed; "
            "save the model as one file"
        )
    try:
        return onnx.numpy_helper.to_array(tensor)
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(
            f"{path}: {tensor.name!r} is no array of its shape ({error}); fetch the file again"
        ) from error


def _convolution_kernel(
    weights: np.ndarray, _: onnx.NodeProto, name: str, path: Path
) -> np.ndarray:
    if weights.ndim != 4:
        raise InputError(
            f"{path}: weights of {name!r} have {weights.ndim} dimensions; "
            "those of a convolution have 4"
        )
    return weights.transpose(2, 3, 1, 0)


def _dense_kernel(weights: np.ndarray, node: onnx.NodeProto, name: str, path: Path) -> np.ndarray:
    if weights.ndim != 2:
        raise InputError(
            f"{path}: weights of {name!r} have {weights.ndim} dimensions; those of a dense layer "
            "have 2"
        )
    outputs_first = any(item.name == "transB" and item.i for item in node.attribute)
    return weights.T if outputs_first else weights


_KERNELS = {"Conv": _convolution_kernel, "Gemm": _dense_kernel}

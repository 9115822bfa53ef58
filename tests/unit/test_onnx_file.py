"""Weights from ONNX files: small graphs, and files that must be refused."""

import numpy as np
import onnx
import pytest
from light_graphs import light_graph
from onnx import TensorProto, helper, numpy_helper

from semantrace.core.errors import InputError
from semantrace.networks.onnx_file import read_onnx_layers

GENERATOR = np.random.default_rng(2)
FILTERS = GENERATOR.normal(size=(4, 3, 5, 2)).astype(np.float32)
BIAS = GENERATOR.normal(size=4).astype(np.float32)
UNITS = GENERATOR.normal(size=(6, 4)).astype(np.float32)


def save(tmp_path, nodes, arrays):
    """Save a graph of nodes with stored arrays, by their names."""
    tensors = [
        item if isinstance(item, TensorProto) else numpy_helper.from_array(item, name)
        for name, item in arrays.items()
    ]
    graph = helper.make_graph(nodes, "graph", [], [], initializer=tensors)
    onnx.save(helper.make_model(graph), tmp_path / "network.onnx")
    return tmp_path / "network.onnx"


def convolution(*inputs):
    return helper.make_node("Conv", ["images", *inputs], ["maps"])


def test_kernels_are_turned_to_keras_order(tmp_path):
    path = save(
        tmp_path,
        [
            convolution("block/one_w_0", "block/one_b_0"),
            helper.make_node("Relu", ["maps"], ["rectified"]),
            helper.make_node("Gemm", ["rectified", "units_w", "units_b"], ["x"], transB=1),
            helper.make_node("Gemm", ["x", "plain"], ["y"]),
        ],
        {
            "block/one_w_0": FILTERS,
            "block/one_b_0": BIAS,
            "units_w": UNITS,
            "units_b": np.ones(6),
            "plain": UNITS,
        },
    )
    layers = read_onnx_layers(path)
    assert list(layers) == ["block/one", "units", "plain"]
    for row, column, channel, unit in np.ndindex(5, 2, 3, 4):
        kernel = layers["block/one"]["kernel"]
        assert kernel[row, column, channel, unit] == FILTERS[unit, channel, row, column]
    np.testing.assert_array_equal(layers["block/one"]["bias"], BIAS)
    np.testing.assert_array_equal(layers["units"]["kernel"], UNITS.T)
    np.testing.assert_array_equal(layers["units"]["bias"], np.ones(6))
    assert set(layers["plain"]) == {"kernel"}
    np.testing.assert_array_equal(layers["plain"]["kernel"], UNITS)


def test_weights_that_the_graph_reshapes_are_reshaped(tmp_path):
    """So the zoo stores GoogLeNet's classifier: 1000 × 1024 × 1 × 1."""
    path = save(
        tmp_path,
        [
            helper.make_node("Reshape", ["units_w_0", "shape"], ["flat"]),
            helper.make_node("Gemm", ["x", "flat", "units_b_0"], ["y"], transB=1),
        ],
        {
            "units_w_0": UNITS.reshape(6, 4, 1, 1),
            "shape": np.array([6, -1]),
            "units_b_0": np.zeros(6),
        },
    )
    np.testing.assert_array_equal(read_onnx_layers(path)["units"]["kernel"], UNITS.T)


def test_a_bias_may_be_omitted_by_an_empty_name(tmp_path):
    path = save(tmp_path, [convolution("one_w", "")], {"one_w": FILTERS})
    assert set(read_onnx_layers(path)["one"]) == {"kernel"}


@pytest.mark.parametrize("kind", ["float16", "float64"])
def test_other_precisions_are_read(tmp_path, kind):
    path = save(tmp_path, [convolution("one_w")], {"one_w": FILTERS.astype(kind)})
    kernel = read_onnx_layers(path)["one"]["kernel"]
    np.testing.assert_allclose(kernel, FILTERS.transpose(2, 3, 1, 0), rtol=1e-3)


def truncated():
    tensor = numpy_helper.from_array(FILTERS, "one_w")
    tensor.raw_data = tensor.raw_data[:-4]
    return tensor


@pytest.mark.parametrize(
    ("nodes", "arrays", "message"),
    [
        ([], {}, "no ONNX model with convolutions"),
        ([convolution("one_w")], {}, "'one_w' is no array of the file"),
        ([convolution()], {}, "'' is no array of the file"),
        (
            [convolution("one_w")],
            {"one_w": FILTERS[0]},
            "weights of 'one' have 3 dimensions; those of a convolution have 4",
        ),
        (
            [helper.make_node("Gemm", ["x", "one_w"], ["y"])],
            {"one_w": FILTERS},
            "weights of 'one' have 4 dimensions; those of a dense layer have 2",
        ),
        (
            [convolution("one_w")],
            {"one_w": FILTERS.astype(np.int8)},
            "'one_w' holds int8; only real numbers are read",
        ),
        ([convolution("one_w")], {"one_w": truncated()}, "'one_w' is no array of its shape"),
        (
            [convolution("one_w"), convolution("one_w")],
            {"one_w": FILTERS},
            "two layers share the weights 'one'",
        ),
        (
            [helper.make_node("Reshape", ["one_w", "shape"], ["flat"]), convolution("flat")],
            {"one_w": FILTERS, "shape": np.array([7, 7])},
            "'one_w' cannot take the shape 'shape'",
        ),
        (
            [helper.make_node("Reshape", ["one_w", "shape"], ["flat"]), convolution("flat")],
            {"one_w": FILTERS},
            "'one_w' cannot take the shape 'shape'",
        ),
    ],
)
def test_graphs_without_usable_weights_are_refused(tmp_path, nodes, arrays, message):
    with pytest.raises(InputError, match=message) as caught:
        read_onnx_layers(save(tmp_path, nodes, arrays))
    assert "network.onnx" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_arrays_in_another_file_are_not_followed(tmp_path):
    tensor = numpy_helper.from_array(FILTERS, "one_w")
    (tmp_path / "secret.bin").write_bytes(tensor.raw_data)
    onnx.external_data_helper.set_external_data(tensor, "secret.bin")
    tensor.ClearField("raw_data")
    path = save(tmp_path, [convolution("one_w")], {"one_w": tensor})
    onnx.load(path)  # the oracle: onnx itself follows it
    with pytest.raises(InputError, match="'one_w' lies in another file, which is not followed"):
        read_onnx_layers(path)


def test_files_that_are_no_onnx_model_are_refused(tmp_path):
    path = save(tmp_path, [convolution("one_w")], {"one_w": FILTERS})
    content = path.read_bytes()
    for wrong in (b"no protobuf", content[: len(content) // 2]):
        path.write_bytes(wrong)
        with pytest.raises(InputError, match=r"network.onnx: not an ONNX model, or a damaged one"):
            read_onnx_layers(path)
    path.write_bytes(b"")
    with pytest.raises(InputError, match="no ONNX model with convolutions"):
        read_onnx_layers(path)


def test_a_graph_that_makes_its_weights_is_refused(tmp_path):
    model, _ = light_graph("inception_v1")
    onnx.save(model, tmp_path / "light.onnx")
    with pytest.raises(InputError, match="'conv1/7x7_s2_w_0' is no array of the file"):
        read_onnx_layers(tmp_path / "light.onnx")

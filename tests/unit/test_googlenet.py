"""GoogLeNet against ONNX Runtime's run of its graph, loops over windows, and the paper's table."""

import functools

import keras
import numpy as np
import onnx
import pytest
from light_graphs import (
    add_arrays,
    assert_relatively_close,
    channels_last,
    light_graph,
    random_weights,
    values_of,
)
from matplotlib.patches import Circle
from onnx import numpy_helper
from test_figures import assert_fits

from semantrace.core.errors import InputError
from semantrace.figures.diagrams.network_diagram import network_diagram
from semantrace.io.files import sha256_of
from semantrace.networks.registry import build_network
from semantrace.networks.with_keras.architectures import find_architecture
from semantrace.networks.with_keras.loading import prepare_weights
from semantrace.networks.with_keras.local_response_normalization import LocalResponseNormalization
from semantrace.taxonomy.imagenet import class_wnids

SPEC = {"architecture": "GoogLeNet"}
TABLE_1 = {
    "inception_3a_output": 200_704,
    "inception_3b_output": 376_320,
    "inception_4a_output": 100_352,
    "inception_4b_output": 100_352,
    "inception_4c_output": 100_352,
    "inception_4d_output": 103_488,
    "inception_4e_output": 163_072,
    "inception_5a_output": 40_768,
    "inception_5b_output": 50_176,
}
"""Layers and their sizes as in table 1 of Garcia-Gasulla et al., which calls the last one 5a."""


@pytest.fixture(scope="module")
def graph():
    """The network as ONNX with random weights, its pools as in Caffe."""
    model, shapes = light_graph("inception_v1")
    for node in model.graph.node:
        attributes = {item.name: item.ints for item in node.attribute}
        if node.op_type == "MaxPool" and list(attributes["strides"]) == [2, 2]:
            attributes["pads"][:] = [0, 0, 1, 1]
        elif node.op_type == "AveragePool":
            attributes["pads"][:] = [0, 0, 0, 0]
    add_arrays(model, random_weights(shapes, np.random.default_rng(8), "loss3/classifier"))
    return model


@pytest.fixture(scope="module")
def file(graph, tmp_path_factory):
    path = tmp_path_factory.mktemp("onnx") / "googlenet.onnx"
    onnx.save(graph, path)
    return path


@pytest.fixture(scope="module")
def network(file, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "googlenet.weights.h5"
    source = {"file": str(file), "sha256": sha256_of(file)}
    prepare_weights(find_architecture(SPEC), source, path)
    return build_network(SPEC, path)


# What the network computes


def test_every_inception_output_and_the_probabilities_equal_onnx_runtimes(graph, network):
    names = ["pool1_norm1", "conv2_norm2", *TABLE_1, "prob"]
    values = [
        node.output[0] for node in graph.graph.node if node.op_type in ("LRN", "Concat", "Softmax")
    ]
    coarse = np.random.default_rng(9).uniform(0, 255, (1, 28, 28, 3)).astype(np.float32)
    images = coarse.repeat(8, axis=1).repeat(8, axis=2)
    prepared = images[..., ::-1] - np.float32([104, 117, 123])
    expected = values_of(graph, {"data_0": np.moveaxis(prepared, -1, 1)}, values)
    outputs = [network.model.get_layer(layer).output for layer in names]
    ours = keras.Model(network.model.input, outputs)
    found = ours(network.architecture.preprocess(images))
    for layer, ours, theirs in zip(names, found, expected, strict=True):
        theirs = channels_last(theirs)
        assert np.mean(theirs > 0) > 0.4, layer  # the layer is alive
        assert_relatively_close(ours, theirs)
    assert np.max(expected[-1]) < 0.5
    assert np.ptp(np.log(expected[-1])) > 0.5  # classes differ


def test_the_nine_outputs_have_the_papers_sizes(network):
    assert {layer: network.features_of(layer) for layer in TABLE_1} == TABLE_1
    assert sum(TABLE_1.values()) == 1_235_584
    network.check_layers(list(TABLE_1))
    assert network.input_size == (224, 224)
    assert network.model.count_params() == 6_998_552


@pytest.mark.parametrize(
    ("before", "pool", "sides"),
    [
        ("conv1_7x7_s2", "pool1_3x3_s2", (112, 56)),
        ("conv2_norm2", "pool2_3x3_s2", (56, 28)),
        ("inception_3b_output", "pool3_3x3_s2", (28, 14)),
        ("inception_4e_output", "pool4_3x3_s2", (14, 7)),
    ],
)
def test_pools_count_windows_that_are_cut_off(network, before, pool, sides):
    side, halved = sides
    assert network.shape_of(before)[0] == side
    channels = network.shape_of(before)[2]
    maps = np.random.default_rng(side).normal(-9, 1, (side, side, channels)).astype(np.float32)
    windows = int(np.ceil((side - 3) / 2)) + 1  # Caffe's rule
    expected = np.empty((windows, windows, channels), np.float32)
    for i in range(windows):
        for j in range(windows):
            expected[i, j] = maps[2 * i : 2 * i + 3, 2 * j : 2 * j + 3].max(axis=(0, 1))
    assert windows == halved
    part = keras.Model(network.model.get_layer(before).output, network.model.get_layer(pool).output)
    np.testing.assert_array_equal(part(maps[None])[0], expected)


def test_images_are_given_as_the_model_was_trained(network):
    red = np.zeros((1, 2, 2, 3), np.float32)
    red[..., 0] = 255
    found = network.architecture.preprocess(red)[0, 0, 0]
    np.testing.assert_array_equal(found, [-104, -117, 255 - 123])
    assert network.architecture.preprocessing == (
        "RGB 0 to 255, turned to BGR, minus (104, 117, 123)"
    )
    assert network.architecture.channel_order == "BGR"
    assert network.classes == class_wnids()


def test_random_weights_are_those_of_the_seed(tmp_path):
    built = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        prepare_weights(find_architecture(SPEC), {"seed": seed}, tmp_path / name)
        built.append(build_network(SPEC, tmp_path / name).model.get_layer("inception_5b_5x5"))
    kernels = [layer.get_weights()[0] for layer in built]
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert np.abs(kernels[0] - kernels[2]).max() > 0.01


# Local response normalisation


def normalised_by_loops(maps, local_size=5, alpha=1e-4, beta=0.75, k=1.0):
    """Caffe's formula, one value after the other."""
    half = (local_size - 1) // 2
    out = np.empty_like(maps)
    for place in np.ndindex(maps.shape[:-1]):
        for channel in range(maps.shape[-1]):
            total = 0.0
            for other in range(channel - half, channel + half + 1):
                if 0 <= other < maps.shape[-1]:
                    total += maps[place][other] ** 2
            out[place][channel] = maps[place][channel] / (k + alpha / local_size * total) ** beta
    return out


@pytest.mark.parametrize(
    "settings", [{}, {"local_size": 3, "alpha": 0.02, "beta": 0.5, "k": 2.0}, {"local_size": 7}]
)
@pytest.mark.parametrize("channels", [1, 3, 12])
def test_normalisation_equals_loops(settings, channels):
    maps = np.random.default_rng(3).normal(0, 200, (2, 3, 4, channels))
    found = LocalResponseNormalization(**settings)(maps.astype(np.float32))
    expected = normalised_by_loops(maps, **settings)
    assert np.abs(expected / maps).min() < 0.9  # it matters
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_saved_normalisation_keeps_its_settings(tmp_path):
    images = keras.Input((4, 4, 8))
    layer = LocalResponseNormalization(3, alpha=0.01, beta=0.6, k=1.5, name="norm")
    model = keras.Model(images, layer(images))
    model.save(tmp_path / "norm.keras")
    loaded = keras.saving.load_model(tmp_path / "norm.keras", safe_mode=True)
    maps = np.random.default_rng(4).normal(0, 20, (1, 4, 4, 8)).astype(np.float32)
    np.testing.assert_array_equal(loaded(maps), model(maps))
    assert loaded.get_layer("norm").get_config() == layer.get_config()


# Files of weights that do not fit


def changed(graph, tmp_path, change):
    """Save the graph with one change and return the source of weights."""
    model = onnx.ModelProto()
    model.CopyFrom(graph)
    change(model.graph)
    onnx.save(model, tmp_path / "changed.onnx")
    return {"file": str(tmp_path / "changed.onnx")}


def leave_out(graph, weights):
    graph.node.remove(next(node for node in graph.node if weights in node.input))


def replace(graph, name, new_name=None, array=None):
    tensor = next(tensor for tensor in graph.initializer if tensor.name == name)
    values = numpy_helper.to_array(tensor) if array is None else array
    tensor.CopyFrom(numpy_helper.from_array(values, new_name or name))
    for node in graph.node:
        node.input[:] = [new_name if item == name and new_name else item for item in node.input]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            functools.partial(leave_out, weights="inception_5b/3x3_w_0"),
            "weights of layer 'inception_5b_3x3' are missing",
        ),
        (
            functools.partial(
                replace,
                name="inception_3a/5x5_w_0",
                array=np.zeros((32, 16, 3, 3), np.float32),
            ),
            "'inception_3a_5x5' has kernel 3×3×16×32 and bias 32 but the architecture expects "
            "kernel 5×5×16×32 and bias 32",
        ),
        (
            functools.partial(replace, name="conv2/3x3_w_0", new_name="conv2/3x4_w_0"),
            "layer 'conv2_3x4' is not in the architecture; did you mean 'conv2_3x3'",
        ),
    ],
)
def test_weights_of_another_network_are_refused(graph, tmp_path, change, message):
    with pytest.raises(InputError, match=message) as caught:
        prepare_weights(
            find_architecture(SPEC), changed(graph, tmp_path, change), tmp_path / "w.h5"
        )
    assert "changed.onnx" in str(caught.value)
    assert not (tmp_path / "w.h5").exists()


def test_a_file_that_is_no_onnx_model_is_refused(tmp_path):
    (tmp_path / "weights.onnx").write_text("version of something else")
    with pytest.raises(InputError, match=r"weights.onnx: not an ONNX model"):
        prepare_weights(
            find_architecture(SPEC), {"file": str(tmp_path / "weights.onnx")}, tmp_path / "w.h5"
        )


# The diagram


def test_the_diagram_has_one_column_of_branches_a_module(network):
    used = {layer: layer.split("_")[1] for layer in TABLE_1}
    described = network.describe().assign(network="googlenet")
    figure, data = network_diagram(described, "GoogLeNet", used)
    assert_fits(figure)
    assert figure.get_size_inches()[1] < 7
    marked = data[data["used_layer"] != ""]
    assert list(marked["title"]) == ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"]
    assert list(marked["row"]) == [1, 1, 2, 2, 2, 2, 2, 3, 3]
    assert set(marked["lane"]) == {0}
    assert sum(isinstance(patch, Circle) for patch in figure.axes[0].patches) == 9
    assert data["lane"].max() == 3
    joined = {layers.split(", ")[0]: layers.split(", ")[1:] for layers in data["layers"]}
    assert joined["conv1_padding"] == ["conv1_7x7_s2"]
    assert joined["pool1_3x3_s2"] == ["pool1_norm1"]
    assert joined["conv2_3x3"] == ["conv2_norm2"]
    assert joined["loss3_classifier"] == ["prob"]

"""Pooled layers, of Keras and of ONNX, against NumPy on the layers themselves."""

import shutil

import keras
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from semantrace.core.errors import InputError
from semantrace.core.names import POOLINGS
from semantrace.examination.listed_layers import listed_layers
from semantrace.networks.preprocessing import PREPROCESSING
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.keras_network import KerasNetwork
from semantrace.networks.with_onnx.onnx_network import OnnxNetwork
from semantrace.study.layer_patterns import ListedLayer, matching_layers

RNG = np.random.default_rng(5)
IMAGES = RNG.integers(0, 256, (3, 6, 8, 3), dtype=np.uint8)
REDUCE = {"mean": np.mean, "max": np.max}


@pytest.fixture(scope="module")
def of_keras():
    source = keras.Input((6, 8, 3))
    maps = keras.layers.Conv2D(5, 3, activation="relu", name="maps")(source)
    tokens = keras.layers.Reshape((24, 5), name="tokens")(maps)
    head = keras.layers.Dense(4, name="head")(keras.layers.Flatten(name="flat")(tokens))
    architecture = Architecture("net", lambda: None, lambda images: images / 255, "unit", "RGB")
    return KerasNetwork(architecture, keras.Model(source, head))


@pytest.fixture(scope="module")
def of_onnx(tmp_path_factory):
    arrays = {"kernel": RNG.normal(size=(5, 3, 3, 3)), "units": RNG.normal(size=(120, 4))}
    stored = [numpy_helper.from_array(np.float32(array), name) for name, array in arrays.items()]
    stored.append(numpy_helper.from_array(np.array([0, 5, -1]), "shape"))
    nodes = [
        helper.make_node("Conv", ["images", "kernel"], ["c"], name="convolution"),
        helper.make_node("Relu", ["c"], ["r"], name="maps"),
        helper.make_node("Reshape", ["r", "shape"], ["s"], name="channels"),
        helper.make_node("Transpose", ["s"], ["t"], name="tokens", perm=[0, 2, 1]),
        helper.make_node("Flatten", ["t"], ["f"], name="flat"),
        helper.make_node("Gemm", ["f", "units"], ["h"], name="head"),
    ]
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ("N", 3, 6, 8))],
        [helper.make_tensor_value_info("h", TensorProto.FLOAT, None)],
        stored,
    )
    path = tmp_path_factory.mktemp("onnx") / "net.onnx"
    opset = [helper.make_opsetid("", 17)]
    path.write_bytes(
        onnx.helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()
    )
    return OnnxNetwork(path, PREPROCESSING["unit"])


@pytest.fixture(params=["of_keras", "of_onnx"])
def network(request):
    return request.getfixturevalue(request.param)


def values(network, *layers):
    found = network.forward_pass(layers, "float32", 3)(IMAGES)
    return [np.asarray(array) for array in found]


@pytest.mark.parametrize("pooling", REDUCE)
def test_maps_are_pooled_over_places_and_tokens_over_tokens(network, pooling):
    layers = ("maps", f"maps.{pooling}", "tokens", f"tokens.{pooling}")
    maps, pooled_maps, tokens, pooled_tokens = values(network, *layers)
    axes = (2, 3) if isinstance(network, OnnxNetwork) else (1, 2)
    expected = REDUCE[pooling](maps.reshape(3, *network.shape_of("maps")), axis=axes)
    np.testing.assert_allclose(pooled_maps, expected, rtol=1e-5)
    expected = REDUCE[pooling](tokens.reshape(3, 24, 5), axis=1)
    np.testing.assert_allclose(pooled_tokens, expected, rtol=1e-5)
    assert network.shape_of(f"maps.{pooling}") == network.shape_of(f"tokens.{pooling}") == (5,)
    assert network.features_of(f"maps.{pooling}") == 5


def test_the_first_token_is_the_class_token(network):
    tokens, first = values(network, "tokens", "tokens.cls")
    np.testing.assert_array_equal(first, tokens.reshape(3, 24, 5)[:, 0])
    assert network.shape_of("tokens.cls") == (5,)


def test_sums_of_classes_are_those_of_pooled_rows(network):
    (rows,) = values(network, "maps.mean")
    (sums,) = network.class_summing(["maps.mean"], 3)(IMAGES, np.array([2, 3], np.int32), 2)
    expected = [rows[:2].astype(np.float64).sum(axis=0), rows[2]]
    np.testing.assert_allclose(sums, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("head.mean", "'head' has neither places nor tokens to pool over; name it without .mean"),
        ("maps.cls", "'maps' has places and no tokens; pool it by mean or max"),
        ("maps.median", "no layer 'maps.median'"),
        ("nothing.mean", "no layer 'nothing.mean'"),
    ],
)
def test_what_cannot_be_pooled_is_told(network, layer, message):
    with pytest.raises(InputError, match=message):
        network.check_layers([layer])


def test_a_layer_and_its_pooling_are_two(network):
    network.check_layers(["maps", "maps.mean", "maps.max"])
    with pytest.raises(InputError, match="'maps.mean' is listed twice"):
        network.check_layers(["maps.mean", "maps.mean"])
    assert network.full_name("maps.mean") == "maps.mean"


def test_patterns_have_poolings():
    places = ("mean", "max")
    layers = [
        ListedLayer("conv1", (), places),
        ListedLayer("conv2", ("/conv2_output",), places),
        ListedLayer("odd.mean", (), POOLINGS),
        ListedLayer("head"),
    ]
    assert matching_layers(["conv*.mean"], layers) == ["conv1.mean", "conv2.mean"]
    assert matching_layers(["all.max"], layers) == ["conv1.max", "conv2.max", "odd.mean.max"]
    assert matching_layers(["conv?", "conv?.mean"], layers) == [
        *("conv1", "conv1.mean", "conv2", "conv2.mean")
    ]
    assert matching_layers(["odd*"], layers) == ["odd.mean"]
    assert matching_layers(["*/conv2_output.max"], layers) == ["conv2.max"]
    assert matching_layers(["all.cls"], layers) == ["odd.mean.cls"]
    with pytest.raises(InputError, match=r"'fire\*.mean' stands for no layer"):
        matching_layers(["fire*.mean"], layers)
    with pytest.raises(InputError, match=r"'conv\*.cls' stands for no layer that can be pooled by"):
        matching_layers(["conv*.cls"], layers)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_all_with_a_pooling_is_every_layer_that_has_it(network, pooling, tmp_path):
    """What a pattern stands for can be extracted."""
    asked = {"architecture": str(tmp_path / "net.onnx"), "preprocessing": "unit"}
    if isinstance(network, OnnxNetwork):
        shutil.copy(network.path, tmp_path / "net.onnx")
    else:
        asked = {"architecture": str(tmp_path / "net.keras"), "preprocessing": "unit"}
        network.model.save(tmp_path / "net.keras")
    layers = listed_layers({"package": None, "spec": asked})
    found = matching_layers([f"all.{pooling}"], layers)
    wanted = {"tokens.cls"} if pooling == "cls" else {f"maps.{pooling}", f"tokens.{pooling}"}
    assert wanted <= set(found)
    network.check_layers(found)
    assert all(len(network.shape_of(layer)) == 1 for layer in found)

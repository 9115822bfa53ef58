"""VGG19 of keras.applications against ONNX Runtime's run of its graph, and the paper's table."""

import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from light_graphs import (
    add_inputs,
    assert_relatively_close,
    channels_last,
    light_graph,
    random_weights,
    values_of,
)

from semantrace.networks.registry import outline_network
from semantrace.networks.with_keras import tf

LAYERS = ("block2_conv2", "block3_conv4", "block4_conv4", "block5_conv4")
"""Of table 2 of Garcia-Gasulla et al.: conv2_2, conv3_4, conv4_4, conv5_4."""

DENSE = {"fc6": "fc1", "fc7": "fc2", "fc8": "predictions"}


def test_sizes_are_the_papers_but_for_its_slip():
    """Table 2 prints 401,408 for conv4_4 and again for conv5_4, whose size is a quarter of it."""
    network = outline_network({"architecture": "VGG19", "layers": LAYERS})
    sizes = [network.features_of(layer) for layer in LAYERS]
    printed = [1_605_632, 802_816, 401_408, 401_408]
    assert sizes == [*printed[:3], printed[3] // 4]
    assert sizes[3] == 14 * 14 * 512 == 100_352
    assert sum(printed) == 3_211_264  # the total that the paper states
    assert sum(sizes) == 2_910_208
    for layer in LAYERS:
        assert network.model.get_layer(layer).activation.__name__ == "relu"


def keras_layer(name):
    """Return what Keras calls a layer: block3_conv4 for conv3_4."""
    found = re.fullmatch(r"conv(\d)_(\d)", name)
    return f"block{found[1]}_conv{found[2]}" if found else DENSE[name]


def keras_variables(inputs):
    """Take all weights out of a graph's inputs, as Keras' variables by their paths."""
    variables = {}
    for name in [key.removesuffix("_w_0") for key in inputs if key.endswith("_w_0")]:
        to_keras = first_dense_kernel if name == "fc6" else keras_kernel
        variables[f"{keras_layer(name)}/kernel"] = to_keras(inputs, f"{name}_w_0")
        variables[f"{keras_layer(name)}/bias"] = tf.constant(inputs.pop(f"{name}_b_0"))
    return variables


def keras_kernel(inputs, name):
    weights = inputs.pop(name)
    return tf.constant(weights.transpose(2, 3, 1, 0) if weights.ndim == 4 else weights.T)


def first_dense_kernel(inputs, name):
    """Turn a kernel over maps whose channels come first, 0.4 GB, a place of the maps at a time."""
    by_place = inputs.pop(name).reshape(-1, 512, 7 * 7)
    places = [tf.constant(by_place[..., place].T) for place in range(7 * 7)]
    del by_place
    return tf.concat(places, 0)


@pytest.mark.slow
def test_the_papers_layers_and_the_probabilities_equal_onnx_runtimes():
    """The weights are 0.6 GB, so that a process of its own takes them and gives them back."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        process.submit(compare_with_onnx_runtime).result()


def compare_with_onnx_runtime():
    """Give both the same weights, as inputs; Keras draws none of its own."""
    graph, shapes = light_graph("vgg19")
    generator = np.random.default_rng(6)
    inputs = random_weights(shapes, generator, "fc8")
    add_inputs(graph, shapes)
    images = generator.uniform(0, 255, (1, 224, 224, 3)).astype(np.float32)
    prepared = images[..., ::-1] - np.float32([103.939, 116.779, 123.68])

    rectified = {
        node.input[0]: node.output[0] for node in graph.graph.node if node.op_type == "Relu"
    }
    convolutions = {
        node.input[1]: node.output[0] for node in graph.graph.node if node.op_type == "Conv"
    }
    of_paper = ("conv2_2", "conv3_4", "conv4_4", "conv5_4")
    names = [rectified[convolutions[f"{name}_w_0"]] for name in of_paper]
    inputs["data_0"] = np.moveaxis(prepared, -1, 1)
    expected = values_of(graph, inputs, [*names, graph.graph.output[0].name])

    network = outline_network({"architecture": "VGG19", "layers": LAYERS})
    model = network.part([*(network.output_of(layer) for layer in LAYERS), *network.model.outputs])
    given = keras_variables(inputs)
    values = [given.pop(variable.path) for variable in model.trainable_variables]
    found, _ = model.stateless_call(values, [], network.architecture.preprocess(images.copy()))

    for ours, theirs in zip(found, expected, strict=True):
        assert np.mean(theirs > 0) > 0.4  # the layer is alive
        assert_relatively_close(ours, channels_last(theirs))
    assert np.max(expected[-1]) < 0.5
    assert np.ptp(np.log(expected[-1])) > 0.5  # classes differ

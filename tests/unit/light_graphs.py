"""Graphs of well-known networks that the package onnx ships without trained weights.

In them, weights are constants that nodes make; here, weights of any values take their place.
"""

import importlib.resources

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper


def light_graph(name):
    """Return the model `light_<name>.onnx`, and the shapes of its weights by their names.

    The nodes that make the weights are taken out, so that values can be given for them.
    """
    place = importlib.resources.files(onnx) / f"backend/test/data/light/light_{name}.onnx"
    model = onnx.load_model_from_string(place.read_bytes())
    graph = model.graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    makers = [node for node in graph.node if node.op_type == "ConstantOfShape"]
    shapes = {node.output[0]: tuple(stored[node.input[0]].tolist()) for node in makers}
    shapes |= {key: array.shape for key, array in stored.items() if array.dtype.kind == "f"}
    for node in makers:
        graph.node.remove(node)
    unused = {node.input[0] for node in makers} | set(shapes)
    for tensor in [tensor for tensor in graph.initializer if tensor.name in unused]:
        graph.initializer.remove(tensor)
    model.ir_version = 8  # what is stored need not be an input too
    for item in [item for item in graph.input if item.name in stored]:
        graph.input.remove(item)
    return model, shapes


BIAS_SIZE = 10
CLASSIFIER_SIZE = 0.01


def random_weights(shapes, generator, classifier):
    """Return weights that keep activations at their size, since half of them are rectified.

    Those of the classifier are smaller, or one class would take all probability.
    """
    weights = {}
    for name, shape in shapes.items():
        size = np.sqrt(2 / np.prod(shape[1:])) if len(shape) > 1 else BIAS_SIZE
        size *= CLASSIFIER_SIZE if name.startswith(classifier) else 1
        weights[name] = generator.standard_normal(shape, dtype=np.float32)
        weights[name] *= np.float32(size)
    return weights


def add_arrays(model, arrays):
    """Store arrays in a model."""
    model.graph.initializer.extend(
        numpy_helper.from_array(array, name) for name, array in arrays.items()
    )


def add_inputs(model, shapes):
    """Let a model take arrays as inputs."""
    model.graph.input.extend(
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    )


def values_of(model, inputs, names):
    """Run a model by ONNX Runtime and return some of the values that its nodes compute."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    known = {output.name for output in watched.graph.output}
    watched.graph.output.extend(
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        for name in names
        if name not in known
    )
    session = onnxruntime.InferenceSession(
        watched.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(list(names), inputs)


def channels_last(values):
    """Return maps as Keras lays them out; vectors stay as they are."""
    return np.moveaxis(values, 1, -1)


def assert_relatively_close(found, expected, tolerance=1e-4):
    """Check that two layers differ by little, against each value and against the layer's size."""
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    assert found.shape == expected.shape
    assert np.linalg.norm(found - expected) <= tolerance * np.linalg.norm(expected)
    size = np.sqrt(np.mean(expected**2))
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance * size)

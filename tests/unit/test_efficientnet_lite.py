"""EfficientNet-Lite against ONNX Runtime's run of the published blocks, under PyTorch's names."""

import math
import re

import numpy as np
import onnx
import onnxruntime
import pytest
from light_graphs import assert_relatively_close, channels_last
from onnx import helper, numpy_helper
from torch_files import named_torch, save_old, tensor

from semantrace.core.errors import InputError
from semantrace.networks.registry import outline_network
from semantrace.networks.with_keras.architectures import find_architecture
from semantrace.networks.with_keras.weights_file import read_weights_file

BLOCKS = (
    "r1_k3_s11_e1_i32_o16",
    "r2_k3_s22_e6_i16_o24",
    "r2_k5_s22_e6_i24_o40",
    "r3_k3_s22_e6_i40_o80",
    "r3_k5_s11_e6_i80_o112",
    "r4_k5_s22_e6_i112_o192",
    "r1_k3_s11_e6_i192_o320",
)
"""As the networks' authors write them: repeats, kernel, strides, expansion, inputs, outputs."""

CHANNELS = {
    "EfficientNetLite0": (16, 24, 40, 80, 112, 192, 320),
    "EfficientNetLite1": (16, 24, 40, 80, 112, 192, 320),
    "EfficientNetLite2": (16, 24, 48, 88, 120, 208, 352),
}
REPEATS = {
    "EfficientNetLite0": (1, 2, 2, 3, 3, 4, 1),
    "EfficientNetLite1": (1, 3, 3, 4, 4, 5, 1),
    "EfficientNetLite2": (1, 3, 3, 4, 4, 5, 1),
}
SIDES = {"EfficientNetLite0": 224, "EfficientNetLite1": 240, "EfficientNetLite2": 260}
PARAMETERS = {"EfficientNetLite0": 4.7, "EfficientNetLite1": 5.4, "EfficientNetLite2": 6.1}
"""In millions, as published."""


class Builder:
    """A graph of the network, with random tensors under the names that PyTorch has for them."""

    def __init__(self):
        self.rng = np.random.default_rng(4)
        self.nodes, self.tensors = [], {}

    def node(self, kind, inputs, **attributes):
        output = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def convolution(self, flow, name, shape, stride=1, group=1):
        size = math.sqrt(2 / math.prod(shape[1:]))
        self.tensors[f"{name}.weight"] = self.rng.normal(0, size, shape)
        attributes = {"strides": [stride] * 2, "auto_pad": "SAME_UPPER", "group": group}
        return self.node("Conv", [flow, f"{name}.weight"], **attributes)

    def normalisation(self, flow, name, channels, is_rectified=True):
        parts = {"weight": (0.5, 1.5), "bias": (-0.2, 0.5), "running_mean": (-0.2, 0.2)}
        parts["running_var"] = (0.5, 2)
        for part, limits in parts.items():
            self.tensors[f"{name}.{part}"] = self.rng.uniform(*limits, channels)
        inputs = [flow, *(f"{name}.{part}" for part in parts)]
        flow = self.node("BatchNormalization", inputs, epsilon=1e-3)
        return self.node("Clip", [flow, "zero", "six"]) if is_rectified else flow


def published_network(variant):
    """Return a session with the outputs of all blocks and of the classifier, and its tensors."""
    build = Builder()
    flow = build.convolution("images", "_conv_stem", (32, 3, 3, 3), 2)
    flow = build.normalisation(flow, "_bn0", 32)
    inputs, number, outputs = 32, 0, []
    for block, channels, repeats in zip(BLOCKS, CHANNELS[variant], REPEATS[variant], strict=True):
        kernel, first_stride, expansion = map(int, re.findall(r"[kse](\d)", block))
        for stride in [first_stride] + [1] * (repeats - 1):
            start, name, wide = flow, f"_blocks.{number}", inputs * expansion
            if expansion > 1:
                shape = (wide, inputs, 1, 1)
                flow = build.convolution(flow, f"{name}._expand_conv", shape)
                flow = build.normalisation(flow, f"{name}._bn0", wide)
            shape = (wide, 1, kernel, kernel)
            flow = build.convolution(flow, f"{name}._depthwise_conv", shape, stride, wide)
            flow = build.normalisation(flow, f"{name}._bn1", wide)
            flow = build.convolution(flow, f"{name}._project_conv", (channels, wide, 1, 1))
            flow = build.normalisation(flow, f"{name}._bn2", channels, is_rectified=False)
            if stride == 1 and inputs == channels:
                flow = build.node("Add", [flow, start])
            outputs.append(flow)
            inputs, number = channels, number + 1
    flow = build.convolution(flow, "_conv_head", (1280, inputs, 1, 1))
    flow = build.normalisation(flow, "_bn1", 1280)
    flow = build.node("Flatten", [build.node("GlobalAveragePool", [flow])])
    build.tensors["_fc.weight"] = build.rng.normal(0, 0.1, (1000, 1280))
    build.tensors["_fc.bias"] = build.rng.normal(0, 0.1, 1000)
    flow = build.node("Gemm", [flow, "_fc.weight", "_fc.bias"], transB=1)
    outputs.append(build.node("Softmax", [flow]))
    return session(build, outputs, SIDES[variant]), outputs, build.tensors


def session(build, outputs, side):
    arrays = {name: np.float32(array) for name, array in build.tensors.items()}
    arrays |= {"zero": np.float32(0), "six": np.float32(6)}
    graph = helper.make_graph(
        build.nodes,
        "net",
        [helper.make_tensor_value_info("images", onnx.TensorProto.FLOAT, (None, 3, side, side))],
        [helper.make_tensor_value_info(one, onnx.TensorProto.FLOAT, None) for one in outputs],
        [numpy_helper.from_array(array, name) for name, array in arrays.items()],
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    return onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )


@pytest.fixture
def stored(monkeypatch, tmp_path):
    """Save tensors as PyTorch does."""
    torch = named_torch(monkeypatch)

    def store(tensors):
        kinds = {
            name: "LongStorage" if array.dtype.kind == "i" else "FloatStorage"
            for name, array in tensors.items()
        }
        content = {name: tensor(torch, array, kinds[name]) for name, array in tensors.items()}
        save_old(tmp_path / "net.pth", torch, content)
        return tmp_path / "net.pth"

    return store


@pytest.mark.parametrize("variant", SIDES)
def test_blocks_and_probabilities_equal_onnx_runtimes(variant, stored):
    run, outputs, tensors = published_network(variant)
    path = stored(tensors | {"_bn0.num_batches_tracked": np.array(7)})
    architecture = find_architecture({"architecture": variant})
    weights = read_weights_file(architecture, path)
    network = outline_network({"architecture": variant})
    assert network.input_size == (SIDES[variant],) * 2
    trained = [
        array.size
        for arrays in weights.values()
        for name, array in arrays.items()
        if not name.startswith("moving")
    ]
    assert sum(trained) / 1e6 == pytest.approx(PARAMETERS[variant], abs=0.06)

    blocks = [layer for layer in network.layers if re.fullmatch(r"block\d[a-z]", layer)]
    assert len(blocks) == sum(REPEATS[variant])
    images = np.random.default_rng(1).uniform(0, 255, (2, *network.input_size, 3))
    prepared = np.asarray(architecture.preprocess(np.float32(images)))
    np.testing.assert_allclose(prepared, (images - 127) / 128, atol=1e-5)
    expected = run.run(outputs, {"images": np.moveaxis(prepared, -1, 1)})
    model = network.part([*map(network.output_of, blocks), *network.model.outputs])
    given = {
        f"{layer}/{name}": array
        for layer, arrays in weights.items()
        for name, array in arrays.items()
    }
    values = [
        [given[variable.path] for variable in kind]
        for kind in (model.trainable_variables, model.non_trainable_variables)
    ]
    found, _ = model.stateless_call(*values, prepared, training=False)
    for ours, theirs in zip(found, expected, strict=True):
        assert np.std(theirs) > 0
        assert_relatively_close(ours, channels_last(theirs), 1e-3)


def test_a_file_of_another_variant_is_told(stored):
    _, _, tensors = published_network("EfficientNetLite0")
    architecture = find_architecture({"architecture": "EfficientNetLite1"})
    with pytest.raises(
        InputError, match=r"has no _blocks\.\d+\S+; give a file of EfficientNetLite1"
    ):
        read_weights_file(architecture, stored(tensors))
    architecture = find_architecture({"architecture": "EfficientNetLite0"})
    with pytest.raises(InputError, match="gamma is not of EfficientNetLite0; give a file of this"):
        read_weights_file(architecture, stored(tensors | {"_more.gamma": np.zeros(2)}))

"""The documented way from PyTorch to an ONNX file, run where PyTorch is installed."""

import ast
import sys

import numpy as np
import pytest

from semantrace.networks.registry import build_network


@pytest.fixture
def to_onnx(repository, monkeypatch):
    pytest.importorskip(
        "torch", reason="PyTorch is not installed, and the project does not need it"
    )
    monkeypatch.syspath_prepend(repository / "docs/export")
    from to_onnx import to_onnx

    yield to_onnx
    sys.modules.pop("to_onnx")


def test_an_exported_network_has_the_activations_of_pytorch(to_onnx, tmp_path):
    import torch
    from torch import nn

    torch.manual_seed(0)
    network = nn.Sequential()
    network.add_module("conv", nn.Conv2d(3, 8, 3, stride=2))
    network.add_module("relu", nn.ReLU())
    network.add_module("flat", nn.Flatten(2))
    network.add_module("block", nn.TransformerEncoderLayer(25, 5, 16, batch_first=True))
    network.add_module("head", nn.Linear(25, 4))
    to_onnx(network, str(tmp_path / "net.onnx"), 12)
    spec = {"architecture": str(tmp_path / "net.onnx"), "preprocessing": "torch"}
    built = build_network(spec)
    images = np.random.default_rng(0).integers(0, 256, (5, 12, 12, 3), dtype=np.uint8)
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    scaled = torch.tensor(np.float32(np.moveaxis((images / 255 - mean) / deviation, -1, 1)))
    with torch.no_grad():
        relu = network.relu(network.conv(scaled)).reshape(5, -1)
        block = network.block(network.flat(network.relu(network.conv(scaled)))).reshape(5, -1)
    (last,) = [name for name in built.layers if "norm2" in name][-1:]
    for batch in (2, 5):
        found = built.forward_pass(["relu.Relu", last], "float32", batch)(images[:batch])
        for values, expected in zip(found, (relu, block), strict=True):
            np.testing.assert_allclose(values, expected[:batch], rtol=1e-3, atol=1e-4)


def test_every_recipe_is_a_script_of_the_shared_function(repository):
    recipes = sorted((repository / "docs/export").glob("*_network.py"))
    assert len(recipes) == 4
    for recipe in recipes:
        tree = ast.parse(recipe.read_text())
        called = {
            node.func.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert "to_onnx" in called
        assert recipe.name in ast.get_docstring(tree)

"""The layers that a study may list, of Keras and of ONNX."""

import numpy as np
import pytest

from semantrace.core.tables import LAYERS
from semantrace.io.tables import read_table, write_table
from semantrace.networks.layer_table import layer_table
from semantrace.networks.registry import outline_network


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_every_layer_stands_there_with_its_size(tmp_path, dtype):
    network = outline_network({"architecture": "ResNet50V2"})
    assert "study_bytes" not in layer_table("r", network, dtype)
    write_table(layer_table("r", network, dtype, 50_000), tmp_path / "t.tsv", LAYERS)
    table = read_table(tmp_path / "t.tsv", LAYERS).set_index("layer")
    assert table.index.tolist() == [layer.name for layer in network.model.layers[1:]]
    for layer in network.model.layers[1:]:
        row = table.loc[layer.name]
        assert row["values"] == np.prod(layer.output.shape[1:])
        assert row["image_bytes"] == row["values"] * (2 if dtype == "float16" else 4)
        assert row["study_bytes"] == row["image_bytes"] * 50_000
        assert row["kind"] == type(layer).__name__
    assert table.loc["conv2_block1_1_conv", "rectifier"] == "conv2_block1_1_relu"
    assert table.loc["conv2_block1_1_relu", "rectifier"] == ""
    assert (table["network"] == "r").all()

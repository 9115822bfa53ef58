"""Compute once in this process, in one way; prints JSON with the time and a checksum.

    python benchmarks/determinism_cost.py forward|descent THREADS ONEDNN OP_DETERMINISM

The last three are numbers: how many threads, and 1 or 0 for on or off.
"""

import hashlib
import json
import os
import statistics
import sys
import time

WHAT, *SETTINGS = sys.argv[1:]
THREADS, ONEDNN, OP_DETERMINISM = map(int, SETTINGS)

os.environ["TF_ENABLE_ONEDNN_OPTS"] = str(ONEDNN)

import numpy as np
import tensorflow as tf
from measured_networks import image_files, load

from semantrace.embedding.inversion import Inversion, invert_class_vectors
from semantrace.images.decoding import load_image
from semantrace.images.resizing import resize_image

BATCH = 16
ROUNDS = 7
STEPS = 64
LAYER = "fire9"


def forward() -> tuple[list[float], bytes]:
    """Return times of a forward pass of all layers of ResNet50, and what it gave."""
    network, layers = load("ResNet50")
    compute = network.forward_pass(layers, "float16", BATCH)
    _, paths = image_files(BATCH)
    batch = np.stack(
        [resize_image(load_image(path), network.input_size, "stretch") for path in paths]
    )
    seconds = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        outputs = compute(batch)
        seconds.append(time.perf_counter() - start)
    return seconds[1:], b"".join(output.numpy().tobytes() for output in outputs)


def descent() -> tuple[list[float], bytes]:
    """Return times of a descent to a class vector of SqueezeNet, and the image it ended at."""
    network, _ = load("SqueezeNet")
    vector = np.random.default_rng(1).random((1, network.features_of(LAYER)))
    vector = (vector / np.linalg.norm(vector)).astype(np.float32)
    seconds = []
    for _ in range(2):
        generators = [np.random.default_rng(2)]
        start = time.perf_counter()
        inverted = invert_class_vectors(
            network, [vector], Inversion((LAYER,), STEPS, 0.5, 8), generators
        )
        seconds.append(time.perf_counter() - start)
    return seconds[1:], inverted.images.tobytes()


if __name__ == "__main__":
    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    if OP_DETERMINISM:
        tf.config.experimental.enable_op_determinism()
    times, result = {"forward": forward, "descent": descent}[WHAT]()
    print(
        json.dumps(
            {"seconds": statistics.median(times), "sha256": hashlib.sha256(result).hexdigest()}
        )
    )

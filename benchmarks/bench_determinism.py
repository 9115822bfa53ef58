"""What the same bytes cost: determinism of TensorFlow, and what its threads decide.

Each way of computing is a process of its own, several times; the checksums of what they gave tell
which settings decide the bytes. On processors only: what determinism costs on a GPU, where kernels
are others, is not measured here.
"""

import hashlib
import statistics
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from apart import Run, apart, timed
from measured_networks import image_files, load
from measuring import Benchmark, Contender, Measurement, scaled

from semantrace.embedding.inversion import Inversion, invert_class_vectors
from semantrace.images.decoding import load_image
from semantrace.images.resizing import resize_image
from semantrace.networks.with_keras import tf

ROUNDS = 3
BATCH, PASSES = 16, 7
STEPS = 64
LAYER = "fire9"


def set_up(threads: int, op_determinism: bool) -> None:
    """Let TensorFlow compute in one way."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    if op_determinism:
        tf.config.experimental.enable_op_determinism()


def forward(threads: int, op_determinism: bool) -> Run:
    """Pass a batch through all layers of ResNet50, several times."""
    set_up(threads, op_determinism)
    network, layers = load("ResNet50")
    compute = network.forward_pass(layers, "float16", BATCH)
    _, paths = image_files(BATCH)
    size = network.input_size
    batch = np.stack([resize_image(load_image(path), size, "stretch") for path in paths])
    outputs = compute(batch)
    seconds = [timed(lambda: compute(batch)).seconds for _ in range(PASSES)]
    return outcome(seconds, b"".join(output.numpy().tobytes() for output in outputs))


def descent(threads: int, op_determinism: bool) -> Run:
    """Descend to a class vector of SqueezeNet, twice, and time the second."""
    set_up(threads, op_determinism)
    network, _ = load("SqueezeNet")
    vector = np.random.default_rng(1).random((1, network.features_of(LAYER)))
    vector = (vector / np.linalg.norm(vector)).astype(np.float32)
    inversion = Inversion((LAYER,), STEPS, 0.5, 8)
    images = []

    def invert() -> None:
        generators = [np.random.default_rng(2)]
        images.append(invert_class_vectors(network, [vector], inversion, generators).images)

    invert()
    return outcome([timed(invert).seconds], images[-1].tobytes())


def outcome(seconds: Sequence[float], result: bytes) -> Run:
    """Return the time with a checksum."""
    return Run(statistics.median(seconds), found=hashlib.sha256(result).hexdigest())


FORWARD, DESCENT = "ResNet50, 50 layers, 16 images", "SqueezeNet, one image, 64 steps"
WAYS = (
    (FORWARD, "as extraction computes: 2 threads, oneDNN", 2, "1", False),
    (FORWARD, "with TensorFlow's op determinism, as extraction on a GPU", 2, "1", True),
    (FORWARD, "1 thread", 1, "1", False),
    (FORWARD, "without oneDNN", 2, "0", False),
    (DESCENT, "as inversion computes: 1 thread, no oneDNN", 1, "0", False),
    (DESCENT, "2 threads", 2, "0", False),
    (DESCENT, "with oneDNN", 1, "1", False),
    (DESCENT, "with oneDNN, 2 threads", 2, "1", False),
)
"""What is computed, and how: threads, oneDNN or not, op determinism; the first way is ours."""


def compared(runs: Sequence[Run], ours: Sequence[Run]) -> str:
    """Say whether processes agreed with each other, and with the workflow's way."""
    results = {run.found for run in runs}
    if len(results) > 1:
        return f"{len(results)} different results in {len(runs)} processes"
    same = f"same bytes in {len(runs)} processes"
    if runs is ours:
        return same
    agree = results == {run.found for run in ours}
    return f"{same}, {'and' if agree else 'but not'} those of the first row"


def run(scale: float = 1.0) -> list[Measurement]:
    """Compare the ways of each computation, in a part of the processes."""
    rows = []
    for given, compute in ((FORWARD, forward), (DESCENT, descent)):
        contenders: list[Contender] = []
        for _, name, threads, onednn, op_determinism in (way for way in WAYS if way[0] == given):
            call = partial(apart, compute, threads, op_determinism, TF_ENABLE_ONEDNN_OPTS=onednn)
            ours = contenders[0].name if contenders else ""
            contenders.append(Contender(name, call, against=ours))
        benchmark = Benchmark("Determinism of networks", given, contenders, scaled(ROUNDS, scale))
        runs = benchmark.in_turn()
        for row, own in zip(benchmark.rows(runs), runs, strict=True):
            rows.append(replace(row, note=compared(own, runs[0])))
    return rows

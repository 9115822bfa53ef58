"""Extraction of all layers: ours, its floors, its stages, the plain way and other libraries.

For each network the demo's images go through it, with all layers of its study stored in the
default format. Ours is timed side by side with the bare forward pass (images already decoded, the
output alone), with the floor of decoding and a forward pass that computes the layers and keeps
none, and with each of its stages alone. The plain way runs a model up to each layer in turn.
THINGSvision and torchvision get the same weights and the same images, already decoded, in their own
environment; what they and the plain way give is compared with ours.
"""

import json
import shutil
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import peers
from apart import PEERS, Run, apart, timed
from measured_networks import BATCHES, STORED, image_files, load, megabytes, scratch_folder
from measuring import Benchmark, Contender, Measurement, as_run, rows_apart, scaled

from semantrace.activations.batches import (
    ImageBatch,
    compute_and_write,
    fitting_batch_size,
    image_batches,
)
from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.activations.reader import open_layer
from semantrace.activations.writer import ActivationWriter, StoredLayer
from semantrace.core.names import PIXELS
from semantrace.io.files import atomic_path
from semantrace.networks.with_keras import tf
from semantrace.networks.with_keras.outputs import batch_signature

OURS = "Semantrace, all layers stored"
RUNNING = "Semantrace, without tracing and compiling the graph"
LAST = "the bare forward pass, images decoded before, only the output"
FLOOR = "decoding and forward pass of all layers, nothing kept"
DECODING = "decoding and resizing (2 threads)"
COMPUTING = "forward pass of all layers, cast to float16"
WRITING = "checking and writing, flushed to the disk"
IN_SEQUENCE = "the three stages one after the other"
COMPILING = "tracing and compiling the graph, once for a shard"
STAGES = "Stages of extraction, alone"

CASES = {
    "VGG16": (48, 2, 1.1, ("keras", "torchvision"), ""),
    "ResNet50": (64, 3, 1.2, ("keras",), "torchvision's shares one ReLU within a block"),
    "SqueezeNet": (264, 4, 1.2, ("torchvision",), "Keras has none"),
    "EfficientNet-Lite0": (128, 4, 1.2, (), ""),
}
"""Images and rounds of each network, its target, where THINGSvision has it, and a remark on it."""

COMPARED = 2
"""Images whose activations every contender has to agree on."""

SAMPLED_LAYERS = 6
SAMPLED_IMAGES = 16
"""What the plain way is timed on; the others are extrapolated."""


class Stages:
    """What is timed, for one network and one list of images."""

    def __init__(self, name: str, count: int, folder: Path):
        self.network, self.layers = load(name)
        self.images, self.paths = image_files(count)
        self.folder = folder
        self.batch_size = fitting_batch_size(self.network, self.layers, BATCHES["batch_size"])
        self.forward = self.network.forward_pass(self.layers, "float32", self.batch_size)
        self.casting = self.network.forward_pass(self.layers, "float16", self.batch_size)
        self.last = self.bare_forward()
        self.decoded = list(self.batches(self.paths))
        values = self.casting(self.decoded[0].images)[: len(self.layers)]
        pixels = self.decoded[0].images.reshape(self.batch_size, -1)
        self.blocks = [pixels, *(np.asarray(value) for value in values)]

    def batches(self, paths: Sequence[Path]) -> Iterator[ImageBatch]:
        """Yield images, decoded, in batches."""
        size, threads = self.network.input_size, BATCHES["decoding_threads"]
        return image_batches(paths, size, "stretch", self.batch_size, threads)

    def preprocessed(self, images: np.ndarray | tf.Tensor) -> tf.Tensor:
        """Return images as the network's input."""
        return self.network.architecture.preprocess(tf.cast(images, tf.float32))

    def bare_forward(self) -> Callable[[np.ndarray], tf.Tensor]:
        """Return the compiled network itself, from images to its output."""

        @tf.function(input_signature=[batch_signature(self.network.input_size, self.batch_size)])
        def forward(images: tf.Tensor) -> tf.Tensor:
            return self.network.model(self.preprocessed(images), training=False)

        return forward

    def decode(self) -> None:
        """Decode and resize alone."""
        for _ in self.batches(self.paths):
            pass

    def compute(self, forward: Callable[[np.ndarray], object]) -> None:
        """Compute alone."""
        for batch in self.decoded:
            forward(batch.images)

    def floor(self) -> None:
        """Decode and compute all layers, and keep nothing."""
        batches = self.batches(self.paths)
        compute_and_write(batches, lambda batch: self.forward(batch.images), lambda *_: None)

    def unused(self, name: str) -> Path:
        """Return the path of a folder that is not there yet, or no longer."""
        shutil.rmtree(self.folder / name, ignore_errors=True)
        return self.folder / name

    def write(self) -> Run:
        """Check and write alone: one batch's activations, as often as there are batches."""
        shapes = {PIXELS: (*self.network.input_size, 3)}
        shapes |= {layer: self.network.shape_of(layer) for layer in self.layers}
        layers = [
            StoredLayer(name, shape, str(block.dtype), {**STORED["labels"], "preprocessing": ""})
            for (name, shape), block in zip(shapes.items(), self.blocks, strict=True)
        ]
        target = self.unused("written")

        def write() -> None:
            with atomic_path(target) as folder:
                folder.mkdir()
                with ActivationWriter(folder, self.images, layers) as writer:
                    for batch in self.decoded:
                        writer.write(batch.start, [block[: batch.count] for block in self.blocks])

        return timed(write)

    def compile(self) -> Run:
        """Trace and compile the graph, which every call of ours does."""

        def compile_and_run() -> None:
            self.network.forward_pass(self.layers, "float16", self.batch_size)(images)

        images = self.decoded[0].images
        batch = timed(lambda: self.casting(images)).seconds
        return Run(timed(compile_and_run).seconds - batch)

    def extract(self) -> Run:
        """Extract and store every layer."""
        target = self.unused("stored")
        given = (self.network, self.images, self.paths, target, Extraction(self.layers, **STORED))
        run = timed(partial(extract_activations, *given))
        return replace(run, disk_mb=megabytes(target))

    def stored(self, layer: str) -> np.ndarray:
        """Return what ours stored of the first images."""
        with open_layer([self.folder / "stored"], layer) as stored:
            return stored.read(np.arange(COMPARED)).reshape(COMPARED, *stored.shape)

    def one_layer_at_a_time(self) -> Run:
        """Run a model up to a layer, for some layers, and store each; compiled before."""
        step = max(1, round(len(self.layers) / SAMPLED_LAYERS))
        sampled = self.layers[step // 2 :: step]
        paths = self.paths[: max(1, SAMPLED_IMAGES // self.batch_size) * self.batch_size]
        seconds = sum(self.one_layer(layer, paths) for layer in sampled)
        factor = len(self.layers) / len(sampled) * len(self.paths) / len(paths)
        note = f"extrapolated from {len(sampled)} layers evenly spread and {len(paths)} images"
        return Run(seconds * factor, note=note)

    def one_layer(self, layer: str, paths: Sequence[Path]) -> float:
        """Return the seconds of one layer, compared with what ours stored."""
        compute = tf.function(self.network.part([self.network.output_of(layer)]))
        found: list[np.ndarray] = []

        def extract() -> None:
            found.clear()
            for batch in self.batches(paths):
                values = compute(self.preprocessed(batch.images), training=False)
                found.append(values.numpy().reshape(len(batch.images), -1).astype(np.float16))
            np.save(self.folder / "layer.npy", np.concatenate(found))

        extract()
        expected = self.stored(layer).reshape(COMPARED, -1)
        scale = 1e-3 * float(np.abs(expected.astype(np.float32)).max())  # half precision, sums
        np.testing.assert_allclose(found[0][:COMPARED], expected, rtol=2e-3, atol=scale)
        return timed(extract).seconds

    def check_floor(self) -> None:
        """Check that the floor computes what ours stored."""
        values = self.forward(self.decoded[0].images)
        for layer, computed in zip(self.layers, values, strict=False):
            half = computed.numpy()[:COMPARED].astype(np.float16)
            np.testing.assert_array_equal(self.stored(layer).reshape(half.shape), half)

    def hand_over(self) -> Path:
        """Leave a peer what it needs, and what its result is compared with."""
        folder = self.unused("exchange")
        folder.mkdir()
        weights = {
            f"{layer.name}/{number}": value
            for layer in self.network.model.layers
            for number, value in enumerate(layer.get_weights())
        }
        np.savez(folder / "weights.npz", **weights)
        inputs = [self.preprocessed(batch.images).numpy() for batch in self.decoded]
        np.save(folder / "inputs.npy", np.concatenate(inputs)[: len(self.images)])
        np.savez(folder / "expected.npz", **{name: self.stored(name) for name in self.layers})
        (folder / "layers.json").write_text(json.dumps(self.layers))
        return folder


def costs(count: int, runs: Sequence[Run]) -> str:
    """Say how many images a second go through, and how long processors were busy."""
    rate = f"{count / statistics.median(run.seconds for run in runs):.1f} images/s"
    busy = [run.processor_seconds for run in runs if run.processor_seconds is not None]
    return f"{rate}; {statistics.median(busy):.2f} processor seconds" if busy else rate


def own_contenders(stages: Stages, limit: float) -> list[Contender]:
    """Return ours, its floors, its stages and the plain way."""
    note = partial(costs, len(stages.images))
    stage = partial(Contender, benchmark=STAGES)
    target = f"≤ {limit} × decoding and forward pass"
    without = {OURS: 1, COMPILING: -1}
    three = dict.fromkeys((DECODING, COMPUTING, WRITING), 1)
    together = "Semantrace: the three at once"
    return [
        Contender(LAST, partial(stages.compute, stages.last), note=note),
        Contender(FLOOR, stages.floor, note=note),
        Contender(OURS, stages.extract, note=note),
        Contender(RUNNING, of=without, against=FLOOR, target=target),
        Contender("one layer at a time", stages.one_layer_at_a_time, RUNNING, note=note, rounds=1),
        stage(DECODING, stages.decode, note=note),
        stage(COMPUTING, partial(stages.compute, stages.casting), note=note),
        stage(WRITING, stages.write, note=note),
        stage(COMPILING, stages.compile),
        stage(IN_SEQUENCE, of=three),
        stage(together, of=without, against=IN_SEQUENCE, note="compiling not counted"),
    ]


def peer_contenders(
    name: str, exchange: Path, count: int, backends: Sequence[str], remark: str
) -> Iterator[Contender]:
    """Return THINGSvision, and torchvision itself where it has the network."""

    def note(runs: Sequence[Run]) -> str:
        told = f"{costs(count, runs)}; its decoding not counted, our whole time is; float32 .npy"
        return f"{told}; {remark}" if remark else told

    def peer(title: str, function: Callable, *arguments: str) -> Contender:
        call = partial(apart, function, name, *arguments, exchange, python=PEERS)
        return Contender(title, call, OURS, note=note, rounds=1)

    for backend in backends:
        title = f"THINGSvision {peers.peer_version('thingsvision')}, {backend}"
        title += ", all modules in one call"
        yield peer(title, peers.thingsvision_modules, backend)
    if name in peers.MODULES:
        title = f"torchvision {peers.peer_version('torchvision')}, create_feature_extractor"
        yield peer(title, peers.torchvision_features)


def measure(name: str, scale: float) -> Run:
    """Measure one network, in this process."""
    images, rounds, limit, backends, remark = CASES[name]
    count = scaled(images // 16, scale) * 16
    with scratch_folder() as folder:
        stages = Stages(name, count, Path(folder))
        for warm in (stages.forward, stages.last, lambda _: stages.extract()):
            warm(stages.decoded[0].images)
        stages.check_floor()
        exchange = stages.hand_over()
        contenders = own_contenders(stages, limit)
        contenders += peer_contenders(name, exchange, count, backends, remark)
        given = f"{name}, {len(stages.layers)} layers, {count} images"
        title = "Extraction of all layers, stored"
        return as_run(Benchmark(title, given, contenders, rounds, warm_up=False).run())


def run(scale: float = 1.0) -> list[Measurement]:
    """Measure all networks, each in a process of its own, with a part of the images."""
    return [row for name in CASES for row in rows_apart(measure, name, scale)]

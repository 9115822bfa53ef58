"""Time extraction, its stages, its floors and the plain way, in this process; prints JSON.

    python benchmarks/extraction_stages.py NETWORK IMAGES ROUNDS EXCHANGE

EXCHANGE is a folder that gets what a peer needs for the same work: `weights.npz`, `inputs.npy`
(preprocessed images) and, of the first images, what Semantrace stored, to compare with.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from measured_networks import BATCHES, STORED, image_files, load, scratch_folder

from semantrace.activations.batches import (
    ImageBatch,
    compute_and_write,
    fitting_batch_size,
    image_batches,
)
from semantrace.activations.extraction import (
    Extraction,
    _stored_layers,
    extract_activations,
)
from semantrace.activations.reader import open_layer
from semantrace.activations.writer import ActivationWriter
from semantrace.io.files import atomic_path
from semantrace.networks.with_keras.keras_network import KerasNetwork
from semantrace.networks.with_keras.outputs import batch_signature

COMPARED = 2
"""Images whose activations every contender has to agree on."""

SAMPLED_LAYERS = 6
"""How many layers the plain way is timed on; the others are extrapolated."""

SAMPLED_IMAGES = 16


class Stages:
    """What is timed, for one network and one list of images."""

    def __init__(self, name: str, count: int, folder: Path):
        self.network, self.layers = load(name)
        self.images, self.paths = image_files(count)
        self.folder = folder
        self.batch_size = fitting_batch_size(self.network, self.layers, BATCHES["batch_size"])
        self.forward = self.network.forward_pass(self.layers, "float32", self.batch_size)
        self.casting = self.network.forward_pass(self.layers, "float16", self.batch_size)
        self.last = bare_forward(self.network, self.batch_size)
        self.decoded = list(self.batches())

    def batches(self):
        """Yield the images, decoded, in batches."""
        size = self.network.input_size
        return image_batches(
            self.paths, size, "stretch", self.batch_size, BATCHES["decoding_threads"]
        )

    def decode(self) -> None:
        """Decode and resize alone."""
        for _ in self.batches():
            pass

    def compute_last(self) -> None:
        """Compute the network's output alone."""
        for batch in self.decoded:
            self.last(batch.images)

    def compute(self) -> None:
        """Compute all layers alone, as half precision."""
        for batch in self.decoded:
            self.casting(batch.images)

    def floor(self) -> None:
        """Decode and compute all layers, and keep nothing."""
        compute_and_write(self.batches(), lambda batch: self.forward(batch.images), lambda *_: None)

    def prepare_writing(self) -> None:
        """Compute one batch, to be written again and again."""
        pixels = self.decoded[0].images.reshape(self.batch_size, -1)
        values = self.casting(self.decoded[0].images)[: len(self.layers)]
        self.blocks = [pixels, *(np.asarray(value) for value in values)]

    def write(self) -> None:
        """Check and write alone: one batch's activations, as often as there are batches."""
        layers = _stored_layers(self.network, self.extraction)
        with atomic_path(self.folder / "written") as temporary:
            temporary.mkdir()
            with ActivationWriter(temporary, self.images, layers) as writer:
                for batch in self.decoded:
                    writer.write(batch.start, [block[: batch.count] for block in self.blocks])

    def compile(self) -> None:
        """Trace and compile the graph, which every call of ours does, and run it once."""
        forward = self.network.forward_pass(self.layers, "float16", self.batch_size)
        forward(self.decoded[0].images)

    def seconds_of_a_batch(self) -> float:
        """Return how long a compiled batch takes."""
        start = time.perf_counter()
        self.casting(self.decoded[0].images)
        return time.perf_counter() - start

    @property
    def extraction(self) -> Extraction:
        """The default storage."""
        return Extraction(self.layers, **STORED)

    def extract(self) -> None:
        """Extract and store every layer."""
        extract_activations(
            self.network, self.images, self.paths, self.folder / "stored", self.extraction
        )

    def clean(self) -> None:
        """Delete what was written."""
        for written in self.folder.iterdir():
            shutil.rmtree(written)


def bare_forward(network: KerasNetwork, batch_size: int) -> Callable[[np.ndarray], tf.Tensor]:
    """Return the compiled network itself, from images to its output."""

    @tf.function(input_signature=[batch_signature(network.input_size, batch_size)])
    def forward(images: tf.Tensor) -> tf.Tensor:
        prepared = network.architecture.preprocess(tf.cast(images, tf.float32))
        return network.model(prepared, training=False)

    return forward


def one_layer_at_a_time(stages: Stages) -> tuple[float, int, int]:
    """Run a model up to a layer, for some layers, and store each.

    Returns
    -------
    seconds, layers, images
        Of the sampled layers and images, once compiled.
    """
    step = max(1, round(len(stages.layers) / SAMPLED_LAYERS))
    sampled = stages.layers[step // 2 :: step]
    seconds, count = 0.0, 0
    for layer in sampled:
        output = stages.network.model.get_layer(layer).output
        compute = tf.function(keras.Model(stages.network.model.inputs[0], output))
        batches = stages.decoded[: max(1, SAMPLED_IMAGES // stages.batch_size)]
        count = sum(batch.count for batch in batches)

        def run(batches=batches, compute=compute, count=count) -> np.ndarray:
            size = stages.network.input_size
            found = []
            for batch in image_batches(
                stages.paths[:count],
                size,
                "stretch",
                stages.batch_size,
                BATCHES["decoding_threads"],
            ):
                values = compute(preprocessed(stages.network, batch), training=False)
                found.append(values.numpy().reshape(len(batch.images), -1).astype(np.float16))
            np.save(stages.folder / "layer.npy", np.concatenate(found))
            return found[0]

        values = run()
        start = time.perf_counter()
        run()
        seconds += time.perf_counter() - start
        (stages.folder / "layer.npy").unlink()
        with open_layer([stages.folder / "stored"], layer) as stored:
            expected = stored.read(np.arange(COMPARED))
        np.testing.assert_allclose(values[:COMPARED], expected, rtol=2e-3, atol=scale(expected))
    return seconds, len(sampled), count


def scale(values: np.ndarray) -> float:
    """Return what half precision and another order of sums may change, in all."""
    return 1e-3 * float(np.abs(values.astype(np.float32)).max())


def preprocessed(network: KerasNetwork, batch: ImageBatch) -> tf.Tensor:
    """Return a batch as the network's input."""
    return network.architecture.preprocess(tf.cast(batch.images, tf.float32))


def hand_over(stages: Stages, exchange: Path) -> None:
    """Leave a peer what it needs, and what its result is compared with."""
    weights = {
        f"{layer.name}/{number}": value
        for layer in stages.network.model.layers
        for number, value in enumerate(layer.get_weights())
    }
    np.savez(exchange / "weights.npz", **weights)
    inputs = [preprocessed(stages.network, batch).numpy() for batch in stages.decoded]
    np.save(exchange / "inputs.npy", np.concatenate(inputs)[: len(stages.images)])
    expected = {}
    for layer in stages.layers:
        with open_layer([stages.folder / "stored"], layer) as stored:
            values = stored.read(np.arange(COMPARED))
            expected[layer] = values.reshape(COMPARED, *stored.shape)
    np.savez(exchange / "expected.npz", **expected)
    (exchange / "layers.json").write_text(json.dumps(stages.layers))


def check_floor(stages: Stages) -> None:
    """Check that the floor computes what ours stored."""
    values = stages.forward(stages.decoded[0].images)
    for layer, computed in zip(stages.layers, values, strict=False):
        with open_layer([stages.folder / "stored"], layer) as stored:
            half = computed.numpy()[:COMPARED].astype(np.float16)
            np.testing.assert_array_equal(stored.read(np.arange(COMPARED)), half)


def measure(name: str, count: int, rounds: int, exchange: Path) -> dict[str, object]:
    """Time everything in turn and return seconds by contender."""
    with scratch_folder() as folder:
        stages = Stages(name, count, Path(folder))
        stages.prepare_writing()
        contenders = {
            "decode": stages.decode,
            "last": stages.compute_last,
            "floor": stages.floor,
            "compute": stages.compute,
            "write": stages.write,
            "ours": stages.extract,
            "compile": stages.compile,
        }
        for warm in (stages.forward, stages.casting, stages.last):
            warm(stages.decoded[0].images)
        times: dict[str, list[float]] = {key: [] for key in contenders}
        processor: dict[str, list[float]] = {key: [] for key in contenders}
        for _ in range(rounds):
            for key, call in contenders.items():
                stages.clean()
                start, busy = time.perf_counter(), time.process_time()
                call()
                times[key].append(time.perf_counter() - start)
                processor[key].append(time.process_time() - busy)
        stages.clean()
        stages.extract()
        check_floor(stages)
        stored = sum(path.stat().st_size for path in stages.folder.rglob("*.h5"))
        plain, sampled, on = one_layer_at_a_time(stages)
        hand_over(stages, exchange)
        return {
            "times": times,
            "processor": processor,
            "compiling": [whole - stages.seconds_of_a_batch() for whole in times.pop("compile")],
            "layers": len(stages.layers),
            "batch": stages.batch_size,
            "disk_mb": stored / 1e6,
            "plain": {"seconds": plain, "layers": sampled, "images": on},
        }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))))

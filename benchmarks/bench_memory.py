"""Peak memory and time of extraction, of class vectors and of comparing them, as they grow.

Each row is a process of its own, whose peak resident set holds Python, TensorFlow and the network
too. Files lie on the disk and are deleted afterwards (at most 11 GB at once). Class vectors are
averaged while the network runs, or from the activations of all images, stored as float32; their
floor is decoding and a forward pass with nothing kept. The vectors that are compared are random.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from apart import Run, apart, timed
from measured_networks import (
    BATCHES,
    SEED,
    STORED,
    STREAMED,
    image_files,
    load,
    megabytes,
    scratch_folder,
)
from measuring import Benchmark, Contender, Measurement, scaled

from semantrace.activations.batches import compute_and_write, fitting_batch_size, image_batches
from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.embedding.class_similarity import layer_similarity, write_similarity
from semantrace.embedding.class_vector_files import ClassVectorLayer, create_class_vectors
from semantrace.embedding.class_vector_streaming import Streaming, stream_class_vectors
from semantrace.embedding.class_vectors import aggregate_shard
from semantrace.networks.network import Network

EXTRACTION = "Memory of extraction, all layers stored"
STREAMING = "Memory of streaming class vectors, all layers, classes of 10"
GROWTH = {
    (EXTRACTION, "extract", "SqueezeNet"): ((100, 400, 1600), "flat"),
    (EXTRACTION, "extract", "VGG16"): ((100, 400), "flat, ≤ 2.5 GB"),
    (STREAMING, "stream", "SqueezeNet"): ((100, 400, 1600), "flat"),
}
"""Title, way and network, with the numbers of images and the target."""

SIZES = ((100, 10), (100, 50), (1000, 1), (1000, 5))
"""Classes, and images of each."""

NETWORK = "GoogLeNet"
CLASSES, SHARDS = 1000, 50
AVERAGED = "Semantrace, averaged while the network runs"
FLOOR = "decoding and forward pass, nothing kept"


def extract(network: Network, layers: Sequence[str], images: pd.DataFrame, target: Path) -> None:
    """Store the activations of every image."""
    extraction = Extraction(tuple(layers), **STORED)
    extract_activations(network, [*images["image"]], [*images["path"]], target, extraction)


def stream(network: Network, layers: Sequence[str], images: pd.DataFrame, target: Path) -> None:
    """Average while the network runs."""
    streaming = Streaming(tuple(layers), **STREAMED)
    stream_class_vectors(network, [*images["wnid"]], [*images["path"]], target, streaming)


def aggregate(network: Network, layers: Sequence[str], images: pd.DataFrame, target: Path) -> None:
    """Store the activations of every image in single precision, and average them from there."""
    extraction = Extraction(tuple(layers), **(STORED | {"dtype": "float32", "compression": "none"}))
    stored = target / "activations"
    extract_activations(network, [*images["image"]], [*images["path"]], stored, extraction)
    aggregate_shard(stored, images, layers, target / "class_vectors")


def forward(network: Network, layers: Sequence[str], images: pd.DataFrame, target: Path) -> None:
    """Compute the activations and keep none."""
    batch_size = fitting_batch_size(network, layers, BATCHES["batch_size"])
    compute = network.forward_pass(layers, "float32", batch_size)
    size, threads = network.input_size, BATCHES["decoding_threads"]
    batches = image_batches([*images["path"]], size, "stretch", batch_size, threads)
    compute_and_write(batches, lambda batch: compute(batch.images), lambda *_: None)


WAYS = {"extract": extract, "stream": stream, "aggregate": aggregate, "forward": forward}


def once(way: str, name: str, classes: int, images_of_a_class: int) -> Run:
    """Do it once in this process, and return what it cost."""
    network, layers = load(name)
    ids, paths = image_files(classes * images_of_a_class)
    wnids = [f"n{number:08d}" for number in range(classes) for _ in range(images_of_a_class)]
    images = pd.DataFrame({"image": ids, "path": paths, "concept": wnids, "wnid": wnids})
    with scratch_folder() as scratch:
        target = Path(scratch, "result")
        run = timed(partial(WAYS[way], network, layers, images, target))
        return replace(run, disk_mb=megabytes(target) if target.exists() else None)


def growth(title: str, way: str, name: str, counts: Sequence[int], target: str):
    """Measure several numbers of images, and what each image adds to the memory of the first."""
    contenders = [
        Contender(
            "Semantrace",
            partial(apart, once, way, name, count // 10, 10),
            target=target,
            given=f"{name}, {count} images",
        )
        for count in counts
    ]
    rows = Benchmark(title, "", contenders, rounds=1).run()
    for place, count in enumerate(counts[1:], start=1):
        added = (rows[place].memory_mb - rows[0].memory_mb) * 1024 / max(1, count - counts[0])
        note = f"{added:+.0f} kB for each image beyond {counts[0]}"
        rows[place] = replace(rows[place], note=note)
    return rows


def class_vectors(scale: float) -> list[Measurement]:
    """Measure class vectors of several sizes, and for the first one the other ways too."""
    rows = []
    for classes, images in SIZES:
        classes = scaled(classes, scale)

        def contender(name: str, way: str, against: str = "", classes=classes, images=images):
            return Contender(name, partial(apart, once, way, NETWORK, classes, images), against)

        contenders = [contender(AVERAGED, "stream", FLOOR), contender(FLOOR, "forward")]
        if images == SIZES[0][1]:
            stored = "Semantrace, from stored activations, float32"
            contenders.append(contender(stored, "aggregate", AVERAGED))
        given = f"{classes} classes of {images}, {classes * images} images"
        rows += Benchmark(f"Class vectors of {NETWORK}", given, contenders, rounds=1).run()
    return rows


def write_random(shapes: dict[str, tuple[int, ...]], classes: int, folder: Path) -> None:
    """Write class vectors of all layers in shards, as the study visual_embedding has them."""
    generator = np.random.default_rng(SEED)
    wnids = [f"n{number:08d}" for number in range(classes)]
    for number, members in enumerate(np.array_split(wnids, min(SHARDS, classes))):
        shard = folder / f"{number:02d}"
        shard.mkdir()
        for name, shape in shapes.items():
            layer = ClassVectorLayer(name, shape, {})
            with create_class_vectors(shard, layer, dict.fromkeys(members.tolist(), 1)) as write:
                for row in range(len(members)):
                    write(row, generator.random(layer.features))


def compare(folder: str, layer: str) -> Callable[[], object]:
    """Return what compares all pairs of classes in a layer."""
    return partial(
        layer_similarity, [path / f"{layer}.h5" for path in sorted(Path(folder).iterdir())]
    )


def compare_all(folder: str, layers: list[str], classes: int) -> Run:
    """Do all that the workflow's rule does: compare in each layer, and in all of them."""
    places = {name: place for place, name in enumerate(layers, start=1)}
    concepts = {f"n{number:08d}": "" for number in range(classes)}
    shards = sorted(Path(folder).iterdir())
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch, "similarity.h5")
        given = (shards, places, {"all": layers}, concepts, target, {})
        return timed(partial(write_similarity, *given))


def similarity(classes: int) -> list[Measurement]:
    """Measure comparing all pairs of classes, layer by layer and in the whole."""
    network, layers = load(NETWORK)
    features = {name: network.features_of(name) for name in layers}
    shapes = {name: network.shape_of(name) for name in layers}
    given = {name: f"{classes} classes, {name}, {features[name]:,} features" for name in layers}
    with tempfile.TemporaryDirectory() as folder:
        write_random(shapes, classes, Path(folder))
        calls = {given[name]: partial(apart, compare, folder, name) for name in layers}
        whole = f"{classes} classes, all layers, {sum(features.values()):,} features"
        calls[whole] = partial(apart, compare_all, folder, list(layers), classes)
        contenders = [Contender("Semantrace", call, given=name) for name, call in calls.items()]
        return Benchmark("Comparing all pairs of classes", "", contenders, rounds=1).run()


def run(scale: float = 1.0) -> list[Measurement]:
    """Measure all, with a part of the images and classes."""
    rows = []
    for (title, way, name), (counts, target) in GROWTH.items():
        rows += growth(title, way, name, [10 * scaled(n // 10, scale) for n in counts], target)
    return [*rows, *class_vectors(scale), *similarity(scaled(CLASSES, scale, 2))]

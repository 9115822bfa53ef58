"""What class vectors cost: disk, memory and time, as classes and images per class grow.

    python benchmarks/class_vector_scale.py FOLDER [--network NAME] [--ways WAY …] CLASSESxIMAGES …

Takes the images in the folders of FOLDER in turn, as often as they are needed, through a network
with random weights; 1000x5 are 1000 classes of 5 images each. Every measurement is a process of its
own, and gives a row of a tab-separated table. The ways: `streamed` (averaged while the network
runs), `stored` (activations extracted as float32, then aggregated), and `forward`, the forward pass
and the decoding of images alone, with nothing kept.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "workflow/scripts"))

import pandas as pd
import tensorflow as tf
from peak_memory import peak_memory_bytes

from semantrace.activations.batches import (
    compute_and_write,
    fitting_batch_size,
    image_batches,
)
from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.embedding.class_vector_streaming import Streaming, stream_class_vectors
from semantrace.embedding.class_vectors import aggregate_shard
from semantrace.networks.devices import prepare_devices
from semantrace.networks.with_keras.architectures import find_architecture
from semantrace.networks.with_keras.keras_network import KerasNetwork, build
from semantrace.networks.with_keras.outputs import batch_signature
from semantrace.study.reading import load_config

LAYERS = {
    "GoogLeNet": [
        *(f"inception_3{letter}_output" for letter in "ab"),
        *(f"inception_4{letter}_output" for letter in "abcde"),
        *(f"inception_5{letter}_output" for letter in "ab"),
    ],
    "VGG19": ["block2_conv2", "block3_conv4", "block4_conv4", "block5_conv4"],
    "SqueezeNet": [f"fire{number}" for number in range(2, 10)],
}
SEED = 20180601
BATCHES = load_config([REPOSITORY / "config.yaml"])["extraction"]
LABELS = {"network": "measured", "weights_sha256": f"random, seed {SEED}", "code": ""}


def streamed(network: KerasNetwork, layers: list[str], images: pd.DataFrame, target: Path) -> None:
    """Average while the network runs."""
    stream_class_vectors(
        network,
        list(images["wnid"]),
        list(images["path"]),
        target / "class_vectors",
        Streaming(tuple(layers), "stretch", labels=LABELS, **BATCHES),
    )


def stored(network: KerasNetwork, layers: list[str], images: pd.DataFrame, target: Path) -> None:
    """Store the activations of every image and average them from there."""
    extraction = Extraction(tuple(layers), "stretch", "float32", "none", labels=LABELS, **BATCHES)
    activations = target / "activations"
    extract_activations(
        network, list(images["image"]), list(images["path"]), activations, extraction
    )
    aggregate_shard(activations, images, layers, target / "class_vectors")


def forward(network: KerasNetwork, layers: list[str], images: pd.DataFrame, target: Path) -> None:
    """Compute the activations and keep none."""
    batch_size = fitting_batch_size(network, layers, BATCHES["batch_size"])
    outputs = [network.model.get_layer(layer).output for layer in layers]
    compute = tf.function(
        network.compute(outputs, batch_size),
        input_signature=[batch_signature(network.input_size, batch_size)],
    )
    batches = image_batches(
        list(images["path"]), network.input_size, "stretch", batch_size, BATCHES["decoding_threads"]
    )
    compute_and_write(batches, lambda batch: compute(batch.images), lambda *_: None)


WAYS = {"streamed": streamed, "stored": stored, "forward": forward}


def measure(way: str, name: str, folder: str, classes: int, images: int) -> dict[str, object]:
    """Run one way in this process and return what it cost."""
    files = itertools.cycle(sorted(path for path in Path(folder).glob("*/*") if path.is_file()))
    wnids = [f"n{number:08d}" for number in range(classes) for _ in range(images)]
    table = pd.DataFrame({"concept": wnids, "wnid": wnids})
    table["path"] = list(itertools.islice(files, len(wnids)))
    table["image"] = [f"{wnid}_{row:06d}" for row, wnid in enumerate(wnids)]
    prepare_devices()
    network = build(find_architecture({"architecture": name}), seed=SEED)
    with tempfile.TemporaryDirectory() as scratch:
        start, computing = time.perf_counter(), time.process_time()
        WAYS[way](network, LAYERS[name], table, Path(scratch))
        seconds, computing = time.perf_counter() - start, time.process_time() - computing
        sizes = {path: path.stat().st_size for path in Path(scratch).rglob("*.*") if path.is_file()}
    class_vectors = [size for path, size in sizes.items() if path.parent.name == "class_vectors"]
    return {
        "way": way,
        "network": name,
        "images": len(wnids),
        "classes": classes,
        "images_per_class": images,
        "class_vector_bytes": sum(class_vectors),
        "disk_bytes": sum(sizes.values()),
        "peak_memory_bytes": peak_memory_bytes(),
        "seconds": round(seconds, 2),
        "processor_seconds": round(computing, 2),
        "images_per_second": round(len(wnids) / seconds, 2),
    }


def measure_apart(*arguments: object) -> dict[str, object]:
    """Measure in a process of its own, whose peak memory is nobody else's."""
    command = [sys.executable, __file__, "--measure", *map(str, arguments)]
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(finished.stdout.splitlines()[-1])


def main() -> None:
    """Print the table, row by row."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", help="holds folders of images")
    parser.add_argument("sizes", nargs="+", metavar="CLASSESxIMAGES", help="such as 1000x5")
    parser.add_argument("--network", choices=LAYERS, default="GoogLeNet")
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=["streamed"])
    chosen = parser.parse_intermixed_args()
    header = True
    for size, way in itertools.product(chosen.sizes, chosen.ways):
        classes, images = map(int, size.split("x"))
        row = measure_apart(way, chosen.network, chosen.folder, classes, images)
        print(pd.DataFrame([row]).to_csv(sep="\t", index=False, header=header), end="", flush=True)
        header = False


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(*sys.argv[2:5], *map(int, sys.argv[5:]))))
    else:
        main()

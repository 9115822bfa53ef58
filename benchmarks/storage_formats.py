"""What one network's activations cost in each storage format, in this process; prints JSON.

    python benchmarks/storage_formats.py NETWORK IMAGES ROUNDS

The images are the demo's scored ones, one for each concept, evenly spread over the concepts.
"""

import itertools
import json
import shutil
import sys
import time
from pathlib import Path

import numpy as np
from measured_networks import REPOSITORY, STORED, load, scratch_folder

from semantrace.activations.correlation_files import read_word_correlations
from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.activations.image_correlations import correlate_layer, group_images
from semantrace.alignment.two_vs_two import two_vs_two
from semantrace.core.names import PIXELS
from semantrace.core.tables import CONCEPTS, IMAGES
from semantrace.io.tables import read_table

DEMO = REPOSITORY / "results/demo"
FORMATS = tuple(itertools.product(("float32", "float16"), ("none", "lz4", "zstd")))


def scored(count: int) -> tuple[list[str], list[Path], np.ndarray]:
    """Return ids and paths of scored images, and the correlations of their words."""
    concepts = read_table(DEMO / "concepts.tsv", CONCEPTS)["concept"].tolist()
    words = read_word_correlations(DEMO / "correlations/words/glove.h5", concepts).correlations
    images = read_table(DEMO / "images.tsv", IMAGES)
    members = group_images(images, concepts, "0")
    chosen = np.linspace(0, len(members) - 1, min(count, len(members))).round().astype(int)
    files = images.set_index("image")["path"]
    ids = [members[number] for number in chosen]
    folder = REPOSITORY / "resources/images/demo"
    return ids, [folder / files[image] for image in ids], words[np.ix_(chosen, chosen)]


def measure(name: str, count: int, rounds: int) -> dict[str, dict[str, object]]:
    """Return times, sizes and errors by format."""
    network, layers = load(name)
    ids, paths, words = scored(count)
    found: dict[str, dict] = {}
    exact: dict[str, np.ndarray] = {}
    with scratch_folder() as scratch:
        target = Path(scratch) / "stored"
        warm = Extraction(layers, **STORED)
        extract_activations(network, ids[:16], paths[:16], target, warm)
        shutil.rmtree(target)
        for _, (dtype, compression) in itertools.product(range(rounds), FORMATS):
            row = found.setdefault(f"{dtype} {compression}", {"extraction": [], "reading": []})
            start = time.perf_counter()
            settings = STORED | {"dtype": dtype, "compression": compression}
            extraction = Extraction(layers, **settings)
            extract_activations(network, ids, paths, target, extraction)
            row["extraction"].append(time.perf_counter() - start)
            start = time.perf_counter()
            read = {
                layer: correlate_layer([target], layer, ids).correlations
                for layer in [PIXELS, *layers]
            }
            row["reading"].append(time.perf_counter() - start)
            exact = exact or read
            row["disk_mb"] = sum(path.stat().st_size for path in target.glob("*.h5")) / 1e6
            row["correlation_error"] = max(np.abs(read[x] - exact[x]).max() for x in read)
            row["accuracy_error"] = max(
                abs(two_vs_two(words, read[x]).accuracy - two_vs_two(words, exact[x]).accuracy)
                for x in read
            )
            shutil.rmtree(target)
    return {"formats": found, "layers": len(layers), "images": len(ids)}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))

"""What comparing all pairs of classes costs: memory and time, layer by layer of GoogLeNet.

    python benchmarks/class_similarity_scale.py [CLASSES …]

Writes class vectors of random numbers in shards as the study visual_embedding has them (5 GB for
1000 classes, the default, in the folder for temporary files), and compares them in a process of its
own. Gives a tab-separated table with one row for each layer, and one for the whole file.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "workflow/scripts"))

import numpy as np
from peak_memory import peak_memory_bytes

from semantrace.embedding.class_similarity import layer_similarity, write_similarity
from semantrace.embedding.class_vector_files import ClassVectorLayer, create_class_vectors

SHAPES = {
    "inception_3a_output": (28, 28, 256),
    "inception_3b_output": (28, 28, 480),
    "inception_4a_output": (14, 14, 512),
    "inception_4b_output": (14, 14, 512),
    "inception_4c_output": (14, 14, 512),
    "inception_4d_output": (14, 14, 528),
    "inception_4e_output": (14, 14, 832),
    "inception_5a_output": (7, 7, 832),
    "inception_5b_output": (7, 7, 1024),
}
SHARDS = 50
SEED = 20180601
COLUMNS = ("what", "classes", "features", "bytes", "peak_memory_bytes", "seconds")


def write_random(classes: int, folder: Path) -> None:
    """Write the class vectors of all layers and shards."""
    generator = np.random.default_rng(SEED)
    wnids = [f"n{number:08d}" for number in range(classes)]
    for number, members in enumerate(np.array_split(wnids, min(SHARDS, classes))):
        shard = folder / str(number)
        shard.mkdir()
        for name, shape in SHAPES.items():
            layer = ClassVectorLayer(name, shape, {})
            with create_class_vectors(shard, layer, dict.fromkeys(members.tolist(), 1)) as write:
                for row in range(len(members)):
                    write(row, generator.random(layer.features))


def compare(classes: int, folder: Path) -> None:
    """Print what comparing in each layer, and all that the workflow's rule does, costs."""
    shards = sorted(folder.iterdir())
    for name, shape in SHAPES.items():
        start = time.perf_counter()
        layer_similarity([shard / f"{name}.h5" for shard in shards])
        _print_row(name, classes, int(np.prod(shape)), start)
    start = time.perf_counter()
    places = {name: place for place, name in enumerate(SHAPES, start=1)}
    concepts = {f"n{number:08d}": "" for number in range(classes)}
    with tempfile.TemporaryDirectory() as scratch:
        target = Path(scratch, "similarity.h5")
        write_similarity(shards, places, {"all": list(SHAPES)}, concepts, target, {})
    features = sum(int(np.prod(shape)) for shape in SHAPES.values())
    _print_row("whole file", classes, features, start)


def _print_row(what: str, classes: int, features: int, start: float) -> None:
    seconds = round(time.perf_counter() - start, 2)
    peak = peak_memory_bytes()
    print(what, classes, features, 4 * classes * features, peak, seconds, sep="\t", flush=True)


def main(*sizes: str) -> None:
    """Measure each number of classes."""
    print(*COLUMNS, sep="\t", flush=True)
    for size in sizes or ("1000",):
        with tempfile.TemporaryDirectory() as folder:
            write_random(int(size), Path(folder))
            subprocess.run([sys.executable, __file__, "--compare", size, folder], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--compare"]:
        compare(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main(*sys.argv[1:])

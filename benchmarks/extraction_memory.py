"""Extract, or stream class vectors, once in this process; prints JSON for its peak memory.

python benchmarks/extraction_memory.py extract|stream NETWORK IMAGES
"""

import json
import sys
import time
from pathlib import Path

from measured_networks import STORED, STREAMED, image_files, load, scratch_folder

from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.embedding.class_vector_streaming import Streaming, stream_class_vectors

IMAGES_OF_A_CLASS = 10


def measure(way: str, name: str, count: int) -> dict[str, float]:
    """Return seconds and what is left on the disk."""
    network, layers = load(name)
    images, paths = image_files(count)
    with scratch_folder() as scratch:
        target = Path(scratch) / "stored"
        start = time.perf_counter()
        if way == "extract":
            extraction = Extraction(layers, **STORED)
            extract_activations(network, images, paths, target, extraction)
        else:
            wnids = [f"n{number // IMAGES_OF_A_CLASS:08d}" for number in range(count)]
            stream_class_vectors(network, wnids, paths, target, Streaming(layers, **STREAMED))
        seconds = time.perf_counter() - start
        stored = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    return {"seconds": seconds, "disk_mb": stored / 1e6}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))))

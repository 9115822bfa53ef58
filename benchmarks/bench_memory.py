"""Peak memory of extraction and of streaming class vectors, as images grow.

    python benchmarks/bench_memory.py [SCALE]

Each number of images is a process of its own, whose peak resident set holds Python, TensorFlow
and the network too. Activations are stored in the default format, on the disk and deleted
afterwards (at most 11 GB at once). SCALE, such as 0.25, takes fewer images.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from measuring import Measurement, apart, print_rows

TARGETS = {"VGG16": "flat, ≤ 2.5 GB"}
CASES = (
    ("extract", "SqueezeNet", (100, 400, 1600)),
    ("extract", "VGG16", (100, 400)),
    ("stream", "SqueezeNet", (100, 400, 1600)),
)
BENCHMARKS = {
    "extract": "Memory of extraction, all layers stored",
    "stream": "Memory of streaming class vectors, all layers, classes of 10",
}


def measure(way: str, network: str, counts: list[int]) -> Iterator[Measurement]:
    """Measure one network with several numbers of images."""
    first = None
    for count in counts:
        found = apart(Path(__file__).parent / "extraction_memory.py", way, network, count)
        first = first or found
        growth = (found["memory_mb"] - first["memory_mb"]) / max(1, count - counts[0])
        yield Measurement(
            BENCHMARKS[way],
            f"{network}, {count} images",
            "Semantrace",
            [found["seconds"]],
            target=TARGETS.get(network, "flat"),
            memory_mb=found["memory_mb"],
            disk_mb=found["disk_mb"],
            note=f"{growth * 1024:+.0f} kB for each image beyond {counts[0]}"
            if count > counts[0]
            else "",
        )


def run(scale: float = 1.0) -> list[Measurement]:
    """Measure all."""
    return [
        row
        for way, network, counts in CASES
        for row in measure(way, network, [round(count * scale) for count in counts])
    ]


if __name__ == "__main__":
    start = time.perf_counter()
    print_rows(run(*map(float, sys.argv[1:])))
    print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)

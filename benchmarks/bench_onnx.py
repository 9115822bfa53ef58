"""Extraction from an ONNX network beside a bare session of ONNX Runtime with the same outputs.

    python benchmarks/bench_onnx.py [ROUNDS]

The network is the ViT-S of the study gallery, with the outputs of its twelve blocks. Each run is a
process of its own, whose peak resident set holds Python, the libraries and the network too.
"""

import sys
from pathlib import Path

from measuring import Measurement, apart, print_rows, ratio

BENCHMARK = "Extraction from an ONNX network, ViT-S, 12 blocks"
COUNTS = (128, 512)
TARGET = "≤ 1.25 ×"


def measure(count: int, rounds: int) -> list[Measurement]:
    """Measure both on so many images, in turn."""
    script = Path(__file__).parent / "onnx_extraction.py"
    found = {
        way: [apart(script, way, count) for _ in range(rounds)] for way in ("extract", "session")
    }
    seconds = {way: [one["seconds"] for one in runs] for way, runs in found.items()}
    memory = {way: max(one["memory_mb"] for one in runs) for way, runs in found.items()}
    given = f"{count} images, {rounds} processes"
    floor = "decoding, and a session of one's own"
    return [
        Measurement(
            BENCHMARK,
            given,
            "Semantrace",
            seconds["extract"],
            against=floor,
            ratio=ratio(seconds["extract"], seconds["session"]),
            target=TARGET,
            memory_mb=memory["extract"],
        ),
        Measurement(BENCHMARK, given, floor, seconds["session"], memory_mb=memory["session"]),
    ]


def run(rounds: int = 3) -> list[Measurement]:
    """Measure all."""
    return [row for count in COUNTS for row in measure(count, rounds)]


if __name__ == "__main__":
    print_rows(run(*map(int, sys.argv[1:])))

"""What the same bytes cost: determinism of TensorFlow, and what its threads decide.

    python benchmarks/bench_determinism.py

Each way of computing is a process of its own, several times; the checksums of what they gave tell
which settings decide the bytes. On processors only: what determinism costs on a GPU, where kernels
are others, is not measured here.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from measuring import Measurement, apart, print_rows, ratio

ROUNDS = 3
BENCHMARK = "Determinism of networks"
CASES = {
    "forward": (
        "ResNet50, 50 layers, 16 images",
        {
            "as extraction computes: 2 threads, oneDNN": (2, 1, 0),
            "with TensorFlow's op determinism, as extraction on a GPU": (2, 1, 1),
            "1 thread": (1, 1, 0),
            "without oneDNN": (2, 0, 0),
        },
    ),
    "descent": (
        "SqueezeNet, one image, 64 steps",
        {
            "as inversion computes: 1 thread, no oneDNN": (1, 0, 0),
            "2 threads": (2, 0, 0),
            "with oneDNN": (1, 1, 0),
            "with oneDNN, 2 threads": (2, 1, 0),
        },
    ),
}


def measure(what: str) -> Iterator[Measurement]:
    """Compare the ways of one computation; the first is the workflow's."""
    given, ways = CASES[what]
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    results: dict[str, list[str]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, settings in ways.items():
            found = apart(Path(__file__).parent / "determinism_cost.py", what, *settings)
            seconds[name].append(found["seconds"])
            results[name].append(found["sha256"])
    ours = next(iter(ways))
    for name in ways:
        yield Measurement(
            BENCHMARK,
            given,
            name,
            seconds[name],
            against="" if name == ours else ours,
            ratio=None if name == ours else ratio(seconds[name], seconds[ours]),
            note=compared(results[name], results[ours]),
        )


def compared(results: list[str], ours: list[str]) -> str:
    """Say whether processes agreed with each other, and with the workflow's way."""
    if len(set(results)) > 1:
        return f"{len(set(results))} different results in {len(results)} processes"
    same = f"same bytes in {len(results)} processes"
    if results is ours:
        return same
    return f"{same}, {'and' if set(results) == set(ours) else 'but not'} those of the first row"


def run() -> list[Measurement]:
    """Measure all."""
    return [row for what in CASES for row in measure(what)]


if __name__ == "__main__":
    begun = time.perf_counter()
    print_rows(run())
    print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr)

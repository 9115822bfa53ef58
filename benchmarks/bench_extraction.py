"""Extraction of all layers: ours, its floors, its stages, the plain way and THINGSvision.

    python benchmarks/bench_extraction.py [SCALE]

For each network the demo's images go through it, with all layers of its study stored in the
default format. Ours is timed side by side with the bare forward pass (images already decoded, the
output alone), with the floor that nothing can beat that reads images (decoding and a forward pass
that computes the layers and keeps none), and with each of its stages alone. The plain way runs a
model up to each layer in turn. THINGSvision gets the same weights and the same images, already
decoded, in its own environment; what it and the plain way give is compared with ours. SCALE, such
as 0.25, takes fewer images.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from measuring import PEERS, REPOSITORY, Measurement, apart, print_rows, ratio

FOLDER = Path(__file__).parent
BENCHMARK = "Extraction of all layers, stored"
STAGES = "Stages of extraction, alone"
OURS = "Semantrace, all layers stored"
LAST = "the bare forward pass, images decoded before, only the output"
FLOOR = "decoding and forward pass of all layers, nothing kept"
PLAIN = "one layer at a time"
PEER = "THINGSvision {version}, {backend}, all modules in one call"
TARGET = "≤ 1.25 × decoding and forward pass"


@dataclass(frozen=True)
class Case:
    """A network, on how many images and how often, and where THINGSvision has it."""

    network: str
    images: int
    rounds: int
    backends: tuple[str, ...]
    remark: str = ""


CASES = (
    Case("VGG16", 48, 2, ("keras", "torchvision")),
    Case("ResNet50", 64, 3, ("keras",), "torchvision's shares one ReLU within a block"),
    Case("SqueezeNet", 264, 4, ("torchvision",), "Keras has none"),
)


def measure(case: Case, scale: float) -> Iterator[Measurement]:
    """Measure one network."""
    count = max(16, round(case.images * scale / 16) * 16)
    (REPOSITORY / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=REPOSITORY / "build", prefix="exchange-") as exchange:
        script = FOLDER / "extraction_stages.py"
        found = apart(script, case.network, count, case.rounds, exchange)
        given = f"{case.network}, {found['layers']} layers, {count} images"
        yield from own_rows(found, given, count)
        yield from peer_rows(case, found, given, count, exchange)


def own_rows(found: dict, given: str, count: int) -> Iterator[Measurement]:
    """Return ours, its floors, its stages and the plain way."""
    times, processor = found["times"], found["processor"]
    compiling = found["compiling"]
    ours = times["ours"]
    running = [total - statistics.median(compiling) for total in ours]

    def row(contender: str, seconds: list[float], note: str = "", **more) -> Measurement:
        rate = f"{count / statistics.median(seconds):.1f} images/s"
        text = "; ".join(part for part in (rate, note) if part)
        return Measurement(BENCHMARK, given, contender, seconds, note=text, **more)

    yield row(LAST, times["last"], f"batches of {found['batch']}")
    busy = statistics.median(processor["floor"])
    yield row(FLOOR, times["floor"], f"{busy:.2f} processor seconds")
    share = statistics.median(
        busy / (2 * total) for busy, total in zip(processor["ours"], ours, strict=True)
    )
    rate = count / statistics.median(running)
    yield row(
        OURS,
        ours,
        f"ratio and {rate:.1f} images/s without tracing and compiling the graph, "
        f"{statistics.median(compiling):.2f} s once for a shard; "
        f"{share:.0%} of two cores busy",
        against=FLOOR,
        ratio=ratio(running, times["floor"]),
        target=TARGET,
        disk_mb=found["disk_mb"],
    )
    plain = found["plain"]
    factor = found["layers"] / plain["layers"] * count / plain["images"]
    seconds = plain["seconds"] * factor
    yield row(
        PLAIN,
        [seconds],
        f"extrapolated from {plain['layers']} layers evenly spread and {plain['images']} "
        "images, compiling not counted",
        against=OURS,
        ratio=seconds / statistics.median(running),
    )
    yield from stage_rows(found, given, running)


def stage_rows(found: dict, given: str, running: list[float]) -> Iterator[Measurement]:
    """Return the stages alone, and the whole against their sum."""
    times, processor = found["times"], found["processor"]
    names = {
        "decode": "decoding and resizing (2 threads)",
        "compute": "forward pass of all layers, cast to float16",
        "write": "checking and writing, flushed to the disk",
    }
    for key, name in names.items():
        busy = statistics.median(processor[key])
        yield Measurement(STAGES, given, name, times[key], note=f"{busy:.2f} processor seconds")
    busy = sum(statistics.median(processor[key]) for key in names)
    one_by_one = [sum(parts) for parts in zip(*(times[key] for key in names), strict=True)]
    yield Measurement(STAGES, given, "the three stages one after the other", one_by_one)
    yield Measurement(
        STAGES,
        given,
        "Semantrace: the three at once",
        running,
        against="the three stages one after the other",
        ratio=ratio(running, one_by_one),
        note=f"two cores need {busy / 2:.2f} s for the stages' processor seconds; "
        "compiling the graph not counted",
    )


def peer_rows(
    case: Case, found: dict, given: str, count: int, exchange: str
) -> Iterator[Measurement]:
    """Return THINGSvision's times, or why there are none."""
    ours = statistics.median(found["times"]["ours"])
    if not PEERS.exists():
        yield Measurement(
            BENCHMARK, given, "THINGSvision", note="not measured: the peers' environment is missing"
        )
        return
    for backend in case.backends:
        peer = apart(FOLDER / "thingsvision_peer.py", case.network, backend, exchange, python=PEERS)
        seconds = peer["seconds"]
        remark = f"; {case.remark}" if case.remark else ""
        yield Measurement(
            BENCHMARK,
            given,
            PEER.format(version=peer["version"], backend=backend),
            [seconds],
            against=OURS,
            ratio=seconds / ours,
            disk_mb=peer["disk_mb"],
            memory_mb=peer["memory_mb"],
            note=f"{count / seconds:.1f} images/s; its decoding not counted, our whole time is; "
            f"flattened, float32 .npy{remark}",
        )


def run(scale: float = 1.0) -> list[Measurement]:
    """Measure all networks."""
    return [row for case in CASES for row in measure(case, scale)]


if __name__ == "__main__":
    start = time.perf_counter()
    print_rows(run(*map(float, sys.argv[1:])))
    print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)

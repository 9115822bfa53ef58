"""Storage formats: size, time to write, time to read back, and error in the final scores.

    python benchmarks/bench_storage.py [SCALE]

The demo's scored images go through a network with the demo's weights. For each format the
activations of all layers are extracted, and correlated from the files, which the page cache then
still holds; correlations and 2 vs. 2 accuracies (against the demo's GloVe words) are compared with
those from float32. Run `make demo` first. SCALE, such as 0.25, takes fewer images.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from measuring import Measurement, apart, print_rows, ratio

EXTRACTION = "Storage format: extraction of all layers"
READING = "Storage format: correlations of all layers read back"
DEFAULT = "float16 none"
CASES = {"SqueezeNet": (190, 1), "VGG16-HED": (48, 1)}
"""Images and rounds of each network."""

NAMES = {"none": "uncompressed", "lz4": "LZ4", "zstd": "Zstandard"}


def title(key: str) -> str:
    """Return the name of a format for readers."""
    dtype, compression = key.split()
    return f"{dtype}, {NAMES[compression]}" + (" (the default)" if key == DEFAULT else "")


def measure(network: str, images: int, rounds: int) -> Iterator[Measurement]:
    """Measure all formats for one network."""
    found = apart(Path(__file__).parent / "storage_formats.py", network, images, rounds)
    given = f"{network}, {found['layers']} layers and pixels, {found['images']} images"
    formats = found["formats"]
    largest = formats["float32 none"]["disk_mb"]
    for benchmark, key in ((EXTRACTION, "extraction"), (READING, "reading")):
        for name, row in formats.items():
            error = (
                f"correlations differ by at most {row['correlation_error']:.1e} and 2 vs. 2 "
                f"accuracies by at most {row['accuracy_error']:.1e} from float32"
            )
            size = f"{row['disk_mb'] / largest:.0%} of the size of float32, uncompressed"
            yield Measurement(
                benchmark,
                given,
                title(name),
                row[key],
                against="" if name == DEFAULT else title(DEFAULT),
                ratio=None if name == DEFAULT else ratio(row[key], formats[DEFAULT][key]),
                disk_mb=row["disk_mb"],
                note=size if key == "extraction" else error,
            )


def run(scale: float = 1.0) -> list[Measurement]:
    """Measure all networks."""
    return [
        row
        for network, (images, rounds) in CASES.items()
        for row in measure(network, max(8, round(images * scale)), rounds)
    ]


if __name__ == "__main__":
    start = time.perf_counter()
    print_rows(run(*map(float, sys.argv[1:])))
    print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)

"""Correlations between images from HDF5, a block of features at a time: speed and memory.

    python benchmarks/bench_correlations.py

190 images in one layer of 10⁵, 10⁶ and 3·10⁶ features, as rectified random numbers that share a
part, written by the project's writer as float16 and as float32. The contenders: Semantrace, from
the file to the correlations; NumPy with everything in memory (the product X·Xᵀ alone, and
`np.corrcoef`), where reading the file is not counted; and rsatoolbox's `calc_rdm` with the
correlation distance on the array in memory. Files were just written and read, so they lie in the
page cache: what is measured is not the disk. Times are taken side by side in one process, peak
memory in a process for each contender. Results are held against `np.corrcoef` in double precision.
"""

import json
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

THREADS = "2"
if __name__ == "__main__":  # this process, and those that measure
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[variable] = THREADS
REPOSITORY = Path(__file__).parents[1]

import h5py
import numpy as np
from peak_memory import peak_memory_bytes

IMAGES = 190
FEATURES = (100_000, 1_000_000, 3_000_000)
PEER_FEATURES = FEATURES[:2]
SEED = 20180601
COMPARED_IMAGES = 20
TOLERANCE = 5e-6
ROUNDS = 3
ROUNDS_OF_WIDEST = 3

OURS = {"float32": "Semantrace, float32 file", "float16": "Semantrace, float16 file"}
PRODUCT = "NumPy in memory, X·Xᵀ alone in float32"
SINGLE = "np.corrcoef in memory, float32"
DOUBLE = "np.corrcoef in memory, float64"
PEER = "rsatoolbox calc_rdm in memory, float64"
BENCHMARK = "correlations of 190 images"


def image_ids() -> list[str]:
    """Return the ids of the images."""
    return [f"image{number:03d}" for number in range(IMAGES)]


def activations_of(folder: str | Path, dtype: str) -> np.ndarray:
    """Return the stored activations, all in memory."""
    with h5py.File(Path(folder, f"{dtype}.h5")) as file:
        return file["activations"][:]


def write_layers(folder: Path, features: int) -> None:
    """Write the same activations as float16 and float32, values that both can hold."""
    from semantrace.activations.writer import ActivationWriter, StoredLayer

    labels = {"network": "random", "layer_index": 1, "weights_sha256": "", "preprocessing": ""}
    layers = [StoredLayer(dtype, (features,), dtype, labels) for dtype in OURS]
    generator = np.random.default_rng(SEED)
    shared = generator.standard_normal(features, dtype=np.float32)
    with ActivationWriter(folder, image_ids(), layers) as writer:
        for row in range(IMAGES):
            values = shared + generator.standard_normal(features, dtype=np.float32)
            half = np.maximum(values, 0).astype(np.float16)[None]
            writer.write(row, [half.astype(dtype) for dtype in OURS])


def ours(folder: str | Path, dtype: str) -> np.ndarray:
    """Correlate from the file, as the workflow does."""
    from semantrace.activations.image_correlations import correlate_layer

    return correlate_layer([folder], dtype, image_ids()).correlations


def product(activations: np.ndarray) -> np.ndarray:
    """Multiply alone."""
    return activations @ activations.T


def measure_times(folder: str, features: int) -> dict[str, dict[str, list[float]]]:
    """Time ours and NumPy side by side, and hold each result against `np.corrcoef`."""
    from measuring import in_turn

    activations = activations_of(folder, "float32")
    few = slice(COMPARED_IMAGES)
    expected = np.corrcoef(activations[few].astype(np.float64))
    for dtype in OURS:
        found = ours(folder, dtype)[few, few]
        np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE)
    calls = {name: partial(ours, folder, dtype) for dtype, name in OURS.items()}
    calls[PRODUCT] = partial(product, activations)
    calls[SINGLE] = partial(np.corrcoef, activations, dtype=np.float32)
    if features <= max(PEER_FEATURES):
        calls[DOUBLE] = partial(np.corrcoef, activations)
    rounds = ROUNDS_OF_WIDEST if features == max(FEATURES) else ROUNDS
    return {"seconds": in_turn(calls, rounds, warm_up=features < max(FEATURES))}


def measure_memory(folder: str, contender: str) -> dict[str, float]:
    """Correlate once, and return the peak memory of this process."""
    ways = {name: partial(ours, folder, dtype) for dtype, name in OURS.items()}
    if contender in ways:
        ways[contender]()
        return {"peak_mb": peak_memory_bytes() / 2**20}
    activations = activations_of(folder, "float32")
    if contender == PRODUCT:
        product(activations)
    else:
        np.corrcoef(activations, dtype=np.float32 if contender == SINGLE else np.float64)
    return {"peak_mb": peak_memory_bytes() / 2**20}


def measure_peer(folder: str, rounds: int) -> dict[str, object]:
    """Time rsatoolbox, in its own environment, and save what it finds."""
    from rsatoolbox.data import Dataset
    from rsatoolbox.rdm import calc_rdm

    activations = activations_of(folder, "float32").astype(np.float64)
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        distances = calc_rdm(Dataset(activations), method="correlation").get_matrices()[0]
        seconds.append(time.perf_counter() - start)
    np.save(Path(folder, "peer.npy"), distances)
    return {"seconds": seconds, "peak_mb": peak_memory_bytes() / 2**20}


def measure(folder: Path, features: int) -> list:
    """Write the files and let every contender correlate them."""
    from measuring import PEERS, Measurement, apart, ratio

    write_layers(folder, features)
    times = apart(__file__, "--times", folder, features)["seconds"]
    memory = {name: apart(__file__, "--memory", folder, name)["peak_mb"] for name in times}
    notes = {PEER: ""}
    if features <= max(PEER_FEATURES) and PEERS.is_file():
        rounds = 3 if features == min(FEATURES) else 1
        found = apart(__file__, "--peer", folder, rounds, python=PEERS)
        times[PEER], memory[PEER] = found["seconds"], found["peak_mb"]
        distances = np.load(folder / "peer.npy")
        np.testing.assert_allclose(1 - distances, ours(folder, "float32"), rtol=0, atol=TOLERANCE)
    else:
        times[PEER] = []
        notes[PEER] = (
            "left out: it takes minutes and most of the memory"
            if PEERS.is_file()
            else "not measured: the peers are not installed (make bench installs them)"
        )
    rows = []
    for name, seconds in times.items():
        is_ours = name in OURS.values()
        against = PRODUCT if is_ours else OURS["float32"]
        comparable = seconds and name != PRODUCT
        denominator = times[against][: len(seconds)]
        rows.append(
            Measurement(
                BENCHMARK,
                f"{features:,} features",
                name,
                seconds,
                against=against if comparable else "",
                ratio=_ratio(ratio, seconds, denominator) if comparable else None,
                target="≤ 1.67 × the product in memory, ≤ 1,000 MB" if is_ours else "",
                memory_mb=memory.get(name),
                note="the file is in the page cache" if is_ours else notes.get(name, ""),
            )
        )
    return rows


def _ratio(ratio, seconds, denominator) -> float:
    """Ratio of medians where two were not measured in the same rounds."""
    if len(seconds) == len(denominator):
        return ratio(seconds, denominator)
    return float(np.median(seconds) / np.median(denominator))


def run() -> list:
    """Measure all widths."""
    sys.path[:0] = [str(REPOSITORY / "workflow/scripts"), str(REPOSITORY / "benchmarks")]
    rows = []
    for features in FEATURES:
        with tempfile.TemporaryDirectory() as folder:
            rows += measure(Path(folder), features)
    return rows


def main(arguments: list[str]) -> None:
    """Print the table, or what one process measures for it."""
    if not arguments:
        rows = run()
        from measuring import print_rows

        return print_rows(rows)
    way, folder, *rest = arguments
    if way == "--peer":
        return print(json.dumps(measure_peer(folder, int(rest[0]))))
    sys.path[:0] = [str(REPOSITORY / "workflow/scripts"), str(REPOSITORY / "benchmarks")]
    if way == "--times":
        return print(json.dumps(measure_times(folder, int(rest[0]))))
    return print(json.dumps(measure_memory(folder, rest[0])))


if __name__ == "__main__":
    main(sys.argv[1:])

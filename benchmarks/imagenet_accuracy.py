"""How often a network of a study names photographs of ImageNet classes right.

    python benchmarks/imagenet_accuracy.py FOLDER [STUDY [NETWORK]]

FOLDER has one folder for each class, named by its wnid, with any number of images. They go
through the project's own loader, preprocessing and extraction; the default is the demo's
SqueezeNet.
"""

import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "workflow/scripts"))

from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.core.tables import PREDICTIONS
from semantrace.io.tables import read_table
from semantrace.networks.devices import prepare_devices
from semantrace.networks.loading import prepare_weights
from semantrace.networks.registry import build_network, find_architecture
from semantrace.study.reading import load_config, load_study


def main(folder: str, study: str = "demo", network: str = "squeezenet") -> None:
    """Print the share of images whose class is the likeliest, and among the five likeliest."""
    images = sorted(path for path in Path(folder).glob("n*/*") if path.is_file())
    ids = [f"{path.parent.name}/{path.name}" for path in images]
    settings = load_study(study, REPOSITORY / "studies")["networks"][network]
    prepare_devices()
    with tempfile.TemporaryDirectory() as scratch:
        weights, activations = Path(scratch, "network.weights.h5"), Path(scratch, "activations")
        prepare_weights(find_architecture(settings), settings["weights"], weights)
        batches = load_config([REPOSITORY / "config.yaml"])["extraction"]
        layers = (settings["layers"][-1],)
        extraction = Extraction(
            layers, settings["resize"], "float16", "none", labels={"network": network}, **batches
        )
        built = build_network(settings, weights)
        extract_activations(built, ids, images, activations, extraction)
        predictions = read_table(activations / "predictions.tsv", PREDICTIONS)
    hits = predictions[predictions["image"].str.split("/").str[0] == predictions["wnid"]]
    first, five = (hits["rank"] == 1).sum() / len(ids), (hits["rank"] <= 5).sum() / len(ids)
    print(f"{len(ids)} images: top-1 {first:.3f}, top-5 {five:.3f}")


if __name__ == "__main__":
    main(*sys.argv[1:])

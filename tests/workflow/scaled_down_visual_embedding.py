"""The study visual_embedding, scaled down: the real study file on a few images, random weights.

Makes a folder in which `snakemake` runs that study from images to figures. The images are real
photographs of the demo, laid out and named as ImageNet's validation images are; GoogLeNet and VGG19
get random weights, and trained SqueezeNet stands beside them, so that there is meaning to be found.
Run it by `make check-visual-embedding`.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml
from scaled_down import copy_project, write, write_images

INVERTED = ("n02129604", "n07745940")
"""The classes to draw: tiger and strawberry."""

STEPS = 32


def make_scaled_down(repository: Path, folder: Path) -> None:
    """Make a folder with the workflow, the scaled-down study and all that it reads.

    Parameters
    ----------
    repository : Path
        The checkout. What Debian provides is kept in its `resources`.
    folder : Path
        Made anew, but for what an earlier run of the same study left there.
    """
    copy_project(repository, folder)
    study = scaled_down_study(repository)
    write_settings(repository, folder, study)
    write_images(repository, folder, study["dataset"])


def scaled_down_study(repository: Path) -> dict:
    """Return the real study with other weights, fewer images and clusters, and SqueezeNet."""
    study = yaml.safe_load((repository / "studies/visual_embedding.yaml").read_text())
    study["dataset"]["class_order"] = "data/classes.txt"
    study["images"]["shards"] = 1
    for network in study["networks"].values():
        network["weights"] = {"seed": 1}
    demo = yaml.safe_load((repository / "studies/demo.yaml").read_text())
    study["networks"]["squeezenet"] = demo["networks"]["squeezenet"]
    embedding = study["visual_embedding"]
    embedding["clusters"]["to"] = 8
    embedding["networks"]["squeezenet"] = demo["visual_embedding"]["networks"]["squeezenet"]
    embedding["inversion"] |= {"classes": list(INVERTED), "steps": STEPS}
    return study


def write_settings(repository: Path, folder: Path, study: Mapping) -> None:
    """Write the study and a configuration of few permutations."""
    config = yaml.safe_load((repository / "config.yaml").read_text())
    config |= {"study": "visual_embedding", "permutations": 200, "resources": "resources"}
    write(folder / "config.yaml", yaml.safe_dump(config))
    write(folder / "studies/visual_embedding.yaml", yaml.safe_dump(study, sort_keys=False))


if __name__ == "__main__":
    target = Path(sys.argv[1])
    make_scaled_down(Path(__file__).parents[2], target)
    print(os.path.relpath(target))

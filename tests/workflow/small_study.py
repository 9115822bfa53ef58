"""A small study on real images, a real network and real words."""

from pathlib import Path

import pandas as pd
import yaml
from project import Project
from scaled_down import copy_project

CONCEPTS = (
    *("bear", "camel", "cow", "dog", "elephant", "goat", "horse", "lion", "sheep", "tiger"),
    *("bus", "guitar", "hammer", "orange", "pear", "pliers", "teapot", "tomato", "truck", "violin"),
)


def make_project(repository: Path, folder: Path, command: list[str]) -> Project:
    """Make the small study in a copy of the project's code, with images of its own."""
    copy_project(repository, folder, shared=("debian", "packages", "weights", "word_vectors"))
    wordnet = repository / "resources/wordnet"
    if wordnet.is_dir():  # it is itself what a rule makes
        (folder / "resources/wordnet").symlink_to(wordnet, target_is_directory=True)
    table = pd.read_csv(repository / "studies/demo.tsv", sep="\t")
    table[table["word"].isin(CONCEPTS)].to_csv(
        folder / "studies/small.tsv", sep="\t", index=False, lineterminator="\n"
    )
    config = yaml.safe_load((repository / "config.yaml").read_text())
    config |= {"study": "small", "permutations": 200}
    config["storage"]["keep_activations"] = True
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    (folder / "studies/small.yaml").write_text(yaml.safe_dump(small_study(repository)))
    return Project(folder, tuple(command))


def small_study(repository: Path) -> dict:
    study = yaml.safe_load((repository / "studies/demo.yaml").read_text())
    study["dataset"]["table"] = "studies/small.tsv"
    study["images"]["shards"] = 2
    trained = study["networks"]["squeezenet"] | {"layers": ["fire2", "fire9", "global_average"]}
    untrained = trained | {"title": "untrained", "weights": {"seed": 1}}
    study["networks"] = {"squeezenet": trained, "untrained": untrained}
    study["visual_embedding"] = {
        "clusters": {"from": 2, "to": 8},
        "networks": {"squeezenet": {"layer_sets": {"all": ["fire2", "fire9"], "high": ["fire9"]}}},
    }
    return study

"""A small study on real pictures, a real network and real words, run once for all tests."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml
from project import Project

CONCEPTS = (
    *("bear", "camel", "cow", "dog", "elephant", "goat", "horse", "lion", "sheep", "tiger"),
    *("bus", "guitar", "hammer", "orange", "pear", "pliers", "teapot", "tomato", "truck", "violin"),
)


def make_project(repository: Path, folder: Path, command: list[str]) -> Project:
    """Copy the project's code; share the downloads of the checkout that is tested."""
    for name in ("workflow", "profiles", "envs"):
        shutil.copytree(
            repository / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(repository / "Snakefile", folder)
    (folder / "studies").mkdir()
    table = pd.read_csv(repository / "studies/demo.tsv", sep="\t")
    table[table["word"].isin(CONCEPTS)].to_csv(
        folder / "studies/small.tsv", sep="\t", index=False, lineterminator="\n"
    )
    config = yaml.safe_load((repository / "config.yaml").read_text())
    config |= {"study": "small", "permutations": 200, "resources": str(repository / "resources")}
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    (folder / "studies/small.yaml").write_text(yaml.safe_dump(small_study(repository)))
    return Project(folder, tuple(command))


def small_study(repository: Path) -> dict:
    study = yaml.safe_load((repository / "studies/demo.yaml").read_text())
    study["dataset"]["table"] = "studies/small.tsv"
    trained = study["networks"]["squeezenet"] | {"layers": ["fire2", "fire9", "global_average"]}
    untrained = trained | {"title": "untrained", "weights": {"seed": 1}}
    study["networks"] = {"squeezenet": trained, "untrained": untrained}
    study["visual_embedding"] = {
        "clusters": {"from": 2, "to": 8},
        "networks": {"squeezenet": {"layer_sets": {"all": ["fire2", "fire9"], "high": ["fire9"]}}},
    }
    return study


@pytest.fixture(scope="session")
def finished(repository, tmp_path_factory, snakemake_command) -> Project:
    """The small study, run to its last figure. Tests that change it take a `copy_of` it."""
    project = make_project(repository, tmp_path_factory.mktemp("small"), snakemake_command)
    result = project.snakemake()
    assert result.returncode == 0, result.stderr[-6000:]
    return project


@pytest.fixture
def project(finished, tmp_path) -> Project:
    """A copy of the finished small study that a test may change."""
    folder = tmp_path / "project"
    shutil.copytree(finished.folder, folder, symlinks=True)
    return Project(folder, finished.command)


@pytest.fixture
def fresh(repository, tmp_path, snakemake_command) -> Project:
    """The small study before its first run."""
    folder = tmp_path / "fresh"
    folder.mkdir()
    return make_project(repository, folder, snakemake_command)

"""A small study on real pictures, a real network and real words, run once for all tests."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
import yaml

CONCEPTS = (
    *("bear", "camel", "cow", "dog", "elephant", "goat", "horse", "lion", "sheep", "tiger"),
    *("bus", "guitar", "hammer", "orange", "pear", "pliers", "teapot", "tomato", "truck", "violin"),
)


@dataclass(frozen=True)
class Project:
    """A working copy of the project with one small study, and a way to run Snakemake in it."""

    folder: Path
    command: tuple[str, ...]

    @property
    def results(self) -> Path:
        return self.folder / "results" / "small"

    def snakemake(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run Snakemake as a user does, with the default profile; never raises."""
        environment = {**os.environ, "COLUMNS": "1000"}
        return subprocess.run(
            [*self.command, "--cores", "2", *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that occurs once or more in a file of the project."""
        file = self.folder / path
        text = file.read_text()
        assert old in text, f"{old!r} is not in {path}"
        file.write_text(text.replace(old, new, 1))


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

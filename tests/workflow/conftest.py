"""The small study, for tests that change it."""

import shutil

import pytest
from project import Project
from small_study import make_project


@pytest.fixture
def project(finished, tmp_path) -> Project:
    """A copy of the finished small study that a test may change."""
    folder = tmp_path / "project"
    shutil.copytree(finished.folder, folder, symlinks=True)
    return Project(folder, finished.command)


@pytest.fixture
def fresh(repository, finished, tmp_path, snakemake_command) -> Project:
    """The small study before its first run, with its images; nothing is wrong with it."""
    folder = tmp_path / "fresh"
    folder.mkdir()
    project = make_project(repository, folder, snakemake_command)
    shutil.copytree(finished.folder / "resources/images", folder / "resources/images")
    project.results.mkdir(parents=True)
    shutil.copy(finished.results / "checked.txt", project.results)
    return project

"""A small study on real pictures, a real network and real words, run once for all tests."""

import shutil

import pytest
from project import Project
from small_study import make_project


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

"""What tests of the library, of the workflow and of clusters share."""

import sys
from pathlib import Path

import pytest
from project import Project
from small_study import make_project

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def snakemake_command() -> list[str]:
    """Snakemake of the environment that runs the tests."""
    return [sys.executable, "-m", "snakemake"]


@pytest.fixture(scope="session")
def finished(repository, tmp_path_factory, snakemake_command) -> Project:
    """The small study, run to its last figure. Tests that change it take a copy of it."""
    project = make_project(repository, tmp_path_factory.mktemp("small"), snakemake_command)
    result = project.snakemake()
    assert result.returncode == 0, result.stderr[-6000:]
    return project

"""What tests of the library, of the workflow and of clusters share."""

import os
import sys
from pathlib import Path

import hypothesis
import pytest
from project import Project
from small_study import make_project

REPOSITORY = Path(__file__).parents[1]

# Nothing that the person running the tests has set, and no other work of the machine, may matter:
# neither their Snakemake's settings, nor a proxy on the way to this machine, nor how long it takes.
for name in ("SNAKEMAKE_PROFILE", "SNAKEMAKE_OUTPUT_CACHE", "NUMBA_CACHE_DIR"):
    os.environ.pop(name, None)
for name in ("no_proxy", "NO_PROXY"):
    os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))
hypothesis.settings.register_profile(
    "anywhere",
    deadline=None,
    derandomize=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("anywhere")


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

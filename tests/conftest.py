"""What tests of the library, of the workflow and of clusters share."""

import os
import subprocess
import sys
from pathlib import Path

import hypothesis
import pytest
from filelock import FileLock
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
def shared_folder(tmp_path_factory) -> Path:
    """A folder that all processes of one run of the tests have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


COMPILING = """
import numpy as np
from semantrace.activations.correlations import correlate_rows
from semantrace.alignment.chosen_concepts_kernel import count_passes_among
from semantrace.alignment.measures.registry import MEASURES
from semantrace.alignment.measures.spaces import Space
from semantrace.alignment.two_vs_two import two_vs_two
for kind in ("float16", "float32"):
    rows = correlate_rows([np.random.default_rng(0).normal(size=(9, 50)).astype(kind)])
two_vs_two(rows.correlations, rows.correlations)
count_passes_among(rows.correlations, rows.correlations[None], np.arange(5))
space = Space("space", rows.correlations, rows.gram)
for measure in MEASURES:
    measure.score(space, [space], np.arange(9, dtype=np.int32)[None])
"""


@pytest.fixture(scope="session")
def compiled(repository, shared_folder) -> None:
    """Let Numba compile in the checkout what every copy of the project would compile again."""
    with FileLock(shared_folder / "compiled.lock"):
        if not (shared_folder / "compiled").is_file():
            environment = {**os.environ, "PYTHONPATH": str(repository / "workflow/scripts")}
            subprocess.run([sys.executable, "-c", COMPILING], env=environment, check=True)
            (shared_folder / "compiled").touch()


@pytest.fixture(scope="session")
def finished(repository, shared_folder, snakemake_command, compiled) -> Project:
    """The small study, run to its last figure. Tests that change it take a copy of it."""
    folder = shared_folder / "small"
    with FileLock(shared_folder / "small.lock"):
        if (folder / "made").is_file():
            return Project(folder, tuple(snakemake_command))
        folder.mkdir()
        project = make_project(repository, folder, snakemake_command)
        result = project.snakemake()
        assert result.returncode == 0, result.stderr[-6000:]
        (folder / "made").touch()
    return project

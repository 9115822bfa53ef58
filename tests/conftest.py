"""What tests of the library and of the workflow share."""

import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def snakemake_command() -> list[str]:
    """Snakemake of the environment that runs the tests."""
    return [sys.executable, "-m", "snakemake"]

"""A SLURM, started once for all tests that need one."""

import contextlib
import sys
from pathlib import Path

import pytest
from single_node_slurm import UnavailableError, kept_slurm

# The small study and what runs it are those of the tests of the workflow.
sys.path.append(str(Path(__file__).parents[1] / "workflow"))


@pytest.fixture(scope="package")
def slurm():
    """A SLURM of one node with two GPUs of pretence."""
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(kept_slurm())
        except UnavailableError as reason:
            pytest.skip(f"no SLURM: {reason}")
        yield running

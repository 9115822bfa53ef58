"""A SLURM, started once for all tests that need one."""

import contextlib

import pytest
from single_node_slurm import UnavailableError, kept_slurm


@pytest.fixture(scope="package")
def slurm():
    """A SLURM of one node with two GPUs of pretence."""
    with contextlib.ExitStack() as stack:
        try:
            running = stack.enter_context(kept_slurm())
        except UnavailableError as reason:
            pytest.skip(f"no SLURM: {reason}")
        yield running

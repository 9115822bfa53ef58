"""Hidden folders in which results are put together, and what killed processes left of them.

A result is locked while a process puts it together. Whoever holds the lock knows that partial
folders of the same result are abandoned, and removes them. The package filelock would leave a file
beside each result for good; here it goes with the lock.
"""

import contextlib
import fcntl
import glob
import os
import shutil
import socket
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO


@contextlib.contextmanager
def partial_folder(path: Path) -> Iterator[Path]:
    """Make a folder beside a result to put it together in; it is gone after the block.

    Parameters
    ----------
    path : path
        The result, in a folder that exists.

    Notes
    -----
    Waits while another process puts the same result together. Snakemake starts no two jobs for one
    result, but a job whose Snakemake was killed goes on by itself. Where the file system has no
    locks, nobody waits, and what killed processes left stays.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(_NoLocksError):
            stack.enter_context(_locked(path))
            any_number = "[0-9a-f]" * 8
            for abandoned in path.parent.glob(_partial_name(glob.escape(path.name), any_number)):
                shutil.rmtree(abandoned, ignore_errors=True)
        folder = path.parent / _partial_name(path.name, uuid.uuid4().hex[:8])
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.mkdir()
        yield folder


def _partial_name(name: str, number: str) -> str:
    return f".{name}.{number}.partial"


class _NoLocksError(Exception):
    """The file system has no locks."""


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of a result: a hidden file beside it, gone with the lock."""
    name = path.parent / f".{path.name}.lock"
    while True:
        with name.open("a+") as lock:
            _wait_for(lock, path)
            if not _is_still_there(lock, name):  # whoever held it has removed it meanwhile
                continue
            try:
                lock.truncate(0)
                lock.write(f"process {os.getpid()} on {socket.gethostname()}")
                lock.flush()
                yield
            finally:
                name.unlink(missing_ok=True)
            return


def _wait_for(lock: TextIO, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        print(f"{path}: waiting for {lock.read()}, which writes it", file=sys.stderr)
        fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError as error:
        Path(lock.name).unlink(missing_ok=True)
        raise _NoLocksError from error


def _is_still_there(lock: TextIO, name: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(lock.fileno()), name.stat())
    except FileNotFoundError:
        return False

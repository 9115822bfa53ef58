"""Hidden folders in which results are put together, and what killed processes left of them.

A folder is locked while its process lives. So the next process that writes the same result can tell
an abandoned folder, which it removes, from one that is still being filled, which it waits for.
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

LOCK = "lock"


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
    result, but a job whose Snakemake was killed goes on by itself.
    """
    for other in path.parent.glob(f".{glob.escape(path.name)}.*.partial"):
        _remove_when_abandoned(other, path)
    folder = path.parent / f".{path.name}.{uuid.uuid4().hex[:8]}.partial"
    try:
        folder.mkdir()
        with (folder / LOCK).open("w") as lock:
            with contextlib.suppress(OSError):  # not every shared file system has locks
                fcntl.flock(lock, fcntl.LOCK_EX)
            lock.write(f"process {os.getpid()} on {socket.gethostname()}")
            lock.flush()
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_when_abandoned(folder: Path, path: Path) -> None:
    """Remove what a killed process left; a file system without locks keeps it."""
    with contextlib.suppress(OSError), (folder / LOCK).open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"{path}: waiting for {lock.read()}, which writes it", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(folder, ignore_errors=True)

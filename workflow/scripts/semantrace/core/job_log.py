"""What a job's log says of the job: what it read and wrote, how many, how long, which versions.

Loads no library: a file is opened by h5py or NumPy only where the job itself has used them.
"""

import os
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from semantrace.core.software import loaded_versions

MOST_BYTES = 50 << 20
"""Tables beyond this are not read to count their rows."""
MOST_FILES = 10_000
"""Files beyond this are not counted."""
MOST_DATASETS = 6
"""Datasets of an HDF5 file beyond this are counted, not listed."""


def heading(job, threads: int) -> str:
    """Return the first line of a log: rule, wildcards, threads and Python.

    Parameters
    ----------
    job : object
        Snakemake's job object.
    threads : int
        Threads of the numerical libraries.
    """
    wildcards = getattr(job, "wildcards", {})
    names = [f"{name}={value}" for name, value in wildcards.items()]
    what = " ".join([getattr(job, "rule", Path(sys.argv[0]).stem), *names])
    python = loaded_versions()["python"]
    return f"{what}: {threads} thread{'s' * (threads != 1)}, Python {python}"


def summary(job, started: float, failed: bool) -> Iterator[str]:
    """Yield the last lines of a log: inputs, outputs, time, memory and versions.

    Parameters
    ----------
    job : object
        Snakemake's job object.
    started : float
        When the job began, by `time.monotonic`.
    failed : bool
        Whether the job ends with an error.
    """
    for path in _inputs(job):
        yield f"read {path}: {describe(path)}"
    for path in _paths(getattr(job, "output", ())):
        if path.exists():
            yield f"wrote {path}: {describe(path)}"
    seconds = time.monotonic() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if _IS_MAC else 1024)
    verb = "failed after" if failed else "took"
    yield f"{verb} {seconds:.1f} s, peak memory {_size(peak)}"
    versions = loaded_versions()
    del versions["python"]
    if versions:
        yield f"versions: {', '.join(map(' '.join, versions.items()))}"


_IS_MAC = sys.platform == "darwin"  # which counts bytes where Linux counts kibibytes


def _inputs(job) -> list[Path]:
    """Return the input paths, and the folder of images that is a user's own and so no input."""
    folder = job.params.get("folder")
    paths = [*getattr(job, "input", ()), *([folder] if isinstance(folder, str) else [])]
    return _paths(paths)


def _paths(paths: Iterable) -> list[Path]:
    return [Path(path) for path in dict.fromkeys(map(str, paths))]


def describe(path: Path) -> str:
    """Say how much is in a file or folder, as far as that is known without reading it all.

    Parameters
    ----------
    path : Path
        Rows are counted in a table and lines in a text, files in a folder; an HDF5 file or an
        array is described by shapes and data types.

    Returns
    -------
    str
        Such as ``190 rows, 23.1 kB``. Only the size where the rest cannot be read; it never raises.
    """
    try:
        if path.is_dir():
            return _describe_folder(path)
        size = path.stat().st_size
    except OSError as error:
        return error.strerror or "not readable"
    try:
        contents = _contents(path, size)
    except Exception:  # whatever a library makes of a damaged file, which the job itself tells
        contents = None
    return ", ".join(filter(None, (contents, _size(size))))


def _describe_folder(folder: Path) -> str:
    files = size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.startswith("."):  # of the system, or of Snakemake
                continue
            files += 1
            size += Path(parent, name).lstat().st_size
            if files == MOST_FILES:
                return f"{files} files or more"
    return f"{_count(files, 'file')}, {_size(size)}"


def _contents(path: Path, size: int) -> str | None:
    kind = path.suffix
    if kind in (".tsv", ".csv", ".txt") and size <= MOST_BYTES:
        with path.open("rb") as file:
            lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
        return _count(lines, "line") if kind == ".txt" else _count(max(0, lines - 1), "row")
    if kind in (".h5", ".hdf5") and "h5py" in sys.modules:
        return _describe_hdf5(path)
    if kind == ".npy" and "numpy" in sys.modules:
        return _shape(sys.modules["numpy"].load(path, mmap_mode="r"))
    return None


def _describe_hdf5(path: Path) -> str:
    h5py = sys.modules["h5py"]
    found: list[str] = []

    def note(name: str, item) -> None:
        if isinstance(item, h5py.Dataset):
            found.append(f"{name} {_shape(item)}")

    with h5py.File(path, "r", locking=False) as file:
        file.visititems(note)
    more = len(found) - MOST_DATASETS
    listed = [*found[:MOST_DATASETS], *([_count(more, "more dataset")] if more > 0 else [])]
    return ", ".join(listed) or "no datasets"


def _shape(array) -> str:
    kind = "text" if array.dtype.kind in "OSU" else str(array.dtype)
    return f"{' × '.join(map(str, array.shape)) or 'one'} {kind}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _size(count: float) -> str:
    """Return bytes in decimal units."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"

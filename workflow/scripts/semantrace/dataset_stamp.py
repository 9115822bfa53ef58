"""A stamp of a user's own pictures, by which the workflow notices that they changed.

Imports nothing heavy, since it is computed whenever the workflow is planned.
"""

import csv
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path


def dataset_stamp(settings: Mapping, folder: str | Path) -> str:
    """Return a digest of the names, sizes and times of a dataset's pictures.

    Parameters
    ----------
    settings : mapping
        The study's ``dataset``.
    folder : path
        Where the pictures lie.

    Returns
    -------
    str
        Sixteen hexadecimal digits; empty for a package, which Snakemake follows itself.
    """
    if settings["kind"] == "debian":
        return ""
    folder = Path(folder)
    if settings["kind"] == "imagefolder":
        found = _walk(folder)
    elif settings["kind"] == "ilsvrc":
        found = _flat(folder)
    else:
        found = _listed(settings["table"])
    lines = sorted(f"{path}\t{_state(f'{folder}/{path}')}\n" for path in found)
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _walk(folder: Path) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        below = os.path.relpath(place, folder)
        yield from names if below == "." else (f"{below}/{name}" for name in names)


def _flat(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as items:
            return [item.name for item in items]
    except OSError:
        return []


def _listed(table: str | Path) -> list[str]:
    """Return the paths of a table; what is wrong with it is said when it is read in earnest."""
    try:
        with Path(table).open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return [row.get("path") or "" for row in csv.DictReader(file, delimiter="\t")]
    except OSError:
        return []


def _state(path: str) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116 (of 50,000 pictures: a Path each takes longer)
    except OSError:
        return "missing"
    return f"{status.st_size} {status.st_mtime_ns}"

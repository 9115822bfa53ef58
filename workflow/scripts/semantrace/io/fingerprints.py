"""Digests of files' contents, each computed once and kept until the file's status changes.

Imports nothing heavy, since it is used whenever the workflow is planned.
"""

import concurrent.futures
import contextlib
import hashlib
import os
import re
import stat
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from tqdm import tqdm

from semantrace.io.partial_folders import partial_folder

COARSEST_TICK = 2_000_000_000
"""Nanoseconds between two times that the coarsest file system (FAT) tells apart."""

READERS = min(16, 2 * (os.cpu_count() or 1))
"""Files that are read at once; disks on a network answer several requests in the time of one."""

SHA256 = re.compile("[0-9a-f]{64}")
MISSING = "missing"
HEADER = "path\tsize mtime ctime inode\tsha256"


def fingerprints(folder: str | Path, paths: Sequence[str], kept_in: Path | None) -> list[str]:
    """Return the sha256 of each file, reading those only whose status has changed.

    Parameters
    ----------
    folder : path
        Where the files lie.
    paths : sequence of str
        Their paths below it.
    kept_in : pathlib.Path, optional
        The folder of what was computed before, a table for each folder of files. It is made where
        it can be; what in it is cut or malformed is computed anew.

    Returns
    -------
    list of str
        64 hexadecimal digits each; of a file that cannot be read, the reason.

    Notes
    -----
    The status is size, time of modification, time of status change (which no program can set) and
    inode of what a link leads to. As in Git, a digest is kept only where the file had not changed
    within `COARSEST_TICK` before it was read: a second change in one tick would leave no trace.
    """
    table = None if kept_in is None else _table_of(folder, kept_in)
    known = {} if table is None else _read(table)
    states = [_state_of(f"{folder}/{path}") for path in paths]
    digests = [
        _known_digest(known.get(path), state) for path, state in zip(paths, states, strict=True)
    ]
    unknown = [place for place, digest in enumerate(digests) if not digest]
    if len(unknown) == len(paths) > 0 and not known:
        told = f"{folder}: {len(paths)} files are read once, so that later runs notice a change"
        print(told.encode(errors="backslashreplace").decode(), file=sys.stderr)
    new = {}
    for place, (digest, state) in zip(
        unknown, _compute_all([f"{folder}/{paths[place]}" for place in unknown]), strict=True
    ):
        digests[place] = digest
        if state is not None:
            new[paths[place]] = (state, digest)
    if table is not None and new:
        _add(table, new)
    return digests


def _table_of(folder: str | Path, kept_in: Path) -> Path:
    place = os.fsencode(os.path.abspath(folder))  # noqa: PTH100 (resolves no link)
    return kept_in / f"{hashlib.sha256(place).hexdigest()[:16]}.tsv"


def _known_digest(known: tuple[str, str] | None, state: str) -> str:
    """Return the digest of a file in that state, an empty text where it is not known."""
    if state == MISSING:  # a pipe would be read forever
        return MISSING
    return known[1] if known is not None and known[0] == state else ""


def _state_of(path: str) -> str:
    try:
        status = os.stat(path)  # noqa: PTH116 (of 50,000 images: a Path each takes longer)
    except (OSError, ValueError):  # ValueError: a NUL in a table's path
        return MISSING
    return _state(status) if stat.S_ISREG(status.st_mode) else MISSING


def _state(status: os.stat_result) -> str:
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def _compute_all(paths: list[str]) -> Iterable[tuple[str, str | None]]:
    with concurrent.futures.ThreadPoolExecutor(READERS) as pool:
        bar = {"desc": "reading images once", "unit": " images", "delay": 2, "file": sys.stderr}
        yield from tqdm(pool.map(_compute, paths), total=len(paths), **bar)


def _compute(path: str) -> tuple[str, str | None]:
    """Return a file's digest, and the status under which it may be kept."""
    start = time.time_ns()
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            before = os.fstat(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            after = os.fstat(file.fileno())
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or "not a path", None
    settled = start - COARSEST_TICK
    # A time of modification in the future was set by hand or by a camera, and says nothing.
    is_recent = after.st_ctime_ns >= settled or abs(after.st_mtime_ns - start) <= COARSEST_TICK
    keep = _state(before) == _state(after) and not is_recent
    return digest, _state(after) if keep else None


def _read(table: Path) -> dict[str, tuple[str, str]]:
    """Return status and sha256 by path; a line that is not whole is none."""
    try:
        text = table.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return {}
    header, *lines = text.split("\n")
    if header != HEADER:
        return {}
    cells = (line.split("\t") for line in lines)
    return {row[0]: (row[1], row[2]) for row in cells if len(row) == 3 and SHA256.fullmatch(row[2])}


def _add(table: Path, new: dict[str, tuple[str, str]]) -> None:
    """Write what is known in one piece; a folder that cannot be written to is left alone."""
    with contextlib.suppress(OSError):
        table.parent.mkdir(parents=True, exist_ok=True)
        with partial_folder(table) as folder:
            # Others may have added to it meanwhile. No name with a tab or line end is kept.
            lines = [
                f"{path}\t{state}\t{digest}"
                for path, (state, digest) in (_read(table) | new).items()
                if not set(path) & set("\t\n")
            ]
            text = "\n".join([HEADER, *lines, ""])
            temporary = folder / table.name
            temporary.write_bytes(text.encode("utf-8", "surrogateescape"))
            temporary.replace(table)

"""Files that are either whole or absent: atomic writing, checksums and HDF5."""

import contextlib
import hashlib
import io
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import h5py
import pandas as pd

from semantrace.core.errors import InputError
from semantrace.core.software import loaded_versions
from semantrace.core.system_errors import WRITING_ERRORS, error_number, system_reason
from semantrace.io.partial_folders import partial_folder

METADATA_BYTES = 1 << 20


@contextlib.contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Give a temporary path on the same disk, and move it to `path` once the block succeeds.

    Works for a file or for a folder (create it inside the block). A block that fails leaves
    neither the temporary nor the final path behind, and an existing `path` stays untouched. What a
    killed process left of the same path is removed.

    Raises
    ------
    InputError
        When the disk is full, or the system refuses to write there for another reason.
    """
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial_folder(path) as folder:
            temporary = folder / path.name
            yield temporary
            _flush_to_disk(temporary)
            if temporary.is_dir() and path.is_dir():
                shutil.rmtree(path)
            temporary.replace(path)
    except OSError as error:
        if _is_about_writing(error, path):
            raise InputError(f"{path}: {system_reason(error, 'written')}") from error
        raise


def _is_about_writing(error: OSError, path: Path) -> bool:
    """Return whether the system refused a result, and not a file that was read for it."""
    if error.filename is None:
        return error_number(error) in WRITING_ERRORS
    named = Path(os.fsdecode(error.filename))
    hidden = f".{path.name}."  # the lock and the folder in which the result is put together
    return named in path.parents or any(
        place == path or (place.parent == path.parent and place.name.startswith(hidden))
        for place in (named, *named.parents)
    )


def _flush_to_disk(path: Path) -> None:
    """Fsync a file, or every file of a folder, so that a rename never outruns its contents."""
    files = [item for item in path.rglob("*") if item.is_file()] if path.is_dir() else [path]
    for item in files:
        with item.open("rb") as handle:
            os.fsync(handle.fileno())


def sha256_of(path: str | Path) -> str:
    """Return the hexadecimal sha256 of a file's contents."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def check_sha256(path: Path, expected: str, source: str | Path, found: str | None = None) -> None:
    """Refuse a file whose contents are not those that were expected.

    Parameters
    ----------
    path : path
        The file.
    expected : str
        Its sha256, in any letter case; an empty one is not checked.
    source : str or path
        What says so, for the message.
    found : str, optional
        The sha256 of the file, where it is known already.

    Raises
    ------
    InputError
        When the two differ, naming both.
    """
    found = found or (sha256_of(path) if expected else "")
    if expected and found != expected.lower():
        raise InputError(
            f"{path}: its sha256 is {found}, but {expected} is expected by {source}; fetch the "
            f"file again, or correct {source} if the new file is wanted"
        )


def copy_contents(contents: IO[bytes], path: Path) -> None:
    """Write an open file's contents to another place, in folders that are made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as outgoing:
        shutil.copyfileobj(contents, outgoing)


def write_tsv(table: pd.DataFrame, path: str | Path) -> None:
    """Write a tidy table as tab-separated text: no index, floats with ten significant digits.

    Ten digits keep every figure a reader could want and hide the last bits, in which processors
    differ.
    """
    with atomic_path(path) as temporary:
        table.to_csv(temporary, sep="\t", index=False, float_format="%.10g", lineterminator="\n")


def write_lines(lines: Iterable[str], path: str | Path) -> None:
    """Write lines of text."""
    with atomic_path(path) as temporary:
        temporary.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


DELETE_RESULT = "delete it and run again"


@contextlib.contextmanager
def open_hdf5(path: str | Path, advice: str = DELETE_RESULT) -> Iterator[h5py.File]:
    """Open an HDF5 file for reading.

    Parameters
    ----------
    path : path
        A result of the workflow, unless `advice` says otherwise.
    advice : str
        What to do about contents that are not valid.

    Raises
    ------
    InputError
        When the file is missing or may not be read, when its contents are not HDF5's or are cut
        short, and, from within the block, when it lacks what is looked up in it.
    """
    path = Path(path)
    try:
        path.open("rb").close()
        file = h5py.File(path, "r")
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; run the rule that makes it") from error
    except OSError as error:
        reason = system_reason(error, "read") or _why_not_hdf5(path, advice)
        raise InputError(f"{path}: {reason}") from error
    with file:
        try:
            yield file
        except KeyError as error:
            lacking = _ABSENT.match(str(error.args[0]) if error.args else "")
            if lacking is None or lacking[1] in file:
                raise
            raise InputError(
                f"{path}: lacks {lacking[1]!r}, so it is of another kind or another version; "
                f"{advice}"
            ) from error


_ABSENT = re.compile(
    r"Unable to .* \((?:object|can't locate attribute:) '(.*)'(?: doesn't exist)?\)$"
)
"""What h5py says of a name that a file does not have."""


def _why_not_hdf5(path: Path, advice: str) -> str:
    if h5py.is_hdf5(path) or path.stat().st_size == 0:
        return f"the file is truncated or damaged; {advice}"
    return f"not an HDF5 file, but of another kind or without its beginning; {advice}"


@contextlib.contextmanager
def create_hdf5(path: str | Path) -> Iterator[h5py.File]:
    """Open an HDF5 file for writing that appears under its name only when it is whole.

    The file is put together in memory, since HDF5 cannot recover from a disk that fills up. Fill
    it by `create_dataset`, which writes no time stamps (assigning to ``file[name]`` does), so that
    equal contents give equal bytes. For files too large for memory see `create_large_hdf5`.
    """
    buffer = io.BytesIO()
    with new_hdf5(buffer) as file:
        yield file
    with atomic_path(path) as temporary, temporary.open("wb") as handle:
        handle.write(buffer.getbuffer())


@contextlib.contextmanager
def create_large_hdf5(path: str | Path, size: int) -> Iterator[h5py.File]:
    """Open an HDF5 file for writing straight to the disk, after a look at the room there.

    Parameters
    ----------
    path : path
        It appears under this name only when it is whole.
    size : int
        Bytes that will be written.

    Raises
    ------
    InputError
        When the disk has less room.
    """
    with atomic_path(path) as temporary:
        require_space(path, size)
        with new_hdf5(temporary) as file:
            yield file


@contextlib.contextmanager
def new_hdf5(where: Path | io.BytesIO) -> Iterator[h5py.File]:
    """Open an empty file that says which versions of libraries wrote it."""
    with h5py.File(where, "w", libver="v110") as file:
        file.attrs["software"] = ", ".join(map(" ".join, loaded_versions().items()))
        yield file


def require_space(path: str | Path, size: int) -> None:
    """Refuse to begin a file that the disk has no room for.

    HDF5 and mapped arrays end the process when the disk fills up under them.

    Raises
    ------
    InputError
        When fewer bytes are free than `size` and a little more for metadata.
    """
    free = shutil.disk_usage(Path(path).parent).free
    if free < size + METADATA_BYTES:
        raise InputError(
            f"{path}: the disk is full: {size / 1e9:.2f} GB are needed and {free / 1e9:.2f} GB "
            "are free; make room and run the same command again"
        )

"""Which files are the images of a dataset, and what else lies there and is passed over.

The reader of a dataset and its stamp both ask `find_images`, so neither sees what the other does
not. Imports nothing heavy, since it is used whenever the workflow is planned.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from semantrace.core.errors import InputError
from semantrace.io.text_tables import read_cells
from semantrace.io.user_files import unreadable_reason

SUFFIXES = frozenset(
    [".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"]
    + [".png", ".apng", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".webp", ".avif", ".avifs"]
    + [".pbm", ".pgm", ".pnm", ".ppm", ".tga", ".pcx", ".sgi", ".qoi", ".dds"]
)
"""File names that count as images in class folders: the formats that Pillow decodes by itself."""

UNSUPPORTED = frozenset(
    [".heic", ".heif", ".hif", ".jxl", ".svg", ".eps", ".pdf", ".psd", ".xcf", ".ico", ".icns"]
    + [".raw", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2", ".raf", ".exr", ".hdr"]
    + [".jxr", ".bpg", ".wdp", ".fits", ".fit", ".dcm", ".nii", ".xpm", ".xbm", ".pfm"]
)
"""Suffixes of images that are not read here; where they are passed over, the terminal says so."""

SYSTEM_NAMES = frozenset(
    ["@eadir", "@tmp", "@recycle", "@recently-snapshot", "#recycle", "#snapshot", "__macosx"]
    + ["lost+found", "$recycle.bin", "recycler", "recycled", "system volume information"]
    + ["network trash folder", "temporary items", "thumbs.db", "ehthumbs.db", "desktop.ini"]
    + ["lost.dir", "found.000", "__pycache__"]
)
"""What storage and desktops leave among files, in lower case; it is never looked into."""

VALIDATION_IMAGE = re.compile(r"ILSVRC2012_val_([0-9]{8})\.jpe?g", re.IGNORECASE)
NO_SUFFIX = "no suffix"
NO_DECODER = "no decoder for"
OUTSIDE = "beside the class folders, not in one"


@dataclass
class DatasetFiles:
    """The files of a dataset.

    Attributes
    ----------
    folder : pathlib.Path
        Where they lie.
    images : list of str
        Paths of the images below the folder, sorted.
    classes : list of str
        Names of the class folders, sorted, those without an image too; for imagefolder only.
    passed_over : list of tuple of str
        Path below the folder and reason, of what does not count as an image.
    unreadable : list of tuple of str
        Path below the folder and reason, of links, folders and tables that cannot be followed or
        listed.
    """

    folder: Path
    images: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def find_images(settings: Mapping, folder: str | Path) -> DatasetFiles:
    """Find the files that are a dataset's images; raises nothing, and opens no image.

    Parameters
    ----------
    settings : mapping
        The study's ``dataset``: `kind` and, for table and debian, `table`.
    folder : path
        Where the images lie.

    Notes
    -----
    In class folders, links to folders and files are followed, except to a folder that the link
    itself is in. Hidden files and folders and those of `SYSTEM_NAMES` are passed over, and so is
    any file without one of `SUFFIXES`.
    """
    files = DatasetFiles(Path(folder))
    if settings["kind"] == "imagefolder":
        _find_in_class_folders(files)
    elif settings["kind"] == "ilsvrc":
        _find_validation_images(files)
    else:
        files.images = _listed_paths(settings["table"])
    files.images.sort()
    return files


def table_path(cell: str) -> str:
    """Return a path as a table gives it with single slashes; backslashes count as slashes."""
    return PurePosixPath(cell.replace("\\", "/")).as_posix() if cell else ""


def _find_in_class_folders(files: DatasetFiles) -> None:
    root = os.fspath(files.folder)
    waiting: list[tuple[str, str, tuple[tuple[int, int], ...]]] = [("", root, ())]
    while waiting:
        below, place, parents = waiting.pop()
        identity = _identity(place)
        if identity in parents:
            files.passed_over.append((below[:-1], "a link to a folder that it is in"))
            continue
        for entry in _entries(files, below, place):
            path = below + entry.name
            kind = _kind(entry)
            if kind == "folder" and not below:
                files.classes.append(entry.name)
            if kind == "folder":
                waiting.append((f"{path}/", entry.path, (*parents, identity)))
            elif kind == "broken":
                files.unreadable.append((path, unreadable_reason(entry.path) or "cannot be read"))
            elif kind != "image" or below:
                _note(files, path, kind)
            else:
                files.passed_over.append((path, OUTSIDE))
    loops = {path for path, _ in files.passed_over}
    files.classes = sorted(name for name in files.classes if name not in loops)


def _note(files: DatasetFiles, path: str, kind: str) -> None:
    if kind == "image":
        files.images.append(path)
    else:
        files.passed_over.append((path, kind))


def _find_validation_images(files: DatasetFiles) -> None:
    for entry in _entries(files, "", os.fspath(files.folder)):
        kind = _kind(entry)
        if kind == "folder":
            files.passed_over.append((entry.name, "a folder"))
        elif VALIDATION_IMAGE.fullmatch(entry.name) is None:
            files.passed_over.append((entry.name, "not named as a validation image"))
        elif kind == "broken":
            reason = unreadable_reason(entry.path) or "cannot be read"
            files.unreadable.append((entry.name, reason))
        else:
            _note(files, entry.name, kind)


def _listed_paths(table: str | Path) -> list[str]:
    """Return the paths of a table; what is wrong with it is said when it is read in earnest."""
    try:
        header, rows = read_cells(table)
    except (OSError, InputError):
        return []
    if "path" not in header:
        return []
    place = header.index("path")
    return list({table_path(row[place]) for row in rows.values() if len(row) > place})


def _entries(files: DatasetFiles, below: str, place: str) -> list[os.DirEntry]:
    """List a folder by name, without what is passed over for its name alone."""
    try:
        with os.scandir(place) as items:
            entries = sorted(items, key=lambda item: item.name)
    except OSError as error:
        reason = unreadable_reason(place) or f"cannot be read ({error.strerror})"
        files.unreadable.append((below, reason))
        return []
    kept = []
    for entry in entries:
        if entry.name.startswith("."):
            files.passed_over.append((below + entry.name, "hidden"))
        elif entry.name.lower() in SYSTEM_NAMES:
            files.passed_over.append((below + entry.name, "left by a system or desktop"))
        else:
            kept.append(entry)
    return kept


def _kind(entry: os.DirEntry) -> str:
    """Return image, folder or broken, or the reason for which a file is passed over."""
    suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 (of each of many files)
    try:
        if entry.is_dir():
            return "folder"
        is_file, is_there = entry.is_file(), True
    except OSError:  # a link that leads round, or through a folder without permission
        is_file = is_there = False
    if not is_file and entry.is_symlink():
        is_there = is_there and os.path.exists(entry.path)  # noqa: PTH110
    if not is_there and (suffix in SUFFIXES or not _is_suffix(suffix)):
        return "broken"  # without a suffix it may be a folder of images
    if suffix in SUFFIXES:
        return "image" if is_file else "neither a file nor a folder"
    if suffix in UNSUPPORTED:
        return f"{NO_DECODER} {suffix}"
    return f"suffix {suffix}" if _is_suffix(suffix) else NO_SUFFIX


def _is_suffix(suffix: str) -> bool:
    """Return whether the end of a name may be a suffix; that of ``figure 2.1`` is none."""
    return re.fullmatch(r"\.(?=[a-z0-9_]*[a-z])[a-z0-9_]{1,16}", suffix) is not None


def _identity(place: str) -> tuple[int, int]:
    try:
        status = os.stat(place)  # noqa: PTH116
    except OSError:
        return (-1, -1)
    return (status.st_dev, status.st_ino)

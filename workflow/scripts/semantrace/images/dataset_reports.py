"""What is told of a dataset's files: those that cannot be read, and those passed over.

Imports nothing heavy, since it is used whenever the workflow is planned.
"""

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from semantrace.images.dataset_files import NO_DECODER, NO_SUFFIX, OUTSIDE, DatasetFiles
from semantrace.io.user_files import unreadable_reason

MOST_NAMED = 20
"""Problems of one kind that are named; of more, the number is told."""

LARGEST_POINTER = 1024
"""Bytes below which a file may be a pointer of Git LFS, by its specification."""


def file_problems(files: DatasetFiles) -> list[str]:
    """Return what keeps a dataset's files from being read, a line each.

    Links without their target, files and folders without permission, pointers of Git LFS, names
    that tables cannot hold, and class folders without an image. Opens files of up to
    `LARGEST_POINTER` bytes only.
    """
    reasons = files.unreadable + list(unreadable_images(files))
    lines = [f"{shown(files.folder / path)} {reason}" for path, reason in sorted(reasons)]
    problems = first_lines(lines, "files and folders that cannot be read")
    problems += first_lines(_name_problems(files), "names that cannot be used")
    return problems + first_lines(_empty_classes(files), "class folders without an image")


def unreadable_images(files: DatasetFiles) -> Iterator[tuple[str, str]]:
    """Yield path and reason of each image that cannot be read, without opening the larger ones."""
    for path in files.images:
        place = f"{files.folder}/{path}"
        try:
            status = os.stat(place)  # noqa: PTH116 (of 50,000 images: a Path each takes longer)
        except OSError:
            yield path, unreadable_reason(place) or "is not there; correct the path or dataset.root"
            continue
        if not stat.S_ISREG(status.st_mode):
            yield path, "is not a file; correct the path"
        elif status.st_size < LARGEST_POINTER or not os.access(place, os.R_OK):
            reason = unreadable_reason(place)
            if reason is not None:
                yield path, reason


def passed_over_summary(files: DatasetFiles) -> str:
    """Return one line for the log: what was passed over, counted by reason, with some names."""
    groups: dict[str, list[str]] = {}
    for path, reason in files.passed_over:
        groups.setdefault(reason, []).append(path)
    parts = [f"{len(paths)} ({reason}: {few(paths)})" for reason, paths in sorted(groups.items())]
    return f"{shown(files.folder)}: passed over " + ("; ".join(parts) if parts else "no file")


def passed_over_warning(files: DatasetFiles) -> str | None:
    """Return one line for the terminal where files that may be images were passed over."""
    paths = [path for path, reason in files.passed_over if _may_be_image(path, reason)]
    if not paths:
        return None
    return (
        f"{shown(files.folder)}: {len(paths)} files were passed over that may be images, since "
        f"they have no suffix, one of a format that is not read here, or no class folder "
        f"({few(paths)}); convert them to PNG or JPEG, give them the suffix of their format, or "
        "move them into the folder of their class"
    )


def few(paths: Iterable[str], most: int = 3) -> str:
    """Return the first names of a list, and how many others there are."""
    paths = list(paths)
    others = len(paths) - most
    return ", ".join(map(shown, paths[:most])) + (f" and {others} more" if others > 0 else "")


def first_lines(lines: list[str], what: str) -> list[str]:
    """Return the first `MOST_NAMED` lines and, where there are more, one that says how many."""
    if len(lines) <= MOST_NAMED:
        return lines
    return [*lines[:MOST_NAMED], f"… and {len(lines) - MOST_NAMED} more {what}"]


def shown(path: str | Path) -> str:
    """Return a path as a message can show it: what is no text, as Python writes its bytes."""
    text = str(path)
    if _is_utf8(text):
        return text if text.isprintable() else repr(text)
    return repr(os.fsencode(text))


def _may_be_image(path: str, reason: str) -> bool:
    """Return whether it matters that a file is passed over; a README beside classes does not."""
    return reason == OUTSIDE or ("/" in path and reason.startswith((NO_DECODER, NO_SUFFIX)))


def _name_problems(files: DatasetFiles) -> list[str]:
    """Say which names cannot be written to tables; a folder's once, not for each of its images."""
    names: dict[str, str] = {}
    for path in files.images:
        if _is_plain(path):
            continue
        parts = path.split("/")
        bad = next(place for place, part in enumerate(parts) if not _is_plain(part))
        names["/".join(parts[: bad + 1])] = parts[bad]
    return [
        f"{shown(files.folder)}: the name {shown(path)} is not valid, since it "
        f"{_name_problem(name)}; rename it"
        for path, name in names.items()
    ]


def _is_plain(name: str) -> bool:
    return name.isascii() and name.isprintable() or _name_problem(name) is None


def _name_problem(name: str) -> str | None:
    if not _is_utf8(name):
        return "is not UTF-8 (convmv turns names of another encoding into UTF-8)"
    if any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in name):
        return "has a tab, a line end or another control character in it"
    return None


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _empty_classes(files: DatasetFiles) -> list[str]:
    filled = {path.partition("/")[0] for path in files.images}
    unreadable = {path.partition("/")[0] for path, _ in files.unreadable}
    empty = [name for name in files.classes if name not in filled | unreadable]
    lines = []
    for name in empty:
        inside = [
            f"{shown(path.partition('/')[2])} ({reason})"
            for path, reason in files.passed_over
            if path.startswith(f"{name}/")
        ]
        others = f" and {len(inside) - 3} more" if len(inside) > 3 else ""
        found = (
            f"of {len(inside)} files none is an image: {', '.join(inside[:3])}{others}; give them "
            "the suffix of their format, or convert them to PNG or JPEG"
            if inside
            else "no images in it; add some, or move the folder out of dataset.root"
        )
        lines.append(f"{shown(files.folder / name)}: {found}")
    return lines

"""Files and folders that a study names and its user must have, and why one cannot be read."""

import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path

from semantrace.core.errors import InputError, suggest
from semantrace.core.system_errors import system_reason
from semantrace.io.files import check_sha256

LFS_POINTER = b"version https://git-lfs.github.com/spec/"
"""How the text begins that Git LFS leaves in place of a file's contents."""


def require_file(path: str | Path, key: str, advice: str = "check the path") -> Path:
    """Return the path of a user's file, which must exist and be readable.

    Parameters
    ----------
    path : path
        What the user wrote.
    key : str
        Where, for the message.
    advice : str
        What to do where the file is missing, after the names beside it that are like its own.

    Raises
    ------
    InputError
        When there is no such file, or its contents are not here or may not be read.
    """
    path = Path(path)
    reason = unreadable_reason(path)
    if reason is not None:
        raise InputError(f"{key}: {path} {reason}")
    if path.is_dir():
        raise InputError(f"{key}: {path} is a folder where a file is due; name a file in it")
    if not path.is_file():
        raise InputError(f"{key}: there is no file {path}; {_nearest(path, advice)}")
    return path


def find_file(settings: Mapping[str, str], key: str, where: str, checked: bool = True) -> Path:
    """Return the path of a file that a study names, which must have the sha256 that it gives.

    Parameters
    ----------
    settings : mapping
        Of the study: the file under `key`, and `sha256` where the file has to have it.
    key : str
    where : str
        What the settings are of, for messages.
    checked : bool
        Whether the sha256 is computed and compared.

    Raises
    ------
    InputError
        When the file is missing, or its sha256 is another.
    """
    path = require_file(settings[key], f"{where}.{key}")
    if checked and "sha256" in settings:
        check_sha256(path, settings["sha256"], f"{where}.sha256")
    return path


def installed_package(package: str, key: str) -> Path:
    """Return the folder of an installed Python package, found without running its code.

    Parameters
    ----------
    package : str
        Its name for ``import``.
    key : str
        What needs it, for the message.

    Raises
    ------
    InputError
        When no such package is installed.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            f"{key}: the Python package {package!r} is not installed; install requirements.lock"
        )
    return Path(spec.submodule_search_locations[0])


def require_folder(path: str | Path, key: str, advice: str = "check the path") -> Path:
    """Return the path of a user's folder, which must exist and be readable; see `require_file`."""
    path = Path(path)
    reason = unreadable_reason(path)
    if reason is not None:
        raise InputError(f"{key}: {path} {reason}")
    if path.is_file():
        raise InputError(f"{key}: {path} is a file where a folder is due; name its folder")
    if not path.is_dir():
        raise InputError(f"{key}: there is no folder {path}; {_nearest(path, advice)}")
    return path


def unreadable_reason(path: str | Path) -> str | None:
    """Say why a file or folder that has a name here cannot be read, and what to do about it.

    Parameters
    ----------
    path : path
        A file or folder of the user's, or a link.

    Returns
    -------
    str or None
        A clause that follows the path in a message; None where the path can be read, and where
        there is nothing of that name.
    """
    path = Path(path)
    try:
        if path.is_symlink() and not path.exists():
            return _broken_link(path)
        if path.is_dir():
            os.scandir(path).close()
        elif path.is_file():
            with path.open("rb") as file:
                if file.read(len(LFS_POINTER)) == LFS_POINTER:
                    return (
                        "is a Git LFS pointer in place of the file; run 'git lfs pull' in the "
                        "folder that was cloned"
                    )
    except OSError as error:
        return system_reason(error, "read")
    return None


def _broken_link(path: Path) -> str:
    target = str(path.readlink())
    if ".git/annex" in target:
        return "is a link of git-annex whose contents are not here; run 'git annex get' for it"
    return f"is a link to {target}, which is not there; mount its disk or correct the link"


def _nearest(path: Path, advice: str) -> str:
    """Put names like the missing one before the advice."""
    try:
        near = suggest(path.name, [item.name for item in path.parent.iterdir()])
    except OSError:  # no such folder, or one that may be entered and not listed
        return advice
    return f"{near} Otherwise {advice}" if near.startswith("did you mean") else advice

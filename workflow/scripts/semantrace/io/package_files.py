"""Files that a study names: the user's own, or those of an installed Python package."""

import importlib.util
from collections.abc import Mapping
from pathlib import Path

from semantrace.core.errors import InputError
from semantrace.io.files import check_sha256
from semantrace.io.user_files import require_file


def find_file(settings: Mapping[str, str], key: str, where: str, checked: bool = True) -> Path:
    """Return the path of a file that a study names.

    Parameters
    ----------
    settings : mapping
        Of the study: the file under `key`, `package` below whose folder it lies where it is not
        the user's own, and `sha256` where the file has to have it.
    key : str
    where : str
        What the settings are of, for messages.
    checked : bool
        Whether the sha256 is computed and compared.

    Raises
    ------
    InputError
        When the package or the file is missing, or its sha256 is another.
    """
    path = Path(settings[key])
    if "package" in settings:
        path = package_folder(settings["package"], f"{where}.package") / path
    require_file(path, f"{where}.{key}")
    if checked and "sha256" in settings:
        check_sha256(path, settings["sha256"], f"{where}.sha256")
    return path


def package_folder(package: str, key: str) -> Path:
    """Return the folder of an installed Python package, found without running its code.

    Parameters
    ----------
    package : str
        Its name for ``import``, without dots.
    key : str
        What names it, for messages, such as the key of the study.

    Raises
    ------
    InputError
        When no such package is installed.
    """
    spec = importlib.util.find_spec(package) if package.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            f"{key}: the Python package {package!r} is not installed; install requirements.lock, "
            "or correct its name"
        )
    return Path(spec.submodule_search_locations[0])

"""Where the files of an installed Python package lie, found without running its code."""

import importlib.util
from pathlib import Path

from semantrace.core.errors import InputError


def package_folder(package: str, key: str) -> Path:
    """Return the folder of an installed Python package.

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

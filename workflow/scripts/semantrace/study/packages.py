"""Files that a study takes out of Python packages: where they lie once they are fetched."""

import copy
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

FILES = ("file", "array", "vocabulary", "tokenizer", "config")
"""Keys of a study's sources that name a file."""


def package_sources(study: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the parts of a study, or of what of it is valid, that take files from a package."""
    keys = ("architecture", "weights")
    networks = [network.get(key) for network in study.get("networks", {}).values() for key in keys]
    for source in (*networks, *study.get("word_vectors", {}).values()):
        if isinstance(source, dict) and "package" in source:
            yield source


def packaged_files(source: Mapping[str, Any]) -> list[str]:
    """Return the files that a source takes from its package."""
    return [source[key] for key in FILES if key in source]


def is_to_be_fetched(source: Mapping[str, Any]) -> bool:
    """Return whether files of a source come out of a package that has not been fetched yet."""
    return "package" in source and not all(Path(file).is_file() for file in packaged_files(source))


def package_folder(source: Mapping[str, Any]) -> str:
    """Return the name of the folder that holds these files of this package, and no others.

    So that studies share it, whatever else one of them takes from the same package.
    """
    digest = hashlib.sha256("\n".join(packaged_files(source)).encode()).hexdigest()[:8]
    return f"{source['package'].replace('==', '-')}-{digest}"


def place_packages(study: Mapping[str, Any], folder: str | Path) -> tuple[dict, dict[str, dict]]:
    """Say where the files that come out of packages lie.

    Parameters
    ----------
    study : mapping
        A study as its file says it, or what of it is valid.
    folder : path
        Where each package has a folder.

    Returns
    -------
    placed : dict
        The study with the paths of these files on this machine, and the `folder` that they are in.
    packages : dict of str to dict
        For each folder's name, the `package` and the `files` in it.
    """
    placed = copy.deepcopy(dict(study))
    packages = {}
    for source in package_sources(placed):
        name = package_folder(source)
        packages[name] = {"package": source["package"], "files": packaged_files(source)}
        source["folder"] = str(Path(folder, name))
        for key in FILES:
            if key in source:
                source[key] = str(Path(source["folder"], source[key]))
    for network in placed.get("networks", {}).values():
        if isinstance(network.get("architecture"), dict):  # named by its path, as others are
            network["architecture_source"] = network["architecture"]
            network["architecture"] = network["architecture_source"]["file"]
    return placed, packages


def package_of(network: Mapping[str, Any], packages: Mapping[str, dict]) -> dict | None:
    """Return what `place_packages` says of the package that a network's own file comes out of."""
    source = network.get("architecture_source")
    return None if source is None else packages[Path(source["folder"]).name]

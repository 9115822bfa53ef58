"""A stamp of a user's own images, by which the workflow notices that they changed.

Imports nothing heavy, since it is computed whenever the workflow is planned.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from semantrace.images.dataset_files import find_images
from semantrace.io.fingerprints import fingerprints

TABLES = ("table", "ground_truth", "class_order", "classes")
"""Keys of the files that say which class each image shows."""


def dataset_stamp(settings: Mapping, folder: str | Path, kept_in: str | Path | None = None) -> str:
    """Return a digest of the paths and contents of a dataset's images and of its tables.

    Parameters
    ----------
    settings : mapping
        The study's ``dataset``.
    folder : path
        Where the images lie.
    kept_in : path, optional
        The folder in which digests are kept, see `semantrace.io.fingerprints`; without one, every
        image is read.

    Returns
    -------
    str
        Sixteen hexadecimal digits. The images of a package are followed by Snakemake itself.
    """
    lines = []
    if settings["kind"] != "debian":
        files = find_images(settings, folder)
        kept_in = None if kept_in is None else Path(kept_in)
        digests = fingerprints(folder, files.images, kept_in)
        pairs = zip(files.images, digests, strict=True)
        lines += [f"{path}\t{digest}\n" for path, digest in pairs]
        lines += [f"{path}\tunreadable\n" for path, _ in sorted(files.unreadable)]
    lines += [f"{key}\t{_table_digest(settings[key])}\n" for key in TABLES if key in settings]
    return hashlib.sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _table_digest(path: str | Path) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return "missing"

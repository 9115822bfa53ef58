"""Activations that are stored already: kept when a study lists more layers, or fewer.

Snakemake removes what a job is about to make. So before a run the layers that are there are put
aside, in `{shard}.earlier`, and the job takes those back that it would only make again: each file
says what it was made of. Nothing here needs TensorFlow.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from semantrace.core.errors import InputError
from semantrace.core.names import PIXELS
from semantrace.io.files import atomic_path, open_hdf5

MADE_OF = "made_of"
"""The attribute of a layer's file that holds `digest_of`."""

PREDICTIONS_FILE = "predictions.tsv"


def digest_of(made_of: Mapping[str, object]) -> str:
    """Return the sha256 of all that decides the activations of a shard, but for its layers."""
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def put_aside(folder: str | Path) -> None:
    """Put the files of a shard aside; those of a run that was stopped may be there already.

    The folder goes, since Snakemake would take an empty one for a shard that is whole.
    """
    folder, earlier = Path(folder), _earlier(folder)
    if folder.is_dir():
        earlier.mkdir(exist_ok=True)
        for file in sorted(folder.iterdir()):
            file.replace(earlier / file.name)
        folder.rmdir()


def forget(folder: str | Path) -> None:
    """Remove what was put aside of a shard."""
    shutil.rmtree(_earlier(folder), ignore_errors=True)


def _earlier(folder: str | Path) -> Path:
    return Path(f"{folder}.earlier")


@dataclass(frozen=True)
class StoredLayers:
    """Those layers of a shard that were put aside and need not be made again.

    Attributes
    ----------
    folder : pathlib.Path
        The shard's folder.
    files : dict of str to pathlib.Path
        By layer, `pixels` among them.
    missing : tuple of str
        The other layers that are wanted.
    """

    folder: Path
    files: dict[str, Path]
    missing: tuple[str, ...]

    @classmethod
    def of(cls, folder: str | Path, layers: Sequence[str], digest: str) -> "StoredLayers":
        """Look at what was put aside.

        Parameters
        ----------
        folder : path
            The shard's folder.
        layers : sequence of str
            The layers that are wanted beside `pixels`.
        digest : str
            Of what they are to be made of; see `digest_of`.
        """
        wanted = (PIXELS, *layers)
        files = {layer: _earlier(folder) / f"{layer}.h5" for layer in wanted}
        kept = {layer: file for layer, file in files.items() if _is_made_of(file, digest)}
        return cls(Path(folder), kept, tuple(layer for layer in wanted if layer not in kept))

    def restore(self) -> None:
        """Make the folder anew of what was put aside, where nothing is missing."""
        with atomic_path(self.folder) as temporary:
            temporary.mkdir()
            predictions = _earlier(self.folder) / PREDICTIONS_FILE
            take_back([*self.files.values(), *filter(Path.is_file, [predictions])], temporary)


def _is_made_of(file: Path, digest: str) -> bool:
    if not file.is_file():
        return False
    with contextlib.suppress(InputError), open_hdf5(file) as content:
        return bool(content.attrs.get(MADE_OF) == digest)
    return False


def take_back(files: Iterable[Path], folder: Path) -> None:
    """Give files a second name in a folder, or move them where the file system knows but one."""
    for file in files:
        try:
            os.link(file, folder / file.name)
        except OSError:
            file.replace(folder / file.name)

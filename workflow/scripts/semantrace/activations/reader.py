"""Activations of one layer, read from the files of several shards a block of features at a time.

A shard's file holds the dataset `activations` (images × features, C order) and the dataset
`images` (their ids). Rows are read past HDF5; where they are compressed, the threads of the study
share them.
"""

import contextlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np

from semantrace.activations.stored_rows import RowReader, StoredRows, stored_rows
from semantrace.core.errors import InputError, suggest
from semantrace.core.job import study_threads
from semantrace.io.files import DELETE_RESULT, open_hdf5

BLOCK_BYTES = 1 << 26
"""What one block of features may take in memory, as float32, where the caller names no width."""

SHARED_ATTRIBUTES = ("network", "layer", "weights_sha256", "preprocessing")


@dataclass(frozen=True)
class _Shard:
    """One open file: its dataset, and the way to read its rows."""

    path: Path
    dataset: h5py.Dataset
    rows: StoredRows


class LayerActivations:
    """The activations of one layer for the images of all its shards; made by `open_layer`.

    Attributes
    ----------
    images : tuple of str
        Ids of the images, in the order of the rows.
    features : int
        Number of values in a row.
    shape : tuple of int
        Shape of one image's activation, such as (height, width, channels).
    dtype : numpy.dtype
        The type they are stored in.
    attributes : dict
        What the files say of themselves: network, layer, weights_sha256, preprocessing.
    """

    def __init__(self, shards: Sequence[_Shard], pool: ThreadPoolExecutor):
        self._shards = tuple(shards)
        self._pool = pool
        first = self._shards[0].dataset
        self._owner = np.repeat(np.arange(len(shards)), [len(s.dataset) for s in shards])
        self._local = np.concatenate([np.arange(len(s.dataset)) for s in shards])
        self.images = tuple(name for shard in shards for name in _images_of(shard))
        self.features = first.shape[1]
        self.shape = tuple(int(n) for n in first.file.attrs["shape"])
        self.dtype = first.dtype
        self.attributes = {name: first.file.attrs[name] for name in SHARED_ATTRIBUTES}
        self._row_of = {image: row for row, image in enumerate(self.images)}
        if len(self._row_of) != len(self.images):
            twice = next(i for i in self.images if self.images.count(i) > 1)
            raise InputError(
                f"{self._shards[0].path}: image {twice!r} is in two shards; name each shard once"
            )

    def rows(self, images: Sequence[str]) -> np.ndarray:
        """Return the row of each of the given images.

        Raises
        ------
        InputError
            When an image is in no shard.
        """
        try:
            return np.array([self._row_of[image] for image in images], dtype=np.int64)
        except KeyError as error:
            raise InputError(
                f"{self._shards[0].path}: no activations of image {error.args[0]!r}; "
                f"{suggest(error.args[0], self.images)}"
            ) from None

    def read(self, rows: np.ndarray | None = None, start: int = 0, stop: int | None = None):
        """Return one block: the features start…stop of some rows, as they are stored.

        Parameters
        ----------
        rows : (n,) int array, optional
            Rows in any order; all of them by default.
        start, stop : int
            First feature, and the one after the last; all features by default.

        Returns
        -------
        (n, stop - start) array
            Of the stored type.

        Raises
        ------
        InputError
            When a file is truncated or damaged.
        """
        rows = self._all_if_none(rows)
        stop = self.features if stop is None else min(stop, self.features)
        return self._read(rows, start, stop, [RowReader() for _ in rows])

    def _all_if_none(self, rows: np.ndarray | None) -> np.ndarray:
        return np.arange(len(self.images)) if rows is None else np.asarray(rows, dtype=np.int64)

    def _read(
        self, rows: np.ndarray, start: int, stop: int, readers: Sequence[RowReader]
    ) -> np.ndarray:
        block = np.empty((len(rows), stop - start), dtype=self.dtype)
        owners, local = self._owner[rows].tolist(), self._local[rows].tolist()

        def read_some(first: int, step: int) -> None:
            for place in range(first, len(local), step):
                stored = self._shards[owners[place]].rows
                stored.read(local[place], start, block[place], readers[place])

        if any(shard.rows.computes for shard in self._shards):
            threads = study_threads()
            list(self._pool.map(read_some, range(threads), [threads] * threads))
        else:  # more threads would take the processor from those that compute with the blocks
            read_some(0, 1)
        return block

    def blocks(
        self, rows: np.ndarray | None = None, width: int | None = None
    ) -> Iterator[np.ndarray]:
        """Yield some rows in blocks of features, which together are all features in their order.

        Parameters
        ----------
        rows : (n,) int array, optional
            Rows in any order; all of them by default.
        width : int, optional
            Features in a block; by default as many as take 64 MB as float32.

        Raises
        ------
        InputError
            When a file is truncated or damaged.

        Notes
        -----
        Each chunk of a compressed file is read and decompressed once, whatever the width. For that,
        the last chunk of each row is kept between blocks: at most 128 kB a row, and so 128 MB for
        1000 rows, beside the block itself.
        """
        rows = self._all_if_none(rows)
        width = width or max(BLOCK_BYTES // (4 * max(len(rows), 1)), 1)
        readers = [RowReader() for _ in rows]
        for start in range(0, self.features, width):
            yield self._read(rows, start, min(start + width, self.features), readers)


@contextlib.contextmanager
def open_layer(folders: Sequence[str | Path], layer: str) -> Iterator[LayerActivations]:
    """Open the activations of one layer in the folders of several shards.

    Parameters
    ----------
    folders : sequence of path
        One folder for each shard of one network, as `extract_activations` wrote it.
    layer : str
        A layer of the study, or "pixels".

    Raises
    ------
    InputError
        When there is no folder, a file is missing or damaged, or the files were not made with
        the same network, weights and preprocessing.
    """
    if not folders:
        raise InputError(f"layer {layer!r}: no shard to read; give at least one folder")
    with contextlib.ExitStack() as stack:
        shards = [_open_shard(Path(folder), layer, stack) for folder in folders]
        _check_agreement(shards)
        pool = stack.enter_context(ThreadPoolExecutor(study_threads()))
        yield LayerActivations(shards, pool)


def _open_shard(folder: Path, layer: str, stack: contextlib.ExitStack) -> _Shard:
    path = folder / f"{layer}.h5"
    if folder.is_dir() and not path.is_file():
        known = sorted(item.stem for item in folder.glob("*.h5"))
        raise InputError(f"{folder}: no layer {layer!r} was extracted; {suggest(layer, known)}")
    file = stack.enter_context(open_hdf5(path))
    missing = [name for name in ("activations", "images") if name not in file]
    missing += [name for name in (*SHARED_ATTRIBUTES, "shape") if name not in file.attrs]
    if missing:
        raise InputError(
            f"{path}: lacks {missing[0]!r}, so it is of another kind or another version; "
            f"{DELETE_RESULT}"
        )
    dataset = file["activations"]
    handle = stack.enter_context(path.open("rb", buffering=0))
    shard = _Shard(path, dataset, stored_rows(dataset, path, handle.fileno()))
    _check_images(shard)
    return shard


def _check_images(shard: _Shard) -> None:
    rows, ids = len(shard.dataset), len(shard.dataset.file["images"])
    if rows != ids:
        raise InputError(
            f"{shard.path}: {rows} rows of activations but {ids} images; delete it and run again"
        )


def _check_agreement(shards: Sequence[_Shard]) -> None:
    first = shards[0]
    expected = _facts(first)
    for shard in shards[1:]:
        for name, value in _facts(shard).items():
            if value != expected[name]:
                raise InputError(
                    f"{shard.path}: {name} is {value} but {expected[name]} in {first.path}; "
                    "extract both with the same settings"
                )


def _facts(shard: _Shard) -> dict[str, object]:
    attributes = shard.dataset.file.attrs
    facts = {name: attributes[name] for name in SHARED_ATTRIBUTES}
    return facts | {"shape": tuple(attributes["shape"]), "type": shard.dataset.dtype}


def _images_of(shard: _Shard) -> list[str]:
    return list(shard.dataset.file["images"].asstr()[:])

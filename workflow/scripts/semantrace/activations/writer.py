"""Writes the activations of many layers side by side, one file for each layer.

The files are those that `semantrace.activations.reader` reads. Uncompressed values are written past
HDF5, in small pieces, for which the kernel takes a third less time. What is written goes on to the
disk while the next values are computed, so that little is left to wait for when the files are
whole.
"""

import contextlib
import functools
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np

from semantrace.activations.chunk_compression import (
    Compression,
    compressed_row,
    create_rows,
    find_compression,
)
from semantrace.core.errors import InputError
from semantrace.io.files import new_hdf5

WRITING_THREADS = 2
FLUSHING_THREADS = 4
PIECE_BYTES = 1 << 18


@dataclass(frozen=True)
class StoredLayer:
    """A layer as it is stored.

    Attributes
    ----------
    name : str
        Name of the layer, and of its file.
    shape : tuple of int
        Shape of one image's activation.
    dtype : str
        Type of the stored values.
    attributes : mapping
        What the file says of itself, such as its network.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    attributes: Mapping[str, object] = field(default_factory=dict)


class ActivationWriter(contextlib.AbstractContextManager):
    """Files of activations for a list of images, filled batch by batch.

    Parameters
    ----------
    folder : path
        Where each layer gets its `{name}.h5`.
    images : sequence of str
        Ids of the images, in the order of the rows.
    layers : sequence of StoredLayer
        The layers.
    compression : str
        "none", "lz4" or "zstd".
    """

    def __init__(
        self,
        folder: str | Path,
        images: Sequence[str],
        layers: Sequence[StoredLayer],
        compression: str = "none",
    ):
        self._images = tuple(images)
        self._layers = tuple(layers)
        self._compression = find_compression(compression)
        with contextlib.ExitStack() as stack:
            self._datasets = [self._create(Path(folder), layer, stack) for layer in layers]
            paths = [Path(folder) / f"{layer.name}.h5" for layer in layers]
            self._descriptors = [
                stack.enter_context(path.open("r+b", buffering=0)).fileno() for path in paths
            ]
            self._pool = stack.enter_context(ThreadPoolExecutor(WRITING_THREADS))
            self._flushing_pool = stack.enter_context(ThreadPoolExecutor(FLUSHING_THREADS))
            self._flushing: list[Future[None]] = []
            self._open = stack.pop_all()

    def __exit__(self, *error: object) -> None:
        """Close the files."""
        self._open.close()
        if error[0] is None:
            self._check_flushed()

    def _create(
        self, folder: Path, layer: StoredLayer, stack: contextlib.ExitStack
    ) -> h5py.Dataset:
        # no time stamps: equal contents give equal bytes
        file = stack.enter_context(new_hdf5(folder / f"{layer.name}.h5"))
        for name, value in layer.attributes.items():
            file.attrs[name] = value
        file.attrs["layer"] = layer.name
        file.attrs["shape"] = np.array(layer.shape, dtype=np.int64)
        file.create_dataset("images", data=list(self._images), dtype=h5py.string_dtype())
        size = (len(self._images), int(np.prod(layer.shape)))
        return create_rows(file, "activations", size, layer.dtype, self._compression)

    def write(self, start: int, blocks: Sequence[np.ndarray]) -> None:
        """Write the activations of some images that follow each other.

        Parameters
        ----------
        start : int
            Row of the first of them.
        blocks : sequence of (n, features) arrays
            One for each layer, of its type.

        Raises
        ------
        InputError
            When a value is infinite or not a number, naming the image and the layer.
        ValueError
            When an array has another type or width than its layer: as bytes, it would overwrite
            the rows of others.
        """
        for layer, dataset, block in zip(self._layers, self._datasets, blocks, strict=True):
            if block.dtype != dataset.dtype or block.shape[1:] != dataset.shape[1:]:
                raise ValueError(f"layer {layer.name}: {block.dtype} × {block.shape[1:]} given")
        if self._compression is None:
            store = functools.partial(self._store, start)
            list(self._pool.map(store, self._layers, self._datasets, self._descriptors, blocks))
        else:
            files = zip(self._layers, self._datasets, blocks, strict=True)
            for layer, dataset, block in files:
                self._check_finite(layer, start, block)
                self._write_compressed(dataset, start, block, self._compression)
        self._flush()

    def _store(
        self,
        start: int,
        layer: StoredLayer,
        dataset: h5py.Dataset,
        descriptor: int,
        block: np.ndarray,
    ) -> None:
        """Check and write one layer's part of `write`, without compression."""
        self._check_finite(layer, start, block)
        write_all(descriptor, block, dataset.id.get_offset() + start * block[:1].nbytes)

    def _flush(self) -> None:
        """Begin to bring to the disk what was written, unless that is going on already."""
        if all(flushing.done() for flushing in self._flushing):
            self._check_flushed()
            self._flushing = [
                self._flushing_pool.submit(os.fdatasync, descriptor)
                for descriptor in self._descriptors
            ]

    def _check_flushed(self) -> None:
        """Raise what the disk answered: it does not tell again who asks later."""
        for flushing in self._flushing:
            flushing.result()

    def _write_compressed(
        self, dataset: h5py.Dataset, start: int, block: np.ndarray, compression: Compression
    ) -> None:
        width = dataset.chunks[1]
        rows = self._pool.map(lambda row: compressed_row(row, width, compression), block)
        for row, chunks in enumerate(rows, start):
            for feature, compressed in chunks:
                dataset.id.write_direct_chunk((row, feature), compressed)

    def _check_finite(self, layer: StoredLayer, start: int, block: np.ndarray) -> None:
        if all_finite(block):
            return
        row = next(row for row, values in enumerate(block) if not all_finite(values))
        where = f"layer {layer.name}, image {self._images[start + row]!r}"
        if np.isnan(block[row]).any():
            raise InputError(f"{where}: an activation is not a number; check the network's weights")
        largest = np.finfo(block.dtype).max
        advice = (
            "set `dtype: float32` under `storage`"
            if block.dtype == np.float16
            else "check the network's weights and preprocessing"
        )
        raise InputError(
            f"{where}: an activation is larger than {block.dtype} can hold ({largest:g}); {advice}"
        )


def write_all(descriptor: int, block: np.ndarray, offset: int) -> None:
    """Write an array at some place of a file.

    Parameters
    ----------
    descriptor : int
        The file.
    block : numpy.ndarray
        Its values are written in C order.
    offset : int
        The place, in bytes.

    Raises
    ------
    OSError
        When the disk is full.
    """
    data = np.ascontiguousarray(block).reshape(-1).view(np.uint8).data
    position = 0
    while position < len(data):
        piece = data[position : position + PIECE_BYTES]
        position += os.pwrite(descriptor, piece, offset + position)


def all_finite(values: np.ndarray) -> bool:
    """Return whether no value is infinite or not a number; integers always are finite.

    Read as an integer, a float that is not finite is larger than every other of its sign. So a
    maximum over integers tells, ten times as fast as `numpy.isfinite` does for half precision;
    a second one is needed only where there are negative values.
    """
    if values.dtype.kind != "f" or values.size == 0:
        return True
    infinity = np.array(np.inf, dtype=values.dtype)
    unsigned, signed = f"u{values.itemsize}", f"i{values.itemsize}"
    largest = values.view(unsigned).max()
    if largest < infinity.view(unsigned):
        return True
    return bool(
        largest < (-infinity).view(unsigned) and values.view(signed).max() < infinity.view(signed)
    )

"""Reading parts of rows of an HDF5 dataset past HDF5, whose lock would leave one thread at work.

A dataset that lies in one piece is read straight from its offset, which makes reading scattered
rows as fast as the disk. The chunks of one that `semantrace.activations.chunk_compression` wrote
are read from their offsets and decompressed by the thread that wants them. Any other goes through
HDF5.
"""

import os
from pathlib import Path
from typing import Protocol

import h5py
import hdf5plugin  # noqa: F401  (importing it registers the filters of compressed files)
import numpy as np

from semantrace.activations.chunk_compression import Compression, compression_of, decompressed_chunk
from semantrace.core.errors import InputError
from semantrace.core.system_errors import system_reason
from semantrace.io.files import DELETE_RESULT


class RowReader:
    """Where the reading of one row stands: the chunk that has been used in part, decompressed.

    One that reads a row from its first feature to its last, in parts of any width, decompresses
    each chunk once.
    """

    def __init__(self) -> None:
        self.chunk: tuple[int, int] | None = None
        self.values = np.empty(0)


class StoredRows(Protocol):
    """The rows of a dataset.

    Attributes
    ----------
    computes : bool
        Whether reading takes the processor's time, so that several threads share it.
    """

    computes: bool

    def read(self, row: int, start: int, out: np.ndarray, reader: RowReader) -> None:
        """Fill `out`, a contiguous vector, with the features of one row from `start` on.

        Raises
        ------
        InputError
            When the file is truncated or damaged.
        """


def stored_rows(dataset: h5py.Dataset, path: Path, descriptor: int) -> StoredRows:
    """Return the fastest way to read rows of a dataset.

    Parameters
    ----------
    dataset : h5py.Dataset, rows × features
    path : path
        Its file.
    descriptor : int
        The same file, opened for reading.
    """
    if dataset.chunks is None and dataset.dtype.isnative:
        offset = dataset.id.get_offset()
        if offset is not None:
            return _RowsInOnePiece(path, descriptor, offset, dataset.shape[1])
    compression = compression_of(dataset)
    if compression is not None:
        return _CompressedRows(path, descriptor, dataset, compression)
    return _RowsThroughHdf5(path, dataset)


def _unreadable(path: Path, error: OSError | ValueError | None = None) -> InputError:
    """Blame the contents only where the system has delivered them."""
    reason = system_reason(error, "read") if isinstance(error, OSError) else None
    return InputError(f"{path}: {reason or f'the file is truncated or damaged; {DELETE_RESULT}'}")


class _RowsInOnePiece:
    computes = False

    def __init__(self, path: Path, descriptor: int, offset: int, features: int):
        self._path, self._descriptor = path, descriptor
        self._offset, self._features = offset, features

    def read(self, row: int, start: int, out: np.ndarray, reader: RowReader) -> None:
        position = self._offset + (row * self._features + start) * out.itemsize
        try:
            count = os.preadv(self._descriptor, [out.view(np.uint8).data], position)
        except OSError as error:
            raise _unreadable(self._path, error) from error
        if count != out.nbytes:
            raise _unreadable(self._path)


class _RowsThroughHdf5:
    computes = False  # or it does, under HDF5's lock

    def __init__(self, path: Path, dataset: h5py.Dataset):
        self._path, self._dataset = path, dataset

    def read(self, row: int, start: int, out: np.ndarray, reader: RowReader) -> None:
        try:
            self._dataset.read_direct(out, np.s_[row, start : start + len(out)])
        except OSError as error:
            raise _unreadable(self._path, error) from error


class _CompressedRows:
    computes = True

    def __init__(
        self, path: Path, descriptor: int, dataset: h5py.Dataset, compression: Compression
    ):
        self._path, self._descriptor, self._compression = path, descriptor, compression
        self._dtype, self._width = dataset.dtype, dataset.chunks[1]
        self._offsets, self._sizes = _places_of_chunks(dataset)

    def read(self, row: int, start: int, out: np.ndarray, reader: RowReader) -> None:
        stop = start + len(out)
        for chunk in range(start // self._width, -(-stop // self._width)):
            first = chunk * self._width
            begin, end = max(start, first), min(stop, first + self._width)
            if reader.chunk != (row, chunk):
                reader.chunk, reader.values = (row, chunk), self._values(row, chunk)
            out[begin - start : end - start] = reader.values[begin - first : end - first]

    def _values(self, row: int, chunk: int) -> np.ndarray:
        """Read and decompress one chunk; one that was never written has no bytes."""
        size, offset = int(self._sizes[row, chunk]), int(self._offsets[row, chunk])
        try:
            stored = os.pread(self._descriptor, size, offset)
            return decompressed_chunk(stored, self._width, self._dtype, self._compression)
        except (OSError, ValueError) as error:
            raise _unreadable(self._path, error) from error


def _places_of_chunks(dataset: h5py.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Return offset and size in the file, in bytes, of each chunk (rows × chunks of a row)."""
    rows, features = dataset.shape
    width = dataset.chunks[1]
    offsets, sizes = np.zeros((2, rows, -(-features // width)), dtype=np.int64)

    def note(chunk: h5py.h5d.StoreInfo) -> None:
        place = (chunk.chunk_offset[0], chunk.chunk_offset[1] // width)
        offsets[place], sizes[place] = chunk.byte_offset, chunk.size

    dataset.id.chunk_iter(note)
    return offsets, sizes

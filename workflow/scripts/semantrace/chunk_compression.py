"""Compression of HDF5 chunks outside of HDF5, so that several threads share the work.

The bytes are those that the registered HDF5 filters make, and any HDF5 reader with these filters
(`hdf5plugin` in Python) reads them back.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

import h5py
import hdf5plugin
import numpy as np
import pyarrow as pa

from semantrace.errors import InputError, suggest

CHUNK_BYTES = 1 << 20
ZSTD_LEVEL = 1


@dataclass(frozen=True)
class Compression:
    """One way to compress a chunk.

    Attributes
    ----------
    name : str
        As the configuration calls it.
    filter : mapping
        The keyword arguments that tell h5py which filter the chunks went through.
    compress : callable
        Maps the bytes of a chunk to the bytes that the filter would have stored.
    """

    name: str
    filter: dict
    compress: Callable[[bytes], bytes]


def _lz4_filter_bytes(data: bytes) -> bytes:
    """Return one LZ4 block under the header of the HDF5 filter: sizes, big-endian."""
    block = pa.Codec("lz4_raw").compress(data, asbytes=True)
    if len(block) >= len(data):  # the filter's sign for a block that is stored as it is
        block = data
    return struct.pack(">QII", len(data), len(data), len(block)) + block


def _zstd_filter_bytes(data: bytes) -> bytes:
    return pa.Codec("zstd", compression_level=ZSTD_LEVEL).compress(data, asbytes=True)


COMPRESSIONS = {
    "lz4": Compression("lz4", dict(hdf5plugin.LZ4(nbytes=CHUNK_BYTES)), _lz4_filter_bytes),
    "zstd": Compression("zstd", dict(hdf5plugin.Zstd(clevel=ZSTD_LEVEL)), _zstd_filter_bytes),
}


def find_compression(name: str) -> Compression | None:
    """Return the compression of that name, or None for "none".

    Raises
    ------
    InputError
        When there is no such compression.
    """
    if name == "none":
        return None
    if name not in COMPRESSIONS:
        raise InputError(
            f"storage: compression {name!r} is unknown; {suggest(name, ['none', *COMPRESSIONS])}"
        )
    return COMPRESSIONS[name]


def create_rows(
    file: h5py.File, name: str, shape: tuple[int, int], dtype, compression: Compression | None
) -> h5py.Dataset:
    """Create a dataset that is filled row by row.

    Without compression it lies in one piece. With it, each row is cut into chunks of about 1 MB,
    as even as possible.
    """
    if compression is None:
        return file.create_dataset(name, shape, dtype)
    features = shape[1]
    pieces = max(1, -(-features * np.dtype(dtype).itemsize // CHUNK_BYTES))
    chunk = (1, -(-features // pieces))
    return file.create_dataset(name, shape, dtype, chunks=chunk, **compression.filter)


def compressed_row(
    row: np.ndarray, width: int, compression: Compression
) -> list[tuple[int, bytes]]:
    """Return the chunks of one row: the first feature of each, and its compressed bytes."""
    chunks = []
    for start in range(0, len(row), width):
        piece = row[start : start + width]
        if len(piece) < width:  # HDF5 stores chunks whole
            piece = np.pad(piece, (0, width - len(piece)))
        chunks.append((start, compression.compress(piece.tobytes())))
    return chunks

"""Compression of HDF5 chunks outside of HDF5, so that several threads share the work.

The bytes are those that the registered HDF5 filters make, followed by the checksum of HDF5's own
filter Fletcher-32, and any HDF5 reader with these filters (`hdf5plugin` in Python) reads them back.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

import h5py
import hdf5plugin
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from semantrace.core.errors import InputError, suggest

CHUNK_BYTES = 1 << 17
ZSTD_LEVEL = 1
LZ4_HEADER = struct.Struct(">QII")
"""Of a chunk in one block: its size, the size of a block, and what the block takes compressed."""

CHECKSUM = struct.Struct("<I")


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
    decompress : callable
        Maps these, and the size of the chunk in bytes, to a buffer with the chunk's bytes; raises
        OSError or ValueError when they are damaged.
    """

    name: str
    filter: dict
    compress: Callable[[bytes], bytes]
    decompress: Callable[[memoryview, int], pa.Buffer | memoryview]


def _lz4_filter_bytes(data: bytes) -> bytes:
    """Return one LZ4 block under the header of the HDF5 filter: sizes, big-endian."""
    block = pa.Codec("lz4_raw").compress(data, asbytes=True)
    if len(block) >= len(data):  # the filter's sign for a block that is stored as it is
        block = data
    return LZ4_HEADER.pack(len(data), len(data), len(block)) + block


def _from_lz4_filter_bytes(stored: memoryview, size: int) -> pa.Buffer | memoryview:
    block = stored[LZ4_HEADER.size :]
    if LZ4_HEADER.unpack_from(stored) != (size, size, len(block)):
        raise ValueError("the sizes of an LZ4 block are wrong")
    return block if len(block) == size else pa.Codec("lz4_raw").decompress(block, size)


def _zstd_filter_bytes(data: bytes) -> bytes:
    return pa.Codec("zstd", compression_level=ZSTD_LEVEL).compress(data, asbytes=True)


def _from_zstd_filter_bytes(stored: memoryview, size: int) -> pa.Buffer:
    return pa.Codec("zstd").decompress(stored, size)


COMPRESSIONS = {
    "lz4": Compression(
        "lz4",
        dict(hdf5plugin.LZ4(nbytes=CHUNK_BYTES)),
        _lz4_filter_bytes,
        _from_lz4_filter_bytes,
    ),
    "zstd": Compression(
        "zstd",
        dict(hdf5plugin.Zstd(clevel=ZSTD_LEVEL)),
        _zstd_filter_bytes,
        _from_zstd_filter_bytes,
    ),
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

    Without compression it lies in one piece, whose place in the file is settled at once. With it,
    each row is cut into chunks of at most `CHUNK_BYTES`, as even as possible, each with a checksum.
    """
    if compression is None:
        creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        creation.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        creation.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        return file.create_dataset(name, shape, dtype, dcpl=creation)
    features = shape[1]
    pieces = max(1, -(-features * np.dtype(dtype).itemsize // CHUNK_BYTES))
    chunk = (1, -(-features // pieces))
    return file.create_dataset(
        name, shape, dtype, chunks=chunk, fletcher32=True, **compression.filter
    )


def compression_of(dataset: h5py.Dataset) -> Compression | None:
    """Return the compression of a dataset that `create_rows` made; None for any other dataset."""
    if dataset.chunks is None or dataset.chunks[0] != 1 or not dataset.dtype.isnative:
        return None
    if dataset.chunks[1] * dataset.dtype.itemsize > CHUNK_BYTES:
        return None  # the filters would cut these chunks into several blocks
    filters = dataset.id.get_create_plist()
    stored = [filters.get_filter(number) for number in range(filters.get_nfilters())]
    for compression in COMPRESSIONS.values():
        options = tuple(compression.filter["compression_opts"])
        codes = [compression.filter["compression"], h5py.h5z.FILTER_FLETCHER32]
        if [code for code, *_ in stored] == codes and stored[0][2][: len(options)] == options:
            return compression
    return None


def compressed_row(
    row: np.ndarray, width: int, compression: Compression
) -> list[tuple[int, bytes]]:
    """Return the chunks of one row: the first feature of each, and its bytes in the file."""
    chunks = []
    for start in range(0, len(row), width):
        piece = row[start : start + width]
        if len(piece) < width:  # HDF5 stores chunks whole
            piece = np.pad(piece, (0, width - len(piece)))
        stored = compression.compress(piece.tobytes())
        chunks.append((start, stored + CHECKSUM.pack(fletcher32(stored))))
    return chunks


def decompressed_chunk(
    stored: bytes, width: int, dtype: npt.DTypeLike, compression: Compression
) -> np.ndarray:
    """Return the values of one chunk.

    Parameters
    ----------
    stored : bytes
        The chunk as it lies in the file.
    width : int
        Values in the chunk.
    dtype : dtype
        Their type.
    compression : Compression
        What the chunk went through.

    Returns
    -------
    (width,) array
        It cannot be written to.

    Raises
    ------
    ValueError, OSError
        When the bytes are not those that were written.
    """
    data = memoryview(stored)[: -CHECKSUM.size]
    if len(stored) < CHECKSUM.size or CHECKSUM.unpack(stored[len(data) :])[0] != fletcher32(data):
        raise ValueError("the checksum is wrong")
    return np.frombuffer(compression.decompress(data, width * np.dtype(dtype).itemsize), dtype)


def fletcher32(data: bytes | memoryview) -> int:
    """Return the checksum that HDF5's filter Fletcher-32 stores after a chunk.

    It is made of two sums modulo 65535: that of all 16-bit words, big-endian, and that of all sums
    so far. A sum of words that are not all zero is never 0 but 65535. HDF5 fills up an odd last
    byte with zeros.
    """
    whole = len(data) // 2 * 2
    words = np.frombuffer(data[:whole], "<u2").astype(np.uint64)
    if whole < len(data):
        words = np.append(words, np.uint64(data[whole]))
    sums = np.cumsum(words)
    both = (int(sums[-1]), int(sums.sum())) if len(sums) else (0, 0)
    # modulo 65535, another byte order is a factor of 256
    low, high = ((256 * total - 1) % 65535 + 1 if total else 0 for total in both)
    return high << 16 | low

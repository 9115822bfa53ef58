"""Reading past HDF5, against HDF5's own reading of the same files."""

import tempfile
from pathlib import Path

import h5py
import hdf5plugin
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantrace.activations.chunk_compression import CHUNK_BYTES, fletcher32
from semantrace.activations.correlations import correlate_rows
from semantrace.activations.reader import open_layer
from semantrace.activations.writer import ActivationWriter, StoredLayer
from semantrace.core.errors import InputError

LABELS = {"network": "n", "weights_sha256": "w", "preprocessing": "none", "layer_index": 1}
DTYPES = ("float16", "float32", "uint8")
OTHER_TOOLS = {
    "gzip, several rows a chunk": {"chunks": (2, 300), "compression": "gzip"},
    "LZ4 without a checksum": {"chunks": (1, 500), **hdf5plugin.LZ4()},
    "LZ4 of several blocks a chunk": {
        **{"chunks": (1, 500), "fletcher32": True},
        **hdf5plugin.LZ4(nbytes=256),
    },
    "Zstandard of several rows a chunk": {
        **{"chunks": (3, 500), "fletcher32": True},
        **hdf5plugin.Zstd(clevel=1),
    },
    "checksums alone": {"chunks": (1, 500), "fletcher32": True},
    "chunks alone": {"chunks": (1, 500)},
    "big-endian": {"dtype": ">f2"},
}


def compressible(shape, dtype, seed=0):
    """Return values of which many are zero, as activations are."""
    numbers = np.random.default_rng(seed).integers(-200, 200, shape)
    return np.maximum(numbers, 0).astype(dtype)


def write_layer(folder, values, compression):
    images = [f"image_{row}" for row in range(len(values))]
    layer = StoredLayer("layer", values.shape[1:], str(values.dtype), LABELS)
    with ActivationWriter(folder, images, [layer], compression) as writer:
        writer.write(0, [values])
    return folder / "layer.h5"


def bytes_read_by_this_process():
    """Return what the kernel has counted."""
    for line in Path("/proc/self/io").read_text().splitlines():
        if line.startswith("rchar:"):
            return int(line.split()[1])
    raise AssertionError("the kernel counts nothing")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_part_is_what_hdf5_reads(data):
    features = data.draw(st.integers(1, 100_000), label="features")
    shape = (data.draw(st.integers(1, 4), label="images"), features)
    compression = data.draw(st.sampled_from(["none", "lz4", "zstd"]), label="compression")
    dtype = data.draw(st.sampled_from(DTYPES), label="type")
    rows = data.draw(st.lists(st.integers(0, shape[0] - 1), max_size=6), label="rows")
    start = data.draw(st.integers(0, features), label="start")
    stop = data.draw(st.integers(start, features), label="stop")
    width = data.draw(st.integers(max(1, features // 20), features), label="width")
    with tempfile.TemporaryDirectory() as folder:
        path = write_layer(Path(folder), compressible(shape, dtype), compression)
        with h5py.File(path) as file:
            expected = file["activations"][:][rows]
        with open_layer([folder], "layer") as layer:
            part = layer.read(rows, start, stop)
            blocks = list(layer.blocks(rows, width))
    np.testing.assert_array_equal(part, expected[:, start:stop])
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), expected)


@pytest.mark.parametrize("options", OTHER_TOOLS.values(), ids=OTHER_TOOLS)
def test_files_of_other_tools_are_read_too(tmp_path, options):
    values = compressible((5, 1300), "float16")
    path = write_layer(tmp_path, values, "none")
    with h5py.File(path, "r+") as file:
        del file["activations"]
        file.create_dataset("activations", data=values, **options)
    with open_layer([tmp_path], "layer") as layer:
        np.testing.assert_array_equal(layer.read([4, 0, 3], 7, 1201), values[[4, 0, 3], 7:1201])
        blocks = list(layer.blocks(np.array([1, 4]), 611))
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), values[[1, 4]])


def test_larger_chunks_than_ours_in_blocks_of_our_size_are_read_too(tmp_path):
    values = compressible((2, 3 * CHUNK_BYTES // 4 + 7), "float32")
    path = write_layer(tmp_path, values, "none")
    options = {"chunks": (1, values.shape[1]), "fletcher32": True}
    with h5py.File(path, "r+") as file:
        del file["activations"]
        options |= hdf5plugin.LZ4(nbytes=CHUNK_BYTES)
        file.create_dataset("activations", data=values, **options)
    with open_layer([tmp_path], "layer") as layer:
        np.testing.assert_array_equal(layer.read(), values)


@pytest.mark.parametrize("compression", ["none", "lz4", "zstd"])
@pytest.mark.parametrize("width", [1_000, 7_919, 32_768, 150_000])
def test_one_pass_reads_each_byte_of_a_file_once(tmp_path, compression, width):
    """A chunk that were decompressed twice would be read twice, as long as no cache holds all."""
    values = compressible((60, 300_000), "float16")
    size = write_layer(tmp_path, values, compression).stat().st_size
    with open_layer([tmp_path], "layer") as layer:
        before = bytes_read_by_this_process()
        for _ in layer.blocks(width=width):
            pass
        counted = bytes_read_by_this_process() - before
    assert 0.95 * size < counted < size + 10_000


def test_correlations_do_not_depend_on_the_compression(tmp_path):
    values = compressible((30, 200_001), "float16")
    found = []
    for compression in ("none", "lz4", "zstd"):
        folder = tmp_path / compression
        folder.mkdir()
        write_layer(folder, values, compression)
        with open_layer([folder], "layer") as layer:
            found.append(correlate_rows(layer.blocks(width=7_919)).correlations)
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


@settings(max_examples=100, deadline=None)
@given(st.one_of(st.binary(min_size=1), st.sampled_from([b"\xff\xff", b"\0\0\0", b"\xff" * 721])))
def test_the_checksum_is_that_of_hdf5(content):
    with h5py.File.in_memory() as file:
        stored = np.frombuffer(content, np.uint8)
        dataset = file.create_dataset("x", data=stored, chunks=stored.shape, fletcher32=True)
        file.flush()
        chunk = dataset.id.read_direct_chunk((0,))[1]
    assert chunk[-4:] == fletcher32(content).to_bytes(4, "little")


# --- what is refused


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
@pytest.mark.parametrize("content", ["compressible", "noise"])
def test_a_changed_byte_of_a_chunk_is_refused(tmp_path, compression, content):
    values = compressible((2, 150), "float16")
    if content == "noise":
        values = np.random.default_rng(0).integers(0, 31_000, (2, 150), "u2").view("float16")
    path = write_layer(tmp_path, values, compression)
    with h5py.File(path) as file:
        chunk = file["activations"].id.get_chunk_info_by_coord((1, 0))
    whole = path.read_bytes()
    for place in range(chunk.byte_offset, chunk.byte_offset + chunk.size):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        with open_layer([tmp_path], "layer") as layer:
            np.testing.assert_array_equal(layer.read([0]), values[:1])
            with pytest.raises(InputError, match=r"layer\.h5: the file is truncated or damaged"):
                layer.read([1])


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
def test_chunks_that_were_never_written_are_refused(tmp_path, compression):
    layer = StoredLayer("layer", (400,), "float16", LABELS)
    with ActivationWriter(tmp_path, ["a", "b"], [layer], compression) as writer:
        writer.write(0, [compressible((1, 400), "float16")])
    with (
        open_layer([tmp_path], "layer") as stored,
        pytest.raises(InputError, match="truncated or damaged; delete it and run again"),
    ):
        list(stored.blocks(width=100))


def test_damage_that_hdf5_finds_is_one_line(tmp_path):
    values = compressible((2, 1300), "float16")
    path = write_layer(tmp_path, values, "none")
    with h5py.File(path, "r+") as file:
        del file["activations"]
        stored = file.create_dataset("activations", data=values, compression="gzip")
        place = stored.id.get_chunk_info(0).byte_offset
    content = bytearray(path.read_bytes())
    content[place + 10 : place + 60] = bytes(50)
    path.write_bytes(content)
    with (
        open_layer([tmp_path], "layer") as layer,
        pytest.raises(InputError, match="truncated or damaged; delete it and run again"),
    ):
        layer.read()


@pytest.mark.parametrize("compression", ["none", "lz4", "zstd"])
def test_a_file_that_shrinks_while_it_is_read_is_refused(tmp_path, compression):
    path = write_layer(tmp_path, compressible((4, 100_000), "float16"), compression)
    with open_layer([tmp_path], "layer") as layer:
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)
        with pytest.raises(InputError, match="truncated or damaged; delete it and run again"):
            layer.read()

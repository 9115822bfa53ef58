import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantrace.activations.reader import open_layer
from semantrace.activations.writer import ActivationWriter, StoredLayer, all_finite
from semantrace.core.errors import InputError

GENERATOR = np.random.default_rng(3)
LABELS = {"network": "squeezenet", "weights_sha256": "abc", "preprocessing": "none", "code": "c"}
SHAPE = (5, 7, 11)
FEATURES = 5 * 7 * 11


def write_shard(folder, images, values, dtype="float16", compression="none", name="fire2", **more):
    folder.mkdir(parents=True, exist_ok=True)
    layer = StoredLayer(name, SHAPE, dtype, {**LABELS, **more})
    with ActivationWriter(folder, images, [layer], compression) as writer:
        for start in range(0, len(images), 2):
            writer.write(start, [values[start : start + 2]])


@pytest.fixture
def values():
    return GENERATOR.normal(size=(5, FEATURES)).astype(np.float16)


@pytest.fixture(params=["none", "lz4", "zstd"])
def shards(tmp_path, values, request):
    write_shard(tmp_path / "0", ["a", "b", "c"], values[:3], compression=request.param)
    write_shard(tmp_path / "1", ["d", "e"], values[3:], compression=request.param)
    return [tmp_path / "0", tmp_path / "1"]


def test_any_rows_and_columns_come_back(shards, values):
    with open_layer(shards, "fire2") as layer:
        assert layer.images == ("a", "b", "c", "d", "e")
        assert (layer.features, layer.shape, layer.dtype) == (FEATURES, SHAPE, np.float16)
        np.testing.assert_array_equal(layer.read(), values)
        rows = layer.rows(["e", "a", "d"])
        np.testing.assert_array_equal(rows, [4, 0, 3])
        np.testing.assert_array_equal(layer.read(rows, 17, 300), values[[4, 0, 3], 17:300])


@pytest.mark.parametrize("width", [1, 100, FEATURES, FEATURES + 1, None])
def test_blocks_together_are_all_features(shards, values, width):
    with open_layer(shards, "fire2") as layer:
        blocks = list(layer.blocks(np.array([4, 1]), width))
    assert all(block.shape[1] <= (width or FEATURES) for block in blocks)
    np.testing.assert_array_equal(np.concatenate(blocks, axis=1), values[[4, 1]])


@pytest.mark.parametrize("compression", ["lz4", "zstd"])
@pytest.mark.parametrize("dtype", ["float16", "float32", "uint8"])
def test_compressed_files_are_read_by_plain_h5py(tmp_path, compression, dtype):
    """The chunks, compressed outside of HDF5, have to be what the registered filters expect."""
    wide = (1, 1, 1_300_003)  # several chunks a row, the last of them not full
    rows = GENERATOR.integers(0, 3, (3, wide[2])).astype(dtype)
    noise = GENERATOR.integers(0, 200, (3, wide[2])).astype(dtype)  # hardly compressible
    layer = StoredLayer("wide", wide, dtype, LABELS)
    for content in (rows, noise):
        with ActivationWriter(tmp_path, ["a", "b", "c"], [layer], compression) as writer:
            writer.write(0, [content[:2]])
            writer.write(2, [content[2:]])
        with h5py.File(tmp_path / "wide.h5") as file:
            np.testing.assert_array_equal(file["activations"][:], content)
            assert file["activations"].chunks[0] == 1
    (tmp_path / "wide.h5").rename(tmp_path / "noise.h5")


def test_the_files_own_filter_writes_what_is_read_alike(tmp_path):
    """HDF5's own pipeline on the same data set agrees with the chunks written past it."""
    row = GENERATOR.integers(0, 3, (1, 1000)).astype(np.float32)
    layer = StoredLayer("layer", (1000,), "float32", LABELS)
    with ActivationWriter(tmp_path, ["a"], [layer], "lz4") as writer:
        writer.write(0, [row])
    with h5py.File(tmp_path / "layer.h5", "r+") as file:
        ours = file["activations"].id.read_direct_chunk((0, 0))[1]
        file["activations"][0] = row[0]
        file.flush()
        theirs = file["activations"].id.read_direct_chunk((0, 0))[1]
    assert len(ours) == pytest.approx(len(theirs), rel=0.1)
    assert ours[:8] == theirs[:8] == (4000).to_bytes(8, "big")


@pytest.mark.parametrize("wrong", [np.zeros((1, 5), "float32"), np.zeros((1, 4), "float16")])
def test_another_type_or_width_is_not_written_over_other_rows(tmp_path, wrong):
    layer = StoredLayer("layer", (5,), "float16", LABELS)
    with ActivationWriter(tmp_path, ["a", "b"], [layer]) as writer:
        writer.write(1, [np.ones((1, 5), "float16")])
        with pytest.raises(ValueError, match="layer layer: float"):
            writer.write(0, [wrong])
    with h5py.File(tmp_path / "layer.h5") as file:
        np.testing.assert_array_equal(file["activations"][1], 1)


def test_equal_activations_give_equal_bytes(tmp_path, values):
    for name in ("x", "y"):
        write_shard(tmp_path / name, list("abcde"), values)
    assert (tmp_path / "x/fire2.h5").read_bytes() == (tmp_path / "y/fire2.h5").read_bytes()


def test_a_file_explains_itself(tmp_path, values):
    write_shard(tmp_path, list("abcde"), values)
    with h5py.File(tmp_path / "fire2.h5") as file:
        assert dict(file.attrs) | {"shape": None} == {
            **LABELS,
            "layer": "fire2",
            "shape": None,
            "software": file.attrs["software"],
        }
        assert f"h5py {h5py.__version__}" in file.attrs["software"]
        assert tuple(file.attrs["shape"]) == SHAPE
        assert list(file["images"].asstr()) == list("abcde")


# --- what is refused


def test_an_unknown_layer_or_image_names_the_nearest(shards):
    with pytest.raises(InputError, match=r"no layer 'fire3' was extracted; did you mean 'fire2'"):
        open_layer(shards, "fire3").__enter__()
    with (
        open_layer(shards, "fire2") as layer,
        pytest.raises(InputError, match="no activations of image 'z'"),
    ):
        layer.rows(["a", "z"])


def test_no_shard_and_missing_folders_are_refused(tmp_path):
    with pytest.raises(InputError, match="no shard to read"):
        open_layer([], "fire2").__enter__()
    with pytest.raises(InputError, match="no such file"):
        open_layer([tmp_path / "nowhere"], "fire2").__enter__()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights_sha256": "xyz"}, "weights_sha256 is xyz but abc"),
        ({"preprocessing": "other"}, "preprocessing is other but none"),
        ({"dtype": "float32"}, "type is float32 but float16"),
    ],
)
def test_shards_that_disagree_are_refused(tmp_path, values, change, message):
    write_shard(tmp_path / "0", ["a", "b"], values[:2])
    stored = values[2:4].astype(change.get("dtype", "float16"))
    write_shard(tmp_path / "1", ["c", "d"], stored, **change)
    with pytest.raises(InputError, match=message):
        open_layer([tmp_path / "0", tmp_path / "1"], "fire2").__enter__()


def test_an_image_in_two_shards_is_refused(tmp_path, values):
    write_shard(tmp_path / "0", ["a", "b"], values[:2])
    with pytest.raises(InputError, match="image 'a' is in two shards"):
        open_layer([tmp_path / "0", tmp_path / "0"], "fire2").__enter__()


@pytest.mark.parametrize("keep", [0, 100, -1000])
def test_a_truncated_file_is_refused(tmp_path, values, keep):
    write_shard(tmp_path, list("abcde"), values)
    path = tmp_path / "fire2.h5"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match="truncated or damaged"):
        open_layer([tmp_path], "fire2").__enter__()


def test_a_file_without_its_attributes_is_refused(tmp_path, values):
    write_shard(tmp_path, list("abcde"), values)
    with h5py.File(tmp_path / "fire2.h5", "r+") as file:
        del file.attrs["weights_sha256"]
    with pytest.raises(InputError, match="lacks 'weights_sha256'.*delete it and run again"):
        open_layer([tmp_path], "fire2").__enter__()


@pytest.mark.parametrize(
    ("dtype", "value", "message"),
    [
        ("float16", np.inf, "larger than float16 can hold.*set `dtype: float32` under `storage`"),
        ("float16", -np.inf, "larger than float16 can hold"),
        ("float16", np.nan, "an activation is not a number"),
        ("float32", np.inf, "larger than float32 can hold.*check the network's weights"),
        ("float32", -np.nan, "an activation is not a number"),
    ],
)
def test_values_that_are_not_finite_name_layer_and_image(tmp_path, values, dtype, value, message):
    broken = values.astype(dtype)
    broken[3, 77] = value
    with pytest.raises(InputError, match=f"layer fire2, image 'd': .*{message}"):
        write_shard(tmp_path, list("abcde"), broken, dtype=dtype)


def test_an_unknown_compression_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"compression 'zst' is unknown; did you mean 'zstd'"):
        ActivationWriter(tmp_path, ["a"], [], "zst")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(width=16), min_size=1, max_size=6), st.sampled_from(["f2", "f4", "f8"]))
def test_all_finite_agrees_with_numpy(numbers, dtype):
    array = np.array(numbers, dtype=dtype)
    assert all_finite(array) == np.isfinite(array).all()

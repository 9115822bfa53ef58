"""Class vectors against plain means in double precision."""

import h5py
import hdf5plugin
import numpy as np
import pandas as pd
import pytest

from semantrace.activations.reader import open_layer
from semantrace.core.errors import InputError
from semantrace.embedding.class_vector_files import unit_norm
from semantrace.embedding.class_vectors import aggregate_shard, mean_of_rows

ATTRIBUTES = {
    "network": "small",
    "layer_index": 3,
    "weights_sha256": "0" * 64,
    "preprocessing": "none",
    "shape": (2, 3, 5),
}


def store(folder, layer, activations, images, **options):
    folder.mkdir(exist_ok=True)
    with h5py.File(folder / f"{layer}.h5", "w") as file:
        file.create_dataset("activations", data=activations, **options)
        file["images"] = np.array(images, dtype=h5py.string_dtype())
        file.attrs.update({**ATTRIBUTES, "layer": layer, "code": "extraction"})


@pytest.fixture
def images():
    """Three classes with 5, 1 and 4 images, whose rows are not next to each other."""
    wnids = ["n3", "n1", "n1", "n3", "n2", "n1", "n3", "n1", "n3", "n3"]
    names = [f"{wnid}_{row:04d}" for row, wnid in enumerate(wnids)]
    return pd.DataFrame({"image": names, "concept": wnids, "wnid": wnids})


@pytest.fixture
def activations(images):
    return np.random.default_rng(5).gamma(0.5, 40, (len(images), 30))


@pytest.mark.parametrize(
    ("dtype", "options"),
    [
        ("f4", {}),
        ("f2", {}),
        ("f2", {"chunks": (1, 30), **hdf5plugin.Zstd()}),
        ("f4", {"chunks": (4, 8), **hdf5plugin.LZ4()}),
    ],
)
def test_equals_mean_and_norm_by_hand(tmp_path, images, activations, dtype, options):
    stored = activations.astype(dtype)
    store(tmp_path / "activations", "fire2", stored, images["image"], **options)
    aggregate_shard(tmp_path / "activations", images, ["fire2"], tmp_path / "out", "digest")
    with h5py.File(tmp_path / "out/fire2.h5") as file:
        assert list(file["classes"].asstr()) == ["n1", "n2", "n3"]
        assert list(file["image_counts"]) == [4, 1, 5]
        vectors = file["class_vectors"][:]
        kept = dict(file.attrs)
    assert vectors.dtype == np.float32
    for wnid, vector in zip(["n1", "n2", "n3"], vectors, strict=True):
        mean = stored[images["wnid"] == wnid].astype(float).mean(axis=0)
        np.testing.assert_allclose(vector, mean / np.sqrt((mean**2).sum()), rtol=2e-7)
    assert kept["layer"] == "fire2"
    assert kept["code"] == "digest"
    assert tuple(kept["shape"]) == (2, 3, 5)
    assert kept["weights_sha256"] == "0" * 64
    assert "layer_index" not in kept  # class vectors do not depend on the list of layers


def test_order_of_the_table_does_not_matter(tmp_path, images, activations):
    store(tmp_path / "in", "fire2", activations.astype("f4"), images["image"])
    aggregate_shard(tmp_path / "in", images, ["fire2"], tmp_path / "a")
    aggregate_shard(tmp_path / "in", images.sort_values("wnid"), ["fire2"], tmp_path / "b")
    with h5py.File(tmp_path / "a/fire2.h5") as a, h5py.File(tmp_path / "b/fire2.h5") as b:
        np.testing.assert_array_equal(a["class_vectors"][:], b["class_vectors"][:])


@pytest.mark.parametrize("block_bytes", [1, 250, 10**6])
def test_mean_is_the_same_in_any_blocks(tmp_path, images, activations, block_bytes):
    store(tmp_path / "in", "fire2", activations.astype("f2"), images["image"])
    rows = np.array([1, 2, 5, 7])
    with open_layer([tmp_path / "in"], "fire2") as layer:
        found = mean_of_rows(layer, rows, block_bytes)
        np.testing.assert_array_equal(found, mean_of_rows(layer, rows))
    expected = activations[rows].astype("f2").astype(float).mean(axis=0)
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_mean_does_not_overflow_half_precision(tmp_path):
    names = [f"n1_{row}" for row in range(50)]
    images = pd.DataFrame({"image": names, "concept": "dog", "wnid": "n1"})
    store(tmp_path / "in", "conv1", np.full((50, 30), 60000, "f2"), names)
    aggregate_shard(tmp_path / "in", images, ["conv1"], tmp_path / "out")
    with h5py.File(tmp_path / "out/conv1.h5") as file:
        np.testing.assert_allclose(
            file["class_vectors"][:], np.full((1, 30), 1 / np.sqrt(30)), rtol=1e-7
        )


def test_class_without_activation(tmp_path, images, activations):
    activations[images["wnid"] == "n2"] = 0
    store(tmp_path / "in", "fire2", activations.astype("f4"), images["image"])
    with pytest.raises(InputError, match="class n2, layer fire2: every activation .* zero"):
        aggregate_shard(tmp_path / "in", images, ["fire2"], tmp_path / "out")


@pytest.mark.parametrize("value", [np.inf, np.nan])
def test_activation_that_is_no_number(value):
    with pytest.raises(InputError, match="class n1, layer conv1: .*infinite or not a number"):
        unit_norm(np.array([1, value]), "class n1, layer conv1")


def test_unknown_layer_names_near_ones(tmp_path, images, activations):
    store(tmp_path / "in", "fire2", activations.astype("f4"), images["image"])
    with pytest.raises(InputError, match="'fire22'.*did you mean 'fire2'"):
        aggregate_shard(tmp_path / "in", images, ["fire22"], tmp_path / "out")


def test_image_without_activations(tmp_path, images, activations):
    store(tmp_path / "in", "fire2", activations[:9].astype("f4"), images["image"][:9])
    with pytest.raises(InputError, match="no activations of image 'n3_0009'"):
        aggregate_shard(tmp_path / "in", images, ["fire2"], tmp_path / "out")


def test_shard_without_images(tmp_path, images):
    with pytest.raises(InputError, match="no images; choose fewer shards"):
        aggregate_shard(tmp_path / "in", images[:0], ["fire2"], tmp_path / "out")

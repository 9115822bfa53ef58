"""Cosine similarity of class vectors against scikit-learn and against real concatenation."""

import h5py
import numpy as np
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from semantrace.core.errors import InputError
from semantrace.embedding.class_similarity import (
    layer_set_similarity,
    layer_similarity,
    read_class_vectors,
    write_similarity,
)

WIDTHS = {"fire2": 700, "fire3": 300, "fire4": 50}


def unit_rows(seed, rows, features):
    vectors = np.random.default_rng(seed).gamma(0.3, 1, (rows, features))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def store(path, vectors, classes):
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        file["class_vectors"] = vectors
        file["classes"] = np.array(classes, dtype=h5py.string_dtype())


@pytest.fixture
def layers():
    return {name: unit_rows(seed, 11, width) for seed, (name, width) in enumerate(WIDTHS.items())}


@pytest.fixture
def classes():
    return [f"n{number:08d}" for number in range(11)]


@pytest.fixture
def shards(tmp_path, layers, classes):
    """Two shards; the second holds the first classes in the order of wnids."""
    folders = [tmp_path / "0", tmp_path / "1"]
    for name, vectors in layers.items():
        store(folders[0] / f"{name}.h5", vectors[4:], classes[4:])
        store(folders[1] / f"{name}.h5", vectors[:4], classes[:4])
    return folders


@pytest.mark.parametrize("block_bytes", [1, 1000, 1 << 26])
def test_equals_scikit_learn_in_any_blocks(shards, layers, classes, block_bytes):
    found = layer_similarity([shard / "fire2.h5" for shard in shards], block_bytes)
    assert list(found.classes) == classes
    expected = cosine_similarity(layers["fire2"].astype(float))
    np.testing.assert_allclose(found.cosine, expected, atol=1e-6)


def test_is_symmetric_with_a_unit_diagonal(shards):
    cosine = layer_similarity([shard / "fire2.h5" for shard in shards]).cosine
    assert (cosine == cosine.T).all()
    assert (np.diag(cosine) == 1).all()


def test_equal_classes_have_cosine_one_at_most(tmp_path):
    vectors = np.repeat(unit_rows(1, 1, 5000), 3, axis=0)
    store(tmp_path / "0/fire2.h5", vectors, ["n1", "n2", "n3"])
    cosine = layer_similarity([tmp_path / "0/fire2.h5"]).cosine
    np.testing.assert_allclose(cosine, 1, atol=1e-6)
    assert cosine.max() == 1


def test_mean_of_layers_is_the_cosine_of_their_concatenation(layers):
    cosines = {name: cosine_similarity(vectors) for name, vectors in layers.items()}
    found = layer_set_similarity(cosines, ["fire2", "fire4"])
    concatenated = np.hstack([layers["fire2"], layers["fire4"]]).astype(float)
    np.testing.assert_allclose(found, cosine_similarity(concatenated), atol=1e-6)


def test_file_explains_itself(tmp_path, shards, layers, classes):
    concepts = {wnid: f"concept {wnid[-2:]}" for wnid in reversed(classes)}
    sets = {"low": ["fire2", "fire3"], "all": list(WIDTHS)}
    target = tmp_path / "squeezenet.h5"
    places = {"fire2": 2, "fire3": 3, "fire4": 4}
    write_similarity(shards, places, sets, concepts, target, {"network": "squeezenet"})
    with h5py.File(target) as file:
        assert list(file["classes"].asstr()) == classes
        assert list(file["concepts"].asstr())[3] == "concept 03"
        assert sorted(file["layers"]) == sorted(WIDTHS)
        assert file["layers/fire4"].attrs["layer_index"] == 4
        assert list(file["sets/low"].attrs["layers"]) == ["fire2", "fire3"]
        mean = (file["layers/fire2"][:] + file["layers/fire3"][:]) / 2
        np.testing.assert_allclose(file["sets/low"][:], mean, rtol=1e-15)
        assert file.attrs["network"] == "squeezenet"
        everything = np.hstack(list(layers.values()))
        np.testing.assert_allclose(
            file["sets/all"][:], cosine_similarity(everything.astype(float)), atol=1e-6
        )


def test_shards_with_different_features(tmp_path):
    store(tmp_path / "0/fire2.h5", unit_rows(1, 2, 10), ["n1", "n2"])
    store(tmp_path / "1/fire2.h5", unit_rows(1, 2, 12), ["n3", "n4"])
    with pytest.raises(InputError, match="12 features where .* has 10"):
        layer_similarity([tmp_path / "0/fire2.h5", tmp_path / "1/fire2.h5"])


def test_class_in_two_shards(tmp_path):
    store(tmp_path / "0/fire2.h5", unit_rows(1, 2, 10), ["n1", "n2"])
    store(tmp_path / "1/fire2.h5", unit_rows(1, 2, 10), ["n2", "n3"])
    with pytest.raises(InputError, match="class n2 is in more than one shard"):
        layer_similarity([tmp_path / "0/fire2.h5", tmp_path / "1/fire2.h5"])


def test_classes_that_are_not_the_concepts(tmp_path, shards, classes):
    concepts = dict.fromkeys(classes[1:], "thing")
    with pytest.raises(InputError, match=f"layer fire2: class {classes[0]} is not in both"):
        write_similarity(shards, {"fire2": 1}, {}, concepts, tmp_path / "x.h5", {})
    assert not (tmp_path / "x.h5").exists()


def test_unknown_layer_in_a_set(layers):
    with pytest.raises(InputError, match="layer set low: layer 'fire1' is unknown.*'fire"):
        layer_set_similarity(layers, ["fire1"], "layer set low")


def test_empty_layer_set(layers):
    with pytest.raises(InputError, match="layer set low: has no layers"):
        layer_set_similarity(layers, [], "layer set low")


def test_missing_and_damaged_files(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        layer_similarity([tmp_path / "fire2.h5"])
    (tmp_path / "fire2.h5").write_bytes(b"not HDF5")
    with pytest.raises(InputError, match="not an HDF5 file"):
        layer_similarity([tmp_path / "fire2.h5"])


def test_class_vectors_are_read_in_the_order_of_concepts_and_of_the_study(
    tmp_path, shards, layers, classes
):
    concepts = {wnid: f"concept {wnid[-2:]}" for wnid in classes}
    sets = {"some": ["fire2", "fire4"], "all": list(WIDTHS)}
    places = {name: 3 - place for place, name in enumerate(WIDTHS)}
    path = tmp_path / "similarity.h5"
    write_similarity(shards, places, sets, concepts, path, {"network": "net"})
    wanted = sorted(concepts.values(), key=lambda name: name[::-1])
    order = [list(concepts.values()).index(name) for name in wanted]
    found = read_class_vectors([path], {"net": sets}, wanted)
    assert [(one.layer, one.layer_index) for one in found] == [
        *[("fire4", 1), ("fire3", 2), ("fire2", 3)],
        *[("some", 0), ("all", 0)],
    ]
    cosines = {name: cosine_similarity(vectors) for name, vectors in layers.items()}
    for one in found[:3]:
        expected = cosines[one.layer][np.ix_(order, order)]
        np.testing.assert_allclose(one.matrices[0], expected, atol=1e-6)
        np.testing.assert_allclose(one.gram(0), expected, atol=1e-6)
    mean = np.mean([cosines[name] for name in WIDTHS], axis=0)[np.ix_(order, order)]
    np.testing.assert_allclose(found[4].matrices[0], mean, atol=1e-6)

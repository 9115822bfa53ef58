"""Distance matrices as SciPy reads them back."""

import itertools

import h5py
import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage
from scipy.io import loadmat
from scipy.spatial.distance import is_valid_y, squareform

from semantrace.core.errors import InputError
from semantrace.embedding.class_similarity import write_similarity
from semantrace.embedding.distance_files import condense_distances, write_distances

CLASSES = [f"n{number:08d}" for number in range(7)]
CONCEPTS = ["dog", "Model T", "café", "crème brûlée", "a", "barn owl", "wig"]
SETS = {"all": ["fire2", "fire3"], "5a-5b": ["fire3"]}


@pytest.fixture
def similarity(tmp_path):
    """A similarity file of seven classes in two layers, made from class vectors."""
    generator = np.random.default_rng(2)
    (tmp_path / "0").mkdir()
    for layer in ("fire2", "fire3"):
        with h5py.File(tmp_path / f"0/{layer}.h5", "w") as file:
            file["class_vectors"] = generator.gamma(0.5, 1, (7, 40)).astype("f4")
            file["classes"] = np.array(CLASSES, dtype=h5py.string_dtype())
    path = tmp_path / "small.h5"
    concepts = dict(zip(CLASSES, CONCEPTS, strict=True))
    write_similarity([tmp_path / "0"], {"fire2": 1, "fire3": 2}, SETS, concepts, path, {})
    return path


@pytest.mark.parametrize("layer_set", SETS)
def test_scipy_reads_the_distances_of_all_pairs_of_labelled_classes(
    similarity, tmp_path, layer_set
):
    write_distances(similarity, layer_set, tmp_path / "distances.mat")
    found = loadmat(tmp_path / "distances.mat")
    with h5py.File(similarity) as file:
        cosine = file[f"sets/{layer_set}"][:]
    assert found["distances"].shape == (1, 21)
    np.testing.assert_array_equal(squareform(found["distances"][0]), 1 - cosine)
    pairs = itertools.combinations(range(7), 2)
    for distance, (first, second) in zip(found["distances"][0], pairs, strict=True):
        assert distance == 1 - cosine[first, second]
    simple = loadmat(tmp_path / "distances.mat", simplify_cells=True)
    assert list(simple["classes"]) == CLASSES
    assert list(simple["concepts"]) == CONCEPTS
    assert simple["layer_set"] == layer_set
    assert list(np.atleast_1d(simple["layers"])) == SETS[layer_set]


def test_scipy_clusters_what_was_written(similarity, tmp_path):
    write_distances(similarity, "all", tmp_path / "distances.mat")
    distances = loadmat(tmp_path / "distances.mat", squeeze_me=True)["distances"]
    assert is_valid_y(distances)
    tree = linkage(distances, "average")
    assert tree.shape == (6, 4)
    assert tree[0, 2] == distances.min()


def test_two_files_have_equal_bytes_and_no_date(similarity, tmp_path):
    for name in ("first", "second"):
        write_distances(similarity, "all", tmp_path / f"{name}.mat")
    first, second = ((tmp_path / f"{name}.mat").read_bytes() for name in ("first", "second"))
    assert first == second
    assert first.startswith(b"MATLAB 5.0 MAT-file")
    assert b"Created on" not in first


@pytest.mark.parametrize("classes", [1, 2, 50])
def test_a_triangle_holds_each_pair_once(classes):
    cosine = np.eye(classes)
    assert condense_distances(cosine).tolist() == [1.0] * (classes * (classes - 1) // 2)


def test_an_unknown_layer_set_is_refused(similarity, tmp_path):
    with pytest.raises(InputError, match="no layer set '5a_5b'; did you mean '5a-5b'"):
        write_distances(similarity, "5a_5b", tmp_path / "distances.mat")
    assert not (tmp_path / "distances.mat").exists()


def test_a_missing_similarity_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file; run the rule that makes it"):
        write_distances(tmp_path / "none.h5", "all", tmp_path / "distances.mat")

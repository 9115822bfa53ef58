"""Classes outside WordNet, whose wnid is empty: nowhere do they collide, vanish or get a synset."""

import h5py
import numpy as np
import pandas as pd
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from semantrace.alignment.misclassification import find_misclassified
from semantrace.alignment.ranked_concepts import rank_concepts
from semantrace.core.errors import InputError
from semantrace.embedding.class_similarity import write_similarity
from semantrace.embedding.class_vector_files import ClassVectorLayer, create_class_vectors
from semantrace.embedding.cluster_order import order_clusters
from semantrace.embedding.cluster_summaries import typical_classes
from semantrace.embedding.cluster_tables import UNNAMED, cluster_layer_sets
from semantrace.embedding.concept_tree import common_tree, name_groups
from semantrace.images.dataset_classes import class_ids
from semantrace.images.sampling import draw_images
from semantrace.images.thumbnails import image_paths
from semantrace.statistics.permutations import draw_permutations, restrict_permutations
from semantrace.taxonomy.wordnet_similarity import concepts_of_wordnet

ANIMALS = ["dog.n.01", "wolf.n.01", "fox.n.01", "cat.n.01", "lion.n.01"]
VEHICLES = ["car.n.01", "truck.n.01", "bus.n.01", "bicycle.n.01"]
OUTSIDE = ["gizmo", "selfie_stick", "thingummy"]


@pytest.fixture(scope="module")
def classes(wordnet):
    """Two clear groups of WordNet's classes and one outside, in the order of a study."""
    groups = [*zip(ANIMALS, [0] * 9, strict=False), *zip(VEHICLES, [1] * 9, strict=False)]
    rows = [(name.split(".")[0], wordnet.wnid(name), group) for name, group in groups]
    rows = sorted(rows, key=lambda row: row[1]) + [(name, "", 2) for name in OUTSIDE]
    return pd.DataFrame(rows, columns=["concept", "wnid", "group"])


def cluster(classes, wordnet, numbers=(2, 3)):
    noise = np.random.default_rng(1).random((len(classes), 8))
    similarity = cosine_similarity(np.eye(3, 8)[classes["group"]] + 0.1 * noise)
    permutations = draw_permutations(np.random.default_rng(2), len(classes), 99)
    return cluster_layer_sets(
        {"all": similarity},
        classes,
        numbers,
        wordnet,
        permutations,
        lambda layer_set, k: np.random.default_rng([len(layer_set), k]),
    )


def test_images_have_names_of_their_own(classes):
    concepts = classes.assign(**{"class": [f"my {name}" for name in classes["concept"]]})
    paths = [(f"{name}/{n}.png", name, "") for name in concepts["class"] for n in range(3)]
    images = pd.DataFrame(paths, columns=["path", "class", "sha256"])
    drawn = draw_images(concepts, images, {"per_concept": 2, "groups": 2, "shards": 1}, 1, "study")
    assert drawn["image"].is_unique
    assert drawn.groupby("concept").size().eq(2).all()
    assert drawn["concept"].drop_duplicates().tolist() == classes["concept"].tolist()
    assert all(f"my {row.concept}/" in row.path for row in drawn.itertuples())
    stick = drawn[drawn["concept"] == "selfie_stick"]["image"]
    assert stick.str.startswith("name_selfie_stick_000").all()


def test_similarity_keeps_all_classes_in_the_order_of_the_concepts(classes, tmp_path):
    layer = ClassVectorLayer("fire2", (4,), {"layer": "fire2"})
    vectors = np.random.default_rng(3).normal(size=(len(classes), 4))
    shards = []
    for number, rows in enumerate(np.array_split(np.arange(len(classes)), 2)):
        shards.append(tmp_path / str(number))
        shards[-1].mkdir()
        counts = dict.fromkeys(class_ids(classes.iloc[rows]), 2)
        with create_class_vectors(shards[-1], layer, counts) as write:
            for place, row in enumerate(rows):
                write(place, vectors[row])
    concepts = dict(zip(class_ids(classes), classes["concept"], strict=True))
    target = tmp_path / "similarity.h5"
    write_similarity(shards, {"fire2": 1}, {"all": ["fire2"]}, concepts, target, {})
    with h5py.File(target) as file:
        assert file["concepts"].asstr()[:].tolist() == classes["concept"].tolist()
        assert file["classes"].asstr()[:9].tolist() == classes["wnid"].tolist()[:9]
        np.testing.assert_allclose(file["layers/fire2"][:], cosine_similarity(vectors), atol=1e-6)


def test_clusters_are_named_by_the_classes_of_wordnet_alone(classes, wordnet, caplog):
    tables = cluster(classes, wordnet)
    assert "3 of 12 classes are outside WordNet" in caplog.text
    labels = tables.labels[tables.labels["k"] == 3].set_index("label")
    assert labels.loc[UNNAMED, ["size", "f1", "synset", "wnid"]].tolist() == [3, 0, "", ""]
    others = labels.drop(UNNAMED)
    assert others["f1"].tolist() == [1, 1]
    assert set(others["size"]) == {4, 5}
    quality = tables.quality.set_index("k")
    assert quality.loc[3, "mean_f1"] == 1  # of the two clusters that have a name
    assert quality.loc[3, "null_high"] < 1
    members = tables.assignments[tables.assignments["k"] == 3]
    assert members["concept"].tolist() == classes["concept"].tolist()
    assert members["wnid"].tolist() == classes["wnid"].tolist()


def test_clusters_equal_those_of_the_same_classes_of_wordnet(classes, wordnet):
    """What WordNet knows of the classes changes names only."""
    noise = classes.assign(wnid=[wordnet.senses("stone")[0], *[""] * (len(classes) - 1)])
    assert (
        cluster(noise, wordnet)
        .assignments["cluster"]
        .equals(cluster(classes, wordnet).assignments["cluster"])
    )
    labels = cluster(noise, wordnet).labels
    assert set(labels["label"]) == {UNNAMED}
    assert set(labels["f1"]) == {0}


def test_figures_find_every_class_by_its_concept(classes, wordnet):
    tables = cluster(classes, wordnet)
    shown = typical_classes(
        tables.labels.assign(network="net"), tables.assignments.assign(network="net")
    )
    assert set(shown["concept"]) == set(classes["concept"])
    images = classes.assign(
        image=class_ids(classes) + "_0", path=classes["concept"] + ".png", group="0"
    )
    paths = image_paths(images, "folder")
    assert {concept: path.stem for concept, path in paths.items()} == {
        concept: concept for concept in classes["concept"]
    }
    order = order_clusters(tables.assignments, [2, 3])
    assert [len(order[2]), len(order[3])] == [2, 3]
    ranked = rank_concepts(
        classes.assign(word_model="glove", network="net", layer="fc1", pass_rate=0.5)
    )
    assert ranked["concept"].tolist() == classes["concept"].tolist()


def test_branches_of_the_tree_are_named_by_wordnet_s_concepts(classes, wordnet):
    # Branches of more than a quarter of the concepts have no name, so there are many outside.
    groups = np.array([*classes["group"], *[2] * 12])
    wnids = [*classes["wnid"], *[""] * 12]
    same = np.equal.outer(groups, groups)
    noise = np.random.default_rng(4).random(same.shape) / 100
    matrix = np.where(same, 0.9, 0.1) + noise + noise.T
    tree = common_tree(matrix, matrix)
    named = name_groups(tree, wnids, wordnet)
    assert sorted(group.end - group.start for group in named) == [4, 5]
    assert all(group.f1 == 1 for group in named)
    assert name_groups(tree, [""] * len(wnids), wordnet) == []


def test_correlations_with_wordnet_leave_them_out(classes, caplog):
    assert concepts_of_wordnet(classes)["concept"].tolist() == classes["concept"].tolist()[:9]
    assert "3 of 12 classes are outside WordNet and left out" in caplog.text
    with pytest.raises(InputError, match="only 3 of 6 classes are in WordNet, and 4 are the least"):
        concepts_of_wordnet(classes.iloc[6:])


def test_permutations_of_some_of_the_concepts():
    permutations = draw_permutations(np.random.default_rng(5), 6, 50)
    assert restrict_permutations(permutations, np.ones(6, dtype=bool)) is permutations
    kept = np.array([True, False, True, True, False, True])
    names = np.array(list("abcdef"))
    found = restrict_permutations(permutations, kept)
    for order, whole in zip(found, permutations, strict=True):
        expected = [name for name in names[whole] if name in "acdf"]
        assert names[kept][order].tolist() == expected


def test_no_prediction_of_them_is_right_or_wrong(classes, wordnet, caplog):
    images = classes.assign(image=class_ids(classes) + "_0", group="0")
    dog = wordnet.wnid("dog.n.01")
    predictions = pd.DataFrame({"image": images["image"], "predicted_wnid": dog})
    words = {dog: "dog"}
    found = find_misclassified(images, predictions, classes, words, wordnet)
    assert "3 images of classes outside WordNet are left out" in caplog.text
    assert not set(found.images["concept"]) & set(OUTSIDE)
    alone = images[images["wnid"] == ""]
    found = find_misclassified(alone, predictions, classes, words, wordnet)
    assert found.note == "0 correctly classified images in a group, 10 are needed"

"""Tables of clusters: every row accounted for, and independent of what else is clustered."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from semantrace.cluster_tables import cluster_layer_sets
from semantrace.clustering import typicality
from semantrace.errors import InputError

NAMES = {
    0: ["dog", "wolf", "fox", "cat", "lion", "horse"],
    1: ["car", "truck", "bus", "bicycle", "airplane"],
    2: ["violin", "piano", "drum", "trumpet"],
}


@pytest.fixture(scope="module")
def classes(wordnet):

    rows = [
        (wordnet.wnid(f"{name}.n.01"), name, group)
        for group, names in NAMES.items()
        for name in names
    ]
    return pd.DataFrame(sorted(rows), columns=["wnid", "concept", "group"])


@pytest.fixture(scope="module")
def similarities(classes):
    random = np.random.default_rng(2)
    clear = np.eye(3, 9)[classes["group"]] + 0.2 * random.random((len(classes), 9))
    return [
        ("clear", cosine_similarity(clear)),
        ("noise", cosine_similarity(random.random((len(classes), 9)))),
    ]


def stream(layer_set, clusters):
    return np.random.default_rng([len(layer_set), clusters])


@pytest.fixture(scope="module")
def tables(similarities, classes, wordnet):
    return cluster_layer_sets(similarities, classes, range(2, 7), wordnet, stream)


def test_clear_groups_get_their_names(tables):
    labels = tables.labels.query("layer_set == 'clear' and k == 3")
    assert list(labels["size"]) == [6, 5, 4]
    assert list(labels["f1"]) == [1, 1, 1]
    assert list(labels["synset"])[1:] == ["conveyance.n.03", "device.n.01"]
    assert list(labels["label"])[2] == "device"
    assert (labels["second_f1"] < 1).all()


def test_every_class_is_in_one_cluster_of_every_partition(tables, classes, similarities):
    assert len(tables.assignments) == 2 * 5 * len(classes)
    for key, rows in tables.assignments.groupby(["layer_set", "k"]):
        assert list(rows["wnid"]) == list(classes["wnid"])
        assert list(rows["concept"]) == list(classes["concept"])
        sizes = tables.labels.set_index(["layer_set", "k"]).loc[[key], "size"]
        assert list(np.bincount(rows["cluster"])) == list(sizes)
        expected = typicality(dict(similarities)[key[0]], rows["cluster"].to_numpy())
        np.testing.assert_array_equal(rows["typicality"], expected)


def test_quality_is_the_mean_f1(tables):
    assert len(tables.quality) == 2 * 5
    for row in tables.quality.itertuples():
        rows = tables.labels.query("layer_set == @row.layer_set and k == @row.k")
        assert len(rows) == row.k
        assert row.mean_f1 == pytest.approx(np.mean(list(rows["f1"])))


def test_a_partition_does_not_depend_on_the_others(tables, similarities, classes, wordnet):
    alone = cluster_layer_sets(similarities[1:], classes, [4], wordnet, stream)
    for name in ("assignments", "labels", "quality"):
        together = getattr(tables, name).query("layer_set == 'noise' and k == 4")
        pd.testing.assert_frame_equal(getattr(alone, name), together.reset_index(drop=True))


def test_more_clusters_than_classes(similarities, classes, wordnet):
    with pytest.raises(InputError, match="19 clusters: there are only 15 classes"):
        cluster_layer_sets(similarities, classes, range(2, 20), wordnet, stream)

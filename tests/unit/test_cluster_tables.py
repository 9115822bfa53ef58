"""Tables of clusters: every row accounted for, and independent of what else is clustered."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from semantrace.core.errors import InputError
from semantrace.embedding.cluster_names import (
    Extensions,
    indicator,
    label_clusters,
    synset_extensions,
)
from semantrace.embedding.cluster_tables import cluster_layer_sets
from semantrace.embedding.clustering import typicality
from semantrace.statistics.permutations import draw_permutations

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
    return {
        "clear": cosine_similarity(clear),
        "noise": cosine_similarity(random.random((len(classes), 9))),
    }


@pytest.fixture(scope="module")
def permutations(classes):
    return draw_permutations(np.random.default_rng(3), len(classes), 199)


def stream(layer_set, clusters):
    return np.random.default_rng([len(layer_set), clusters])


@pytest.fixture(scope="module")
def tables(similarities, classes, wordnet, permutations):
    return cluster_layer_sets(similarities, classes, range(2, 7), wordnet, permutations, stream)


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
        expected = typicality(similarities[key[0]], rows["cluster"].to_numpy())
        np.testing.assert_array_equal(rows["typicality"], expected)


def test_quality_is_the_mean_f1(tables):
    assert len(tables.quality) == 2 * 5
    for row in tables.quality.itertuples():
        rows = tables.labels.query("layer_set == @row.layer_set and k == @row.k")
        assert len(rows) == row.k
        assert row.mean_f1 == pytest.approx(np.mean(list(rows["f1"])))


def test_quality_stands_beside_that_of_shuffled_classes(tables, wordnet, classes, permutations):
    extensions = synset_extensions(wordnet, list(classes["wnid"]))
    keys = ["layer_set", "k"]
    quality = tables.quality.set_index(keys)
    for key, rows in tables.assignments.groupby(keys):
        clusters = indicator(rows["cluster"].to_numpy())
        null = sorted(
            label_clusters(Extensions(extensions.wnids, members), clusters).f1.mean()
            for members in (extensions.members[order] for order in permutations)
        )
        row = quality.loc[key]
        assert row["null_mean_f1"] == pytest.approx(np.mean(null))
        # Of 199 sorted values the percentiles lie at places 4.95 and 193.05, counted from 0.
        assert row["null_low"] == pytest.approx(0.05 * null[4] + 0.95 * null[5])
        assert row["null_high"] == pytest.approx(0.95 * null[193] + 0.05 * null[194])
        larger = sum(value >= row["mean_f1"] - 1e-12 for value in null)
        assert row["p_value"] == (1 + larger) / 200
    assert quality.loc[("clear", 3), "p_value"] == 1 / 200
    assert quality.loc[("clear", 3), "mean_f1"] > quality.loc[("clear", 3), "null_high"]


def test_a_partition_does_not_depend_on_the_others(
    tables, similarities, classes, wordnet, permutations
):
    noise = {"noise": similarities["noise"]}
    alone = cluster_layer_sets(noise, classes, [4], wordnet, permutations, stream)
    for name in ("assignments", "labels", "quality"):
        together = getattr(tables, name).query("layer_set == 'noise' and k == 4")
        pd.testing.assert_frame_equal(getattr(alone, name), together.reset_index(drop=True))


def test_more_clusters_than_classes(similarities, classes, wordnet, permutations):
    with pytest.raises(InputError, match="19 clusters: there are only 15 classes"):
        cluster_layer_sets(similarities, classes, range(2, 20), wordnet, permutations, stream)

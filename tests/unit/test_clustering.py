"""Spectral clustering against scikit-learn's own estimator and plain definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import SpectralClustering
from sklearn.manifold import spectral_embedding as sklearn_embedding
from sklearn.metrics import adjusted_rand_score
from sklearn.metrics.pairwise import cosine_similarity

from semantrace.core.errors import InputError
from semantrace.embedding.clustering import (
    cluster_embedding,
    renumber,
    spectral_embedding,
    typicality,
)


def separated(groups, seed=0, noise=0.15, sizes=None):
    """Return cosine similarity of classes that stand round orthogonal directions, and groups."""
    random = np.random.default_rng(seed)
    sizes = sizes or [12] * groups
    truth = np.repeat(np.arange(groups), sizes)
    truth = random.permutation(truth)
    vectors = np.eye(groups, 40)[truth] + noise * np.abs(random.standard_normal((truth.size, 40)))
    return cosine_similarity(vectors), truth


@pytest.mark.parametrize("groups", [2, 3, 7, 19])
def test_finds_separated_groups_as_scikit_learn_does(groups):
    similarity, truth = separated(groups)
    found = cluster_embedding(spectral_embedding(similarity, 19), groups, np.random.default_rng(1))
    theirs = SpectralClustering(
        groups, affinity="precomputed", assign_labels="kmeans", random_state=0
    ).fit_predict(similarity)
    assert adjusted_rand_score(found, truth) == 1
    assert adjusted_rand_score(found, theirs) == 1


def test_embedding_equals_scikit_learn():
    similarity, _ = separated(6, sizes=[30, 5, 11, 9, 14, 3])
    ours = spectral_embedding(similarity, 8)
    theirs = sklearn_embedding(similarity, n_components=8, drop_first=False, random_state=0)
    np.testing.assert_allclose(ours, theirs, atol=1e-8)


def test_one_embedding_serves_every_smaller_number():
    similarity, _ = separated(6)
    large, small = spectral_embedding(similarity, 19), spectral_embedding(similarity, 4)
    np.testing.assert_allclose(large[:, :4], small, atol=1e-9)


def test_negative_similarity_counts_as_none():
    similarity, truth = separated(3)
    negative = np.where(truth[:, None] == truth, similarity, -similarity)
    none = np.where(truth[:, None] == truth, similarity, 0)
    np.testing.assert_array_equal(spectral_embedding(negative, 3), spectral_embedding(none, 3))
    found = cluster_embedding(spectral_embedding(negative, 3), 3, np.random.default_rng(0))
    assert adjusted_rand_score(found, truth) == 1


@pytest.mark.filterwarnings("ignore:Graph is not fully connected")
def test_class_that_resembles_no_other():
    similarity, _ = separated(3)
    similarity[5] = similarity[:, 5] = 0
    similarity[5, 5] = 1
    embedding = spectral_embedding(similarity, 4)
    theirs = SpectralClustering(3, affinity="precomputed", random_state=0).fit_predict(similarity)
    found = cluster_embedding(embedding, 3, np.random.default_rng(0))
    assert np.isfinite(embedding).all()
    assert adjusted_rand_score(found, theirs) == 1


def test_same_stream_gives_the_same_clusters():
    similarity = cosine_similarity(np.random.default_rng(3).random((80, 10)))
    embedding = spectral_embedding(similarity, 19)
    for clusters in range(2, 20):
        first = cluster_embedding(embedding, clusters, np.random.default_rng(clusters))
        again = cluster_embedding(
            spectral_embedding(similarity, 19), clusters, np.random.default_rng(clusters)
        )
        np.testing.assert_array_equal(first, again)
        sizes = np.bincount(first)
        assert sizes.size == clusters
        assert (np.diff(sizes) <= 0).all()


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40))
def test_renumbering_keeps_the_partition_and_orders_it(assignment):
    assignment = np.array(assignment)
    found = renumber(assignment)
    assert len(set(zip(found, assignment, strict=True))) == len(set(found)) == len(set(assignment))
    order = [(-np.sum(found == c), np.flatnonzero(found == c)[0]) for c in range(max(found) + 1)]
    assert order == sorted(order)


def test_typicality_equals_explicit_loop():
    similarity, truth = separated(4, noise=0.6)
    truth[0] = 99
    expected = []
    for a, cluster in enumerate(truth):
        others = [similarity[a, b] for b in range(truth.size) if truth[b] == cluster and b != a]
        expected.append(np.mean(others) if others else 1)
    np.testing.assert_allclose(typicality(similarity, truth), expected, rtol=1e-12)


def test_more_clusters_than_classes():
    similarity, _ = separated(2, sizes=[3, 4])
    with pytest.raises(InputError, match="19 clusters: there are only 7 classes.*7 clusters"):
        spectral_embedding(similarity, 19)


@pytest.mark.parametrize("clusters", [0, 1, 6])
def test_number_of_clusters_out_of_range(clusters):
    embedding = spectral_embedding(separated(2)[0], 5)
    with pytest.raises(InputError, match=f"{clusters} clusters: the embedding serves 2 to 5"):
        cluster_embedding(embedding, clusters, np.random.default_rng(0))


def test_similarity_that_is_no_number():
    similarity, _ = separated(2)
    similarity[0, 1] = np.nan
    with pytest.raises(InputError, match="not a number"):
        spectral_embedding(similarity, 2)

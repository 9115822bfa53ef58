"""The F1 of shuffled classes against a loop over sets, and the p-values that it gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from semantrace.embedding.cluster_names import (
    Extensions,
    indicator,
    label_clusters,
    synset_extensions,
)
from semantrace.embedding.cluster_null import shuffled_mean_f1
from semantrace.statistics.permutations import draw_permutations, p_values

# Classes of ImageNet, and three synsets above some of the others: dog, bird and motor vehicle.
WNIDS = """
n01440764 n01443537 n01484850 n01491361 n01514668 n01530575 n01532829 n01537544 n01608432 n01622779
n01664065 n01667778 n01682714 n01698640 n01728572 n02085620 n02085936 n02086240 n02099601 n02123045
n02123159 n02124075 n02129165 n02391049 n02397096 n02403003 n02165456 n02190166 n02219486 n02690373
n02701002 n02930766 n04285008 n04467665 n02672831 n02676566 n02787622 n03249569 n02791124 n03001627
n03201208 n02730930 n02807133 n03124170 n02793495 n02859443 n07565083 n07697313 n07753275 n09472597
n02084071 n01503061 n03791235
"""
CLASSES = WNIDS.split()


def mean_f1_by_loop(extensions, partition, order):
    """Return the mean best F1 of a partition whose place c holds the class ``order[c]``."""
    best = []
    for cluster in sorted(set(partition)):
        members = {order[place] for place, number in enumerate(partition) if number == cluster}
        best.append(max(2 * len(members & one) / (len(members) + len(one)) for one in extensions))
    return sum(best) / len(best)


def random_partition(random, classes):
    """Return clusters of unequal sizes, numbered from 0, none of them empty."""
    weights = random.dirichlet(np.ones(random.integers(2, 6)))
    return np.unique(random.choice(weights.size, classes, p=weights), return_inverse=True)[1]


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), classes=st.integers(2, 15), count=st.integers(1, 12))
def test_equals_a_loop_over_sets(seed, classes, count):
    """Also where classes have no extension of their own, or several share one."""
    random = np.random.default_rng(seed)
    members = (random.random((classes, count)) < random.random(count)).astype("f4")
    members[random.integers(0, classes, count), np.arange(count)] = 1
    extensions = Extensions(tuple(map(str, range(count))), members)
    sets = [set(np.flatnonzero(column)) for column in members.T]
    partitions = [random_partition(random, classes) for _ in range(3)]
    orders = draw_permutations(random, classes, 4)
    found = shuffled_mean_f1(extensions, partitions, orders)
    assert found.shape == (4, 3)
    for row, order in enumerate(orders):
        for column, partition in enumerate(partitions):
            expected = mean_f1_by_loop(sets, partition, order)
            assert found[row, column] == pytest.approx(expected, abs=1e-12)


def test_the_order_as_it_is_gives_the_labels_f1(wordnet):
    extensions = synset_extensions(wordnet, CLASSES)
    partitions = [random_partition(np.random.default_rng(seed), len(CLASSES)) for seed in range(9)]
    found = shuffled_mean_f1(extensions, partitions, np.arange(len(CLASSES))[np.newaxis])[0]
    for mean, partition in zip(found, partitions, strict=True):
        labels = label_clusters(extensions, indicator(partition))
        assert mean == pytest.approx(labels.f1.mean(), abs=1e-12)


def test_p_values_of_random_partitions_are_uniform(wordnet):
    random = np.random.default_rng(6)
    extensions = synset_extensions(wordnet, CLASSES)
    partitions = [random_partition(random, len(CLASSES)) for _ in range(600)]
    observed = shuffled_mean_f1(extensions, partitions, np.arange(len(CLASSES))[np.newaxis])[0]
    null = shuffled_mean_f1(extensions, partitions, draw_permutations(random, len(CLASSES), 199))
    p = p_values(observed, null)
    # Equal statistics make p-values larger; taking one at random among them makes them uniform.
    equal = 1 + (np.abs(null - observed) < 1e-12).sum(axis=0)
    uniform = p - random.random(p.size) * equal / (1 + len(null))
    assert stats.kstest(uniform, "uniform").pvalue > 0.01
    for level in (0.05, 0.2, 0.5):
        assert (p <= level).mean() <= level + 3 * np.sqrt(level * (1 - level) / p.size)


def test_large_clusters_get_a_high_f1_for_nothing(wordnet):
    """Whatever is in them, the root alone gives a cluster of c out of m classes 2c/(c + m)."""
    extensions = synset_extensions(wordnet, CLASSES)
    orders = draw_permutations(np.random.default_rng(0), len(CLASSES), 100)
    partition = (np.arange(len(CLASSES)) >= 0.75 * len(CLASSES)).astype(int)
    sizes = np.bincount(partition)
    root = (2 * sizes / (sizes + len(CLASSES))).mean()
    null = shuffled_mean_f1(extensions, [partition], orders)
    assert 0.6 < root <= null.min()

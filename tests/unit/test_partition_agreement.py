"""Agreement of partitions against pair counting and enumeration of all orders."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from semantrace.core.tables import AGREEMENT
from semantrace.embedding.partition_comparison import compare_partitions

FIRST = (0, 0, 1, 1, 0, 2, 2)
SECOND = (0, 1, 1, 1, 0, 2, 0)


def table(partitions, concepts=None):
    """Return assignments of layer sets, one partition each: {layer set: {k: clusters}}."""
    rows = [
        (layer_set, k, concept, cluster)
        for layer_set, numbers in partitions.items()
        for k, clusters in numbers.items()
        for concept, cluster in zip(
            concepts or [f"n{place:08d}" for place in range(len(clusters))], clusters, strict=True
        )
    ]
    return pd.DataFrame(rows, columns=["layer_set", "k", "concept", "cluster"])


def compared(tables):
    """Compare the partitions of networks, by name."""
    named = [table.assign(network=network) for network, table in tables.items()]
    return compare_partitions(pd.concat(named, ignore_index=True))


def adjusted_rand_by_pairs(first, second):
    pairs = list(itertools.combinations(range(len(first)), 2))
    in_first = {pair for pair in pairs if first[pair[0]] == first[pair[1]]}
    in_second = {pair for pair in pairs if second[pair[0]] == second[pair[1]]}
    expected = len(in_first) * len(in_second) / len(pairs)
    return (len(in_first & in_second) - expected) / (
        (len(in_first) + len(in_second)) / 2 - expected
    )


def information(first, second):
    """Return the mutual information; of a partition with itself it is its entropy."""
    count = len(first)
    return sum(
        together / count * math.log(together * count / (first.count(a) * second.count(b)))
        for a in set(first)
        for b in set(second)
        if (together := sum(pair == (a, b) for pair in zip(first, second, strict=True)))
    )


def adjusted_information_by_enumeration(first, second):
    orders = itertools.permutations(range(len(first)))
    expected = np.mean([information(first, [second[i] for i in order]) for order in orders])
    largest = (information(first, first) + information(second, second)) / 2
    return (information(first, second) - expected) / (largest - expected)


def test_equals_pair_counting_and_enumeration():
    found = compared({"squeezenet": table({"low": {3: FIRST}, "high": {3: SECOND}})})
    assert list(found.columns) == AGREEMENT.names
    row = found.iloc[0]
    assert list(row[:5]) == [3, "squeezenet", "low", "squeezenet", "high"]
    assert row["adjusted_rand"] == pytest.approx(adjusted_rand_by_pairs(FIRST, SECOND))
    assert row["adjusted_mutual_information"] == pytest.approx(
        adjusted_information_by_enumeration(FIRST, SECOND)
    )


def test_every_pair_of_networks_and_layer_sets_once_for_each_number():
    random = np.random.default_rng(0)

    def drawn():
        return {k: random.integers(0, k, 30) for k in (2, 3, 10)}

    networks = {
        "googlenet": table({"all": drawn(), "low": drawn()}),
        "vgg19": table({"all": drawn(), "high": drawn()}),
    }
    found = compared(networks)
    nodes = [("googlenet", "all"), ("googlenet", "low"), ("vgg19", "all"), ("vgg19", "high")]
    expected = [
        (k, *first, *second)
        for k in (2, 3, 10)
        for first, second in itertools.combinations(nodes, 2)
    ]
    assert list(found[AGREEMENT.names[:5]].itertuples(index=False, name=None)) == expected


def test_classes_are_matched_by_concept_and_numbering_does_not_matter():
    concepts = [f"n{place:08d}" for place in range(len(FIRST))]
    reversed_table = table({"all": {3: [2 - c for c in FIRST[::-1]]}}, concepts[::-1])
    found = compared({"first": table({"all": {3: FIRST}}), "second": reversed_table})
    assert found["adjusted_rand"][0] == found["adjusted_mutual_information"][0] == 1


def test_unrelated_partitions_agree_by_zero_on_average():
    random = np.random.default_rng(1)
    layer_sets = {f"set{n}": {4: random.integers(0, 4, 200)} for n in range(20)}
    found = compared({"squeezenet": table(layer_sets)})
    assert len(found) == 190
    assert abs(found["adjusted_rand"].mean()) < 0.002
    assert abs(found["adjusted_mutual_information"].mean()) < 0.002


def test_a_single_layer_set_has_none_to_be_compared_with():
    found = compared({"squeezenet": table({"all": {2: FIRST, 3: SECOND}})})
    assert found.empty
    assert list(found.columns) == AGREEMENT.names

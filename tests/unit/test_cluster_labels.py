"""Names of clusters against an explicit loop over NLTK's hypernyms."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from semantrace.core.errors import InputError
from semantrace.embedding.cluster_names import (
    Extensions,
    indicator,
    label_clusters,
    synset_extensions,
)

# Fifty classes of ImageNet: fishes, birds, reptiles, dogs, cats, hoofed animals, insects, vehicles,
# instruments, furniture, clothes, buildings, food and landscapes.
WNIDS = """
n01440764 n01443537 n01484850 n01491361 n01514668 n01530575 n01532829 n01537544 n01608432 n01622779
n01664065 n01667778 n01682714 n01698640 n01728572 n02085620 n02085936 n02086240 n02099601 n02123045
n02123159 n02124075 n02129165 n02391049 n02397096 n02403003 n02165456 n02190166 n02219486 n02690373
n02701002 n02930766 n04285008 n04467665 n02672831 n02676566 n02787622 n03249569 n02791124 n03001627
n03201208 n02730930 n02807133 n03124170 n02793495 n02859443 n07565083 n07697313 n07753275 n09472597
"""
CLASSES = WNIDS.split()


def label_by_loop(wordnet, classes, cluster):
    """Return F1, extension and synset of the two best synsets, by the definitions alone."""
    extensions = {}
    for wnid in classes:
        synset = wordnet.synset_from_pos_and_offset("n", int(wnid[1:]))
        above = {s for path in synset.hypernym_paths() for s in path}
        assert above == {synset, *synset.closure(lambda s: s.hypernyms() + s.instance_hypernyms())}
        for ancestor in above:
            extensions.setdefault(ancestor, set()).add(wnid)
    ranking = []
    for synset, extension in extensions.items():
        f1 = 2 * len(cluster & extension) / (len(cluster) + len(extension))
        ranking.append((-f1, -len(extension), synset.min_depth(), synset.offset(), synset))
    ranking.sort(key=lambda entry: entry[:4])
    best = ranking[0][4]
    second = next(entry[4] for entry in ranking if extensions[entry[4]] != extensions[best])
    return [
        (
            f"n{synset.offset():08d}",
            2 * len(cluster & extensions[synset]) / (len(cluster) + len(extensions[synset])),
            len(cluster & extensions[synset]) / len(cluster),
            len(cluster & extensions[synset]) / len(extensions[synset]),
        )
        for synset in (best, second)
    ]


@pytest.mark.parametrize("seed", range(6))
def test_labels_equal_a_loop_over_nltk(wordnet, nltk_wordnet, seed):
    random = np.random.default_rng(seed)
    classes = list(random.permutation(CLASSES))
    # Runs of sorted wnids make sensible clusters; the shuffled few make ties and poor ones.
    assignment = np.searchsorted([8, 20, 29, 44], np.argsort(np.argsort(classes)), side="right")
    moved = random.choice(50, 3 * seed, replace=False)
    assignment[moved] = random.integers(0, 5, moved.size)
    extensions = synset_extensions(wordnet, classes)
    found = label_clusters(extensions, indicator(assignment))
    for cluster in range(5):
        members = {classes[i] for i in np.flatnonzero(assignment == cluster)}
        best, second = label_by_loop(nltk_wordnet, classes, members)
        assert extensions.wnids[found.best[cluster]] == best[0]
        assert (found.f1[cluster], found.precision[cluster], found.recall[cluster]) == best[1:]
        assert extensions.wnids[found.second[cluster]] == second[0]
        assert found.second_f1[cluster] == second[1]


def test_worked_example_of_the_paper():
    """Recall .90 and precision .85 give F1 .87 (section 4.2)."""
    # A cluster of 180 classes, a synset of 170, 153 in both: 153/170 = .90 and 153/180 = .85.
    members, cluster = np.zeros((300, 1), "f4"), np.zeros((300, 1), "f4")
    members[:170], cluster[17:197] = 1, 1
    found = label_clusters(Extensions(("n02084071",), members), cluster)
    assert found.recall[0] == pytest.approx(0.90)
    assert found.precision[0] == pytest.approx(0.85)
    assert round(found.f1[0], 2) == 0.87


def test_living_things_are_named_living_thing(wordnet):
    """Of synsets that cover the same classes the least deep one gives the name."""
    animals, things = CLASSES[:29], CLASSES[29:]
    extensions = synset_extensions(wordnet, CLASSES)
    found = label_clusters(extensions, indicator(np.array([0] * len(animals) + [1] * len(things))))
    # animal.n.01 and organism.n.01 cover the same 29 classes; living_thing.n.01 stands above them.
    assert wordnet.name(extensions.wnids[found.best[0]]) == "living_thing.n.01"
    assert found.f1[0] == 1
    assert wordnet.name(extensions.wnids[found.best[1]]) == "artifact.n.01"


def test_extensions_differ_and_stand_by_size(wordnet):
    extensions = synset_extensions(wordnet, CLASSES)
    columns = {tuple(column) for column in extensions.members.T}
    assert len(columns) == len(extensions.wnids) == extensions.members.shape[1]
    sizes = extensions.members.sum(axis=0)
    assert (np.diff(sizes) <= 0).all()
    assert wordnet.name(extensions.wnids[0]) == "entity.n.01"


def test_equal_f1_goes_to_the_larger_extension():
    """A cluster of 4: of 8 classes it holds 3, so 6/12; of 4 classes it holds 2, so 4/8."""
    members, cluster = np.zeros((12, 2), "f4"), np.zeros((12, 1))
    members[:8, 0] = 1
    members[[0, 1, 10, 11], 1] = 1
    cluster[[0, 1, 2, 8]] = 1
    found = label_clusters(Extensions(("n1", "n2"), members), cluster)
    assert found.f1[0] == found.second_f1[0] == 0.5
    assert (found.best[0], found.second[0]) == (0, 1)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), classes=st.integers(4, 30), sets=st.integers(1, 12))
def test_properties_of_f1(data, classes, sets):
    random = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    members = (random.random((classes, sets)) < random.random(sets)).astype("f4")
    members[random.integers(0, classes, sets), np.arange(sets)] = 1
    clusters = random.random((classes, 5)) < random.random(5)
    assume(clusters.any(axis=0).all())
    found = label_clusters(Extensions(tuple(map(str, range(sets))), members), clusters)
    assert ((found.f1 >= 0) & (found.f1 <= 1)).all()
    harmonic = 2 * found.precision * found.recall
    total = found.precision + found.recall
    np.testing.assert_allclose(
        found.f1, np.divide(harmonic, total, out=np.zeros(5), where=total > 0), atol=1e-12
    )
    for column in range(5):
        same = (members[:, found.best[column]] == clusters[:, column]).all()
        assert (found.f1[column] == 1) == same
    order = random.permutation(classes)
    shuffled = label_clusters(
        Extensions(tuple(map(str, range(sets))), members[order]), clusters[order]
    )
    np.testing.assert_array_equal(shuffled.best, found.best)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30))
def test_indicator_equals_explicit_loop(assignment):
    found = indicator(np.array(assignment))
    for row, cluster in enumerate(assignment):
        assert [column for column, value in enumerate(found[row]) if value] == [cluster]


def test_class_that_is_not_in_wordnet(wordnet):
    with pytest.raises(InputError, match="'n02084072'"):
        synset_extensions(wordnet, ["n02084071", "n02084072"])

"""The taxonomy of all nouns against NLTK, which reads one synset at a time."""

import numpy as np
import pytest


@pytest.fixture(scope="module")
def taxonomy(wordnet):
    return wordnet.taxonomy()


@pytest.fixture(scope="module")
def sample(taxonomy, nltk_wordnet):
    """Two thousand nouns as NLTK's synsets, by wnid."""
    wnids = np.random.default_rng(0).choice(sorted(taxonomy.hypernyms), 2000, replace=False)
    return {wnid: nltk_wordnet.synset_from_pos_and_offset("n", int(wnid[1:])) for wnid in wnids}


def above(synset):
    return synset.hypernyms() + synset.instance_hypernyms()


def wnid_of(synset):
    return f"n{synset.offset():08d}"


def test_hypernyms_are_those_of_nltk(taxonomy, sample):
    assert len(taxonomy.hypernyms) == 82115
    for wnid, synset in sample.items():
        assert sorted(taxonomy.hypernyms[wnid]) == sorted(map(wnid_of, above(synset)))
    assert sum(len(above(synset)) > 1 for synset in sample.values()) > 20
    assert sum(bool(synset.instance_hypernyms()) for synset in sample.values()) > 100


def test_depths_and_ways_up_are_those_of_nltk(taxonomy, sample):
    least, greatest = taxonomy.least_depths(), taxonomy.greatest_depths()
    assert len(least) == len(greatest) == 82115
    for wnid, synset in sample.items():
        assert (least[wnid], greatest[wnid]) == (synset.min_depth(), synset.max_depth())
        nearest = {}
        for ancestor, distance in synset.hypernym_distances():
            name = wnid_of(ancestor)
            nearest[name] = min(distance, nearest.get(name, distance))
        assert taxonomy.steps_up(wnid) == nearest


def test_hyponyms_are_counted_once(taxonomy, nltk_wordnet):
    counts = taxonomy.hyponym_counts()
    assert [wnid for wnid, above in taxonomy.hypernyms.items() if not above] == ["n00001740"]
    assert counts["n00001740"] == len(counts) == 82115
    for name in ("dog.n.01", "vehicle.n.01", "living_thing.n.01", "physicist.n.01", "device.n.01"):
        synset = nltk_wordnet.synset(name)
        under = set(synset.closure(lambda one: one.hyponyms() + one.instance_hyponyms()))
        assert counts[wnid_of(synset)] == len(under | {synset})

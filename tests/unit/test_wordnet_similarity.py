"""Six measures of similarity in WordNet against NLTK, one pair at a time."""

import itertools

import h5py
import numpy as np
import pytest

from semantrace.core.errors import InputError
from semantrace.taxonomy.wordnet_similarity import (
    MEASURES,
    read_wordnet_similarities,
    wordnet_similarities,
)

# NLTK looks at every noun for the depth of the taxonomy, which takes seconds.
PARAMETERS = [
    pytest.param(one, marks=pytest.mark.slow) if one == "leacock_chodorow" else one
    for one in MEASURES
]

NAMES = """
dog.n.01 puppy.n.01 canine.n.02 domestic_animal.n.01 cat.n.01 person.n.01 physicist.n.01
einstein.n.01 newton.n.02 city.n.01 paris.n.01 everest.n.01 peafowl.n.01 pheasant.n.01 bird.n.01
pot.n.04 knife.n.01 car.n.01 abstraction.n.06 love.n.01 run.n.01 water.n.01 substance.n.01
tomato.n.01 apple.n.01 cherry.n.03 whole.n.02 object.n.01 living_thing.n.01 silver_protein.n.01
"""
"""With several hypernyms (dog, person), instances (Einstein), and synsets above others."""


def wnid_of(synset):
    return f"n{synset.offset():08d}"


@pytest.fixture(scope="module")
def synsets(wordnet, nltk_wordnet):
    """The named ones and a hundred more at random."""
    nouns = sorted(wordnet.taxonomy().hypernyms)
    drawn = np.random.default_rng(1).choice(nouns, 100, replace=False)
    named = [nltk_wordnet.synset(name) for name in NAMES.split()]
    others = [nltk_wordnet.synset_from_pos_and_offset("n", int(wnid[1:])) for wnid in drawn]
    return list({synset.offset(): synset for synset in named + others}.values())


@pytest.fixture(scope="module")
def similarities(wordnet, synsets):
    return wordnet_similarities(wordnet, [wnid_of(synset) for synset in synsets])


@pytest.fixture(scope="module")
def by_nltk(wordnet):
    """NLTK's measures; information content has the form of its corpus reader."""
    counts = {int(wnid[1:]): count for wnid, count in wordnet.taxonomy().hyponym_counts().items()}
    content = {"n": {**counts, 0: len(counts)}}
    return {
        "path": lambda a, b: a.path_similarity(b),
        "leacock_chodorow": lambda a, b: a.lch_similarity(b),
        "wu_palmer": lambda a, b: a.wup_similarity(b),
        "resnik": lambda a, b: a.res_similarity(b, content),
        "jiang_conrath": lambda a, b: a.jcn_similarity(b, content),
        "lin": lambda a, b: a.lin_similarity(b, content),
    }


def is_above(synset, other):
    return synset in {one for path in other.hypernym_paths() for one in path}


@pytest.mark.parametrize("measure", PARAMETERS)
def test_equals_nltk_for_every_pair(measure, similarities, synsets, by_nltk):
    """Asked from above where one is above the other, which matters for Wu-Palmer only."""
    found = similarities[measure]
    for row, column in itertools.combinations(range(len(synsets)), 2):
        pair = synsets[row], synsets[column]
        above, under = reversed(pair) if is_above(pair[1], pair[0]) else pair
        expected = by_nltk[measure](above, under)
        assert found[row, column] == pytest.approx(expected, rel=1e-12, abs=1e-15), pair


@pytest.mark.parametrize("measure", PARAMETERS)
def test_a_class_with_itself(measure, similarities, synsets, by_nltk):
    infinite = 1e300
    for found, synset in zip(np.diag(similarities[measure]), synsets, strict=True):
        expected = by_nltk[measure](synset, synset)
        assert (found == np.inf) if expected == infinite else found == pytest.approx(expected)


def test_leacock_chodorow_is_the_logarithm_of_the_path(similarities):
    """The deepest nouns of WordNet 3.0 stand nineteen steps under the root."""
    steps_and_one = 2 * 19 * np.exp(-similarities["leacock_chodorow"])
    np.testing.assert_allclose(1 / steps_and_one, similarities["path"])


def test_matrices_are_symmetric(similarities, synsets):
    for measure in MEASURES:
        np.testing.assert_array_equal(similarities[measure], similarities[measure].T)
        assert similarities[measure].shape == (len(synsets), len(synsets))
        assert similarities[measure].dtype == np.float64


def test_of_several_deepest_subsumers_a_class_itself_goes_first(wordnet):
    """Wu-Palmer from peafowl to pheasant and back: NLTK gives .76 and .97."""
    classes = [wordnet.wnid("peafowl.n.01"), wordnet.wnid("pheasant.n.01")]
    assert wordnet_similarities(wordnet, classes)["wu_palmer"][0, 1] == pytest.approx(28 / 29)


def test_the_order_of_classes_orders_the_matrix_only(wordnet, synsets, similarities):
    order = np.random.default_rng(2).permutation(len(synsets))
    shuffled = wordnet_similarities(wordnet, [wnid_of(synsets[i]) for i in order])
    for measure in MEASURES:
        np.testing.assert_array_equal(
            shuffled[measure], similarities[measure][np.ix_(order, order)]
        )


def test_the_root_may_be_a_class(wordnet):
    """Its information content is zero; NLTK divides by it when Lin asks for the root itself."""
    found = wordnet_similarities(wordnet, [wordnet.wnid("entity.n.01"), wordnet.wnid("dog.n.01")])
    assert found["resnik"][0].tolist() == [0, 0]
    assert found["lin"][0].tolist() == [1, 0]
    assert found["jiang_conrath"][0].tolist() == [np.inf, 0]


def test_class_that_is_not_in_wordnet(wordnet):
    with pytest.raises(InputError, match="'n02084072'"):
        wordnet_similarities(wordnet, ["n02084071", "n02084072"])


def test_file_of_other_classes(tmp_path):
    path = tmp_path / "wordnet_similarity.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("classes", data=["n1", "n2"], dtype=h5py.string_dtype())
        for measure in MEASURES:
            file.create_dataset(measure, data=np.eye(2))
    assert list(read_wordnet_similarities(path, ["n1", "n2"])) == list(MEASURES)
    with pytest.raises(InputError, match="its 2 classes are not the 3 whose class vectors"):
        read_wordnet_similarities(path, ["n1", "n2", "n3"])

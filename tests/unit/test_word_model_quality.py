"""Word models against people's judgements: real GloVe, and loops over the pairs."""

import numpy as np
import pandas as pd
import pytest
from gensim.models import KeyedVectors
from gensim.test.utils import datapath
from packaged import demo_source

from semantrace.taxonomy.imagenet import class_wnids
from semantrace.words.word_model_quality import JUDGED_PAIRS, judged_pairs, word_model_quality
from semantrace.words.word_vector_storage import store_word_vectors
from semantrace.words.word_vectors import WordVectors


@pytest.fixture(scope="module")
def glove(repository, tmp_path_factory):
    folder = tmp_path_factory.mktemp("glove")
    source = demo_source(repository, "word_vectors", "glove")
    store_word_vectors(source, folder / "g.npy", folder / "g.txt", folder)
    return WordVectors.open(folder / "g.npy", folder / "g.txt")


def test_glove_has_the_correlations_that_gensim_computes(glove, wordnet):
    table = word_model_quality("glove", glove, wordnet, True).set_index("judged_pairs")
    model = KeyedVectors(50)
    pairs = pd.concat([judged_pairs(file) for file in JUDGED_PAIRS.values()])
    words = {word.lower() for word in [*pairs["first"], *pairs["second"]]}
    known = sorted(words.intersection(glove.vocabulary))
    model.add_vectors(known, glove.of(known))
    for name, file in JUDGED_PAIRS.items():
        _, expected, missing = model.evaluate_word_pairs(datapath(file))
        row = table.loc[name]
        assert row["spearman"] == pytest.approx(expected.statistic, abs=2e-3)
        assert 100 * (1 - row["known_pairs"] / row["pairs"]) == pytest.approx(missing, abs=0.5)
    assert table["spearman"].round(3).tolist() == [0.265, 0.503]


def test_a_model_whose_words_are_shuffled_is_seen(glove, wordnet):
    rng = np.random.default_rng(0)
    rows = rng.permutation(len(glove.vocabulary))
    shuffled = WordVectors("shuffled", glove.vectors[rows], glove.vocabulary)
    table = word_model_quality("shuffled", shuffled, wordnet, True)
    assert table["spearman"].abs().max() < 0.15


def test_a_model_that_knows_few_pairs_has_no_correlation(wordnet):
    model = WordVectors("few", np.eye(3, dtype=np.float32), ["old", "new", "tiger"])
    table = word_model_quality("few", model, wordnet, True)
    assert table["known_pairs"].tolist() == [1, 1]  # old and new; tiger and tiger
    assert table["spearman"].isna().all()
    assert table["imagenet_classes"].tolist() == [1, 1]  # the tiger


def test_classes_of_imagenet_are_covered_by_any_of_their_names(glove, wordnet):
    known = set(glove.vocabulary)
    covered = 0
    for wnid in class_wnids():
        names = [name.lower() for name in wordnet.lemmas(wnid)]
        spelled = [name.replace("_", mark) for name in names for mark in "_- "]
        covered += any(name in known for name in spelled)
    table = word_model_quality("glove", glove, wordnet, True)
    assert table["imagenet_classes"].tolist() == [covered] * 2

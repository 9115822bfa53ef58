"""Classes of a network's own list, as wnids."""

import numpy as np
import pandas as pd
import pytest

from semantrace.activations.predictions import predictions_table
from semantrace.alignment.predicted_classes import class_identities, known_identities, with_wnids
from semantrace.core.errors import InputError

CONCEPTS = pd.DataFrame(
    {"concept": ["dog", "selfie_stick"], "wnid": ["n02084071", ""], "class": ["hound_7", "stick"]}
)


def resolved(wordnet, *names):
    predictions = pd.DataFrame({"image": range(len(names)), "predicted_wnid": names})
    return with_wnids(predictions, CONCEPTS, wordnet)["predicted_wnid"].tolist()


def test_classes_are_wnids_synsets_or_names_of_the_study(wordnet, nltk_wordnet):
    cat = f"n{nltk_wordnet.synset('cat.n.01').offset():08d}"
    found = resolved(wordnet, "n02084071", "cat.n.01", "dog", "hound_7", "selfie_stick", "dog")
    assert found == ["n02084071", cat, "n02084071", "n02084071", "", "n02084071"]


def test_all_other_names_are_told_at_once(wordnet):
    with pytest.raises(InputError) as caught:
        resolved(wordnet, "dog", "gadget", "widget", "gadget")
    assert [problem.split(",")[0] for problem in caught.value.problems] == [
        "classes: the network predicts 'gadget'",
        "classes: the network predicts 'widget'",
    ]


def test_classes_outside_wordnet_are_told_apart(wordnet):
    concepts = pd.DataFrame(
        {"concept": ["dog", "a", "b"], "wnid": ["n02084071", "", ""], "class": ["d", "1", "2"]}
    )
    names = ["d", "dog.n.01", "a", "1", "b", "2", "unheard of", "no.n.99", "n02084071"]
    found = class_identities(pd.Series(names), concepts, wordnet).tolist()
    dog = "n02084071"
    assert found == [dog, dog, "a", "a", "b", "b", "unheard of", "no.n.99", dog]
    assert known_identities(concepts).tolist() == [dog, "a", "b"]


def test_a_table_of_predictions_has_the_networks_own_classes():
    numbers = np.array([[1, 0], [2, 1]])
    classes = ("cat", "dog", "cow")
    table = predictions_table("n", ["a", "b"], numbers, np.full((2, 2), 0.5), classes)
    assert table["wnid"].tolist() == table["class"].tolist() == ["dog", "cat", "cow", "dog"]
    table = predictions_table("n", ["a"], np.array([[0]]), np.ones((1, 1)))
    assert table["class"].item() == "tench"

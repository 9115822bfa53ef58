"""Concepts matched against an explicit loop over rounds, on WordNet itself."""

import itertools

import numpy as np
import pandas as pd
import pytest

from semantrace.concepts import class_names, match_concepts
from semantrace.errors import InputError

DOG, CAT, COW, HORSE = "n02084071", "n02121620", "n01887787", "n02374451"
BIRD, MACHINE = "n02012849", "n03126707"  # both are cranes
FOUR = {DOG: ["dog"], CAT: ["cat"], COW: ["cow"], HORSE: ["horse"]}
WORDS = {"dog", "cat", "cow", "horse", "crane"}


def match(names, known, wordnet):
    return match_concepts(names, dict.fromkeys(names, 2), known, wordnet)


def table(*rows):
    return pd.DataFrame(rows, columns=["wnid", "word"])


def test_names_of_each_kind(wordnet):
    pictures = table((COW, "Milk cow"), (DOG, "Puppy"), (COW, "Milk cow"))
    assert class_names(pictures, wordnet, "word", True) == {COW: ["milk_cow"], DOG: ["puppy"]}
    assert class_names(pictures, wordnet, "word", False)[DOG] == ["Puppy"]
    assert class_names(pictures, wordnet, "first_lemma", True)[DOG] == ["dog"]
    every = class_names(pictures, wordnet, "any_lemma", False)
    assert every[DOG] == ["dog", "domestic_dog", "Canis_familiaris"]
    assert list(every) == [COW, DOG]
    with pytest.raises(InputError, match="unknown value 'lemma'"):
        class_names(pictures, wordnet, "lemma", True)


def test_kept_classes_sorted_by_wnid(wordnet):
    matching = match(FOUR, {"glove": WORDS, "skipgram": WORDS}, wordnet)
    assert matching.concepts["wnid"].tolist() == sorted(FOUR)
    assert matching.concepts["concept"].tolist() == ["cow", "dog", "cat", "horse"]
    assert list(matching.concepts) == ["concept", "wnid", "images"]
    assert matching.classes["kept"].tolist() == ["true"] * 4
    assert list(matching.classes) == [
        *["wnid", "concept", "images", "in_glove", "in_skipgram", "kept", "reason"]
    ]


def test_without_models_no_class_gives_way_to_its_namesake(wordnet):
    names = {**FOUR, BIRD: ["crane"], MACHINE: ["crane"]}
    matching = match(names, {}, wordnet)
    concepts = matching.concepts.set_index("wnid")["concept"]
    assert concepts[MACHINE] == "crane"
    assert concepts[BIRD] == f"crane ({BIRD})"
    assert len(concepts) == len(names)
    assert concepts.is_unique
    assert set(matching.classes["kept"]) == {"true"}


def test_a_word_must_be_in_all_models(wordnet):
    names = {**FOUR, BIRD: ["crane"], "n02118333": ["fox"]}
    known = {"glove": WORDS | {"fox"}, "skipgram": WORDS}
    classes = match(names, known, wordnet).classes.set_index("wnid")
    fox = classes.loc["n02118333"]
    assert (fox["kept"], fox["in_glove"], fox["in_skipgram"]) == ("false", "true", "false")
    assert fox["reason"] == "no word vector in skipgram"
    known = {"glove": WORDS | {"vixen"}, "skipgram": WORDS | {"fox"}}
    names["n02118333"] = ["fox", "vixen"]
    fox = match(names, known, wordnet).classes.set_index("wnid").loc["n02118333"]
    assert fox["reason"] == "no word that all models know"


def test_a_shared_word_goes_to_its_most_frequent_sense(wordnet):
    names = {**FOUR, BIRD: ["crane"], MACHINE: ["crane"]}
    senses = wordnet.senses("crane")
    first, second = sorted((BIRD, MACHINE), key=senses.index)
    matching = match(names, {"glove": WORDS}, wordnet)
    assert first in set(matching.concepts["wnid"])
    loser = matching.classes.set_index("wnid").loc[second]
    assert loser["kept"] == "false"
    assert loser["reason"] == f"crane names {first}, a more frequent sense"
    assert loser["concept"] == "crane"


def test_the_loser_takes_its_next_word(wordnet):
    names = {**FOUR, BIRD: ["crane", "wader"], MACHINE: ["crane", "hoist"]}
    known = {"glove": WORDS | {"wader", "hoist"}}
    chosen = match(names, known, wordnet).concepts.set_index("wnid")["concept"]
    senses = wordnet.senses("crane")
    winner = min((BIRD, MACHINE), key=senses.index)
    assert chosen[winner] == "crane"
    other = MACHINE if winner == BIRD else BIRD
    assert chosen[other] == {BIRD: "wader", MACHINE: "hoist"}[other]


def stable_by_search(names, wordnet):
    """Find the best stable assignment by trying all of them."""
    wnids = sorted(names)

    def rank(word, wnid):
        senses = wordnet.senses(word)
        return (senses.index(wnid) if wnid in senses else len(senses), wnid)

    def is_stable(given):
        for wnid, place in zip(wnids, given, strict=True):
            for better in names[wnid][: place if place is not None else None]:
                holders = [
                    other
                    for other, at in zip(wnids, given, strict=True)
                    if at is not None and names[other][at] == better
                ]
                if not holders or rank(better, wnid) < rank(better, holders[0]):
                    return False
        taken = [names[w][p] for w, p in zip(wnids, given, strict=True) if p is not None]
        return len(set(taken)) == len(taken)

    options = [[*range(len(names[wnid])), None] for wnid in wnids]
    stable = [given for given in itertools.product(*options) if is_stable(given)]
    assert stable
    cost = [[9 if p is None else p for p in given] for given in stable]
    best = stable[int(np.argmin([sum(c) for c in cost]))]
    return {w: names[w][p] for w, p in zip(wnids, best, strict=True) if p is not None}


@pytest.mark.parametrize("seed", range(15))
def test_sharing_out_equals_a_search_over_all_assignments(wordnet, seed):
    from semantrace.concepts import _share_out

    rng = np.random.default_rng(seed)
    words = ["crane", "bank", "mouse", "bat"]
    senses = sorted({wnid for word in words for wnid in wordnet.senses(word)[:3]})
    wnids = rng.choice(senses, 5, replace=False).tolist()
    names = {w: rng.permutation(words)[: rng.integers(1, 4)].tolist() for w in wnids}
    found = {wnid: word for word, wnid in _share_out(names, wordnet).items()}
    assert found == stable_by_search(names, wordnet)


def test_a_study_without_word_vectors_keeps_every_class(wordnet):
    assert len(match(FOUR, {}, wordnet).concepts) == 4


def test_fewer_than_four_concepts(wordnet):
    with pytest.raises(InputError, match=r"only 3 of 4 classes .*\(cow: no word vector in glove\)"):
        match(FOUR, {"glove": WORDS - {"cow"}}, wordnet)
    with pytest.raises(InputError, match="only 0 of 0 classes"):
        match({}, {"glove": WORDS}, wordnet)

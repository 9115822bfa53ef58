"""Concepts matched against an explicit loop over rounds, on WordNet itself."""

import itertools

import numpy as np
import pytest

from semantrace.core.errors import InputError, Problems
from semantrace.core.tables import CONCEPTS
from semantrace.images.dataset_classes import DatasetClass
from semantrace.words.class_exclusion import excluded_classes
from semantrace.words.concepts import (
    class_names,
    lost_classes,
    match_concepts,
)

DOG, CAT, COW, HORSE = "n02084071", "n02121620", "n01887787", "n02374451"
BIRD, MACHINE = "n02012849", "n03126707"  # both are cranes
FOUR = {DOG: ["dog"], CAT: ["cat"], COW: ["cow"], HORSE: ["horse"]}
WORDS = {"dog", "cat", "cow", "horse", "crane"}
STICK = "name_selfie%20stick"


def named(wnid, word, by_word=False, name=None):
    return DatasetClass(name or wnid, wnid, word, by_word, "named by wnid")


def outside(name):
    return DatasetClass(name, "", name, True, "outside WordNet")


def match(names, known, wordnet, extra=(), excluded=()):
    classes = [named(wnid, words[0]) for wnid, words in names.items()]
    names = names | {one.identifier: [one.word.replace(" ", "_")] for one in extra}
    images = {one.name: 2 for one in (*classes, *extra)}
    return match_concepts([*classes, *extra], names, images, known, wordnet, excluded)


def test_names_of_each_kind(wordnet):
    classes = [named(COW, "Milk cow"), named(DOG, "Puppy")]
    assert class_names(classes, wordnet, "word", True) == {COW: ["milk_cow"], DOG: ["puppy"]}
    assert class_names(classes, wordnet, "word", False)[DOG] == ["Puppy"]
    assert class_names(classes, wordnet, "first_lemma", True)[DOG] == ["dog"]
    every = class_names(classes, wordnet, "any_lemma", False)
    assert every[DOG] == ["dog", "domestic_dog", "Canis_familiaris"]
    assert list(every) == [COW, DOG]
    with pytest.raises(InputError, match="unknown value 'lemma'"):
        class_names(classes, wordnet, "lemma", True)


@pytest.mark.parametrize("how", ["word", "first_lemma", "any_lemma"])
def test_a_class_named_by_a_word_has_no_other(wordnet, how):
    whale = wordnet.wnid("whale.n.01")  # whose first lemma is giant
    classes = [named(whale, "whale", by_word=True), outside("selfie stick")]
    expected = {whale: ["whale"], STICK: ["selfie_stick"]}
    assert class_names(classes, wordnet, how, True) == expected


def test_kept_classes_sorted_by_wnid(wordnet):
    matching = match(FOUR, {"glove": WORDS, "skipgram": WORDS}, wordnet)
    assert matching.concepts["wnid"].tolist() == sorted(FOUR)
    assert matching.concepts["concept"].tolist() == ["cow", "dog", "cat", "horse"]
    assert list(matching.concepts) == CONCEPTS.names
    assert matching.concepts["synset"].tolist() == [
        *("cow.n.02", "dog.n.01", "cat.n.01", "horse.n.01")
    ]
    assert matching.classes["kept"].tolist() == ["true"] * 4
    assert list(matching.classes) == [
        *["class", "concept", "wnid", "synset", "definition", "alternatives", "rule"],
        *["images", "in_glove", "in_skipgram", "kept", "reason"],
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
    from semantrace.words.concepts import _share_out

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


def test_a_class_outside_wordnet_is_a_concept_like_any_other(wordnet):
    sticks = [outside("selfie stick"), outside("aaa stick")]
    known = {"glove": WORDS | {"selfie_stick", "aaa_stick"}}
    matching = match(FOUR, known, wordnet, sticks)
    assert matching.concepts["concept"].tolist()[4:] == ["aaa_stick", "selfie_stick"]
    assert matching.concepts["wnid"].tolist() == [*sorted(FOUR), "", ""]
    assert matching.concepts["class"].tolist()[4:] == ["aaa stick", "selfie stick"]
    assert matching.concepts["synset"].tolist()[4:] == ["", ""]
    lost = match(FOUR, {"glove": WORDS}, wordnet, sticks).classes.iloc[-1]
    assert (lost["kept"], lost["reason"]) == ("false", "no word vector in glove")


def test_a_class_named_by_a_word_keeps_it(wordnet):
    names = {**FOUR, MACHINE: ["crane"]}
    bird = named(BIRD, "crane", by_word=True, name="crane")
    concepts = match(names, {"glove": WORDS}, wordnet, [bird])
    assert BIRD in set(concepts.concepts["wnid"])
    lost = concepts.classes.set_index("wnid").loc[MACHINE]
    assert lost["reason"] == f"crane names {BIRD}, a class of this name"


def test_without_models_a_namesake_outside_wordnet_stays(wordnet):
    namesake = DatasetClass("my crane", "", "crane", False, "class table")
    concepts = match({**FOUR, BIRD: ["crane"]}, {}, wordnet, [namesake]).concepts
    assert concepts["concept"].is_unique
    assert concepts["concept"].tolist()[-1] == "crane (my crane)"


def test_every_choice_can_be_read(wordnet, tmp_path):
    crane = DatasetClass("crane", MACHINE, "crane", True, "ImageNet class", (BIRD,))
    table = match(FOUR, {}, wordnet, [crane]).classes.set_index("class")
    row = table.loc["crane"]
    assert (row["synset"], row["rule"]) == ("crane.n.04", "ImageNet class")
    assert row["definition"] == wordnet.definition(MACHINE)
    assert row["alternatives"] == f"crane.n.05: {wordnet.definition(BIRD)}"
    assert not table.map(str).apply(lambda cells: cells.str.contains(r"[\t\n]")).any().any()


def excluded(entries, wordnet):
    classes = [
        *(named(DOG, "dog", True, "Dog"), named(BIRD, "crane"), named(MACHINE, "crane")),
        outside("selfie stick"),
    ]
    problems = Problems()
    names = class_names(classes, wordnet, "any_lemma", True)
    return excluded_classes(entries, classes, names, wordnet, problems), problems.found


@pytest.mark.parametrize(
    ("entry", "identifier"),
    [
        *(("Dog", DOG), ("dog", DOG), (DOG, DOG), ("dog.n.01", DOG)),
        *((BIRD, BIRD), ("crane.n.04", MACHINE)),
        *(("selfie stick", STICK), ("selfie_stick", STICK), ("Selfie Stick", STICK)),
    ],
)
def test_a_class_is_excluded_by_any_of_its_names(wordnet, entry, identifier):
    assert excluded([entry], wordnet) == ({identifier}, [])


def test_an_entry_that_excludes_nothing_or_several_classes_is_told(wordnet):
    found, problems = excluded(["crane", "dgo", DOG], wordnet)
    assert found == {DOG}
    assert problems[0] == (
        f"concepts.exclude: 'crane' names several classes ({BIRD}, {MACHINE}); give the wnid"
    )
    assert "concepts.exclude: the dataset has no class 'dgo'; did you mean 'dog'" in problems[1]


def test_excluded_classes_give_up_their_word_and_stand_in_the_table(wordnet):
    names = {**FOUR, BIRD: ["crane"], MACHINE: ["crane"]}
    matching = match(names, {"glove": WORDS}, wordnet, excluded=[MACHINE])
    assert BIRD in set(matching.concepts["wnid"])
    row = matching.classes.set_index("wnid").loc[MACHINE]
    assert (row["kept"], row["reason"]) == ("false", "left out by concepts.exclude")


def test_the_classes_that_each_model_lacks():
    names = {DOG: ["dog", "hound"], CAT: ["cat"], STICK: ["selfie_stick"]}
    known = {"glove": {"hound", "cat"}, "skipgram": {"dog", "selfie_stick"}, "none": set()}
    expected = {"glove": {STICK}, "skipgram": {CAT}, "none": set(names)}
    assert lost_classes(names, known) == expected

"""The sense of a word that names a class of images, measured on the names of whole data sets."""

import csv

import pytest

from semantrace.taxonomy.imagenet import class_names, class_wnids
from semantrace.taxonomy.senses import SenseChooser

FAILING = {
    *("brass.n.07", "crane.n.05", "maillot.n.02", "plane.n.05", "plate.n.08", "polecat.n.02"),
    *("pot.n.04", "screen.n.03", "shield.n.02", "tub.n.02", "upright.n.02"),
}
"""ImageNet's classes whose first name is taken for another thing; of two namesakes, the rarer."""


@pytest.fixture(scope="module")
def photographed(wordnet):
    return SenseChooser(wordnet)


@pytest.mark.parametrize(
    ("word", "synset", "rule"),
    [
        ("tiger", "tiger.n.02", "ImageNet class"),  # n.01 is a fierce person
        ("otter", "otter.n.02", "ImageNet class"),  # a fur
        ("hammerhead", "hammerhead.n.03", "ImageNet class"),  # a dunce
        ("ram", "ram.n.05", "ImageNet class"),  # a computer's memory
        ("crane", "crane.n.04", "ImageNet class"),  # Stephen Crane
        ("turtle", "turtle.n.02", "above an ImageNet class"),  # a sweater
        ("whale", "whale.n.02", "above an ImageNet class"),  # a very large person
        ("raccoon", "raccoon.n.02", "photographable"),  # its fur
        ("trout", "trout.n.02", "photographable"),  # its flesh
        ("cherry", "cherry.n.03", "photographable"),  # its wood and its tree
        ("almond", "almond.n.02", "photographable"),
        ("rose", "rose.n.01", "photographable"),  # neither a wine nor a colour
        ("freedom", "freedom.n.01", "most frequent"),
        ("violoncello", "cello.n.01", "only sense"),
    ],
)
def test_what_a_photograph_shows(photographed, wordnet, word, synset, rule):
    sense = photographed.choose(word)
    assert (wordnet.name(sense.wnid), sense.rule) == (synset, rule)
    assert {sense.wnid, *sense.alternatives} == set(wordnet.senses(word))
    assert sense.wnid not in sense.alternatives


def test_frequency_takes_the_first_sense(wordnet):
    sense = SenseChooser(wordnet, "frequency").choose("tiger")
    assert (sense.wnid, sense.rule) == (wordnet.senses("tiger")[0], "most frequent")
    assert len(sense.alternatives) == 1


def test_no_noun_has_no_sense(photographed):
    assert photographed.choose("selfie stick") is None


@pytest.mark.parametrize("word", ["crane", "maillot", "cardigan"])
def test_two_classes_of_imagenet_are_told(photographed, word):
    assert len(photographed.choose(word).tied) == 1
    assert photographed.choose(word).tied[0] in class_wnids()


def test_capitals_tell_two_classes_of_imagenet_apart(photographed, wordnet):
    assert wordnet.name(photographed.choose("cardigan").wnid) == "cardigan.n.01"
    assert wordnet.name(photographed.choose("Cardigan").wnid) == "cardigan.n.02"  # a dog


def wrong(chooser, pairs):
    return {wnid for word, wnid in pairs if chooser.choose(word).wnid != wnid}


def test_names_of_imagenet(photographed, wordnet):
    pairs = list(zip(class_names(), class_wnids(), strict=True))
    failing = wrong(photographed, pairs)
    assert {wordnet.name(wnid) for wnid in failing} == FAILING
    assert len(wrong(SenseChooser(wordnet, "frequency"), pairs)) == 209


def test_names_of_imagenet_each_without_its_own_class(wordnet):
    right = 0
    for word, wnid in zip(class_names(), class_wnids(), strict=True):
        others = [other for other in class_wnids() if other != wnid]
        right += SenseChooser(wordnet, classes=others).choose(word).wnid == wnid
    assert right >= 869


def test_words_of_the_default_study(photographed, wordnet, repository):
    with (repository / "studies/demo.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    pairs = {(row["word"], row["wnid"]) for row in rows}
    assert len(pairs) == 190
    assert len(wrong(photographed, pairs)) <= 23
    assert len(wrong(SenseChooser(wordnet, "frequency"), pairs)) == 63

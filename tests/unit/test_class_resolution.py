"""Classes named in every way that a user has, and all that can be wrong with a name."""

import re

import pytest

from semantrace.core.errors import Problems
from semantrace.images.dataset_classes import DatasetClass, NamedClass, class_id, wnid_of
from semantrace.words.class_resolution import resolve_classes, warnings_of

DOG, TIGER, CRANE_BIRD = "n02084071", "n02129604", "n02012849"


def folders(*names):
    return [NamedClass(name, f"data/{name}", name) for name in names]


def resolve(wordnet, named, table=None, senses="photograph"):
    problems = Problems()
    return resolve_classes(named, table, senses, wordnet, problems), problems.found


def only(wordnet, name, **options):
    found, problems = resolve(wordnet, folders(name), **options)
    assert problems == []
    return found[0]


@pytest.fixture
def table(tmp_path):
    def write(*rows, header="class\tsynset\tword"):
        path = tmp_path / "classes.tsv"
        path.write_text("\n".join([header, *("\t".join(row) for row in rows)]) + "\n")
        return path

    return write


@pytest.mark.parametrize(
    ("name", "wnid", "word", "by_word", "rule"),
    [
        (DOG, DOG, "dog", False, "named by wnid"),
        ("n02085620-Chihuahua", "n02085620", "Chihuahua", False, "named by wnid"),
        ("n02085620_my own words", "n02085620", "Chihuahua", False, "named by wnid"),
        ("crane.n.05", CRANE_BIRD, "crane", False, "named by synset"),
        ("Crane.n.5", CRANE_BIRD, "crane", False, "named by synset"),
        ("tiger", TIGER, "tiger", True, "ImageNet class"),
        ("Tiger", TIGER, "Tiger", True, "ImageNet class"),
        ("polar-bear", "n02134084", "polar_bear", True, "only sense"),
        ("Polar Bear", "n02134084", "Polar_Bear", True, "only sense"),
        ("T_shirt", "n03595614", "T-shirt", True, "only sense"),
        ("selfie stick", "", "selfie stick", True, "outside WordNet"),
        ("Lanius collurio", "", "Lanius collurio", True, "outside WordNet"),
        ("猫", "", "猫", True, "outside WordNet"),
    ],
)
def test_each_way_to_name_a_class(wordnet, name, wnid, word, by_word, rule):
    found = only(wordnet, name)
    assert (found.wnid, found.word, found.by_word, found.rule) == (wnid, word, by_word, rule)
    assert found.name == name


def test_the_frequent_sense_where_the_study_wants_it(wordnet):
    assert only(wordnet, "tiger", senses="frequency").wnid == wordnet.wnid("tiger.n.01")


@pytest.mark.parametrize(
    ("name", "near"), [("girafe", "giraffe"), ("dogs", "dog"), ("sun glasses", "sunglasses")]
)
def test_a_word_that_is_no_noun_is_told_with_the_nearest(wordnet, name, near):
    found = only(wordnet, name)
    assert found.wnid == ""
    expected = f"{name!r} is not a noun of WordNet and stays outside it; did you mean {near!r}"
    assert expected in warnings_of([found], "matching.tsv", wordnet)[0]


def test_a_word_like_no_noun(wordnet):
    (line,) = warnings_of([only(wordnet, "selfie stick")], "matching.tsv", wordnet)
    assert line.endswith("; no noun is spelt like it")


def test_two_classes_of_imagenet_with_one_name_are_told(wordnet):
    warning = only(wordnet, "crane").warning
    assert "taken for crane.n.04" in warning
    assert "crane.n.05 is a class of ImageNet too" in warning
    assert only(wordnet, "tiger").warning == ""


@pytest.mark.parametrize(
    "names", [list("01234567"), list("abcdefgh"), ["01", "2.5", "class_3", "Label 12", "1-2"]]
)
def test_numbers_and_letters_are_refused_together(wordnet, names):
    found, problems = resolve(wordnet, folders(*names, "dog"))
    assert [one.name for one in found] == ["dog"]
    assert len(problems) == 1
    assert f"dataset: {', '.join(names)}: a number or a single letter" in problems[0]
    assert "table dataset.classes with the columns class and synset" in problems[0]


def test_many_numbers_are_counted(wordnet):
    _, problems = resolve(wordnet, folders(*map(str, range(1000))))
    assert "6, 7, … (1000 classes):" in problems[0]


def test_all_problems_are_told(wordnet):
    names = ["n99999999", "n0208407", "dog.n.99", "run.v.01", "7", "tab\there", "dog"]
    found, problems = resolve(wordnet, folders(*names))
    assert [one.name for one in found] == ["dog"]
    told = "\n".join(problems)
    for text in ["n99999999", "n0208407", "dog.n.99", "run.v.01", "dataset: 7:", "tab or line br"]:
        assert text in told
    assert len(problems) == len(names) - 1


def test_one_class_under_two_names_is_refused(wordnet):
    named = folders("dog", DOG, "selfie stick", "Selfie_stick", "cat")
    found, problems = resolve(wordnet, named)
    assert [one.name for one in found] == ["dog", "cat", "selfie stick"]
    assert f"data/{DOG}: names the same class as data/dog ({DOG})" in problems[0]
    assert "data/Selfie_stick: names the same class as data/selfie stick" in problems[1]


def test_a_table_names_the_classes(wordnet, table):
    path = table(
        ("0", "tench.n.01", ""),
        ("1", "n01443537", "gold fish"),
        ("crane", "crane.n.05", ""),
        ("7", "", "gizmo"),
        ("odd", "", ""),
    )
    found, problems = resolve(wordnet, folders("0", "1", "crane", "7", "odd", "dog"), path)
    assert problems == []
    by_name = {one.name: (one.wnid, one.word, one.by_word, one.rule) for one in found}
    assert by_name == {
        "0": ("n01440764", "tench", False, "class table"),
        "1": ("n01443537", "gold fish", True, "class table"),
        "crane": (CRANE_BIRD, "crane", True, "class table"),
        "7": ("", "gizmo", True, "class table"),
        "odd": ("", "odd", True, "class table"),
        "dog": (DOG, "dog", True, "above an ImageNet class"),
    }


def test_mistakes_in_a_table_of_classes(wordnet, table):
    named = folders("0", "dog")
    _, problems = resolve(wordnet, named, table(("0", "tench.n.09", ""), ("o", "tench.n.01", "")))
    assert len(problems) == 2
    assert re.search(
        r"classes.tsv, line 3: the dataset has no class 'o'; known: 0, dog", problems[0]
    )
    assert re.search(r"classes.tsv, line 2: synset 'tench.n.09': not a noun of Wo", problems[1])
    _, problems = resolve(wordnet, named, table(("0", "", ""), ("0", "", ""), ("", "dog.n.01", "")))
    assert len(problems) == 2
    _, problems = resolve(wordnet, named, table(("0",), header="class"))
    assert "column 'synset' is missing" in problems[0]
    _, problems = resolve(wordnet, named, "none.tsv")
    assert problems == ["dataset.classes: there is no file none.tsv; check the path"]


def test_classes_stand_by_wnid_then_by_name(wordnet):
    found, _ = resolve(wordnet, folders("zebra", "aaa stick", "selfie stick", "cat", "dog"))
    wnids = [one.wnid for one in found]
    assert wnids == [*sorted(wnids[:3]), "", ""]
    assert [one.name for one in found[3:]] == ["aaa stick", "selfie stick"]


def test_identifiers():
    names = ["selfie stick", "selfie_stick", "a/b", "ä", "日本", "n", "zz", "%41", "A"]
    identifiers = [class_id(name, "") for name in names]
    assert len(set(identifiers)) == len(names)
    for identifier in identifiers:
        assert re.fullmatch(r"[\w.~%-]+", identifier, re.ASCII)
        assert identifier > "n99999999"
        assert wnid_of(identifier) == ""
    assert class_id("dog", DOG) == wnid_of(DOG) == DOG


def test_what_the_user_is_told(wordnet):
    words = ["crane", "tiger", "violoncello", *(f"selfie stick {n}" for n in "abcdefghij")]
    found, _ = resolve(wordnet, folders(*words))
    lines = warnings_of(found, "matching.tsv", wordnet)
    assert len(lines) == 8 + 1 + 1 + 1
    assert lines[8] == "2 more classes are not nouns of WordNet; see matching.tsv"
    assert "taken for crane.n.04" in lines[9]
    assert lines[10].startswith("2 of 13 classes are named by words with several senses; check")
    assert "matching.tsv" in lines[10]
    assert warnings_of([DatasetClass("dog", DOG, "dog", True, "only sense")], "x", wordnet) == []


@pytest.mark.parametrize("name", ["VII", "ix", "class_a", "label-3", "Class 12", "07"])
def test_numbers_in_other_dress_are_refused_as_well(wordnet, name):
    _, problems = resolve(wordnet, folders(name))
    assert len(problems) == (0 if name == "ix" else 1)  # small letters may be a word


@pytest.mark.parametrize("name", ["classy", "labels", "groups", "folder", "mix", "N02084071"])
def test_words_that_begin_like_numbers_are_not_refused(wordnet, name):
    assert resolve(wordnet, folders(name))[1] == []


def test_an_excluded_class_needs_no_meaning_and_takes_nobodys_place(wordnet):
    named = folders("1", "puma", "cougar")
    problems = Problems()
    found = resolve_classes(named, None, "photograph", wordnet, problems, ["1", "puma"])
    assert problems.found == []
    assert [one.name for one in found] == ["cougar"]


def test_names_with_accents_of_either_form_are_one_in_a_table(wordnet, table):
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    found, problems = resolve(wordnet, folders(decomposed), table((composed, "cafe.n.01", "")))
    assert problems == []
    assert found[0].wnid == wordnet.wnid("cafe.n.01")

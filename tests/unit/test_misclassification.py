"""Which images count as misclassified, and the words of what they were taken for."""

import numpy as np
import pandas as pd
import pytest

from semantrace.alignment.misclassification import (
    extended_word_correlations,
    find_misclassified,
    predicted_words,
)
from semantrace.alignment.predicted_classes import read_predictions
from semantrace.core.errors import InputError
from semantrace.core.tables import PREDICTIONS
from semantrace.io.tables import write_table
from semantrace.words.word_vectors import WordVectors

WORDS = ["dog", "cat", "hammer", "crane", "guitar", "beagle", "tabby", "ice-cream", "tench"]
ANY = {"match": "any_lemma", "lowercase": True}
FIRST = {"match": "first_lemma", "lowercase": True}
OWN = {"match": "word", "lowercase": True}


@pytest.fixture(scope="module")
def model():
    return WordVectors("made", np.random.default_rng(0).normal(size=(len(WORDS), 6)), WORDS)


@pytest.fixture(scope="module")
def names(wordnet):
    """Wnids by the name of the synset."""
    synsets = ("dog.n.01", "cat.n.01", "hammer.n.02", "crane.n.04", "crane.n.05", "guitar.n.01")
    synsets += ("beagle.n.01", "tabby.n.01", "ice_cream.n.01", "tench.n.01", "bannister.n.02")
    return {name: wordnet.wnid(name) for name in synsets}


def table_of(names, *synsets):
    return pd.DataFrame(
        {"concept": [name.split(".")[0] for name in synsets], "wnid": [names[n] for n in synsets]}
    )


def test_predicted_classes_find_their_words(names, wordnet, model):
    concepts = table_of(names, "dog.n.01", "cat.n.01", "crane.n.04")
    for settings in (ANY, FIRST, OWN):
        found = predicted_words(list(names.values()), concepts, wordnet, model, settings)
        by_name = {name: found.get(wnid) for name, wnid in names.items()}
        assert by_name["dog.n.01"] == "dog"
        assert by_name["crane.n.04"] == "crane"
        assert by_name["crane.n.05"] is None, "the word is another concept's"
        assert by_name["beagle.n.01"] == "beagle"
        assert by_name["ice_cream.n.01"] == "ice_cream"
        assert by_name["bannister.n.02"] is None


def test_other_lemmas_are_tried_where_the_study_does_or_has_its_own_words(wordnet):
    model = WordVectors("made", np.eye(3, 5), ["rooster", "cup", "Cup"])
    concepts = pd.DataFrame({"concept": ["cup"], "wnid": [wordnet.wnid("cup.n.01")]})
    cock = next(wnid for wnid in wordnet.senses("rooster") if wordnet.lemmas(wnid)[0] == "cock")
    for settings, expected in ((ANY, {cock: "rooster"}), (OWN, {cock: "rooster"}), (FIRST, {})):
        assert predicted_words([cock], concepts, wordnet, model, settings) == expected


def study(names, rows):
    """Images and predictions from (concept's synset, predicted synset, group)."""
    images = pd.DataFrame(
        {
            "image": [f"i{number}" for number in range(len(rows))],
            "concept": [true.split(".")[0] for true, _, _ in rows],
            "wnid": [names[true] for true, _, _ in rows],
            "group": [group for _, _, group in rows],
        }
    )
    predictions = pd.DataFrame(
        {"image": images["image"], "predicted_wnid": [names[wrong] for _, wrong, _ in rows]}
    )
    return images, predictions


def many_correct(wordnet, count):
    """As many concepts as wanted that the network names right."""
    synsets = [s for s in wordnet.nouns() if s.isalpha()][: 40 * count : 40]
    wnids = [wordnet.senses(noun)[0] for noun in synsets]
    return pd.DataFrame({"concept": synsets, "wnid": wnids}).drop_duplicates("wnid")


def test_images_are_sorted_into_correct_usable_and_the_rest(names, wordnet, model):
    right = many_correct(wordnet, 12)
    wrong = table_of(names, "dog.n.01", "cat.n.01", "hammer.n.02", "guitar.n.01")
    concepts = pd.concat([right, wrong]).sort_values("wnid", ignore_index=True)
    rows = {
        "dog.n.01": "beagle.n.01",  # a kind of dog: correct
        "cat.n.01": "tench.n.01",  # wrong, with a word that is no concept's
        "hammer.n.02": "dog.n.01",  # wrong, a concept
        "guitar.n.01": "bannister.n.02",  # wrong, without a word
    }
    images, predictions = study(names, [(true, said, "0") for true, said in rows.items()])
    extra = pd.DataFrame(
        {"image": [f"r{n}" for n in range(len(right))], "group": "0"} | dict(right)
    )
    images = pd.concat([images, extra, extra.assign(image="loose", group="").head(1)])
    predictions = pd.concat(
        [predictions, extra[["image", "wnid"]].rename(columns={"wnid": "predicted_wnid"})]
    )
    words = predicted_words(predictions["predicted_wnid"], concepts, wordnet, model, FIRST)
    found = find_misclassified(images, predictions, concepts, words, wordnet)
    assert found.note == ""
    assert found.correct_images == len(right) + 1
    assert found.misclassified_images == 3
    assert found.other_words == ("tench",)
    row = {concept: number for number, concept in enumerate(concepts["concept"])}
    (group,) = found.groups
    assert set(group.correct) == {row["dog"], *(row[concept] for concept in right["concept"])}
    pairs = dict(zip(group.true, group.predicted, strict=True))
    assert pairs == {row["cat"]: len(concepts), row["hammer"]: row["dog"]}
    assert list(found.images["concept"]) == [concepts["concept"][one] for one in group.true]
    assert dict(zip(found.images["concept"], found.images["predicted_word"], strict=True)) == {
        "cat": "tench",
        "hammer": "dog",
    }


@pytest.mark.parametrize(
    ("correct", "wrong", "predicted", "note"),
    [
        (9, 2, "dog.n.01", "9 correctly classified images in a group, 10 are needed"),
        (10, 0, "dog.n.01", "no misclassified image"),
        (10, 1, "bannister.n.02", "no misclassified image whose predicted class has a word vector"),
    ],
)
def test_a_result_that_is_empty_says_why(names, wordnet, model, correct, wrong, predicted, note):
    right = many_correct(wordnet, 12).head(correct)
    others = table_of(names, "cat.n.01", "hammer.n.02").head(wrong)
    concepts = pd.concat([right, others], ignore_index=True)
    images = concepts.assign(image=[f"i{n}" for n in range(len(concepts))], group=0)
    said = [*right["wnid"], *[names[predicted]] * len(others)]
    predictions = pd.DataFrame({"image": images["image"], "predicted_wnid": said})
    words = predicted_words(said, concepts, wordnet, model, FIRST)
    found = find_misclassified(images, predictions, concepts, words, wordnet)
    assert found.note.startswith(note)
    assert len(found.images) == 0
    with pytest.raises(InputError, match="no prediction of image i0; delete"):
        find_misclassified(images, predictions.iloc[1:], concepts, words, wordnet)


def test_a_group_with_few_correct_images_is_left_out_and_named(names, wordnet, model):
    right = many_correct(wordnet, 12)
    concepts = pd.concat([right, table_of(names, "cat.n.01")], ignore_index=True)
    parts = [concepts.assign(group=group) for group in (0, 1, 2)]
    images = pd.concat(parts, ignore_index=True)
    images["image"] = [f"i{n}" for n in range(len(images))]
    said = images["wnid"].where(images["concept"] != "cat", names["dog.n.01"])
    said = said.where((images["group"] != 1) | (images.index % 2 == 0), names["dog.n.01"])
    predictions = pd.DataFrame({"image": images["image"], "predicted_wnid": said})
    words = predicted_words(said, concepts, wordnet, model, FIRST)
    found = find_misclassified(images, predictions, concepts, words, wordnet)
    assert found.group_numbers == (0, 2)
    assert list(found.images["group"]) == [0, 2]
    assert found.note.endswith("group 1")


def test_word_correlations_get_rows_for_other_words(model):
    concepts, others = ["dog", "cat", "hammer", "crane"], ["tench", "ice_cream"]
    rows = [WORDS.index(word) for word in (*concepts, "tench", "ice-cream")]
    expected = np.corrcoef(model.vectors[rows])
    words = extended_word_correlations(expected[:4, :4], concepts, others, model)
    np.testing.assert_allclose(words, expected[:, :4], atol=1e-6)
    assert extended_word_correlations(words[:4], concepts, [], model) is not None


def test_predictions_of_all_shards_or_of_none(tmp_path):
    folders = [tmp_path / "0", tmp_path / "1"]
    assert read_predictions(folders) is None
    for number, folder in enumerate(folders):
        table = pd.DataFrame(
            {
                "network": "squeezenet",
                "image": [f"i{number}"] * 2,
                "rank": [1, 2],
                "wnid": ["n02084071", "n02121620"],
                "class": ["dog", "cat"],
                "probability": [0.7, 0.2],
            }
        )
        write_table(table, folder / "predictions.tsv", PREDICTIONS)
    read = read_predictions(folders)
    assert read.to_dict("list") == {
        "image": ["i0", "i1"],
        "predicted_wnid": ["n02084071", "n02084071"],
    }
    (tmp_path / "1/predictions.tsv").unlink()
    with pytest.raises(InputError, match="1/predictions.tsv: no such file, but other shards"):
        read_predictions(folders)

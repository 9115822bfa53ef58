"""Which images a network classified wrongly, and what words its answers have.

Source: Dharmaretnam & Fyshe 2018, section 3.3. Concepts need not be classes of the network: a
prediction is correct if its synset is at or under the concept's, so concepts outside WordNet are
left out. What the 1 vs. 2 test can use are
misclassified images whose true and predicted classes have different word vectors. The true class
is a concept of the study, so it has one. A predicted class that is a concept has that concept's
word. Any other finds its word as the study's classes do, save that where the study takes the
dataset's own words, which such a class lacks, its lemmas are tried from the first on. A word that
stands for a concept already is not taken, so that true and predicted words always differ.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from semantrace.alignment.one_vs_two import Misclassified
from semantrace.alignment.word_correlations import correlate_words
from semantrace.core.errors import InputError
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.concepts import synset_names
from semantrace.words.word_vectors import WordVectors

logger = logging.getLogger(__name__)

FEWEST_CORRECT = 10
"""Correctly classified images that a group needs: correlations over fewer say little."""

NO_CLASSES = "the network does not classify"


@dataclass(frozen=True)
class Misclassification:
    """The misclassified images of a study's groups that the 1 vs. 2 test can use.

    Attributes
    ----------
    groups : tuple of Misclassified
        Of the groups with enough correct images.
    group_numbers : tuple of int
        Which groups those are.
    images : pandas.DataFrame
        One row a test, group after group: group, image, concept, wnid, predicted_wnid,
        predicted_word.
    other_words : tuple of str
        The words of predicted classes that are no concept; row k + number of the word
        correlations is theirs.
    correct_images : int
        Correctly classified images, over those groups.
    misclassified_images : int
        All the others, with a word for the predicted class or without.
    note : str
        Why there is no test, or which groups were left out.
    """

    groups: tuple[Misclassified, ...]
    group_numbers: tuple[int, ...]
    images: pd.DataFrame
    other_words: tuple[str, ...]
    correct_images: int
    misclassified_images: int
    note: str


def predicted_words(
    wnids: Sequence[str],
    concepts: pd.DataFrame,
    wordnet: WordNet,
    model: WordVectors,
    settings: Mapping,
) -> dict[str, str]:
    """Return the words of predicted classes that have one.

    Parameters
    ----------
    wnids : sequence of str
        Predicted classes.
    concepts : pandas.DataFrame
        The study's concepts, with the columns concept and wnid.
    wordnet : WordNet
    model : WordVectors
    settings : mapping
        The study's ``concepts``: match and lowercase.

    Returns
    -------
    dict of str to str
        By wnid; classes without a word vector are missing.
    """
    words = dict(zip(concepts["wnid"], concepts["concept"], strict=True))
    match = "any_lemma" if settings["match"] == "word" else settings["match"]
    names = {
        wnid: synset_names(wnid, wordnet, match, settings["lowercase"])
        for wnid in sorted(set(wnids) - set(words))
    }
    known = model.rows({name for options in names.values() for name in options})
    free = set(known) - set(concepts["concept"])
    found = {wnid: words[wnid] for wnid in set(wnids) & set(words)}
    for wnid, options in names.items():
        word = next((name for name in options if name in free), None)
        if word is not None:
            found[wnid] = word
    return found


def find_misclassified(
    images: pd.DataFrame,
    predictions: pd.DataFrame,
    concepts: pd.DataFrame,
    words: Mapping[str, str],
    wordnet: WordNet,
) -> Misclassification:
    """Sort the images of every group into correct ones, usable misclassified ones and the rest.

    Parameters
    ----------
    images : pandas.DataFrame
        The study's images: image, concept, wnid, group (empty for images in no group).
    predictions : pandas.DataFrame
        From `read_predictions`.
    concepts : pandas.DataFrame
        The k concepts in the order of the correlation matrices: concept, wnid.
    words : mapping of str to str
        From `predicted_words`.
    wordnet : WordNet

    Raises
    ------
    InputError
        When an image has no prediction.
    """
    scored = _with_verdicts(images, predictions, words, wordnet)
    correct = scored.groupby("group")["is_correct"].sum()
    enough = correct[correct >= FEWEST_CORRECT].index
    kept = scored[scored["group"].isin(enough)]
    usable = kept[~kept["is_correct"] & (kept["predicted_word"] != "")]
    usable = usable.sort_values(["group", "wnid"], ignore_index=True)
    rows = {concept: row for row, concept in enumerate(concepts["concept"])}
    other_words = sorted(set(usable["predicted_word"]) - set(rows))
    rows |= {word: len(concepts) + row for row, word in enumerate(other_words)}
    return Misclassification(
        groups=tuple(_tests(kept, usable, number, rows) for number in enough),
        group_numbers=tuple(int(number) for number in enough),
        images=usable[["group", "image", "concept", "wnid", "predicted_wnid", "predicted_word"]],
        other_words=tuple(other_words),
        correct_images=int(kept["is_correct"].sum()),
        misclassified_images=int((~kept["is_correct"]).sum()),
        note=_note(correct, len(kept), len(usable), int(kept["is_correct"].sum())),
    )


def _with_verdicts(
    images: pd.DataFrame,
    predictions: pd.DataFrame,
    words: Mapping[str, str],
    wordnet: WordNet,
) -> pd.DataFrame:
    """Return the images of groups with their predicted words, and whether those are right."""
    scored = images[images["group"].astype(str) != ""]
    outside = scored["wnid"] == ""
    if outside.any():
        logger.warning(
            "%d images of classes outside WordNet are left out: whether a prediction is right "
            "cannot be told",
            np.count_nonzero(outside),
        )
        scored = scored[~outside]
    scored = scored.merge(predictions, on="image", how="left", validate="1:1")
    lacking = scored.loc[scored["predicted_wnid"].isna(), "image"]
    if len(lacking):
        raise InputError(
            f"predictions.tsv: no prediction of image {lacking.iloc[0]}; delete the network's "
            "activations and run again"
        )
    return scored.assign(
        group=scored["group"].astype(int),
        predicted_word=scored["predicted_wnid"].map(dict(words)).fillna(""),
        is_correct=np.array(
            [
                bool(predicted) and wordnet.is_at_or_under(predicted, true)
                for predicted, true in zip(scored["predicted_wnid"], scored["wnid"], strict=True)
            ],
            dtype=bool,
        ),
    )


def _tests(
    kept: pd.DataFrame, usable: pd.DataFrame, number: int, rows: Mapping[str, int]
) -> Misclassified:
    correct = kept.loc[kept["is_correct"] & (kept["group"] == number), "concept"]
    tests = usable[usable["group"] == number]
    return Misclassified(
        correct=np.sort([rows[concept] for concept in correct]),
        true=np.array([rows[concept] for concept in tests["concept"]], dtype=int),
        predicted=np.array([rows[word] for word in tests["predicted_word"]], dtype=int),
    )


def _note(correct: pd.Series, kept: int, usable: int, kept_correct: int) -> str:
    few = correct[correct < FEWEST_CORRECT]
    if len(few) == len(correct):
        largest = int(correct.max()) if len(correct) else 0
        return f"{largest} correctly classified images in a group, {FEWEST_CORRECT} are needed"
    if kept == kept_correct:
        return "no misclassified image"
    if not usable:
        return "no misclassified image whose predicted class has a word vector of its own"
    if len(few):
        names = ", ".join(str(number) for number in few.index)
        return (
            f"left out for fewer than {FEWEST_CORRECT} correctly classified images: group {names}"
        )
    return ""


def usable_tests(
    words: np.ndarray,
    model: WordVectors,
    concepts: pd.DataFrame,
    images: pd.DataFrame,
    predictions: pd.DataFrame,
    wordnet: WordNet,
    settings: Mapping,
) -> tuple[np.ndarray, Misclassification]:
    """Return the word correlations of all classes that take part, and the misclassified images.

    Parameters
    ----------
    words : (k, k) array
        Correlations of the concepts' words.
    model, concepts, images, predictions, wordnet, settings
        As for `predicted_words` and `find_misclassified`; predicted classes as wnids.

    Returns
    -------
    words : (k + e, k) array
        With a row for each predicted class that is no concept.
    misclassification : Misclassification
    """
    in_wordnet = predictions["predicted_wnid"][predictions["predicted_wnid"] != ""]
    found = predicted_words(in_wordnet, concepts, wordnet, model, settings)
    misclassification = find_misclassified(images, predictions, concepts, found, wordnet)
    names = concepts["concept"].tolist()
    others = misclassification.other_words
    return extended_word_correlations(words, names, others, model), misclassification


def extended_word_correlations(
    words: np.ndarray, concepts: Sequence[str], other_words: Sequence[str], model: WordVectors
) -> np.ndarray:
    """Return word correlations with rows for predicted classes that are no concept.

    Parameters
    ----------
    words : (k, k) array
        Correlations of the concepts' words.
    concepts : sequence of str
        The k concepts.
    other_words : sequence of str
        e more words.
    model : WordVectors

    Returns
    -------
    (k + e, k) float64 array
    """
    if not other_words:
        return words
    names = [*concepts, *other_words]
    correlations = correlate_words(model.of(names), names, model.name).correlations
    return np.vstack([words, correlations[len(concepts) :, : len(concepts)]])

"""Concepts: the classes of a dataset that every word-vector model has a word for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from semantrace.errors import InputError, suggest
from semantrace.word_vectors import concept_name
from semantrace.wordnet import WordNet

MATCHES = ("word", "first_lemma", "any_lemma")
FEWEST_CONCEPTS = 4
"""Two concepts are held out in each 2 vs. 2 test, and a correlation needs two more."""


@dataclass(frozen=True)
class ConceptMatching:
    """Which classes became concepts.

    Attributes
    ----------
    classes : pandas.DataFrame
        One row a class, sorted by wnid: wnid, concept (its word, or the first that was tried),
        images, in_<model> for each model (true or false), kept (true or false), and the reason
        for which it was not kept.
    concepts : pandas.DataFrame
        The k classes that were kept, sorted by wnid: concept, wnid, images.
    """

    classes: pd.DataFrame
    concepts: pd.DataFrame


def class_names(
    pictures: pd.DataFrame, wordnet: WordNet, match: str, lowercase: bool
) -> dict[str, list[str]]:
    """Return the words that may name each class, the preferred one first.

    Parameters
    ----------
    pictures : pandas.DataFrame
        A dataset's pictures, with the columns wnid and word.
    wordnet : WordNet
    match : {"word", "first_lemma", "any_lemma"}
        Take the dataset's own word, the first lemma of the class's synset, or all its lemmas.
    lowercase : bool
        Whether capitals are given up.

    Returns
    -------
    dict of str to list of str
        By wnid, sorted.

    Raises
    ------
    InputError
        When `match` is unknown.
    """
    if match not in MATCHES:
        raise InputError(f"concepts.match: unknown value {match!r}; {suggest(match, MATCHES)}")
    words = dict(zip(pictures["wnid"], pictures["word"], strict=True))
    names = {}
    for wnid in sorted(words):
        chosen = [words[wnid]] if match == "word" else wordnet.lemmas(wnid)
        if match == "first_lemma":
            chosen = chosen[:1]
        names[wnid] = list(dict.fromkeys(concept_name(name, lowercase) for name in chosen))
    return names


def match_concepts(
    names: Mapping[str, list[str]],
    images: Mapping[str, int],
    known: Mapping[str, Collection[str]],
    wordnet: WordNet,
) -> ConceptMatching:
    """Choose a word for each class that has one in all models (emergence, section 2.3).

    A class takes the first of its words that every model knows. Where several classes want the
    same word, it goes to the class that is the word's most frequent sense, and the others take
    their next word or fall out. Without models every class is kept; one that lost its word has its
    wnid behind it.

    Parameters
    ----------
    names : mapping of str to list of str
        The words of each class, from `class_names`.
    images : mapping of str to int
        The number of pictures of each class.
    known : mapping of str to collection of str
        For each word-vector model, those of the words that it knows.
    wordnet : WordNet
        For the order of the senses.

    Raises
    ------
    InputError
        When fewer than four concepts remain.
    """
    usable = {
        wnid: [name for name in words if all(name in model for model in known.values())]
        for wnid, words in names.items()
    }
    owners = _share_out(usable, wordnet)
    words = {wnid: word for word, wnid in owners.items()}
    if not known:  # without words to compare with, no class has to give way to its namesake
        words = {wnid: f"{names[wnid][0]} ({wnid})" for wnid in names} | words
    rows = []
    for wnid in sorted(names):
        row = {"wnid": wnid, "concept": words.get(wnid, names[wnid][0]), "images": images[wnid]}
        for model, vocabulary in known.items():
            row[f"in_{model}"] = _text(any(name in vocabulary for name in names[wnid]))
        row["kept"] = _text(wnid in words)
        row["reason"] = "" if wnid in words else _reason(names[wnid], usable[wnid], known, owners)
        rows.append(row)
    classes = pd.DataFrame(rows)
    kept = classes[classes["kept"] == "true"] if rows else classes
    if len(kept) < FEWEST_CONCEPTS:
        raise InputError(_too_few(classes, len(kept)))
    return ConceptMatching(
        classes, kept[["concept", "wnid", "images"]].sort_values("wnid", ignore_index=True)
    )


def _share_out(usable: Mapping[str, list[str]], wordnet: WordNet) -> dict[str, str]:
    """Give each word to one class: classes propose in their order, words choose by sense.

    This is stable matching, whose outcome does not depend on the order of the proposals.
    """
    owners: dict[str, str] = {}
    tried = dict.fromkeys(usable, 0)
    waiting = sorted(usable, reverse=True)
    while waiting:
        wnid = waiting.pop()
        if tried[wnid] == len(usable[wnid]):
            continue
        word = usable[wnid][tried[wnid]]
        tried[wnid] += 1
        rivals = [wnid, owners[word]] if word in owners else [wnid]
        owners[word] = min(rivals, key=lambda rival: _sense_rank(word, rival, wordnet))
        waiting += [rival for rival in rivals if rival != owners[word]]
    return owners


def _sense_rank(word: str, wnid: str, wordnet: WordNet) -> tuple[int, str]:
    """Return a class's place among a word's senses; a class that is none of them comes last."""
    senses = wordnet.senses(word)
    return (senses.index(wnid) if wnid in senses else len(senses), wnid)


def _reason(
    names: list[str],
    usable: list[str],
    known: Mapping[str, Collection[str]],
    owners: Mapping[str, str],
) -> str:
    if usable:
        return "; ".join(f"{word} names {owners[word]}, a more frequent sense" for word in usable)
    lacking = [model for model, words in known.items() if not any(name in words for name in names)]
    if not lacking:
        return "no word that all models know"
    return f"no word vector in {', '.join(lacking)}"


def _too_few(classes: pd.DataFrame, kept: int) -> str:
    fallen = classes[classes["kept"] == "false"] if len(classes) else classes
    examples = "; ".join(f"{row.concept}: {row.reason}" for row in fallen.head(3).itertuples())
    return (
        f"concepts: only {kept} of {len(classes)} classes have a word in every model, and "
        f"{FEWEST_CONCEPTS} are the least; add classes or word vectors, or change concepts.match"
        + (f" ({examples})" if examples else "")
    )


def _text(value: bool) -> str:
    return "true" if value else "false"

"""Concepts: the classes of a dataset that every word-vector model has a word for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from semantrace.core.errors import InputError, suggest
from semantrace.core.tables import CONCEPTS
from semantrace.images.dataset_classes import DatasetClass, class_ids
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.class_exclusion import EXCLUDED
from semantrace.words.spelling import concept_name

MATCHES = ("word", "first_lemma", "any_lemma")
FEWEST_MATCHED = 4
"""Two concepts are held out in each 2 vs. 2 test, and a correlation needs two more."""


@dataclass(frozen=True)
class ConceptMatching:
    """Which classes became concepts.

    Attributes
    ----------
    classes : pandas.DataFrame
        `semantrace.core.tables.CONCEPT_MATCHING`: one row a class, by wnid, then those outside
        WordNet by name. The concept of a class that was not kept is the first that was tried.
    concepts : pandas.DataFrame
        The k classes that were kept, in that order: `semantrace.core.tables.CONCEPTS`.
    """

    classes: pd.DataFrame
    concepts: pd.DataFrame


def class_names(
    classes: Sequence[DatasetClass], wordnet: WordNet, match: str, lowercase: bool
) -> dict[str, list[str]]:
    """Return the words that may name each class, the preferred one first.

    Parameters
    ----------
    classes : sequence of DatasetClass
        A class that the user named by a word has no other name.
    wordnet : WordNet
    match : {"word", "first_lemma", "any_lemma"}
        For the other classes: take the dataset's own word, the first lemma of the class's synset,
        or all its lemmas.
    lowercase : bool
        Whether capitals are given up.

    Returns
    -------
    dict of str to list of str
        By the identifier of the class, sorted.

    Raises
    ------
    InputError
        When `match` is unknown.
    """
    names = {}
    for one in sorted(classes, key=lambda one: one.identifier):
        if match == "word" or one.by_word:
            names[one.identifier] = [concept_name(one.word, lowercase)]
        else:
            names[one.identifier] = synset_names(one.wnid, wordnet, match, lowercase)
    return names


def synset_names(wnid: str, wordnet: WordNet, match: str, lowercase: bool) -> list[str]:
    """Return the words that may name a synset, the preferred one first.

    Parameters
    ----------
    wnid : str
    wordnet : WordNet
    match : {"first_lemma", "any_lemma"}
    lowercase : bool
        Whether capitals are given up.

    Raises
    ------
    InputError
        When `match` is unknown.
    """
    if match not in MATCHES:
        raise InputError(f"concepts.match: unknown value {match!r}; {suggest(match, MATCHES)}")
    lemmas = wordnet.lemmas(wnid)
    chosen = lemmas if match == "any_lemma" else lemmas[:1]
    return list(dict.fromkeys(concept_name(name, lowercase) for name in chosen))


def lost_classes(
    names: Mapping[str, list[str]], known: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    """Return for each word-vector model the classes that it knows no word of.

    Parameters
    ----------
    names : mapping of str to list of str
        The words of each class by its identifier, from `class_names`.
    known : mapping of str to collection of str
        For each model, those of the words that it knows.
    """
    return {
        model: {
            one for one, words in names.items() if not any(map(known_words.__contains__, words))
        }
        for model, known_words in known.items()
    }


def match_concepts(
    classes: Sequence[DatasetClass],
    names: Mapping[str, list[str]],
    images: Mapping[str, int],
    known: Mapping[str, Collection[str]],
    wordnet: WordNet,
    excluded: Collection[str] = (),
) -> ConceptMatching:
    """Choose a word for each class that has one in all models (emergence, section 2.3).

    A class takes the first of its words that every model knows. Where several classes want the
    same word, it goes to the class that is the word's most frequent sense, and the others take
    their next word or fall out. Without models every class is kept; one that lost its word has its
    wnid behind it.

    Parameters
    ----------
    classes : sequence of DatasetClass
    names : mapping of str to list of str
        The words of each class, from `class_names`.
    images : mapping of str to int
        The number of images of each class, by its name.
    known : mapping of str to collection of str
        For each word-vector model, those of the words that it knows.
    wordnet : WordNet
        For the order of the senses.
    excluded : collection of str
        Identifiers of classes that are left out.

    Raises
    ------
    InputError
        When fewer than four concepts remain.
    """
    usable = {
        identifier: [name for name in words if all(name in model for model in known.values())]
        for identifier, words in names.items()
        if identifier not in excluded
    }
    by_word = {one.identifier for one in classes if one.by_word}
    owners = _share_out(usable, wordnet, by_word)
    words = {identifier: word for word, identifier in owners.items()}
    if not known:  # without words to compare with, no class has to give way to its namesake
        words = _own_names([one for one in classes if one.identifier in usable], names) | words
    lost = lost_classes(names, known)
    rows = []
    for one in sorted(classes, key=lambda one: one.identifier):
        identifier, options = one.identifier, names[one.identifier]
        reason = ""
        if identifier in excluded:
            reason = f"left out by {EXCLUDED}"
        elif identifier not in words:
            reason = _reason(options, usable[identifier], known, owners, by_word)
        rows.append(
            _describe(one, words.get(identifier, options[0]), wordnet)
            | {"images": images[one.name]}
            | {f"in_{model}": _text(identifier not in lost[model]) for model in known}
            | {"kept": _text(identifier in words), "reason": reason}
        )
    table = pd.DataFrame(rows)
    kept = table[table["kept"] == "true"] if rows else table
    if len(kept) < FEWEST_MATCHED:
        raise InputError(_too_few(table, len(kept)))
    order = class_ids(kept).sort_values().index
    return ConceptMatching(table, kept.loc[order, CONCEPTS.names].reset_index(drop=True))


def _own_names(classes: Sequence[DatasetClass], names: Mapping[str, list[str]]) -> dict[str, str]:
    """Return for each class its first word, with what tells it from a namesake behind it."""
    return {
        one.identifier: f"{names[one.identifier][0]} ({one.wnid or one.name})" for one in classes
    }


def _describe(one: DatasetClass, concept: str, wordnet: WordNet) -> dict[str, object]:
    """Return the cells that say what a class was taken for."""
    alternatives = (_sense(wnid, wordnet) for wnid in one.alternatives)
    return {
        "class": one.name,
        "concept": concept,
        "wnid": one.wnid,
        "synset": wordnet.name(one.wnid) if one.wnid else "",
        "definition": wordnet.definition(one.wnid) if one.wnid else "",
        "alternatives": "; ".join(alternatives),
        "rule": one.rule,
    }


def _sense(wnid: str, wordnet: WordNet) -> str:
    return f"{wordnet.name(wnid)}: {wordnet.definition(wnid)}"


def _share_out(
    usable: Mapping[str, list[str]], wordnet: WordNet, by_word: Collection[str] = ()
) -> dict[str, str]:
    """Give each word to one class: classes propose in their order, words choose by sense.

    A class that the user named by the word, one of `by_word`, goes before all. This is stable
    matching, whose outcome does not depend on the order of the proposals.
    """
    owners: dict[str, str] = {}
    tried = dict.fromkeys(usable, 0)
    waiting = sorted(usable, reverse=True)

    def rank(word: str, identifier: str) -> tuple[bool, int, str]:
        """Return a class's place for a word; one that is no sense of it comes last."""
        senses = wordnet.senses(word)
        place = senses.index(identifier) if identifier in senses else len(senses)
        return (identifier not in by_word, place, identifier)

    while waiting:
        identifier = waiting.pop()
        if tried[identifier] == len(usable[identifier]):
            continue
        word = usable[identifier][tried[identifier]]
        tried[identifier] += 1
        rivals = [identifier, owners[word]] if word in owners else [identifier]
        owners[word] = min(rivals, key=lambda rival: rank(word, rival))
        waiting += [rival for rival in rivals if rival != owners[word]]
    return owners


def _reason(
    names: list[str],
    usable: list[str],
    known: Mapping[str, Collection[str]],
    owners: Mapping[str, str],
    by_word: Collection[str],
) -> str:
    if usable:
        return "; ".join(
            f"{word} names {owners[word]}, "
            + ("a class of this name" if owners[word] in by_word else "a more frequent sense")
            for word in usable
        )
    lacking = [model for model, words in known.items() if not any(name in words for name in names)]
    if not lacking:
        return "no word that all models know"
    return f"no word vector in {', '.join(lacking)}"


def _too_few(classes: pd.DataFrame, kept: int) -> str:
    fallen = classes[classes["kept"] == "false"] if len(classes) else classes
    examples = "; ".join(f"{row.concept}: {row.reason}" for row in fallen.head(3).itertuples())
    return (
        f"concepts: only {kept} of {len(classes)} classes have a word in every model, and "
        f"{FEWEST_MATCHED} are the least; add classes or word vectors, or change concepts.match"
        + (f" ({examples})" if examples else "")
    )


def _text(value: bool) -> str:
    return "true" if value else "false"

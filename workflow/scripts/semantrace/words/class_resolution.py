"""What the classes of a dataset mean: their synsets, from how the user has named them.

A class is named by a wnid, by the name of a synset (``crane.n.04``), by a word, or by a row of a
table of classes. A word that is no noun of WordNet names a class outside WordNet.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from semantrace.core.errors import InputError, Problems, suggest
from semantrace.images.dataset_classes import DatasetClass, NamedClass
from semantrace.io.text_tables import read_text_table
from semantrace.taxonomy.senses import SenseChooser
from semantrace.taxonomy.wordnet import WordNet
from semantrace.taxonomy.wordnet_ids import SYNSET_NAME
from semantrace.words.spelling import composed

BY_WNID = "named by wnid"
BY_SYNSET = "named by synset"
BY_TABLE = "class table"
OUTSIDE = "outside WordNet"

WNID_AND_WORD = re.compile(r"([nN][0-9]{8})(?:[-_ .].+)?")
"""A wnid, with or without a word behind it, as in ``n02085620-Chihuahua``."""

LIKE_WNID = re.compile(r"n[0-9]{5,}")

KIND = "(?i:class|category|label|cluster|folder|group)"
MEANINGLESS = re.compile(
    rf"(?:{KIND}[\W_]+)?(?:[a-zA-Z]|X{{0,3}}(?:IX|IV|V?I{{1,3}}|V)|X{{1,3}})"
    rf"|{KIND}?[\W_]*[0-9]+(?:[\W_]+[0-9]+)*"
)
"""Names that number classes, in Roman figures or letters too, and do not say what they are."""

SHOWN = 8
"""Names that a message lists before it only counts."""


def resolve_classes(
    named: Sequence[NamedClass],
    table: str | Path | None,
    senses: str,
    wordnet: WordNet,
    problems: Problems,
    excluded: Collection[str] = (),
) -> list[DatasetClass]:
    """Find the synset of every class.

    Parameters
    ----------
    named : sequence of NamedClass
        The classes of the dataset.
    table : path or None
        The study's ``dataset.classes``.
    senses : {"photograph", "frequency"}
        Which sense of a word is preferred.
    wordnet : WordNet
    problems : Problems
        Gets a line for each class that cannot be used.
    excluded : collection of str
        Names of classes that the study leaves out, with which nothing can be wrong.

    Returns
    -------
    list of DatasetClass
        Those without a problem: by wnid, then those outside WordNet by name.
    """
    if table is not None:
        try:
            named = _apply_class_table(named, table, problems)
        except InputError as error:
            problems.found.extend(error.problems)
            return []
    named = sorted(named, key=lambda one: one.name in excluded)  # the others go before them
    meaningless = [one for one in named if _is_meaningless(one)]
    if told := [one for one in meaningless if one.name not in excluded]:
        problems.add(_explain_meaningless(told))
    chooser = SenseChooser(wordnet, senses)
    found = []
    for one in named:
        if one not in meaningless:
            with (Problems() if one.name in excluded else problems).collected():
                found.append(_resolve(one, chooser, wordnet))
    places = {one.name: one.where for one in named}
    return sorted(_distinct(found, places, problems, excluded), key=lambda one: one.identifier)


def read_class_table(path: str | Path) -> pd.DataFrame:
    """Read a table of classes: columns class, synset and word, all text, by line number.

    Parameters
    ----------
    path : path
        A tab-separated file; the column word may be left out. An empty synset means a class
        outside WordNet.

    Raises
    ------
    InputError
        When the table or a column is missing, or a class is empty or listed twice.
    """
    table = read_text_table(path, "dataset.classes", ("class", "synset"))
    if "word" not in table:
        table["word"] = ""
    problems = Problems()
    for number, name in table["class"].items():
        if not name:
            problems.add(f"{path}, line {number}: the column class is empty; fill it in")
    for number in table.index[table["class"].duplicated() & (table["class"] != "")]:
        name = table["class"][number]
        problems.add(f"{path}, line {number}: {name!r} is listed a second time; keep one row")
    problems.raise_if_any()
    return table


def _apply_class_table(
    named: Sequence[NamedClass], path: str | Path, problems: Problems
) -> list[NamedClass]:
    """Put what the table of classes says in place of what the dataset's own names do."""
    table = read_class_table(path)
    rows = {
        composed(name): {"where": f"{path}, line {number}", "synset": synset, "word": word}
        for number, name, synset, word in table[["class", "synset", "word"]].itertuples()
    }
    names = [composed(one.name) for one in named]
    for name, row in rows.items():
        if name not in names:
            problems.add(
                f"{row['where']}: the dataset has no class {name!r}; {suggest(name, names)}"
            )
    return [
        replace(one, **rows[name], in_table=True) if name in rows else one
        for name, one in zip(names, named, strict=True)
    ]


def _is_meaningless(one: NamedClass) -> bool:
    given = one.in_table or one.synset
    return not given and MEANINGLESS.fullmatch(one.word.strip()) is not None


def _explain_meaningless(classes: Sequence[NamedClass]) -> str:
    names = ", ".join(one.name for one in classes[:SHOWN])
    names += f", … ({len(classes)} classes)" if len(classes) > SHOWN else ""
    return (
        f"dataset: {names}: a number or a single letter does not say what a class shows; name "
        "the classes by nouns or wnids, or give a tab-separated table dataset.classes with the "
        "columns class and synset (such as dog.n.01, or empty for a class outside WordNet)"
    )


def _resolve(one: NamedClass, chooser: SenseChooser, wordnet: WordNet) -> DatasetClass:
    """Return a class with its synset; its place stands before what is wrong with it."""
    if re.search(r"[\t\r\n]", one.name):
        raise InputError(f"{one.where!r}: a tab or line break in the name; rename the class")
    try:
        synset = one.synset or ("" if one.in_table else _synset_in(one.word))
        if synset:
            return _resolve_synset(one, synset, wordnet)
        if one.in_table:
            return DatasetClass(one.name, "", one.word or one.name, True, BY_TABLE)
        return _resolve_word(one, chooser, wordnet)
    except InputError as error:
        raise InputError(*(f"{one.where}: {problem}" for problem in error.problems)) from None


def _synset_in(name: str) -> str:
    """Return the synset that a class's name is, or an empty text where it is a word."""
    wnid = WNID_AND_WORD.fullmatch(name)
    if wnid:
        return wnid[1].lower()
    return name if SYNSET_NAME.fullmatch(name) or LIKE_WNID.fullmatch(name) else ""


def _resolve_synset(one: NamedClass, synset: str, wordnet: WordNet) -> DatasetClass:
    is_name = SYNSET_NAME.fullmatch(synset) is not None
    wnid = wordnet.wnid(synset) if is_name else wordnet.synset(synset).wnid
    rule = BY_SYNSET if is_name else BY_WNID
    lemmas = wordnet.lemmas(wnid)
    if not one.in_table:
        word = one.word if one.synset else ""
        return DatasetClass(one.name, wnid, word or lemmas[0], False, rule)
    own = wordnet.spelling(one.name)
    if not one.word and own is not None and wnid in wordnet.senses(own):
        return DatasetClass(one.name, wnid, own, True, BY_TABLE)
    return DatasetClass(one.name, wnid, one.word or lemmas[0], bool(one.word), BY_TABLE)


def _resolve_word(one: NamedClass, chooser: SenseChooser, wordnet: WordNet) -> DatasetClass:
    word = wordnet.spelling(one.word)
    if word is None or (sense := chooser.choose(word)) is None:
        warning = f"{one.where}: {one.word!r} is not a noun of WordNet and stays outside it"
        return DatasetClass(one.name, "", one.word, True, OUTSIDE, warning=warning)
    warning = ""
    if sense.tied:
        names = " and ".join(map(wordnet.name, sense.tied))
        warning = (
            f"{one.where}: taken for {wordnet.name(sense.wnid)} "
            f"({wordnet.definition(sense.wnid)}), but {names} is a class of ImageNet too"
        )
    return DatasetClass(one.name, sense.wnid, word, True, sense.rule, sense.alternatives, warning)


def _distinct(
    found: Sequence[DatasetClass],
    places: Mapping[str, str],
    problems: Problems,
    excluded: Collection[str],
) -> list[DatasetClass]:
    """Return the classes, of several with one synset, or one word outside WordNet, the first."""
    owners: dict[str, DatasetClass] = {}
    for one in found:
        key = one.wnid or "_".join(re.split("[ _]+", one.word.lower()))
        first = owners.setdefault(key, one)
        if first is not one and one.name not in excluded:
            problems.add(
                f"{places[one.name]}: names the same class as {places[first.name]} ({key}); merge "
                "them, or name them by wnid or in a table dataset.classes"
            )
    return list(owners.values())


def warnings_of(
    classes: Sequence[DatasetClass], matching: str | Path, wordnet: WordNet
) -> list[str]:
    """Return the lines that tell the user which classes to look at.

    Parameters
    ----------
    classes : sequence of DatasetClass
    matching : path
        The table in which every choice stands.
    wordnet : WordNet
        For the nouns that are spelt like a class outside it.

    Returns
    -------
    list of str
        What is in doubt of single classes (`DatasetClass.warning`), each kind up to a number of
        classes; then how many classes are words of several senses.
    """
    lines = []
    for outside in (True, False):
        doubtful = [one for one in classes if one.warning and (not one.wnid) == outside]
        for one in doubtful[:SHOWN]:
            lines.append(f"{one.warning}; {wordnet.nearest(one.word)}" if outside else one.warning)
        if len(doubtful) > SHOWN:
            kind = "not nouns of WordNet" if outside else "several classes of ImageNet"
            lines.append(f"{len(doubtful) - SHOWN} more classes are {kind}; see {matching}")
    ambiguous = sum(bool(one.alternatives) for one in classes)
    if ambiguous:
        lines.append(
            f"{ambiguous} of {len(classes)} classes are named by words with several senses; check "
            f"the chosen ones in {matching}, and name others by wnid or synset"
        )
    return lines

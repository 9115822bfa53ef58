"""What a network predicts: the likeliest class of each image, and what it is in WordNet."""

import contextlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from semantrace.core.errors import InputError, Problems
from semantrace.core.tables import PREDICTIONS
from semantrace.io.tables import read_tables
from semantrace.taxonomy.wordnet import WordNet
from semantrace.taxonomy.wordnet_ids import SYNSET_NAME, WNID


def read_predictions(folders: Sequence[str | Path], ranks: int = 1) -> pd.DataFrame | None:
    """Return the likeliest classes of every image, or None for a network without classes.

    Parameters
    ----------
    folders : sequence of path
        The shards of the network's activations.
    ranks : int
        How many classes of each image.

    Returns
    -------
    pandas.DataFrame or None
        Columns image and predicted_wnid; of each image in the order of their probabilities.

    Raises
    ------
    InputError
        When some shards have predictions and others have none.
    """
    paths = [Path(folder) / "predictions.tsv" for folder in folders]
    missing = [path for path in paths if not path.is_file()]
    if len(missing) == len(paths):
        return None
    if missing:
        raise InputError(
            f"{missing[0]}: no such file, but other shards have one; delete {missing[0].parent} "
            "and run again"
        )
    table = read_tables(paths, PREDICTIONS)
    likeliest = table.loc[table["rank"] <= ranks, ["image", "wnid"]]
    return likeliest.rename(columns={"wnid": "predicted_wnid"}).reset_index(drop=True)


def with_wnids(predictions: pd.DataFrame, concepts: pd.DataFrame, wordnet: WordNet) -> pd.DataFrame:
    """Return predictions with classes as wnids.

    Parameters
    ----------
    predictions : pandas.DataFrame
        Columns image and predicted_wnid, which holds a wnid, a synset, or the name that the study
        has for a class.
    concepts : pandas.DataFrame
        `semantrace.core.tables.CONCEPTS`.
    wordnet : WordNet

    Returns
    -------
    pandas.DataFrame
        The same, with an empty wnid where the study's class is outside WordNet.

    Raises
    ------
    InputError
        A line for each class that is none of the three.
    """
    named = _by_name(concepts, concepts["wnid"])
    problems = Problems()
    found = {}
    for name in predictions["predicted_wnid"].unique():
        with problems.collected():
            found[name] = _wnid_of(str(name), named, wordnet)
    problems.raise_if_any()
    return predictions.assign(predicted_wnid=predictions["predicted_wnid"].map(found))


def class_identities(names: pd.Series, concepts: pd.DataFrame, wordnet: WordNet) -> pd.Series:
    """Return what tells classes apart: their wnid, or outside WordNet the study's concept.

    Parameters
    ----------
    names : pandas.Series
        Classes of a network, each as a wnid, a synset or a name.
    concepts : pandas.DataFrame
        `semantrace.core.tables.CONCEPTS`.
    wordnet : WordNet

    Returns
    -------
    pandas.Series
        A name that means nothing to the study stays, and is the identity of none of its images.
    """
    named = _by_name(concepts, known_identities(concepts))
    found = {}
    for name in names.unique():
        found[name] = name
        with contextlib.suppress(InputError):
            found[name] = _wnid_of(str(name), named, wordnet)
    return names.map(found)


def known_identities(table: pd.DataFrame) -> pd.Series:
    """Return the identities of the study's own concepts or images."""
    return table["wnid"].where(table["wnid"] != "", table["concept"])


def _by_name(concepts: pd.DataFrame, values: pd.Series) -> dict[str, str]:
    """Return a value of each concept by all names that the study has for it."""
    return {
        name: value
        for column in ("concept", "class")
        for name, value in zip(concepts[column], values, strict=True)
    }


def _wnid_of(name: str, named: dict[str, str], wordnet: WordNet) -> str:
    if WNID.fullmatch(name):
        return name
    if name in named:
        return named[name]
    if SYNSET_NAME.fullmatch(name.lower()):
        return wordnet.wnid(name)
    raise InputError(
        f"classes: the network predicts {name!r}, which is no class of the study; write it in the "
        "list of classes as a wnid or a synset, such as dog.n.01"
    )

"""What the classes of a network are in WordNet, where its own list of classes names them."""

import re

import pandas as pd

from semantrace.core.errors import InputError, Problems
from semantrace.taxonomy.wordnet import WordNet

WNID = re.compile(r"n\d{8}")
SYNSET = re.compile(r".+\.n\.\d+")


def with_wnids(predictions: pd.DataFrame, images: pd.DataFrame, wordnet: WordNet) -> pd.DataFrame:
    """Return predictions with classes as wnids.

    Parameters
    ----------
    predictions : pandas.DataFrame
        Columns image and predicted_wnid, which holds a wnid, a synset, or the name that the study
        has for a class.
    images : pandas.DataFrame
        The study's images, with the columns concept and wnid, and class where it has one.
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
    named: dict[str, str] = {}
    for column in ("concept", "class"):
        if column in images:
            named |= dict(zip(images[column].astype(str), images["wnid"], strict=True))
    problems = Problems()
    found = {}
    for name in predictions["predicted_wnid"].unique():
        with problems.collected():
            found[name] = _wnid_of(str(name), named, wordnet)
    problems.raise_if_any()
    return predictions.assign(predicted_wnid=predictions["predicted_wnid"].map(found))


def _wnid_of(name: str, named: dict[str, str], wordnet: WordNet) -> str:
    if WNID.fullmatch(name):
        return name
    if name in named:
        return named[name]
    if SYNSET.fullmatch(name):
        return wordnet.wnid(name)
    raise InputError(
        f"classes: the network predicts {name!r}, which is no class of the study; write it in the "
        "list of classes as a wnid or a synset, such as dog.n.01"
    )

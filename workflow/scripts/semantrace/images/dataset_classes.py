"""Classes of a dataset: what each is called, and by which identifier results know it."""

from dataclasses import dataclass
from urllib.parse import quote

import pandas as pd

from semantrace.taxonomy.wordnet_ids import WNID

OUTSIDE_PREFIX = "name_"
"""Begins the identifier of a class outside WordNet; sorts after every wnid, n and eight digits."""


@dataclass(frozen=True)
class DatasetClass:
    """A class of a dataset and the meaning that it was given.

    Attributes
    ----------
    name : str
        The dataset's own name of it, such as a folder's; unique.
    wnid : str
        Its synset in WordNet 3.0; empty for a class outside WordNet.
    word : str
        What the class is called: the user's word, or the first lemma of its synset.
    by_word : bool
        Whether the user named the class by this word, which alone is then looked up in word
        vectors.
    rule : str
        Why it has this meaning, such as ``only sense``.
    alternatives : tuple of str
        Wnids of the word's other senses.
    warning : str
        What the user should look at; empty where nothing is in doubt.
    """

    name: str
    wnid: str
    word: str
    by_word: bool
    rule: str
    alternatives: tuple[str, ...] = ()
    warning: str = ""

    @property
    def identifier(self) -> str:
        """The wnid, or for a class outside WordNet one made of its name."""
        return class_id(self.name, self.wnid)


def class_id(name: str, wnid: str) -> str:
    """Return the identifier of a class: its wnid, or one that is made of its name.

    Parameters
    ----------
    name : str
        A name that no other class has.
    wnid : str
        Empty for a class outside WordNet.

    Returns
    -------
    str
        Printable ASCII without spaces and slashes, different for different names. Sorted,
        classes of WordNet come first, by wnid.
    """
    return wnid or OUTSIDE_PREFIX + quote(name, safe="")


def class_ids(table: pd.DataFrame) -> pd.Series:
    """Return the identifier of the class in each row, from its concept and wnid."""
    pairs = zip(table["concept"], table["wnid"], strict=True)
    return pd.Series([class_id(*pair) for pair in pairs], index=table.index, dtype=object)


def wnid_of(identifier: str) -> str:
    """Return the wnid of a class by its identifier; empty for a class outside WordNet."""
    return identifier if WNID.fullmatch(identifier) else ""


@dataclass(frozen=True)
class NamedClass:
    """A class as the user names it.

    Attributes
    ----------
    name : str
        Its name in the dataset; unique.
    where : str
        The folder or the line of a table that names it, for messages.
    word : str
        The word that it is called by; empty where only a synset is given.
    synset : str
        Wnid or name of its synset; empty where the word has to tell.
    in_table : bool
        Whether the study's table of classes has it, which may leave the synset empty for a class
        outside WordNet.
    """

    name: str
    where: str
    word: str = ""
    synset: str = ""
    in_table: bool = False

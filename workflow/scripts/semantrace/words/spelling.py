"""How names are spelled: in a study, and in the vocabularies of word models."""

import re
import unicodedata
from collections.abc import Callable, Mapping


def _title(name: str) -> str:
    return re.sub(r"[^_\- ]+", lambda part: part[0].capitalize(), name)


CASES: Mapping[str, Callable[[str], str]] = {
    "as_is": str,
    "lower": str.lower,
    "upper": str.upper,
    "title": _title,
}
"""How a model spells its words, and what puts a name into that letter case."""


def composed(text: str) -> str:
    """Return a text with each accent and its letter as one character (Unicode's NFC).

    Names of files from macOS have them as two (NFD), vocabularies mostly as one.
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def concept_name(name: str, lowercase: bool) -> str:
    """Return a class's name in the form in which concepts are named and looked up.

    Parameters
    ----------
    name : str
        A word, a WordNet lemma, or several words parted by spaces or underscores.
    lowercase : bool
        Whether capitals are given up, as most vocabularies do.
    """
    joined = "_".join(name.replace("_", " ").split())
    return composed(joined.lower() if lowercase else joined)


def spellings(concept: str, case: str = "as_is") -> list[str]:
    """Return how a vocabulary may spell a concept, in the order in which it is tried.

    Several words are joined by underscores, as in the Google News vectors (``tobacco_shop``), or
    else by hyphens, as in GloVe's (``ice-cream``), or by spaces. The letter case is the model's.
    """
    word = composed(CASES[case](concept))
    return [word, word.replace("_", "-"), word.replace("_", " ")] if "_" in word else [word]


def joined(word: str) -> str:
    """Return a word without its letter case, and with underscores for hyphens and spaces."""
    return composed(word.casefold()).replace("-", "_").replace(" ", "_")


def plain(word: str) -> str:
    """Return a word as `joined` does, and without its accents."""
    letters = joined(word)
    if letters.isascii():
        return letters
    letters = unicodedata.normalize("NFD", letters)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))

"""How alike WordNet holds two classes to be: six measures for all pairs at once.

Values are those of NLTK, whose choices these are: Wu-Palmer's subsumer is the common one of the
greatest `min_depth`, and its depth that of its longest way up. Information content is intrinsic: a
synset counts as often as it has synsets at or under it, out of all nouns, after N. Seco, T. Veale &
J. Hayes, An intrinsic information content metric for semantic similarity in WordNet, ECAI 2004. All
six are surveyed by A. Budanitsky & G. Hirst, Evaluating WordNet-based measures of lexical semantic
relatedness, Computational Linguistics 32 (2006).
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from semantrace.core.errors import InputError
from semantrace.io.files import open_hdf5
from semantrace.taxonomy.noun_taxonomy import NounTaxonomy
from semantrace.taxonomy.wordnet import WordNet

logger = logging.getLogger(__name__)

MEASURES = ("path", "leacock_chodorow", "wu_palmer", "resnik", "jiang_conrath", "lin")

FEWEST_CLASSES = 4
"""Fewer classes have too few pairs to correlate."""

NOT_ABOVE = 1000
"""Steps up to a synset that is not above; far more than any way between two nouns has."""


@dataclass(frozen=True)
class Ancestry:
    """The classes and everything above them.

    Attributes
    ----------
    synsets : tuple of str
        Wnids of the S synsets: the classes first, in their order, then the others.
    steps_up : numpy.ndarray, S x S, int
        Steps of the shortest way up from one synset (row) to another, or `NOT_ABOVE`.
    classes : int
        How many of the synsets are classes.
    """

    synsets: tuple[str, ...]
    steps_up: np.ndarray
    classes: int

    @classmethod
    def of(cls, taxonomy: NounTaxonomy, classes: Sequence[str]) -> "Ancestry":
        """Return the ancestry of some classes, each given once."""
        above = {synset for wnid in classes for synset in taxonomy.steps_up(wnid)}
        synsets = (*classes, *sorted(above.difference(classes)))
        column = {synset: number for number, synset in enumerate(synsets)}
        steps = np.full((len(synsets), len(synsets)), NOT_ABOVE)
        for row, synset in enumerate(synsets):
            for hypernym, distance in taxonomy.steps_up(synset).items():
                steps[row, column[hypernym]] = distance
        return cls(synsets, steps, len(classes))

    def under(self, synset: int) -> np.ndarray:
        """Return the numbers of the classes at or under a synset."""
        return np.flatnonzero(self.steps_up[: self.classes, synset] < NOT_ABOVE)

    def shortest_ways(self) -> np.ndarray:
        """Return the steps of the shortest way up and down again, classes x S."""
        ways = np.full((self.classes, len(self.synsets)), NOT_ABOVE)
        for top in range(len(self.synsets)):
            up = self.steps_up[:, top]
            rows, columns = self.under(top), np.flatnonzero(up < NOT_ABOVE)
            block = np.ix_(rows, columns)
            ways[block] = np.minimum(ways[block], np.add.outer(up[rows], up[columns]))
        return ways

    def best_common(self, rank: Callable[[int], Any]) -> np.ndarray:
        """Return for each pair of classes the common subsumer of the greatest rank.

        Parameters
        ----------
        rank : callable
            Gives what a synset (its number) is sorted by.

        Returns
        -------
        numpy.ndarray of int, classes x classes
            Numbers of synsets; symmetric.
        """
        best = np.zeros((self.classes, self.classes), dtype=int)
        for synset in sorted(range(len(self.synsets)), key=rank):
            under = self.under(synset)
            best[np.ix_(under, under)] = synset
        return best


def concepts_of_wordnet(concepts: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the concepts that are in WordNet, and log how many are not.

    Parameters
    ----------
    concepts : pandas.DataFrame
        The study's concepts, with the column wnid, which is empty outside WordNet.

    Raises
    ------
    InputError
        When too few are left for a correlation.
    """
    inside = concepts[concepts["wnid"] != ""]
    if len(inside) < FEWEST_CLASSES:
        raise InputError(
            f"wordnet_correlation: only {len(inside)} of {len(concepts)} classes are in WordNet, "
            f"and {FEWEST_CLASSES} are the least; name more classes by nouns, or leave "
            "wordnet_correlation out of the study's `figures`"
        )
    if len(inside) < len(concepts):
        logger.warning(
            "%d of %d classes are outside WordNet and left out of its correlations",
            len(concepts) - len(inside),
            len(concepts),
        )
    return inside


def wordnet_similarities(wordnet: WordNet, classes: Sequence[str]) -> dict[str, np.ndarray]:
    """Return the similarity of all pairs of classes by each of six measures.

    Parameters
    ----------
    wordnet : WordNet
        The nouns.
    classes : sequence of str
        Wnids of M classes, each once.

    Returns
    -------
    dict of str to numpy.ndarray, M x M, float64
        By the names in `MEASURES`; symmetric. On the diagonal stands a class's similarity with
        itself, which is infinite for Jiang-Conrath and may be below one for Wu-Palmer.

    Raises
    ------
    InputError
        When a class is not a noun of WordNet.
    """
    for wnid in classes:
        wordnet.synset(wnid)
    taxonomy = wordnet.taxonomy()
    ancestry = Ancestry.of(taxonomy, classes)
    ways = ancestry.shortest_ways()
    steps = ways[:, : len(classes)]
    greatest_depths = taxonomy.greatest_depths()
    counts = taxonomy.hyponym_counts()
    # Taken from zero, so that the root's content is not a negative zero.
    content = 0 - np.log([counts[synset] / len(counts) for synset in ancestry.synsets])
    return {
        "path": 1 / (steps + 1),
        "leacock_chodorow": -np.log((steps + 1) / (2 * max(greatest_depths.values()))),
        "wu_palmer": _wu_palmer(ancestry, ways, taxonomy, greatest_depths, wordnet),
        **_by_information_content(ancestry, content),
    }


def _wu_palmer(
    ancestry: Ancestry,
    ways: np.ndarray,
    taxonomy: NounTaxonomy,
    greatest_depths: dict[str, int],
    wordnet: WordNet,
) -> np.ndarray:
    """Twice the subsumer's depth over the depths of both classes, counted through the subsumer."""
    least_depths = taxonomy.least_depths()
    least = np.array([least_depths[synset] for synset in ancestry.synsets])
    greatest = np.array([greatest_depths[synset] for synset in ancestry.synsets])
    subsumers = _deepest_common(ancestry, least, wordnet)
    depths = greatest[subsumers] + 1
    down = np.take_along_axis(ways, subsumers, axis=1)
    return 2 * depths / (down + down.T + 2 * depths)


def _deepest_common(ancestry: Ancestry, least_depths: np.ndarray, wordnet: WordNet) -> np.ndarray:
    """Return the common subsumer of the greatest `min_depth`, and of several the first by name.

    A class that is itself one of several goes first. NLTK does so only where that class is the
    one asked; what it answers the other way round differs, and is left out here.
    """
    names = sorted(range(len(ancestry.synsets)), key=lambda n: wordnet.name(ancestry.synsets[n]))
    place = np.argsort(names)
    deepest = ancestry.best_common(lambda synset: (least_depths[synset], -place[synset]))
    for own in range(ancestry.classes):
        under = ancestry.under(own)
        tied = under[least_depths[deepest[own, under]] == least_depths[own]]
        deepest[own, tied] = deepest[tied, own] = own
    return deepest


def _by_information_content(ancestry: Ancestry, content: np.ndarray) -> dict[str, np.ndarray]:
    """Resnik, Jiang-Conrath and Lin from the information content of every synset."""
    shared = content[ancestry.best_common(content.__getitem__)]
    own = content[: ancestry.classes]
    sums = np.add.outer(own, own)
    with np.errstate(divide="ignore"):
        jiang_conrath = 1 / (sums - 2 * shared)
    # NLTK's answers where a class is the root, whose content is zero.
    jiang_conrath[(own == 0) | (own == 0)[:, np.newaxis]] = 0
    np.fill_diagonal(jiang_conrath, np.inf)
    lin = np.divide(2 * shared, sums, out=np.ones_like(sums), where=sums > 0)
    return {"resnik": shared, "jiang_conrath": jiang_conrath, "lin": lin}


def read_wordnet_similarities(path: Path, classes: Sequence[str]) -> dict[str, np.ndarray]:
    """Read the similarities that the rule measure_wordnet wrote.

    Parameters
    ----------
    path : path
        The HDF5 file.
    classes : sequence of str
        Wnids of the classes it must hold, in this order.

    Raises
    ------
    InputError
        When its classes are others.
    """
    with open_hdf5(path) as file:
        if list(file["classes"].asstr()[:]) != list(classes):
            raise InputError(
                f"{path}: its {len(file['classes'])} classes are not the {len(classes)} whose "
                "class vectors were compared; delete it and run again"
            )
        return {measure: file[measure][:] for measure in MEASURES}

"""How far the similarity of class vectors follows that of WordNet, in each layer and layer set.

Source: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of Abstract
Semantics, section 4. The coefficients are those of the upper triangles of both matrices, their
p-values Mantel's: the classes of WordNet's matrix are permuted.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from semantrace.alignment.rsa import Matrices, correlate_triangles
from semantrace.core.errors import InputError
from semantrace.statistics.permutations import family_wise_p_values, p_values


@dataclass(frozen=True)
class ClassSimilarity:
    """How alike a network holds the classes to be.

    Attributes
    ----------
    scope : {"layer", "layer_set"}
    name : str
        Of the layer or the set of layers.
    layer_index : int
        Place of the layer in the network, counted from 1; zero for a set.
    cosine : numpy.ndarray, M x M
    """

    scope: str
    name: str
    layer_index: int
    cosine: np.ndarray


def correlate_wordnet(
    measures: Mapping[str, np.ndarray],
    similarities: Sequence[ClassSimilarity],
    permutations: np.ndarray,
) -> pd.DataFrame:
    """Correlate the similarity of classes in a network with each measure of WordNet.

    Parameters
    ----------
    measures : mapping of str to numpy.ndarray, M x M
        WordNet's similarity of the classes, by measure. The diagonals are not looked at.
    similarities : sequence of ClassSimilarity
        The layers of one network and its layer sets.
    permutations : numpy.ndarray of int, N x M
        Orders of the classes.

    Returns
    -------
    pandas.DataFrame
        scope, name, layer_index, measure, and for Pearson's and Spearman's coefficient its value,
        p-value and family-wise p-value: a row for each similarity and each measure. A family is
        all layers with one measure; layer sets are in none. A measure for which all pairs of
        classes are equally alike correlates with nothing and has no rows.

    Raises
    ------
    InputError
        When all similarities in a layer are equal, or those of every measure.
    """
    measures = _varying(measures)
    table = pd.DataFrame(
        [
            {"scope": one.scope, "name": one.name, "layer_index": one.layer_index, "measure": name}
            for one in similarities
            for name in measures
        ]
    )
    in_family = np.array([one.scope == "layer" for one in similarities])
    wordnet = Matrices(
        np.stack(list(measures.values())), [f"WordNet similarity {name}" for name in measures]
    )
    network = Matrices(
        np.stack([one.cosine for one in similarities]),
        [f"cosine similarity in {one.name}" for one in similarities],
    )
    for name, ranks in (("pearson", False), ("spearman", True)):
        found = correlate_triangles(wordnet, network, permutations, ranks)
        by_measure = list(zip(found.observed, found.null.swapaxes(0, 1), strict=True))
        table[name] = _rows(list(found.observed))
        table[f"{name}_p_value"] = _rows([p_values(*pair) for pair in by_measure])
        table[f"{name}_p_family_wise"] = _rows(
            [family_wise_p_values(*pair, in_family) for pair in by_measure]
        )
    return table


def _varying(measures: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Leave out the measures that tell no pair of classes from another."""
    pairs = np.triu_indices(len(next(iter(measures.values()))), 1)
    varying = {name: values for name, values in measures.items() if np.ptp(values[pairs]) > 0}
    if not varying:
        raise InputError(
            "WordNet: all pairs of classes are equally alike, so nothing correlates with that; "
            "take other classes, or leave wordnet_correlation out of the study's `figures`"
        )
    for name in measures.keys() - varying.keys():
        logging.getLogger(__name__).warning("%s: all pairs of classes are equally alike", name)
    return varying


def _rows(values: Sequence[np.ndarray]) -> np.ndarray:
    """Put values, measures x similarities, in the order of the table's rows."""
    return np.stack(values, axis=1).ravel()

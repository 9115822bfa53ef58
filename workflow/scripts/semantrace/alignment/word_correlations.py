"""Correlations between the word vectors of a study's concepts."""

from collections.abc import Sequence

import numpy as np

from semantrace.activations.correlations import CorrelatedRows
from semantrace.core.errors import InputError


def correlate_words(vectors: np.ndarray, concepts: Sequence[str], model: str) -> CorrelatedRows:
    """Correlate word vectors with each other (emergence, section 2).

    Parameters
    ----------
    vectors : (k, p) array
        One row a concept.
    concepts : sequence of str
        The k concepts.
    model : str
        The word-vector model's name, for messages.

    Raises
    ------
    InputError
        When all numbers of a vector are equal, so that it correlates with nothing.
    """
    constant = np.flatnonzero(np.ptp(vectors, axis=1) == 0)
    if len(constant):
        named = ", ".join(repr(concepts[row]) for row in constant[:10])
        raise InputError(
            f"word vectors {model}: all numbers of the vector of {named} are equal "
            f"({len(constant)} concepts in all), so that correlations are undefined; leave these "
            "concepts out of the study"
        )
    values = vectors.astype(np.float64)
    return CorrelatedRows(
        np.asarray(np.corrcoef(values)), values.mean(axis=1), values.std(axis=1), values.shape[1]
    )

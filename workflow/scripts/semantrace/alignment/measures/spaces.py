"""A space of concepts as measures see it, and the scores that they return."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Space:
    """How k concepts lie in one space.

    Attributes
    ----------
    name : str
        For messages.
    correlations : (k, k) array
        Pearson's, between the concepts' features.
    gram : (k, k) array
        Inner products of the features, over any constant.
    """

    name: str
    correlations: np.ndarray
    gram: np.ndarray

    @functools.cached_property
    def centred(self) -> np.ndarray:
        """The inner products after each feature has lost its mean over the concepts."""
        rows = self.gram.mean(axis=1, keepdims=True)
        centred = self.gram - rows - rows.T + rows.mean()
        return (centred + centred.T) / 2


def by_group(values: np.ndarray, layers: int) -> np.ndarray:
    """Return values (…, m), in which the groups of each layer follow each other, by both."""
    groups = values.shape[-1] // layers
    return values.reshape(*values.shape[:-1], layers, groups)


@dataclass(frozen=True)
class Scores:
    """Scores of m image spaces against one word space.

    Attributes
    ----------
    observed : (m,) array
    null : (N, m) array
        The same under each permutation of the concepts of word space.
    """

    observed: np.ndarray
    null: np.ndarray

    def by_group(self, layers: int) -> "Scores":
        """Return the scores of so many layers as (layers, groups) and (N, layers, groups) arrays.

        Those of each layer's groups follow each other.
        """
        return Scores(by_group(self.observed, layers), by_group(self.null, layers))

    def over_groups(self, layers: int) -> "Scores":
        """Return the mean scores of so many layers over their groups."""
        grouped = self.by_group(layers)
        return Scores(grouped.observed.mean(axis=-1), grouped.null.mean(axis=-1))


@dataclass(frozen=True)
class Measure:
    """A measure, whose highest score is 1.

    Attributes
    ----------
    name : str
        In tables; `semantrace.core.names.MEASURE_TITLES` has its title in figures.
    score : callable
        From the word space, m image spaces and the (N, k) orders of the concepts to `Scores`.
    permutations : int or None
        How many of the study's permutations it takes at most, where each costs much.
    """

    name: str
    score: Callable[[Space, Sequence[Space], np.ndarray], Scores]
    permutations: int | None = None


def with_identity(orders: np.ndarray) -> np.ndarray:
    """Return orders of k concepts with the one that changes nothing before them."""
    return np.vstack([np.arange(orders.shape[1]), orders])

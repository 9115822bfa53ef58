"""Simulated studies in which a null hypothesis is true, and hard on a test that is careless.

A population is drawn once: where clusters of concepts lie, and how words and layers see a concept.
A data set is a sample of concepts from it, with noise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from semantrace.alignment.one_vs_two import Misclassified

MEANINGS = 10
"""Dimensions in which concepts differ."""

CLUSTERS = 6
FEATURES = 60
WORD_DIMENSIONS = 50
LOW_RANK = 2
WITHIN_CLUSTER = 0.4
WORD_NOISE = 0.5
FLOOR = 0.05
"""Standard deviations: of concepts about their cluster, of words, of each activation."""


@dataclass(frozen=True)
class Null:
    """What makes a null hypothesis hard.

    Attributes
    ----------
    name : str
    clustered_words : bool
        Whether concepts lie in clusters, so that words do.
    low_rank_images : bool
        Whether layers see few dimensions, so that all image correlations hang together.
    predicted_classes : int
        How many classes all wrong predictions are crowded into; zero for no crowding.
    unlike_layers : bool
        Whether of two layers compared the first sees all dimensions and the second few.
    """

    name: str
    clustered_words: bool = False
    low_rank_images: bool = False
    predicted_classes: int = 0
    unlike_layers: bool = False


class Population:
    """Where concepts lie, and how words and layers see them."""

    def __init__(self, null: Null, generator: np.random.Generator) -> None:
        self.null = null
        self.centres = generator.normal(size=(CLUSTERS, MEANINGS))
        self.words = generator.normal(size=(MEANINGS, WORD_DIMENSIONS)) / np.sqrt(MEANINGS)
        self.views = {rank: _view(generator, rank) for rank in (LOW_RANK, MEANINGS)}

    def concepts(self, generator: np.random.Generator, k: int) -> np.ndarray:
        """Draw k concepts, shape (k, dimensions)."""
        if not self.null.clustered_words:
            return generator.normal(size=(k, MEANINGS))
        own = generator.normal(size=(k, MEANINGS))
        return self.centres[generator.integers(0, CLUSTERS, k)] + WITHIN_CLUSTER * own

    def word_correlations(
        self, generator: np.random.Generator, concepts: np.ndarray, columns: int | None = None
    ) -> np.ndarray:
        """Correlate the words of concepts, all of them with the first `columns`."""
        noise = WORD_NOISE * generator.normal(size=(len(concepts), WORD_DIMENSIONS))
        return np.corrcoef(concepts @ self.words + noise)[:, :columns]

    def image_correlations(
        self,
        generator: np.random.Generator,
        concepts: np.ndarray,
        noise: Sequence[float],
        groups: int,
        shared: float = 0.0,
    ) -> np.ndarray:
        """Correlate the images of concepts, shape (layers, groups, k, k).

        Parameters
        ----------
        generator : numpy.random.Generator
        concepts : (k, dimensions) array
        noise : sequence of float
            For each layer, how far it sees a concept from where it lies.
        groups : int
        shared : float
            Part of the noise that is the same in all layers.
        """
        common = generator.normal(size=(groups, len(concepts), MEANINGS))
        layers = []
        for number, amount in enumerate(noise):
            few = self.null.low_rank_images or (self.null.unlike_layers and number % 2)
            inner, outer = self.views[LOW_RANK if few else MEANINGS]
            # What a layer makes of a concept differs from what it makes of one image of it.
            own = generator.normal(size=(1, len(concepts), MEANINGS))
            image = generator.normal(size=(groups, len(concepts), MEANINGS))
            away = np.sqrt(shared) * common + np.sqrt((1 - shared) / 2) * (own + image)
            seen = (concepts + amount * away) @ inner @ outer
            seen += FLOOR * generator.normal(size=seen.shape)
            layers.append(np.stack([np.corrcoef(group) for group in seen]))
        return np.stack(layers)


def _view(generator: np.random.Generator, rank: int) -> tuple[np.ndarray, np.ndarray]:
    inner = generator.normal(size=(MEANINGS, rank)) / np.sqrt(MEANINGS)
    return inner, generator.normal(size=(rank, FEATURES))


def predictions(
    null: Null, generator: np.random.Generator, k: int, other_classes: int
) -> Misclassified:
    """Draw which of k concepts are misclassified, and as what: concepts, or classes beyond k."""
    order = generator.permutation(k)
    wrong, correct = order[: k // 2], order[k // 2 :]
    known = np.arange(k + other_classes)
    if null.predicted_classes:
        known = generator.choice(known, null.predicted_classes, replace=False)
    predicted = np.array([generator.choice(known[known != true]) for true in wrong])
    return Misclassified(np.sort(correct), wrong, predicted)

"""What a study takes before it is run: disk, memory, and processor time from measured costs."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from semantrace.study.scoring_memory import SCORING_MEMORY, ScoringSize

FILE_BYTES, IMAGE_BYTES = 10_240, 16
"""What HDF5 adds to the activations of a layer, and for each image."""

JOB_SECONDS = 4.0
"""Processor seconds of a job that does little: its libraries are imported, a figure is drawn."""
SCORE_SECONDS = 0.28
"""2 vs. 2 test of one matrix of 166 concepts with 1000 permutations, and its comparisons."""
PANEL_SECONDS = 0.42
"""The other measures of one matrix of 166 concepts, with as many permutations as they take."""
CORRELATION_SECONDS = 0.055
"""Correlations of 100,000 features between 166 concepts."""
CLUSTERING_SECONDS = 3.3
"""Spectral clustering of one layer set of 1000 classes, with names and shuffled classes."""
INVERSION_SECONDS = 15.0
"""Gradient descent of 256 steps for one class of one network."""

MEASURED_CONCEPTS = 166
TENSORFLOW_BYTES = 0.9e9
"""Memory of a process in which TensorFlow is ready, and no network is built."""


@dataclass(frozen=True)
class NetworkSize:
    """What of a network decides its costs.

    Attributes
    ----------
    name : str
        Its name in the study.
    input_size : (int, int)
        Height and width in pixels.
    layers : mapping of str to tuple of int
        Shape of one image's activation in each layer of the study.
    parameters : int
        Number of its weights.
    seconds : float
        Processor seconds in which it computes one image; zero where it was not measured.
    """

    name: str
    input_size: tuple[int, int]
    layers: Mapping[str, tuple[int, ...]]
    parameters: int = 0
    seconds: float = 0.0

    @property
    def features(self) -> int:
        """Values of one image in all layers."""
        return self.features_of(self.layers)

    def features_of(self, layers: Iterable[str]) -> int:
        """Return the values of one image in some of the layers."""
        return sum(math.prod(self.layers[layer]) for layer in layers)

    def activation_bytes(self, images: int, value_bytes: int) -> int:
        """Return what the uncompressed activations of some images take, pixels included."""
        height, width = self.input_size
        files = (len(self.layers) + 1) * (FILE_BYTES + IMAGE_BYTES * images)
        return images * (self.features * value_bytes + height * width * 3) + files


@dataclass(frozen=True)
class StudySize:
    """What of a study decides its costs.

    Attributes
    ----------
    concepts, images, groups, permutations, word_models : int
        Their numbers.
    networks : tuple of NetworkSize
        All networks.
    value_bytes : int
        Bytes of a stored value: 2 for float16, 4 for float32.
    embedded_features : int
        Features of all layers that have class vectors, of all networks together.
    layer_sets : int
        Number of all layer sets.
    inverted : int
        Number of classes times networks that are inverted.
    decoding_seconds : float
        Processor seconds in which an image is decoded.
    stored : frozenset of str
        Networks whose activations reach the disk.
    keeps_activations : bool
        Whether they stay, or are deleted once they have been used.
    threads : int
        Of the numerical libraries in one job.
    """

    concepts: int
    images: int
    groups: int
    permutations: int
    word_models: int
    networks: tuple[NetworkSize, ...]
    value_bytes: int = 2
    embedded_features: int = 0
    layer_sets: int = 0
    inverted: int = 0
    decoding_seconds: float = 0.0
    stored: frozenset[str] = frozenset()
    keeps_activations: bool = False
    threads: int = 1

    @property
    def matrices(self) -> int:
        """Correlation matrices that word models are compared with: layers times groups."""
        return sum(map(self.matrices_of, self.networks))

    def matrices_of(self, network: NetworkSize) -> int:
        """Return how many of the matrices are of one network."""
        return self.groups * (len(network.layers) + 1) if self.word_models else 0

    def activation_bytes(self) -> int:
        """Return what uncompressed activations take on the disk at most."""
        each = [
            one.activation_bytes(self.images, self.value_bytes)
            for one in self.networks
            if one.name in self.stored
        ]
        if self.keeps_activations:
            return sum(each)
        # the next network's come while jobs still read those of one
        return max(map(sum, pairwise(each)), default=sum(each))

    def other_bytes(self) -> int:
        """Return what correlations and class vectors take on the disk."""
        return 8 * self.concepts**2 * self.matrices + 4 * self.concepts * self.embedded_features

    def memory_bytes(self) -> float:
        """Return the memory of the largest job: an extraction, or the scores of one network."""
        extraction = max(
            (TENSORFLOW_BYTES + 0.2e9 + 8 * one.parameters for one in self.networks), default=0
        )
        matrices = max(map(self.matrices_of, self.networks), default=0)
        size = ScoringSize(self.concepts, self.permutations, matrices, self.threads)
        return max(extraction, 1e6 * SCORING_MEMORY["score_alignment"].of(size) if matrices else 0)

    def processor_seconds(self, jobs: int) -> float:
        """Return the processor time of a number of jobs that make the whole study."""
        relative = self.concepts / MEASURED_CONCEPTS
        scores = self.word_models * self.matrices * relative**3
        features = self.groups * sum(one.features for one in self.networks) * bool(self.matrices)
        if self.groups > 1:  # means of several groups are correlated too
            features *= 2
        return (
            JOB_SECONDS * jobs
            + self.images * sum(self.decoding_seconds + one.seconds for one in self.networks)
            + (SCORE_SECONDS * self.permutations / 1000 + PANEL_SECONDS) * scores
            + CORRELATION_SECONDS * features / 1e5 * relative**1.75
            + CLUSTERING_SECONDS * self.layer_sets * (self.concepts / 1000) ** 2
            + INVERSION_SECONDS * self.inverted
        )


def readable_bytes(number: float) -> str:
    """Return a number of bytes with a unit: 1.5 GB, 820 MB, 12 kB."""
    for unit, size in (("GB", 1e9), ("MB", 1e6)):
        if number >= size:
            digits = 1 if number < 10 * size and unit == "GB" else 0
            return f"{number / size:,.{digits}f} {unit}"
    return f"{number / 1e3:,.0f} kB"


def readable_time(seconds: float) -> str:
    """Return a time in minutes, or in hours where they are many."""
    minutes = seconds / 60
    if minutes < 1:
        return "less than a minute"
    return f"about {minutes:,.0f} minutes" if minutes < 90 else f"about {minutes / 60:,.1f} hours"

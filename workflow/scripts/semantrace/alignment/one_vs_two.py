"""The 1 vs. 2 test: do hidden layers know what the network's answer got wrong?

Source: Dharmaretnam & Fyshe 2018, section 3.3. An image that the network misclassified has a true
and a predicted class, and so two rows of word correlations, w_true and w_predicted, over the
concepts whose images were classified correctly. With i, the correlations of the image's activation
with those images' activations, the test is passed if corr(i, w_true) > corr(i, w_predicted),
strictly.

Where the predicted class is one of those concepts, w_predicted is one in that concept's own column
and w_true never is, so that chance is not one half. The primary form leaves that column out; the
paper's form keeps it. The true concept has no such column: a group has one image of each concept,
and that one was misclassified.

The null hypothesis is that words have no relation to images: which word stands for which concept
is then arbitrary. A permutation of the concepts gives every concept another's word, in rows and
columns alike, so that a class keeps standing for one word throughout, whether it is true,
predicted or a column, and the column left out stays the one where w_predicted is one. Images,
predictions and the words of predicted classes that are no concept stay as they are. These
permutations are a group that leaves the null distribution as it is, so that p-values are valid
however predictions crowd and words or images cluster.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from semantrace.activations.stored_arrays import Arrays
from semantrace.alignment.two_vs_two import TIE
from semantrace.core.errors import InputError
from semantrace.core.progress import progress
from semantrace.statistics.correlation_checks import (
    check_correlation_rows,
    check_correlations,
    check_permutations,
)
from semantrace.statistics.permutations import family_wise_p_values, p_values

PART_BYTES = 256 << 20
"""What the rows of image correlations that are tested at once may take, of all layers together."""


@dataclass(frozen=True)
class Misclassified:
    """The tests of one group, in which each concept has one image.

    Attributes
    ----------
    correct : (m,) int array
        Concepts whose image was classified correctly, as rows of the k×k image correlations.
    true : (n,) int array
        The concept of each misclassified image; none of `correct`.
    predicted : (n,) int array
        The predicted class of each, as a row of the word correlations: a concept, or, from k on,
        a class that is no concept.
    """

    correct: np.ndarray
    true: np.ndarray
    predicted: np.ndarray


@dataclass(frozen=True)
class OneVsTwo:
    """One form of the 1 vs. 2 test on all misclassified images, over several layers.

    Attributes
    ----------
    passed : (layers, images) bool array
        Group after group.
    null : (N, layers) array
        The accuracy under each permutation.
    """

    passed: np.ndarray
    null: np.ndarray

    @property
    def accuracy(self) -> np.ndarray:
        """Share of the images that passed, shape (layers,)."""
        return self.passed.mean(axis=1)

    @property
    def null_mean(self) -> np.ndarray:
        """Mean accuracy under the permutations, which is the level of chance, shape (layers,)."""
        return self.null.mean(axis=0)

    @property
    def p_values(self) -> np.ndarray:
        """Permutation p-value of each layer, shape (layers,)."""
        return p_values(self.accuracy, self.null)

    def family_wise_p_values(self, in_family: np.ndarray) -> np.ndarray:
        """Return p-values corrected for looking at many layers, by the studentised maximum.

        Accuracies of few images vary more in some layers than in others, so each is measured from
        its mean under the permutations in units of its standard deviation there. The observed
        order counts as one of the permutations, which keeps all of them exchangeable.

        Parameters
        ----------
        in_family : (layers,) bool array
            The layers that are tested together; the others get not a number.
        """
        both = np.vstack([self.accuracy, self.null])
        spread = both.std(axis=0)
        studentised = (both - both.mean(axis=0)) / np.where(spread > TIE, spread, 1.0)
        return family_wise_p_values(studentised[0], studentised[1:], in_family)


def one_vs_two(
    words: np.ndarray,
    images: Sequence[Arrays],
    groups: Sequence[Misclassified],
    permutations: np.ndarray,
    keep_predicted: bool = False,
) -> OneVsTwo:
    """Run the 1 vs. 2 test on every misclassified image, with its permutations.

    Parameters
    ----------
    words : (k + e, k) array
        Correlations of the words of the k concepts, and below them of e predicted classes that
        are no concepts, with the words of the concepts.
    images : (layers, groups, k, k) array, or of each layer as many stored matrices as groups
        Image correlations, of which one matrix is held at a time.
    groups : sequence of Misclassified
        The tests of each group.
    permutations : (N, k) int array
        Each row an order of the concepts; all images and layers share it.
    keep_predicted : bool
        Whether the column of the predicted concept is kept, as in the paper.

    Raises
    ------
    InputError
        When a matrix is not one of correlations, a row of `permutations` is not an order, there is
        no misclassified image, or a correlation is undefined because all values of a row are equal.
    """
    words = np.asarray(words, dtype=np.float64)
    _check_words(words, images, permutations)
    orders = np.vstack([np.arange(words.shape[1]), permutations])
    tests = sum(len(group.true) for group in groups)
    if not tests:
        raise InputError("no misclassified image; the 1 vs. 2 test needs one or more")
    passed = np.empty((len(images), tests), dtype=bool)
    null = np.zeros((len(permutations), len(images)))
    with progress(tests, "1 vs. 2 tests", "images") as advance:
        for number, (rows, group, test) in enumerate(_tests(images, groups, words.shape[1])):
            passes = _passes(words, rows, group, test, orders, keep_predicted)
            passed[:, number] = passes[0]
            null += passes[1:]
            advance(1)
    return OneVsTwo(passed, null / tests)


def _check_words(words: np.ndarray, images: Sequence[Arrays], permutations: np.ndarray) -> None:
    k = words.shape[1]
    check_permutations(permutations, k)
    for layer in images:
        if len(words) < k or layer.shape[1:] != (k, k):
            raise InputError(
                f"word correlations of shape {words.shape} and image correlations of shape "
                f"{layer.shape[1:]} are not of the same concepts; give k or more rows and k "
                "columns, and k×k"
            )
    check_correlations(words[:k], "word correlations")
    check_correlation_rows(words[k:], "word correlations of other classes")


def _tests(
    images: Sequence[Arrays], groups: Sequence[Misclassified], concepts: int
) -> Iterator[tuple[np.ndarray, Misclassified, int]]:
    """Yield the (layers, k) rows of each misclassified image, its group and its number there."""
    at_once = max(1, PART_BYTES // (8 * len(images) * concepts))
    for number, group in enumerate(groups):
        for first in range(0, len(group.true), at_once):
            chosen = group.true[first : first + at_once]
            rows = np.empty((len(chosen), len(images), concepts))
            for layer, matrices in enumerate(images):
                matrix = matrices[number]
                check_correlations(matrix, f"image correlations {layer}, group {number}")
                rows[:, layer] = matrix[chosen]
            yield from ((row, group, first + test) for test, row in enumerate(rows))


def _passes(
    words: np.ndarray,
    rows: np.ndarray,
    group: Misclassified,
    test: int,
    orders: np.ndarray,
    keep_predicted: bool,
) -> np.ndarray:
    """Return whether one image passes under each order of the concepts, shape (orders, layers)."""
    true, predicted = int(group.true[test]), int(group.predicted[test])
    columns = group.correct if keep_predicted else group.correct[group.correct != predicted]
    pattern, defined = _unit_rows(rows[:, columns])
    if not defined.all():
        raise InputError(
            f"misclassified image of concept {true}: its correlations with the "
            f"{len(columns)} correctly classified images are all equal in layer "
            f"{int(np.argmin(defined))}, so nothing correlates with them; leave the layer out"
        )
    columns = orders[:, columns]
    difference = np.zeros(columns.shape)
    for row, sign in ((true, 1), (predicted, -1)):
        named = orders[:, row] if row < words.shape[1] else np.full(len(orders), row)
        correlations, defined = _unit_rows(words[named[:, None], columns])
        if not defined[0]:
            raise InputError(
                f"word correlations: row {row} is constant over the {len(columns[0])} correctly "
                "classified concepts, so nothing correlates with it; leave this class out"
            )
        difference += sign * correlations
    return difference @ pattern.T > TIE


def _unit_rows(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rows without their mean and of unit norm, and which could be given that norm."""
    centred = values - values.mean(axis=1, keepdims=True)
    largest = np.abs(centred).max(axis=1, initial=0.0)
    defined = largest > 8 * np.finfo(np.float64).eps * np.abs(values).max(axis=1, initial=0.0)
    norm = np.linalg.norm(centred, axis=1)
    return centred / np.where(defined, norm, np.inf)[:, None], defined

"""The 2 vs. 2 test as one measure of several; see `semantrace.alignment.two_vs_two`."""

from collections.abc import Sequence

import numpy as np

from semantrace.alignment.measures.spaces import Scores, Space, with_identity
from semantrace.alignment.two_vs_two import permuted_accuracies, prepare_rows


def two_vs_two_scores(words: Space, images: Sequence[Space], orders: np.ndarray) -> Scores:
    """Return the 2 vs. 2 accuracy of each image space."""
    rows = [prepare_rows(one.correlations, one.name) for one in images]
    accuracies = permuted_accuracies(
        prepare_rows(words.correlations, words.name), rows, with_identity(orders)
    )
    return Scores(accuracies[0], accuracies[1:])

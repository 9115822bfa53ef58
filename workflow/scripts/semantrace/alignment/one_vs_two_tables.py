"""The 1 vs. 2 test of one network against one word-vector model, as tidy tables."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import bdtrc

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.misclassification import NO_CLASSES, Misclassification
from semantrace.alignment.one_vs_two import OneVsTwo, one_vs_two
from semantrace.alignment.score_inputs import layer_columns

COUNTS = ("images", "correct_images", "misclassified_images")
SCORES = (
    "accuracy",
    "null_mean",
    "p_value",
    "p_family_wise",
    "binomial_p_value",
    "paper_accuracy",
    "paper_null_mean",
    "paper_p_value",
)
IMAGE_COLUMNS = ("group", "image", "concept", "wnid", "predicted_wnid", "predicted_word")


@dataclass(frozen=True)
class OneVsTwoTables:
    """The 1 vs. 2 scores of a network.

    Attributes
    ----------
    layers : DataFrame
        One row a layer: how many images, accuracy and p-values of both forms, and a note; where
        there is no result the numbers are missing and the note says why.
    images : DataFrame
        One row a misclassified image and layer: whether each form was passed.
    """

    layers: pd.DataFrame
    images: pd.DataFrame


def score_one_vs_two(
    words: np.ndarray,
    layers: list[LayerCorrelations],
    misclassification: Misclassification | None,
    permutations: np.ndarray,
) -> OneVsTwoTables:
    """Score every layer of a network with both forms of the 1 vs. 2 test.

    The statistic is the share of all misclassified images, of all groups together, that passed.
    The family of the family-wise p-value is the network's layers without the pixels.

    Parameters
    ----------
    words : (k + e, k) array
        From `semantrace.alignment.misclassification.extended_word_correlations`.
    layers : list of LayerCorrelations
        All layers of the network, pixels first.
    misclassification : Misclassification or None
        None for a network without classes.
    permutations : (N, k) int array
        Shared by the whole study.

    Raises
    ------
    InputError
        See `semantrace.alignment.one_vs_two.one_vs_two`.
    """
    table = pd.DataFrame(layer_columns(layers))
    table[list(COUNTS + SCORES)] = np.nan
    table["note"] = NO_CLASSES if misclassification is None else misclassification.note
    if misclassification is None:
        return OneVsTwoTables(table, _image_table(table, pd.DataFrame(columns=IMAGE_COLUMNS)))
    tests = misclassification.images
    table["images"] = len(tests)
    table["correct_images"] = misclassification.correct_images
    table["misclassified_images"] = misclassification.misclassified_images
    if not len(tests):
        return OneVsTwoTables(table, _image_table(table, tests))
    images = [layer.matrices[list(misclassification.group_numbers)] for layer in layers]
    groups = misclassification.groups
    primary = one_vs_two(words, images, groups, permutations)
    paper = one_vs_two(words, images, groups, permutations, keep_predicted=True)
    table["accuracy"] = primary.accuracy
    table["null_mean"] = primary.null_mean
    table["p_value"] = primary.p_values
    table["p_family_wise"] = primary.family_wise_p_values(table["layer_index"].to_numpy() > 0)
    table["binomial_p_value"] = [
        bdtrc(int(passed.sum()) - 1, len(passed), 0.5)  # so many or more heads of fair coins
        for passed in primary.passed
    ]
    table["paper_accuracy"] = paper.accuracy
    table["paper_null_mean"] = paper.null_mean
    table["paper_p_value"] = paper.p_values
    return OneVsTwoTables(table, _image_table(table, tests, primary, paper))


def _image_table(
    layers: pd.DataFrame,
    tests: pd.DataFrame,
    primary: OneVsTwo | None = None,
    paper: OneVsTwo | None = None,
) -> pd.DataFrame:
    parts = [
        tests.assign(network=row.network, layer=row.layer, layer_index=row.layer_index)
        for row in layers.itertuples()
    ]
    table = pd.concat(parts, ignore_index=True)
    for column, result in (("passed", primary), ("paper_passed", paper)):
        passed: Iterable[bool] = [] if result is None else result.passed.ravel()
        table[column] = ["true" if one else "false" for one in passed]
    order = ["network", "layer", "layer_index", *IMAGE_COLUMNS, "passed", "paper_passed"]
    return table[order]

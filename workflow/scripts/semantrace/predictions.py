"""The most probable classes of each image, as a tidy table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from semantrace.imagenet import class_names, class_wnids

RANKS = 5


def predictions_table(
    images: Sequence[str], classes: np.ndarray, probabilities: np.ndarray
) -> pd.DataFrame:
    """Return the most probable ImageNet classes of some images.

    Parameters
    ----------
    images : sequence of str
        Ids of the n images.
    classes : (n, ranks) int array
        Class numbers, most probable first.
    probabilities : (n, ranks) array
        Their probabilities.

    Returns
    -------
    pandas.DataFrame
        Columns image, rank (from 1), wnid, class (its name), probability; one prediction a row.
    """
    ranks = classes.shape[1]
    flat = classes.ravel()
    return pd.DataFrame(
        {
            "image": np.repeat(np.asarray(images, dtype=object), ranks),
            "rank": np.tile(np.arange(1, ranks + 1), len(images)),
            "wnid": np.array(class_wnids(), dtype=object)[flat],
            "class": np.array(class_names(), dtype=object)[flat],
            "probability": probabilities.ravel(),
        }
    )


def rank_classes(probabilities: np.ndarray, ranks: int = RANKS) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers and the probabilities of the most probable classes.

    Parameters
    ----------
    probabilities : (n, classes) array
        Of each image and class. Equal ones are ranked by class number.
    ranks : int
        How many classes are wanted.

    Returns
    -------
    (n, ranks) int array, (n, ranks) array
        Most probable first.
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :ranks]
    return order, np.take_along_axis(probabilities, order, axis=1)

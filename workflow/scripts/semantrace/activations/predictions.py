"""The most probable classes of each image, as a tidy table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from semantrace.taxonomy.imagenet import class_names, class_wnids

RANKS = 5


def predictions_table(
    network: str,
    images: Sequence[str],
    classes: np.ndarray,
    probabilities: np.ndarray,
    known: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return the most probable classes of some images.

    Parameters
    ----------
    network : str
        Name of the network.
    images : sequence of str
        Ids of the n images.
    classes : (n, ranks) int array
        Class numbers, most probable first.
    probabilities : (n, ranks) array
        Their probabilities.
    known : sequence of str, optional
        What the study calls the network's classes, in the order of their numbers: wnids, synsets
        or names. ImageNet's wnids where left out.

    Returns
    -------
    pandas.DataFrame
        Columns network, image, rank (from 1), wnid (or what else the study calls the class), class
        (its name), probability; one prediction a row.
    """
    ranks = classes.shape[1]
    wnids = class_wnids() if known is None else tuple(known)
    names = class_names() if wnids == class_wnids() else wnids
    flat = classes.ravel()
    return pd.DataFrame(
        {
            "network": network,
            "image": np.repeat(np.asarray(images, dtype=object), ranks),
            "rank": np.tile(np.arange(1, ranks + 1), len(images)),
            "wnid": np.array(wnids, dtype=object)[flat],
            "class": np.array(names, dtype=object)[flat],
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

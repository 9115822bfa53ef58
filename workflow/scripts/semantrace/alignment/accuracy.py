"""How often networks name the class of the study's images, beside what was published."""

from collections.abc import Collection

import numpy as np
import pandas as pd

FEWEST_IMAGES = 20
FAR_BELOW = 0.15
ERRORS = 3
"""Top-1 is told to be far below what was published where both this difference and so many standard
errors are exceeded."""

NO_CLASSES = "the network tells no classes"
NO_IMAGES = "no image shows one of the network's classes"


def network_accuracy(
    predictions: pd.DataFrame | None, images: pd.DataFrame, classes: Collection[str]
) -> dict[str, object]:
    """Return the accuracy of one network over the images that show one of its classes.

    Parameters
    ----------
    predictions : pandas.DataFrame or None
        Columns image and predicted, which holds the identities of classes, five rows an image,
        the likeliest first; None for a network without classes. See
        `semantrace.alignment.predicted_classes.class_identities`.
    images : pandas.DataFrame
        Columns image and identity, of the class that it shows.
    classes : collection of str
        The identities of the network's classes.

    Returns
    -------
    dict
        `images`, how many count; `top_1` and `top_5`, the shares of them whose class is the
        likeliest, and one of the five likeliest; `note`, why there are none.
    """
    nothing = {"images": 0, "top_1": np.nan, "top_5": np.nan}
    if predictions is None:
        return {**nothing, "note": NO_CLASSES}
    shown = images.loc[images["identity"].isin(set(classes)), ["image", "identity"]]
    if shown.empty:
        return {**nothing, "note": NO_IMAGES}
    ranked = predictions.assign(place=predictions.groupby("image").cumcount())
    found = shown.merge(ranked, on="image")
    right = found[found["identity"] == found["predicted"]]
    return {
        "images": len(shown),
        "top_1": (right["place"] == 0).sum() / len(shown),
        "top_5": right["image"].nunique() / len(shown),
        "note": "",
    }


def is_far_below(top_1: float, images: int, published: float) -> bool:
    """Return whether a top-1 accuracy is so low that another preprocessing may be meant."""
    error = np.sqrt(published * (1 - published) / max(images, 1))
    return images >= FEWEST_IMAGES and published - top_1 > max(FAR_BELOW, ERRORS * error)

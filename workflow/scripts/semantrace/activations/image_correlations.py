"""Correlations between the images of one group, in every layer of a network."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from semantrace.activations.correlations import CorrelatedRows, constant_rows, correlate_rows
from semantrace.activations.reader import open_layer
from semantrace.core.errors import InputError

BLOCK_BYTES = 8 << 20
"""What one block of features takes as float32: several stay in the processor's cache."""


def group_images(images: pd.DataFrame, concepts: Sequence[str], group: str) -> list[str]:
    """Return the ids of a group's images, one for each concept and in their order.

    Parameters
    ----------
    images : DataFrame
        The columns ``image``, ``concept`` and ``group`` of the study's images.
    concepts : sequence of str
        The k concepts.
    group : str
        The group's number.

    Raises
    ------
    InputError
        When the group has not exactly one image of some concept.
    """
    members = images[images["group"].astype(str) == str(group)]
    counts = members["concept"].value_counts()
    for concept in concepts:
        if counts.get(concept, 0) != 1:
            raise InputError(
                f"images.tsv: group {group} has {counts.get(concept, 0)} images of {concept!r}; "
                "every group needs exactly one, so sample the images again"
            )
    return members.set_index("concept").loc[list(concepts), "image"].tolist()


def correlate_layer(folders: Sequence[str | Path], layer: str, images: list[str]) -> CorrelatedRows:
    """Correlate images with each other in one layer, a block of features at a time.

    Parameters
    ----------
    folders : sequence of path
        The shards of the network's activations.
    layer : str
    images : list of str
        Ids of k images.

    Raises
    ------
    InputError
        When the activations of an image are constant, so that it correlates with nothing.
    """
    with open_layer(folders, layer) as activations:
        width = max(1, BLOCK_BYTES // (4 * len(images)))
        rows = activations.rows(images)
        found = correlate_rows(activations.blocks(rows, width))
        constant = constant_rows(found.correlations)
        if len(constant):
            half = activations.dtype == np.float16
            raise InputError(
                f"network {activations.attributes['network']}, layer {layer}: the activations of "
                f"image {images[constant[0]]} are constant, so its correlation is undefined; "
                + (
                    "set `dtype: float32` under `storage` if they differ by less than float16 "
                    "can tell, or "
                    if half
                    else ""
                )
                + "leave the layer or the image out of the study"
            )
    return found

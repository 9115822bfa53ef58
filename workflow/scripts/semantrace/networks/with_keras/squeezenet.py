"""SqueezeNet 1.1 for ImageNet (Iandola et al. 2016, arXiv:1602.07360).

Version 1.1 has its pools earlier and a first convolution of 64 filters 3×3. As in the Caffe model
that the weights come from, the first convolution and the pools are not padded, and every
convolution has a ReLU, the last one too.
"""

from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
from keras import layers

from semantrace.core.errors import InputError
from semantrace.networks.preprocessing import BGR_MEANS_TEXT, bgr_minus_means
from semantrace.networks.safe_pickle import read_pickled_arrays
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.taxonomy.imagenet import CLASS_COUNT, class_wnids

INPUT_SIZE = (227, 227)
FIRE_FILTERS = {2: (16, 64), 3: (16, 64), 4: (32, 128), 5: (32, 128), 6: (48, 192), 7: (48, 192)}
FIRE_FILTERS |= {8: (64, 256), 9: (64, 256)}
"""Filters of the squeezing convolution, and of each of the two expanding ones, by fire module."""

POOL_AFTER = (3, 5)


def build_squeezenet() -> keras.Model:
    """Build SqueezeNet 1.1 with random weights.

    Its layers are conv1, fire2 … fire9 (the concatenated module), conv10, global_average (the
    logits) and softmax; the convolutions of a module are `fire2_squeeze1x1` and so on.
    """
    images = keras.Input((*INPUT_SIZE, 3), name="images")
    flow = layers.Conv2D(64, 3, strides=2, activation="relu", name="conv1")(images)
    flow = layers.MaxPooling2D(3, strides=2, name="pool1")(flow)
    for number, (squeezed, expanded) in FIRE_FILTERS.items():
        flow = _fire(flow, f"fire{number}", squeezed, expanded)
        if number in POOL_AFTER:
            flow = layers.MaxPooling2D(3, strides=2, name=f"pool{number}")(flow)
    flow = layers.Conv2D(CLASS_COUNT, 1, activation="relu", name="conv10")(flow)
    flow = layers.GlobalAveragePooling2D(name="global_average")(flow)
    return keras.Model(images, layers.Softmax(name="softmax")(flow), name="squeezenet")


def _fire(flow: keras.KerasTensor, name: str, squeezed: int, expanded: int) -> keras.KerasTensor:
    """Squeeze by 1×1, then expand by 1×1 and by 3×3 side by side."""
    flow = layers.Conv2D(squeezed, 1, activation="relu", name=f"{name}_squeeze1x1")(flow)
    narrow = layers.Conv2D(expanded, 1, activation="relu", name=f"{name}_expand1x1")(flow)
    wide = layers.Conv2D(expanded, 3, padding="same", activation="relu", name=f"{name}_expand3x3")(
        flow
    )
    return layers.Concatenate(name=name)([narrow, wide])


def read_squeezenet_weights(path: Path) -> Mapping[str, Mapping[str, np.ndarray]]:
    """Read a pickled dictionary such as {"fire2/squeeze1x1": [kernel, bias]}.

    Raises
    ------
    InputError
        When the file holds anything but a kernel and a bias for each layer.
    """
    weights = {}
    for name, arrays in read_pickled_arrays(path).items():
        if len(arrays) != 2:
            raise InputError(f"{path}: {name!r} holds {len(arrays)} arrays; kernel and bias needed")
        weights[name.replace("/", "_")] = dict(zip(("kernel", "bias"), arrays, strict=True))
    return weights


def squeezenet() -> Architecture:
    """Return the recipe of SqueezeNet 1.1."""
    return Architecture(
        name="SqueezeNet",
        build=build_squeezenet,
        preprocess=bgr_minus_means,
        preprocessing=BGR_MEANS_TEXT,
        channel_order="BGR",
        classes=class_wnids(),
        read_weights=read_squeezenet_weights,
    )

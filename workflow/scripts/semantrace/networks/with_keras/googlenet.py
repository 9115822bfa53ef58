"""GoogLeNet, the first Inception network (Szegedy et al. 2015, arXiv:1409.4842), as in Caffe.

It is the model bvlc_googlenet: layers have Caffe's names with / turned to _, every convolution has
its ReLU, and pools round their sizes up. What only serves training is left out: the two classifiers
half-way, and dropout.
"""

import functools
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
from keras import layers

from semantrace.networks.onnx_file import read_onnx_layers
from semantrace.networks.preprocessing import bgr_minus_means, bgr_minus_means_text
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.local_response_normalization import LocalResponseNormalization
from semantrace.taxonomy.imagenet import CLASS_COUNT, class_wnids

INPUT_SIZE = (224, 224)

MEANS = (104, 117, 123)
"""Blue, green and red, which the model was trained with; other networks use exact means."""

MODULES = {
    "3a": (64, (96, 128), (16, 32), 32),
    "3b": (128, (128, 192), (32, 96), 64),
    "4a": (192, (96, 208), (16, 48), 64),
    "4b": (160, (112, 224), (24, 64), 64),
    "4c": (128, (128, 256), (24, 64), 64),
    "4d": (112, (144, 288), (32, 64), 64),
    "4e": (256, (160, 320), (32, 128), 128),
    "5a": (256, (160, 320), (32, 128), 128),
    "5b": (384, (192, 384), (48, 128), 128),
}
"""Filters of each inception module's branches: 1×1; 3×3 and 5×5, each after its reduction; pool."""

POOL_AFTER = {"3b": "pool3_3x3_s2", "4e": "pool4_3x3_s2"}


def build_googlenet() -> keras.Model:
    """Build GoogLeNet with random weights.

    Its layers are conv1_7x7_s2 … conv2_norm2, for each module such as inception_3a its branches
    and their concatenation inception_3a_output, then pool5_7x7_s1, loss3_classifier and prob.
    """
    images = keras.Input((*INPUT_SIZE, 3), name="images")
    # 3 zeros on each side: "same" would put 2 before and 3 behind
    flow = layers.ZeroPadding2D(3, name="conv1_padding")(images)
    flow = layers.Conv2D(64, 7, strides=2, activation="relu", name="conv1_7x7_s2")(flow)
    flow = _halve(flow, "pool1_3x3_s2")
    flow = LocalResponseNormalization(name="pool1_norm1")(flow)
    flow = _convolve(flow, "conv2_3x3_reduce", 64, 1)
    flow = _convolve(flow, "conv2_3x3", 192, 3)
    flow = LocalResponseNormalization(name="conv2_norm2")(flow)
    flow = _halve(flow, "pool2_3x3_s2")
    for module, filters in MODULES.items():
        flow = _inception(flow, f"inception_{module}", *filters)
        if module in POOL_AFTER:
            flow = _halve(flow, POOL_AFTER[module])
    flow = layers.GlobalAveragePooling2D(name="pool5_7x7_s1")(flow)
    flow = layers.Dense(CLASS_COUNT, name="loss3_classifier")(flow)
    return keras.Model(images, layers.Softmax(name="prob")(flow), name="googlenet")


def _convolve(flow: keras.KerasTensor, name: str, filters: int, side: int) -> keras.KerasTensor:
    return layers.Conv2D(filters, side, padding="same", activation="relu", name=name)(flow)


def _halve(flow: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """Take maxima of 3×3 at every second place; a last window that is cut off counts.

    Caffe rounds the number of windows up. On maps of even side, "same" gives the same windows.
    """
    return layers.MaxPooling2D(3, strides=2, padding="same", name=name)(flow)


def _inception(
    flow: keras.KerasTensor,
    name: str,
    single: int,
    middle: tuple[int, int],
    wide: tuple[int, int],
    pooled: int,
) -> keras.KerasTensor:
    """Look at the maps in windows of three sizes and at their maxima, side by side."""
    branches = [_convolve(flow, f"{name}_1x1", single, 1)]
    for side, (reduced, filters) in ((3, middle), (5, wide)):
        narrow = _convolve(flow, f"{name}_{side}x{side}_reduce", reduced, 1)
        branches.append(_convolve(narrow, f"{name}_{side}x{side}", filters, side))
    maxima = layers.MaxPooling2D(3, strides=1, padding="same", name=f"{name}_pool")(flow)
    branches.append(_convolve(maxima, f"{name}_pool_proj", pooled, 1))
    return layers.Concatenate(name=f"{name}_output")(branches)


def read_googlenet_weights(path: Path) -> Mapping[str, Mapping[str, np.ndarray]]:
    """Read the ONNX Model Zoo's GoogLeNet, a conversion of Caffe's model: googlenet-9.onnx.

    Only the weights are taken from the file, not its graph. It was tested on a graph of the zoo
    that comes with the package onnx and has the same names; it is untested on the zoo's real file.

    Raises
    ------
    InputError
        When the file is no ONNX model or its arrays are not inside it.
    """
    return {name.replace("/", "_"): arrays for name, arrays in read_onnx_layers(path).items()}


def googlenet() -> Architecture:
    """Return the recipe of GoogLeNet."""
    return Architecture(
        name="GoogLeNet",
        build=build_googlenet,
        preprocess=functools.partial(bgr_minus_means, means=MEANS),
        preprocessing=bgr_minus_means_text(MEANS),
        channel_order="BGR",
        classes=class_wnids(),
        read_weights=read_googlenet_weights,
    )

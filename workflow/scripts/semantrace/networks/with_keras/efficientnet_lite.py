"""EfficientNet-Lite 0, 1 and 2: EfficientNets without squeeze-and-excitation, with ReLU6.

Tan & Le 2019 (arXiv:1905.11946) for the blocks and their scaling; the Lite variants leave stem and
head, and the depth of the first and the last stage, as they are, as TensorFlow's published ones do.
"""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from semantrace.core.errors import InputError
from semantrace.networks.torch_file import read_torch_tensors
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.taxonomy.imagenet import class_wnids

STEM, HEAD = 32, 1280
EPSILON = 1e-3
MULTIPLE = 8
"""Channels are multiples of it."""


@dataclass(frozen=True)
class Stage:
    """Blocks of one width: their number, kernel, stride, expansion and channels, unscaled."""

    blocks: int
    kernel: int
    stride: int
    expansion: int
    channels: int


STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)
VARIANTS = {
    "EfficientNetLite0": (1.0, 1.0, 224),
    "EfficientNetLite1": (1.0, 1.1, 240),
    "EfficientNetLite2": (1.1, 1.2, 260),
}
"""Factors of width and depth, and the side of the images."""


def block_stages(depth: float) -> list[tuple[str, Stage, int]]:
    """Return the name (block1a, block2a, …), the stage and the stride of each block, in order."""
    named = []
    for number, stage in enumerate(STAGES, start=1):
        is_scaled = 1 < number < len(STAGES)
        count = math.ceil(depth * stage.blocks) if is_scaled else stage.blocks
        for index in range(count):
            name = f"block{number}{chr(ord('a') + index)}"
            named.append((name, stage, 1 if index else stage.stride))
    return named


def scaled_channels(channels: int, width: float) -> int:
    """Return the channels of a scaled stage: a multiple of 8, at most a tenth below the product."""
    wanted = channels * width
    rounded = max(MULTIPLE, int(wanted + MULTIPLE / 2) // MULTIPLE * MULTIPLE)
    return rounded + MULTIPLE if rounded < 0.9 * wanted else rounded


def build_efficientnet_lite(variant: str) -> keras.Model:
    """Build a variant with random weights.

    The output of each block has the block's name; it is not rectified, as in all networks of
    inverted residuals.
    """
    width, depth, side = VARIANTS[variant]
    images = keras.Input((side, side, 3), name="images")
    flow = _rectified(_convolution(images, STEM, 3, 2, "stem"), "stem")
    for name, stage, stride in block_stages(depth):
        flow = _block(flow, name, stage, stride, scaled_channels(stage.channels, width))
    flow = _rectified(_convolution(flow, HEAD, 1, 1, "head"), "head")
    flow = layers.GlobalAveragePooling2D(name="global_average")(flow)
    flow = layers.Dense(len(class_wnids()), activation="softmax", name="predictions")(flow)
    return keras.Model(images, flow, name=variant.lower())


def _block(
    flow: keras.KerasTensor, name: str, stage: Stage, stride: int, channels: int
) -> keras.KerasTensor:
    """Expand, convolve each channel, project, and add the input where the shapes are the same."""
    start, inputs = flow, flow.shape[-1]
    if stage.expansion > 1:
        expanded = inputs * stage.expansion
        flow = _rectified(_convolution(flow, expanded, 1, 1, f"{name}_expand"), f"{name}_expand")
    depthwise = layers.DepthwiseConv2D(
        stage.kernel, stride, padding="same", use_bias=False, name=f"{name}_depthwise_conv"
    )
    flow = _normalised(depthwise(flow), f"{name}_depthwise_bn")
    flow = _rectified(flow, f"{name}_depthwise")
    adds = stride == 1 and inputs == channels
    flow = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_project_conv")(flow)
    flow = _normalised(flow, f"{name}_project_bn" if adds else name)
    return layers.Add(name=name)([start, flow]) if adds else flow


def _convolution(
    flow: keras.KerasTensor, channels: int, kernel: int, stride: int, name: str
) -> keras.KerasTensor:
    convolution = layers.Conv2D(
        channels, kernel, stride, padding="same", use_bias=False, name=f"{name}_conv"
    )
    return _normalised(convolution(flow), f"{name}_bn")


def _normalised(flow: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return layers.BatchNormalization(epsilon=EPSILON, name=name)(flow)


def _rectified(flow: keras.KerasTensor, name: str) -> keras.KerasTensor:
    return layers.ReLU(max_value=6, name=name)(flow)


def read_efficientnet_lite_weights(
    path: Path, variant: str
) -> Mapping[str, Mapping[str, np.ndarray]]:
    """Read the state dictionary of a network of EfficientNet-Lite-PyTorch.

    Raises
    ------
    InputError
        When a tensor is missing, or is not one of the network's.
    """
    tensors = dict(read_torch_tensors(path))

    def take(name: str) -> np.ndarray:
        if name not in tensors:
            raise InputError(f"{path}: has no {name}; give a file of {variant}")
        return tensors.pop(name)

    weights: dict[str, dict[str, np.ndarray]] = {}
    for layer, name, turn in _torch_kernels(variant):
        weights[layer] = {"kernel": take(f"{name}.weight").transpose(turn)}
    weights["predictions"]["bias"] = take("_fc.bias")
    for layer, name in _torch_normalisations(variant):
        weights[layer] = {ours: take(f"{name}.{theirs}") for ours, theirs in NORMALISATION.items()}
    left = [name for name in tensors if not name.endswith("num_batches_tracked")]
    if left:
        raise InputError(f"{path}: {left[0]} is not of {variant}; give a file of this network")
    return weights


NORMALISATION = {
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}
PLAIN, DEPTHWISE, DENSE = (2, 3, 1, 0), (2, 3, 0, 1), (1, 0)
"""The axes of PyTorch's kernels in Keras' order."""


def _torch_kernels(variant: str) -> list[tuple[str, str, tuple[int, ...]]]:
    """Return the layers with kernels, PyTorch's names of them, and how their axes turn."""
    found: list[tuple[str, str, tuple[int, ...]]] = [("stem_conv", "_conv_stem", PLAIN)]
    for number, (name, stage, _) in enumerate(block_stages(VARIANTS[variant][1])):
        block = f"_blocks.{number}"
        if stage.expansion > 1:
            found.append((f"{name}_expand_conv", f"{block}._expand_conv", PLAIN))
        found.append((f"{name}_depthwise_conv", f"{block}._depthwise_conv", DEPTHWISE))
        found.append((f"{name}_project_conv", f"{block}._project_conv", PLAIN))
    return [*found, ("head_conv", "_conv_head", PLAIN), ("predictions", "_fc", DENSE)]


def _torch_normalisations(variant: str) -> list[tuple[str, str]]:
    """Return the normalisations, and PyTorch's names of them."""
    width, depth, _ = VARIANTS[variant]
    found, inputs = [("stem_bn", "_bn0")], STEM
    for number, (name, stage, stride) in enumerate(block_stages(depth)):
        block, channels = f"_blocks.{number}", scaled_channels(stage.channels, width)
        if stage.expansion > 1:
            found.append((f"{name}_expand_bn", f"{block}._bn0"))
        found.append((f"{name}_depthwise_bn", f"{block}._bn1"))
        adds = stride == 1 and inputs == channels
        found.append((f"{name}_project_bn" if adds else name, f"{block}._bn2"))
        inputs = channels
    return [*found, ("head_bn", "_bn1")]


def around_zero(images: tf.Tensor) -> tf.Tensor:
    """Bring RGB values 0…255 to -1…1, as these networks were trained."""
    return (images - 127.0) / 128.0


def efficientnet_lite(variant: str) -> Architecture:
    """Return the recipe of a variant, one of `VARIANTS`."""
    return Architecture(
        name=variant,
        build=functools.partial(build_efficientnet_lite, variant),
        preprocess=around_zero,
        preprocessing="RGB 0 to 255, minus 127, over 128",
        channel_order="RGB",
        classes=class_wnids(),
        read_weights=functools.partial(read_efficientnet_lite_weights, variant=variant),
    )


ARCHITECTURES: dict[str, Callable[[], Architecture]] = {
    variant: functools.partial(efficientnet_lite, variant) for variant in VARIANTS
}

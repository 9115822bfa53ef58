"""Every network of keras.applications, with the preprocessing that it was trained with."""

import functools
import inspect
import re
from types import ModuleType

import keras

from semantrace.networks.preprocessing import BGR_MEANS_TEXT, INSIDE, SCALED, STANDARDISED
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.taxonomy.imagenet import class_wnids

CAFFE = BGR_MEANS_TEXT
WITHOUT_SIZE = ("mobilenet_v3",)
"""Modules whose networks take images of any size unless they are told one."""

ORIGINAL_SIZE = (224, 224)
"""Height and width that these networks were trained with."""

PREPROCESSING = {
    "convnext": INSIDE,
    "densenet": STANDARDISED,
    "efficientnet": INSIDE,
    "efficientnet_v2": INSIDE,
    "inception_resnet_v2": SCALED,
    "inception_v3": SCALED,
    "mobilenet": SCALED,
    "mobilenet_v2": SCALED,
    "mobilenet_v3": INSIDE,
    "nasnet": SCALED,
    "resnet": CAFFE,
    "resnet_v2": SCALED,
    "vgg16": CAFFE,
    "vgg19": CAFFE,
    "xception": SCALED,
}
"""What `preprocess_input` of each module of keras.applications does; a test compares them."""


def application_names() -> tuple[str, ...]:
    """Return the names of all networks of keras.applications, sorted."""
    return tuple(
        sorted(
            name
            for name, value in vars(keras.applications).items()
            if inspect.isfunction(value) and re.match("[A-Z]", name)
        )
    )


def application(name: str) -> Architecture:
    """Return the recipe of one network of keras.applications, at its default size.

    Parameters
    ----------
    name : str
        One of `application_names`.
    """
    module = _module_of(name)
    words = PREPROCESSING.get(module.__name__.split(".")[-1], "keras preprocess_input")
    return Architecture(
        name=name,
        build=functools.partial(_build, name),
        preprocess=module.preprocess_input,
        preprocessing=words,
        channel_order="BGR" if words == CAFFE else "RGB",
        classes=class_wnids(),
    )


def _build(name: str) -> keras.Model:
    """Build a network with random weights at its default size."""
    module = _module_of(name).__name__.split(".")[-1]
    size = {"input_shape": (*ORIGINAL_SIZE, 3)} if module in WITHOUT_SIZE else {}
    return getattr(keras.applications, name)(weights=None, **size)


def _module_of(name: str) -> ModuleType:
    """Return the public module of a network, which has its `preprocess_input`."""
    builder = getattr(keras.applications, name)
    return getattr(keras.applications, builder.__module__.split(".")[-1])


def download_imagenet_model(name: str) -> keras.Model:
    """Build a network of keras.applications with the ImageNet weights that Keras downloads."""
    return getattr(keras.applications, name)(weights="imagenet")

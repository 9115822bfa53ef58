"""All architectures of Keras by name.

To add one: write a module with a function that returns its `Architecture`, and list it in
`OWN_ARCHITECTURES`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from semantrace.core.errors import InputError, suggest
from semantrace.networks.with_keras import efficientnet_lite
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.googlenet import googlenet
from semantrace.networks.with_keras.keras_applications import application, application_names
from semantrace.networks.with_keras.keras_file import architecture_of_file
from semantrace.networks.with_keras.squeezenet import squeezenet
from semantrace.networks.with_keras.vgg16_hed import vgg16_hed
from semantrace.study.networks import is_keras_file, other_file_advice

OWN_ARCHITECTURES = {
    **efficientnet_lite.ARCHITECTURES,
    "GoogLeNet": googlenet,
    "SqueezeNet": squeezenet,
    "VGG16-HED": vgg16_hed,
}


def architecture_names() -> tuple[str, ...]:
    """Return the names of all known architectures, Semantrace's own first."""
    return (*OWN_ARCHITECTURES, *application_names())


def find_architecture(spec: Mapping[str, Any]) -> Architecture:
    """Return the recipe of the architecture that a study's network names.

    Parameters
    ----------
    spec : mapping
        A network of a study. Of its keys, `architecture` counts: a known name, or the path of a
        `.keras` file, for which `preprocessing`, `input_size` and `classes` count too.

    Raises
    ------
    InputError
        When the architecture is unknown, or the file cannot be used.
    """
    name = str(spec["architecture"])
    if name in OWN_ARCHITECTURES:
        return OWN_ARCHITECTURES[name]()
    if name in application_names():
        return application(name)
    if is_keras_file(name):
        return architecture_of_file(Path(name), spec)
    if advice := other_file_advice(name):
        raise InputError(f"architecture {name!r} {advice}")
    raise InputError(
        f"architecture {name!r} is unknown; {suggest(name, architecture_names())} "
        "(or give the path of a .keras, .h5 or .onnx file)"
    )

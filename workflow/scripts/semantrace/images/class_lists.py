"""Lists of a network's own classes: one a line, in the order of its outputs."""

from collections import Counter
from pathlib import Path

from semantrace.core.errors import InputError
from semantrace.io.user_files import require_file
from semantrace.taxonomy.imagenet import class_wnids


def read_classes(source: str) -> tuple[str, ...]:
    """Return the classes that a study's `classes` stands for: ImageNet's wnids, or a file's."""
    return class_wnids() if source == "imagenet" else read_class_list(source)


def read_class_list(path: str | Path) -> tuple[str, ...]:
    """Read the classes that the outputs of a network stand for.

    Parameters
    ----------
    path : path
        A text file in UTF-8 with one class a line: a wnid such as n02084071, a synset such as
        dog.n.01, or the name of a class or concept of the study. Empty lines at the end are left
        out.

    Raises
    ------
    InputError
        When the file is missing, no such text, or has a class twice or none in a line.
    """
    path = require_file(path, "classes")
    try:
        lines = path.read_text(encoding="utf-8-sig").rstrip().splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a text in UTF-8; save the list of classes so") from error
    classes = tuple(line.strip() for line in lines)
    if not all(classes):
        number = classes.index("") + 1 if classes else 1
        raise InputError(f"{path}: line {number} is empty; give one class a line")
    if not classes:
        raise InputError(f"{path}: no class in it; give one a line, in the order of the outputs")
    name, count = Counter(classes).most_common(1)[0]
    if count > 1:
        raise InputError(f"{path}: class {name!r} stands in {count} lines; give each class one")
    return classes

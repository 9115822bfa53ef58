"""ImageNet 2012's validation images in one flat folder, with the development kit's class numbers.

The ground truth gives each image a number from 1 on. These numbers follow an order of the
development kit's own, which is not that of sorted wnids, in which networks number their classes.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from semantrace.core.errors import InputError
from semantrace.images.dataset_files import VALIDATION_IMAGE, DatasetFiles
from semantrace.io.user_files import require_file
from semantrace.taxonomy.wordnet_ids import WNID

CLASS_COUNT = 1000
MATLAB_MAGIC = b"MATLAB"
FIELDS = ("ILSVRC2012_ID", "WNID", "num_children")


def list_validation_images(settings: Mapping, files: DatasetFiles) -> pd.DataFrame:
    """List the validation images of ImageNet 2012 with their classes.

    Parameters
    ----------
    settings : mapping
        The study's ``dataset`` of kind ilsvrc, with `ground_truth` and `class_order`.
    files : DatasetFiles
        The files of the flat folder of ``ILSVRC2012_val_00000001.JPEG`` and so on.

    Returns
    -------
    pandas.DataFrame
        One row an image, in their order: path (below the folder) and class (its wnid).

    Raises
    ------
    InputError
        When a file is missing or malformed, a number has no class, or the images are not as many
        as the lines of the ground truth.
    """
    wnids = read_class_order(settings["class_order"])
    numbers = read_ground_truth(settings["ground_truth"], len(wnids))
    paths = _number_images(files, len(numbers), settings["ground_truth"])
    return pd.DataFrame({"path": paths, "class": [wnids[number - 1] for number in numbers]})


def read_ground_truth(path: str | Path, classes: int) -> list[int]:
    """Read the class number of each validation image, one a line.

    Parameters
    ----------
    path : path
        ``ILSVRC2012_validation_ground_truth.txt`` of the development kit.
    classes : int
        How many classes there are; numbers run from 1 to this one.

    Raises
    ------
    InputError
        When the file is missing or empty, or a line is not one number of that range.
    """
    numbers = []
    for line, text in enumerate(_lines(path, "ground_truth"), start=1):
        if re.fullmatch("[0-9]{1,9}", text) is None:
            raise InputError(
                f"{path}, line {line}: {text[:40]!r} is not a class number; the ground truth has "
                "one whole number a line and nothing else"
            )
        numbers.append(int(text))
        if not 1 <= numbers[-1] <= classes:
            raise InputError(
                f"{path}, line {line}: class number {numbers[-1]}, but dataset.class_order numbers "
                f"{classes} classes from 1 to {classes}; give the two files of the same kit"
            )
    return numbers


def read_class_order(path: str | Path) -> list[str]:
    """Read which class each number stands for.

    Parameters
    ----------
    path : path
        The development kit's ``meta.mat``, or a text file that has a wnid at the beginning of each
        line, in the order of the numbers. Made-up sets may have fewer than 1000 classes.

    Returns
    -------
    list of str
        The wnids of the classes 1, 2, …

    Raises
    ------
    InputError
        When the file is missing or malformed, a class comes twice, there are more than 1000, or
        all 1000 are in the order of the networks.
    """
    path = require_file(path, "dataset.class_order")
    with path.open("rb") as file:
        is_matlab = path.suffix == ".mat" or file.read(len(MATLAB_MAGIC)) == MATLAB_MAGIC
    wnids = _classes_of_matlab(path) if is_matlab else _classes_of_text(path)
    numbers: dict[str, int] = {}
    for number, wnid in enumerate(wnids, start=1):
        if numbers.setdefault(wnid, number) != number:
            raise InputError(
                f"{path}: {wnid} is class {numbers[wnid]} and class {number}; each class has one "
                "number"
            )
    if len(wnids) > CLASS_COUNT:
        raise InputError(f"{path}: {len(wnids)} classes; ImageNet 2012 has {CLASS_COUNT} of them")
    if len(wnids) == CLASS_COUNT and wnids == sorted(wnids):
        raise InputError(
            f"{path}: its wnids are sorted, which is the order of the networks' outputs and not "
            "that of the ground truth; give the development kit's meta.mat"
        )
    return wnids


def _classes_of_text(path: Path) -> list[str]:
    wnids = []
    for line, text in enumerate(_lines(path, "class_order"), start=1):
        first = (text.split() or [""])[0]
        if WNID.fullmatch(first) is None:
            raise InputError(
                f"{path}, line {line}: {text[:40]!r} does not begin with a wnid such as n02084071; "
                "write one a line, in the order of the class numbers"
            )
        wnids.append(first)
    return wnids


def _classes_of_matlab(path: Path) -> list[str]:
    """Read the array of structures `synsets`, whose leaves are the classes."""
    import scipy.io  # slow, and a text file does without

    try:
        # SciPy parses numbers, text and structures; it runs nothing of what a file holds.
        synsets = scipy.io.loadmat(path, variable_names=["synsets"], squeeze_me=True)["synsets"]
        columns = [np.atleast_1d(synsets)[field].tolist() for field in FIELDS]
        rows = zip(*columns, strict=True)
        leaves = sorted((int(number), str(wnid)) for number, wnid, below in rows if below == 0)
    except Exception as error:  # damaged files raise almost anything
        reason = " ".join(f"{type(error).__name__} {error}".split())[:80]
        raise InputError(
            f"{path}: cannot be read as the development kit's meta.mat ({reason}); give that file, "
            "or a text file with one wnid a line"
        ) from error
    for place, (number, wnid) in enumerate(leaves, start=1):
        if number != place or WNID.fullmatch(wnid) is None:
            raise InputError(
                f"{path}: synset {wnid!r} has the number {number} where {place} is due; the leaves "
                "of the development kit's meta.mat are numbered 1, 2, …"
            )
    if not leaves:
        raise InputError(f"{path}: no synset without children in it; give the kit's meta.mat")
    return [wnid for _, wnid in leaves]


def _lines(path: str | Path, key: str) -> list[str]:
    """Return the lines of a text file, stripped; empty ones at its end do not count."""
    path = require_file(path, f"dataset.{key}")
    try:
        text = path.read_text(encoding="utf-8-sig").rstrip()
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not text; check dataset.{key}") from error
    if not text:
        raise InputError(f"{path}: the file is empty; fetch it again")
    return [line.strip() for line in text.split("\n")]


def _number_images(files: DatasetFiles, count: int, ground_truth: str | Path) -> list[str]:
    """Return the names of the images 1 to `count`, all of which must be in the folder."""
    folder = files.folder
    matches = list(filter(None, map(VALIDATION_IMAGE.fullmatch, files.images)))
    if not matches:
        advice = _advice(name for name, _ in files.passed_over)
        raise InputError(f"{folder}: no ILSVRC2012_val_00000001.JPEG and so on; {advice}")
    names: dict[int, str] = {}
    for match in matches:
        other = names.setdefault(int(match[1]), match[0])
        if other != match[0]:
            raise InputError(f"{folder}: {other} and {match[0]} are one image; remove one of them")
    if names.keys() != set(range(1, count + 1)):
        raise InputError(
            f"{folder}: {len(names)} images, but {ground_truth} has {count} lines; "
            f"{_difference(names, count)}; complete the folder, or give its own ground truth"
        )
    return [names[number] for number in range(1, count + 1)]


def _advice(entries: Iterable[str]) -> str:
    if any(map(WNID.fullmatch, entries)):
        return "it has one folder a class, so set dataset.kind to imagefolder"
    return "set dataset.root to the folder that the archive of validation images was unpacked in"


def _difference(names: Mapping[int, str], count: int) -> str:
    missing = sorted(set(range(1, count + 1)) - set(names))
    if missing:
        return f"ILSVRC2012_val_{missing[0]:08d}.JPEG is missing{_and_others(missing)}"
    extra = sorted(set(names) - set(range(1, count + 1)))
    return f"{names[extra[0]]} is beyond them{_and_others(extra)}"


def _and_others(numbers: Sequence[int]) -> str:
    others = len(numbers) - 1
    return f" and {others} others" if others > 1 else " and one other" if others else ""

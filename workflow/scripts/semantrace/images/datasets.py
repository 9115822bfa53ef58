"""Datasets: which images there are, and which class each one shows."""

import functools
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from semantrace.core.errors import InputError, Problems
from semantrace.images.dataset_classes import NamedClass
from semantrace.images.dataset_files import DatasetFiles, find_images, table_path
from semantrace.images.dataset_reports import (
    few,
    file_problems,
    first_lines,
    passed_over_summary,
    passed_over_warning,
    unreadable_images,
)
from semantrace.images.ilsvrc import list_validation_images
from semantrace.io.debian_packages import extract_files
from semantrace.io.files import check_sha256
from semantrace.io.text_tables import read_text_table
from semantrace.io.user_files import require_folder

COLUMNS = ["path", "class", "sha256"]


@dataclass(frozen=True)
class Dataset:
    """The images of a study.

    Attributes
    ----------
    folder : pathlib.Path
        Where the images lie.
    images : pandas.DataFrame
        One row an image: `path` below the folder, `class` (the dataset's own name of the class)
        and `sha256` (empty where the dataset does not give it). Sorted by class and path.
    classes : tuple of NamedClass
        The classes as the dataset names them, in its order.
    warning : str or None
        One line about files that were passed over and may be images.
    """

    folder: Path
    images: pd.DataFrame
    classes: tuple[NamedClass, ...] = ()
    warning: str | None = None


def read_dataset(settings: Mapping, folder: str | Path) -> Dataset:
    """List a dataset's images and check that the files exist.

    Parameters
    ----------
    settings : mapping
        The study's ``dataset``: `kind` (table, imagefolder, ilsvrc or debian) and, for table and
        debian, `table`: a tab-separated file, see `read_image_table`.
        For ilsvrc see `semantrace.images.ilsvrc.list_validation_images`.
    folder : path
        Where the images lie. For imagefolder: one folder for each class.

    Raises
    ------
    InputError
        When the folder is missing or empty, an image is missing or cannot be read, its name cannot
        be written to tables, a path is given twice or leaves the folder, or a class has two words
        or no image.
    """
    folder = require_folder(folder, "dataset.root")
    files = find_images(settings, folder)
    if files.passed_over and settings["kind"] in ("imagefolder", "ilsvrc"):
        print(passed_over_summary(files), file=sys.stderr)
    if settings["kind"] == "imagefolder":
        images, classes = _list_image_folder(files)
    elif settings["kind"] == "ilsvrc":
        if problems := file_problems(files):
            raise InputError(*problems)
        images = list_validation_images(settings, files).assign(sha256="")
        order = settings["class_order"]
        classes = [NamedClass(wnid, order, synset=wnid) for wnid in images["class"].unique()]
    else:
        table = Path(settings["table"])
        images = read_image_table(table)
        classes = _name_classes(images, table)
        _check_files(images, table, files)
    ordered = images[COLUMNS].sort_values(["class", "path"], kind="stable", ignore_index=True)
    return Dataset(folder, ordered, tuple(classes), passed_over_warning(files))


def read_image_table(path: str | Path) -> pd.DataFrame:
    """Read a dataset's table of images, all text, by line number.

    Parameters
    ----------
    path : path
        A tab-separated file with the columns path and word. It may have wnid (or synset, such as
        ``dog.n.01``), empty where the word tells the class, and sha256.

    Returns
    -------
    pandas.DataFrame
        path, word, synset (wnid or name), sha256 and class: the word, with the synset behind it
        where several classes share the word.

    Raises
    ------
    InputError
        When the table or a column is missing, a cell is empty, a path is absolute, leaves the
        folder or is given twice, or a sha256 is malformed.
    """
    path = Path(path)
    table = read_text_table(path, "dataset.table", ("path", "word"))
    if {"wnid", "synset"} <= set(table.columns):
        raise InputError(f"{path}: columns wnid and synset both name the class; keep one of them")
    table = table.rename(columns={"wnid": "synset"})
    if table.empty:
        raise InputError(f"{path}: the table has no rows; add images")
    for name in ("synset", "sha256"):
        if name not in table.columns:
            table[name] = ""
    table["path"] = table["path"].map(table_path)
    problems = [
        f"{path}, line {row.Index}: {problem}"
        for row in table.itertuples()
        if (problem := _row_problem(row))
    ]
    twice = table[table["path"].duplicated() & (table["path"] != "")]
    problems += [
        f"{path}, line {row.Index}: {row.path} is listed a second time; keep one row an image"
        for row in twice.itertuples()
    ]
    if problems:
        raise InputError(*first_lines(problems, f"lines of {path} that are not valid"))
    classes = table[["word", "synset"]].drop_duplicates()
    shared = set(classes["word"][classes["word"].duplicated()])
    table["class"] = [
        f"{row.word} ({row.synset})" if row.word in shared and row.synset else row.word
        for row in table.itertuples()
    ]
    return table


def copy_images(source: Path, settings: Mapping, folder: str | Path) -> None:
    """Copy the images that a dataset's table names, and their licence, out of a package.

    Parameters
    ----------
    source : path
        A fetched Debian package.
    settings : mapping
        The study's ``dataset`` of kind debian: `package`, `root` (the folder in the package that
        the table's paths start from) and `table`.
    folder : path
        Where they go.

    Raises
    ------
    InputError
        When the package lacks an image or its sha256 differs.
    """
    folder = Path(folder)
    table = read_image_table(settings["table"])
    root = PurePosixPath(settings["root"])
    wanted = {str(root / path): path for path in table["path"]}
    wanted[f"usr/share/doc/{settings['package']}/copyright"] = "copyright"
    found = extract_files(source, functools.partial(_note, wanted), folder)
    absent = [path for path in table["path"] if path not in found]
    if absent:
        raise InputError(
            f"{settings['table']}: {source.name} has no image {root}/{absent[0]} (a link does "
            "not count); correct the path, or set dataset.version to the package it was made for"
        )
    for row in table.itertuples():
        check_sha256(folder / row.path, row.sha256, settings["table"])


def _note(wanted: Mapping[str, str], path: str) -> str | None:
    return wanted.get(path)


def _row_problem(row) -> str | None:
    for name in ("path", "word"):
        if not getattr(row, name):
            return f"the column {name} is empty; fill it in"
    path = PurePosixPath(row.path)
    if not row.path.isprintable():
        return f"the path {row.path!r} has a control character in it; rename the file"
    if path.is_absolute() or re.match("[A-Za-z]:/", row.path):
        return f"{row.path} is an absolute path; write it relative to dataset.root"
    if ".." in path.parts:
        return f"{row.path} leaves dataset.root by '..'; write a path below it"
    if row.sha256 and not re.fullmatch(r"[0-9A-Fa-f]{64}", row.sha256):
        return "the sha256 is not 64 hexadecimal digits; correct it or leave it empty"
    return None


def _name_classes(images: pd.DataFrame, table: Path) -> list[NamedClass]:
    """Return the classes of a table; each has one word."""
    problems = Problems()
    classes = images.drop_duplicates("class")
    words: dict[str, str] = {}
    for row in classes.itertuples():
        word = words.setdefault(row.synset, row.word) if row.synset else row.word
        if word != row.word:
            problems.add(
                f"{table}, line {row.Index}: class {row.synset} is {row.word!r} here and {word!r} "
                "above; give every image of a class the same word"
            )
    problems.raise_if_any()
    return [
        NamedClass(name, f"{table}, line {number}", word, synset)
        for number, name, word, synset in classes[["class", "word", "synset"]].itertuples()
    ]


def _check_files(images: pd.DataFrame, table: Path, files: DatasetFiles) -> None:
    reasons = dict(unreadable_images(files))
    problems = [
        f"{table}, line {number}: {files.folder / path} {reasons[path]}"
        for number, path in images["path"].items()
        if path in reasons
    ]
    if problems:
        raise InputError(*first_lines(problems, f"images of {table} that cannot be read"))


def _list_image_folder(files: DatasetFiles) -> tuple[pd.DataFrame, list[NamedClass]]:
    if problems := file_problems(files):
        raise InputError(*problems)
    if not files.classes:
        raise InputError(_no_classes(files))
    rows = [(path, path.partition("/")[0], "") for path in files.images]
    classes = [NamedClass(name, str(files.folder / name), name) for name in files.classes]
    return pd.DataFrame(rows, columns=COLUMNS), classes


def _no_classes(files: DatasetFiles) -> str:
    found = [path for path, _ in files.passed_over]
    beside = f"; of {len(found)} files and folders none is one: {few(found)}" if found else ""
    return f"{files.folder}: no class folders in it{beside}; make one folder of images a class"

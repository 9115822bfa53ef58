"""Datasets: which pictures there are, and which class each one shows."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from semantrace.class_resolution import NamedClass
from semantrace.debian_packages import extract_files
from semantrace.errors import InputError, Problems
from semantrace.files import sha256_of
from semantrace.ilsvrc import list_validation_images
from semantrace.text_tables import read_text_table
from semantrace.user_files import require_folder

COLUMNS = ["path", "class", "sha256"]
SUFFIXES = frozenset(
    [".bmp", ".gif", ".jpg", ".jpeg", ".jpe", ".jfif", ".jp2", ".png", ".tif", ".tiff", ".webp"]
    + [".pbm", ".pgm", ".pnm", ".ppm"]
)
"""File names that an image folder counts as pictures; anything else there is passed over."""


@dataclass(frozen=True)
class Dataset:
    """The pictures of a study.

    Attributes
    ----------
    folder : pathlib.Path
        Where the pictures lie.
    pictures : pandas.DataFrame
        One row a picture: `path` below the folder, `class` (the dataset's own name of the class)
        and `sha256` (empty where the dataset does not give it). Sorted by class and path.
    classes : tuple of NamedClass
        The classes as the dataset names them, in its order.
    """

    folder: Path
    pictures: pd.DataFrame
    classes: tuple[NamedClass, ...] = ()


def read_dataset(settings: Mapping, folder: str | Path) -> Dataset:
    """List a dataset's pictures and check that the files exist.

    Parameters
    ----------
    settings : mapping
        The study's ``dataset``: `kind` (table, imagefolder, ilsvrc or debian) and, for table and
        debian, `table`: a tab-separated file, see `read_picture_table`.
        For ilsvrc see `semantrace.ilsvrc.list_validation_images`.
    folder : path
        Where the pictures lie. For imagefolder: one folder for each class.

    Raises
    ------
    InputError
        When the folder is missing or empty, a picture of the table is missing, a path is given
        twice or leaves the folder, or a class has two words.
    """
    folder = require_folder(folder, "dataset.root")
    if settings["kind"] == "imagefolder":
        pictures, classes = _list_image_folder(folder)
    elif settings["kind"] == "ilsvrc":
        pictures = list_validation_images(settings, folder).assign(sha256="")
        order = settings["class_order"]
        classes = [NamedClass(wnid, order, synset=wnid) for wnid in pictures["class"].unique()]
    else:
        table = Path(settings["table"])
        pictures = read_picture_table(table)
        classes = _name_classes(pictures, table)
        _check_files(pictures, table, folder)
    ordered = pictures[COLUMNS].sort_values(["class", "path"], kind="stable", ignore_index=True)
    return Dataset(folder, ordered, tuple(classes))


def read_picture_table(path: str | Path) -> pd.DataFrame:
    """Read a dataset's table of pictures, all text, by line number.

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
        raise InputError(f"{path}: the table has no rows; add pictures")
    for name in ("synset", "sha256"):
        if name not in table.columns:
            table[name] = ""
    for row in table.itertuples():
        problem = _row_problem(row)
        if problem:
            raise InputError(f"{path}, line {row.Index}: {problem}")
    table["path"] = [PurePosixPath(item).as_posix() for item in table["path"]]
    twice = table.index[table["path"].duplicated()]
    if len(twice):
        raise InputError(
            f"{path}, line {twice[0]}: {table['path'][twice[0]]} is listed a second time; "
            "keep one row a picture"
        )
    classes = table[["word", "synset"]].drop_duplicates()
    shared = set(classes["word"][classes["word"].duplicated()])
    table["class"] = [
        f"{row.word} ({row.synset})" if row.word in shared and row.synset else row.word
        for row in table.itertuples()
    ]
    return table


def copy_pictures(source: Path, settings: Mapping, folder: str | Path) -> None:
    """Copy the pictures that a dataset's table names, and their licence, out of a package.

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
        When the package lacks a picture or its sha256 differs.
    """
    folder = Path(folder)
    table = read_picture_table(settings["table"])
    root = PurePosixPath(settings["root"])
    wanted = {str(root / path): path for path in table["path"]}
    wanted[f"usr/share/doc/{settings['package']}/copyright"] = "copyright"
    found = extract_files(source, functools.partial(_note, wanted), folder)
    absent = [path for path in table["path"] if path not in found]
    if absent:
        raise InputError(
            f"{settings['table']}: {source.name} has no picture {root}/{absent[0]} (a link does "
            "not count); correct the path, or set dataset.version to the package it was made for"
        )
    for row in table.itertuples():
        check_sha256(folder / row.path, row.sha256, settings["table"])


def check_sha256(path: Path, expected: str, source: str | Path, found: str | None = None) -> None:
    """Refuse a picture whose contents are not those its table was made for.

    Parameters
    ----------
    path : path
        The picture.
    expected : str
        Its sha256 in the table; an empty one is not checked.
    source : path
        The table, for the message.
    found : str, optional
        The sha256 of the picture, where it is known already.

    Raises
    ------
    InputError
        When the two differ.
    """
    if expected and (found or sha256_of(path)) != expected.lower():
        raise InputError(
            f"{path}: its sha256 differs from the one in {source}; fetch the picture again, or "
            "correct the table if the change is meant"
        )


def _note(wanted: Mapping[str, str], path: str) -> str | None:
    return wanted.get(path)


def _row_problem(row) -> str | None:
    for name in ("path", "word"):
        if not getattr(row, name):
            return f"the column {name} is empty; fill it in"
    path = PurePosixPath(row.path)
    if path.is_absolute() or ".." in path.parts:
        return f"{row.path} must be a path below dataset.root; shorten it"
    if row.sha256 and not re.fullmatch(r"[0-9A-Fa-f]{64}", row.sha256):
        return "the sha256 is not 64 hexadecimal digits; correct it or leave it empty"
    return None


def _name_classes(pictures: pd.DataFrame, table: Path) -> list[NamedClass]:
    """Return the classes of a table; each has one word."""
    problems = Problems()
    classes = pictures.drop_duplicates("class")
    words: dict[str, str] = {}
    for row in classes.itertuples():
        word = words.setdefault(row.synset, row.word) if row.synset else row.word
        if word != row.word:
            problems.add(
                f"{table}, line {row.Index}: class {row.synset} is {row.word!r} here and {word!r} "
                "above; give every picture of a class the same word"
            )
    problems.raise_if_any()
    return [
        NamedClass(name, f"{table}, line {number}", word, synset)
        for number, name, word, synset in classes[["class", "word", "synset"]].itertuples()
    ]


def _check_files(pictures: pd.DataFrame, table: Path, folder: Path) -> None:
    for number, path in pictures["path"].items():
        if not (folder / path).is_file():
            raise InputError(
                f"{table}, line {number}: there is no picture {folder / path}; correct the path "
                "or dataset.root"
            )


def _list_image_folder(folder: Path) -> tuple[pd.DataFrame, list[NamedClass]]:
    class_folders = sorted(
        item for item in folder.iterdir() if item.is_dir() and not item.name.startswith(".")
    )
    if not class_folders:
        raise InputError(f"{folder}: no class folders in it; make one folder of pictures a class")
    rows = []
    for class_folder in class_folders:
        paths = _pictures_below(class_folder)
        if not paths:
            raise InputError(f"{class_folder}: no pictures in it; add some or remove the folder")
        rows += [(path.relative_to(folder).as_posix(), class_folder.name, "") for path in paths]
    classes = [NamedClass(item.name, str(item), item.name) for item in class_folders]
    return pd.DataFrame(rows, columns=COLUMNS), classes


def _pictures_below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
    )

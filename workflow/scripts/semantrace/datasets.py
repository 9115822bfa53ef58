"""Datasets: which pictures there are, and which WordNet class each one shows."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from semantrace.debian_packages import extract_files
from semantrace.errors import InputError, suggest
from semantrace.files import sha256_of
from semantrace.ilsvrc import list_validation_images
from semantrace.user_files import require_folder
from semantrace.wordnet import WNID, WordNet

COLUMNS = ["path", "word", "wnid", "sha256"]
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
        One row a picture: `path` below the folder, `word` (the dataset's own name of the class),
        `wnid`, and `sha256` (empty where the dataset does not give it). Sorted by wnid and path.
    """

    folder: Path
    pictures: pd.DataFrame


def read_dataset(settings: Mapping, folder: str | Path, wordnet: WordNet) -> Dataset:
    """List a dataset's pictures and check that the files and classes exist.

    Parameters
    ----------
    settings : mapping
        The study's ``dataset``: `kind` (table, imagefolder, ilsvrc or debian) and, for table and
        debian, `table`: a tab-separated file with the columns path, word, wnid and perhaps sha256.
        For ilsvrc see `semantrace.ilsvrc.list_validation_images`.
    folder : path
        Where the pictures lie. For imagefolder: one folder for each class, named by wnid or by a
        noun of WordNet, whose most frequent sense is taken.
    wordnet : WordNet
        To check and find the classes.

    Raises
    ------
    InputError
        When the folder is missing or empty, a picture of the table is missing, a path is given
        twice or leaves the folder, a class is not in WordNet, or a class has two words.
    """
    folder = require_folder(folder, "dataset.root")
    if settings["kind"] == "imagefolder":
        pictures = _list_image_folder(folder, wordnet)
    elif settings["kind"] == "ilsvrc":
        pictures = list_validation_images(settings, folder, wordnet).assign(sha256="")
    else:
        table = Path(settings["table"])
        pictures = read_picture_table(table)
        _check_classes(pictures, table, wordnet)
        _check_files(pictures, table, folder)
    ordered = pictures[COLUMNS].sort_values(["wnid", "path"], kind="stable", ignore_index=True)
    return Dataset(folder, ordered)


def read_picture_table(path: str | Path) -> pd.DataFrame:
    """Read a dataset's table of pictures: path, word, wnid and sha256, all text, by line number.

    Parameters
    ----------
    path : path
        A tab-separated file; the column sha256 may be left out.

    Raises
    ------
    InputError
        When the table or a column is missing, a cell is empty, a path is absolute, leaves the
        folder or is given twice, or a sha256 is malformed.
    """
    path = Path(path)
    table = _read_text(path)
    if table.empty:
        raise InputError(f"{path}: the table has no rows; add pictures")
    if "sha256" not in table.columns:
        table["sha256"] = ""
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


def _read_text(path: Path) -> pd.DataFrame:
    """Read a table whose cells are all text: a class may be called 007, and a sha256 be digits."""
    if not path.is_file():
        raise InputError(f"{path}: no such table; check dataset.table")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text; save the table as UTF-8") from error
    header, *rows = [[cell.strip() for cell in line.split("\t")] for line in text.split("\n")]
    rows = [(number, row) for number, row in enumerate(rows, start=2) if row != [""]]
    for name in ("path", "word", "wnid"):
        if name not in header:
            raise InputError(
                f"{path}: column {name!r} is missing; the first line has {', '.join(header)}"
            )
    for number, row in rows:
        if len(row) != len(header):
            raise InputError(
                f"{path}, line {number}: {len(row)} cells under {len(header)} columns; part them "
                "by single tabs"
            )
    numbers = [number for number, _ in rows]
    return pd.DataFrame([row for _, row in rows], columns=header, index=numbers, dtype=str)


def _note(wanted: Mapping[str, str], path: str) -> str | None:
    return wanted.get(path)


def _row_problem(row) -> str | None:
    for name in ("path", "word", "wnid"):
        if not getattr(row, name):
            return f"the column {name} is empty; fill it in"
    path = PurePosixPath(row.path)
    if path.is_absolute():
        return f"{row.path} is an absolute path; write it relative to dataset.root"
    if ".." in path.parts:
        return f"{row.path} leaves dataset.root by '..'; write a path below it"
    if row.sha256 and not re.fullmatch(r"[0-9A-Fa-f]{64}", row.sha256):
        return "the sha256 is not 64 hexadecimal digits; correct it or leave it empty"
    return None


def _check_classes(pictures: pd.DataFrame, table: Path, wordnet: WordNet) -> None:
    """Check that every class is a synset and has one word."""
    words: dict[str, str] = {}
    for row in pictures.itertuples():
        if row.wnid not in words:
            try:
                wordnet.synset(row.wnid)
            except InputError as error:
                raise InputError(f"{table}, line {row.Index}: {error}") from None
        word = words.setdefault(row.wnid, row.word)
        if word != row.word:
            raise InputError(
                f"{table}, line {row.Index}: class {row.wnid} is {row.word!r} here and {word!r} "
                "above; give every picture of a class the same word"
            )


def _check_files(pictures: pd.DataFrame, table: Path, folder: Path) -> None:
    for number, path in pictures["path"].items():
        if not (folder / path).is_file():
            raise InputError(
                f"{table}, line {number}: there is no picture {folder / path}; correct the path "
                "or dataset.root"
            )


def _list_image_folder(folder: Path, wordnet: WordNet) -> pd.DataFrame:
    class_folders = sorted(
        item for item in folder.iterdir() if item.is_dir() and not item.name.startswith(".")
    )
    if not class_folders:
        raise InputError(f"{folder}: no class folders in it; make one folder of pictures a class")
    owners: dict[str, Path] = {}
    rows = []
    for class_folder in class_folders:
        word, wnid = _class_of(class_folder, wordnet)
        if wnid in owners:
            raise InputError(
                f"{class_folder}: names the same class as {owners[wnid]} ({wnid}); merge the "
                "folders, or name them by wnid"
            )
        owners[wnid] = class_folder
        paths = _pictures_below(class_folder)
        if not paths:
            raise InputError(f"{class_folder}: no pictures in it; add some or remove the folder")
        rows += [(path.relative_to(folder).as_posix(), word, wnid, "") for path in paths]
    return pd.DataFrame(rows, columns=COLUMNS)


def _class_of(folder: Path, wordnet: WordNet) -> tuple[str, str]:
    """Return the word and the wnid that a class folder's name stands for."""
    name = folder.name
    if WNID.fullmatch(name):
        try:
            return wordnet.lemmas(name)[0], name
        except InputError as error:
            raise InputError(f"{folder}: {error}") from None
    senses = wordnet.senses(name)
    if not senses:
        word = name.lower()
        near = suggest(word, [noun for noun in wordnet.nouns() if noun[:2] == word[:2]])
        raise InputError(f"{folder}: {name!r} is not a noun of WordNet; name it by wnid ({near})")
    return name, senses[0]


def _pictures_below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
    )

"""Datasets: which pictures there are, and which WordNet class each one shows."""

import functools
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pandas as pd

from semantrace.dataset_files import DatasetFiles, find_images, read_cells, table_path
from semantrace.dataset_reports import (
    few,
    file_problems,
    first_lines,
    passed_over_summary,
    passed_over_warning,
    unreadable_images,
)
from semantrace.debian_packages import extract_files
from semantrace.errors import InputError, Problems, suggest
from semantrace.files import sha256_of
from semantrace.ilsvrc import list_validation_images
from semantrace.user_files import require_file, require_folder
from semantrace.wordnet import WNID, WordNet

COLUMNS = ["path", "word", "wnid", "sha256"]


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
    warning : str or None
        One line about files that were passed over and may be images.
    """

    folder: Path
    pictures: pd.DataFrame
    warning: str | None = None


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
        When the folder is missing or empty, an image is missing or cannot be read, its name cannot
        be written to tables, a path is given twice or leaves the folder, a class is not in WordNet,
        has two words or has no image.
    """
    folder = require_folder(folder, "dataset.root")
    files = find_images(settings, folder)
    if settings["kind"] in ("imagefolder", "ilsvrc"):
        print(passed_over_summary(files), file=sys.stderr)
    if settings["kind"] == "imagefolder":
        pictures = _list_image_folder(files, wordnet)
    elif settings["kind"] == "ilsvrc":
        if problems := file_problems(files):
            raise InputError(*problems)
        pictures = list_validation_images(settings, files, wordnet).assign(sha256="")
    else:
        table = Path(settings["table"])
        pictures = read_picture_table(table)
        _check_classes(pictures, table, wordnet)
        _check_files(pictures, table, files)
    ordered = pictures[COLUMNS].sort_values(["wnid", "path"], kind="stable", ignore_index=True)
    return Dataset(folder, ordered, passed_over_warning(files))


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
    header, rows = read_cells(require_file(path, "dataset.table"))
    for name in ("path", "word", "wnid"):
        if name not in header:
            raise InputError(
                f"{path}: column {name!r} is missing; the first line has {', '.join(header)}"
            )
    for number, row in rows.items():
        if len(row) != len(header):
            raise InputError(
                f"{path}, line {number}: {len(row)} cells under {len(header)} columns; part them "
                "by single tabs"
            )
    return pd.DataFrame([*rows.values()], columns=header, index=[*rows], dtype=str)


def _note(wanted: Mapping[str, str], path: str) -> str | None:
    return wanted.get(path)


def _row_problem(row) -> str | None:
    for name in ("path", "word", "wnid"):
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


def _check_files(pictures: pd.DataFrame, table: Path, files: DatasetFiles) -> None:
    reasons = dict(unreadable_images(files))
    problems = [
        f"{table}, line {number}: {files.folder / path} {reasons[path]}"
        for number, path in pictures["path"].items()
        if path in reasons
    ]
    if problems:
        raise InputError(*first_lines(problems, f"images of {table} that cannot be read"))


def _list_image_folder(files: DatasetFiles, wordnet: WordNet) -> pd.DataFrame:
    problems = Problems()
    for problem in file_problems(files):
        problems.add(problem)
    paths: dict[str, list[str]] = {name: [] for name in files.classes}
    for path in files.images:
        paths[path.partition("/")[0]].append(path)
    owners: dict[str, Path] = {}
    rows = []
    for name in files.classes:
        class_folder = files.folder / name
        with problems.collected():
            word, wnid = _class_of(class_folder, wordnet)
            if owners.setdefault(wnid, class_folder) != class_folder:
                raise InputError(
                    f"{class_folder}: names the same class as {owners[wnid]} ({wnid}); merge the "
                    "folders, or name them by wnid"
                )
            rows += [(path, word, wnid, "") for path in paths[name]]
    problems.raise_if_any()
    if not files.classes:
        raise InputError(_no_classes(files))
    return pd.DataFrame(rows, columns=COLUMNS)


def _no_classes(files: DatasetFiles) -> str:
    found = [path for path, _ in files.passed_over]
    beside = f"; of {len(found)} files and folders none is one: {few(found)}" if found else ""
    return f"{files.folder}: no class folders in it{beside}; make one folder of images a class"


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

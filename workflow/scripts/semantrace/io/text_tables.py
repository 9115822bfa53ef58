"""Tables that a user writes: tab-separated text, as spreadsheets save it too."""

from pathlib import Path

import pandas as pd

from semantrace.core.errors import InputError
from semantrace.io.user_files import require_file


def read_text_table(path: str | Path, key: str, required: tuple[str, ...]) -> pd.DataFrame:
    """Read a table whose cells are all text: a class may be called 007, and a sha256 be digits.

    Parameters
    ----------
    path : path
        The table.
    key : str
        Where the study names it, for messages.
    required : tuple of str
        Columns that must be present.

    Returns
    -------
    pandas.DataFrame
        The cells without the spaces around them, by line number.

    Raises
    ------
    InputError
        When the table is missing, is not UTF-8 text or lacks a column, or a line has more or
        fewer cells than the first.
    """
    path = require_file(path, key)
    header, rows = read_cells(path)
    missing = [name for name in required if name not in header]
    if missing:
        raise InputError(
            f"{path}: column {missing[0]!r} is missing; the first line has {', '.join(header)}"
        )
    twice = [name for name in dict.fromkeys(header) if name and header.count(name) > 1]
    if twice:
        raise InputError(f"{path}: the column {twice[0]!r} is there twice; remove one")
    ragged = [
        f"{path}, line {number}: {len(row)} cells under {len(header)} columns; part them by "
        "single tabs"
        for number, row in rows.items()
        if len(row) != len(header)
    ]
    if ragged:
        raise InputError(*ragged)
    return pd.DataFrame([*rows.values()], columns=header, index=[*rows], dtype=str)


def read_cells(path: str | Path) -> tuple[list[str], dict[int, list[str]]]:
    """Read a tab-separated table of text; cells are stripped.

    Parameters
    ----------
    path : path
        UTF-8, with or without a byte order mark, with line ends of any kind.

    Returns
    -------
    list of str
        The first line.
    dict of int to list of str
        The others that are not empty, by line number.

    Raises
    ------
    InputError
        When the file is not UTF-8 text.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")  # makes every kind of line end \n
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text; save the table as UTF-8") from error
    header, *rows = [[cell.strip() for cell in line.split("\t")] for line in text.split("\n")]
    return header, {number: row for number, row in enumerate(rows, start=2) if any(row)}

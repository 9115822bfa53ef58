"""Tables that a user writes: tab-separated text, as spreadsheets save it too."""

from pathlib import Path

import pandas as pd

from semantrace.dataset_files import read_cells
from semantrace.errors import InputError
from semantrace.user_files import require_file


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

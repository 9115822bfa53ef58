"""Tables of a study's results, held against what `semantrace.core.tables` says of their columns."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
from pandas.api.types import is_bool_dtype

from semantrace.core.declarations import NUMBER, TEXT, TRUTH, WHOLE, Column, Table
from semantrace.core.errors import InputError
from semantrace.core.names import shown_layers
from semantrace.io.files import DELETE_RESULT, write_tsv
from semantrace.io.user_files import unreadable_reason

TRUTHS = {"true": True, "True": True, True: True, "false": False, "False": False, False: False}


def write_table(frame: pd.DataFrame, path: str | Path, table: Table) -> None:
    """Write a table as tab-separated text, in the order of its columns.

    Parameters
    ----------
    frame : DataFrame
        With every column of the table and no other.
    path : path
        Where it goes.
    table : Table
        What it holds.

    Raises
    ------
    InputError
        When the disk is full, or the system refuses to write there for another reason.
    ValueError
        When a column is missing, unknown or of another kind.
    """
    write_tsv(arranged(frame, table), path)


def arranged(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the columns in the order in which the table has them.

    Raises
    ------
    ValueError
        When a column is missing, unknown or of another kind.
    """
    unknown = [name for name in frame.columns if table.column(name) is None]
    if unknown or table.missing(frame.columns):
        raise ValueError(f"{', '.join(frame.columns)}: not the columns of {table.path}")
    for name in frame.columns:
        column = table.column(name)
        if column is not None and _values(frame[name], column.kind)[1].any():
            raise ValueError(f"{table.path}: the column {name} is not {_a(column.kind)} throughout")
    return frame[table.in_order(frame.columns)]


def read_table(path: str | Path, table: Table) -> pd.DataFrame:
    """Read a table; an empty cell is an empty text, or not a number.

    Parameters
    ----------
    path : path
        The file.
    table : Table
        What it holds.

    Returns
    -------
    DataFrame
        The columns of the table in its order, each of its kind: str, int64 (float64 where a cell
        is empty), float64 or bool.

    Raises
    ------
    InputError
        When the file is missing, empty, ragged, not text, lacks a column or has one more, or has a
        cell that is not of its column's kind.
    """
    path = Path(path)
    reason = unreadable_reason(path)
    if reason is not None:
        raise InputError(f"{path} {reason}")
    if not path.is_file():
        raise InputError(f"{path}: no such table; check the path")
    try:
        cells = pd.read_csv(path, sep="\t", index_col=False, keep_default_na=False, dtype=str)
    except (pd.errors.EmptyDataError, pd.errors.ParserError, UnicodeDecodeError) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"{path}: not a tab-separated table ({reason}); fix the file") from error
    missing = table.missing(cells.columns)
    if missing:
        raise InputError(
            f"{path}: column {missing[0]!r} is missing; the table has {', '.join(cells.columns)}"
        )
    unknown = [name for name in cells.columns if table.column(name) is None]
    if unknown:
        raise InputError(f"{path}: column {unknown[0]!r} is not the table's; {DELETE_RESULT}")
    return pd.DataFrame(
        {
            name: _converted(cells[name], column, path)
            for name in table.in_order(cells.columns)
            if (column := table.column(name)) is not None
        }
    )


def read_tables(paths: Iterable[str | Path], table: Table) -> pd.DataFrame:
    """Read several files of one kind as one table, in the order given.

    Raises
    ------
    InputError
        As `read_table`.
    """
    return pd.concat([read_table(path, table) for path in paths], ignore_index=True)


def read_scores(
    paths: Iterable[str | Path],
    table: Table,
    layer_titles: Mapping[str, Mapping[str, str]] | None = None,
) -> pd.DataFrame:
    """Read scores of layers.

    Parameters
    ----------
    paths : iterable of path
        The files of all word models or networks, in the study's order.
    table : Table
        What they hold.
    layer_titles : mapping of str to mapping of str to str, optional
        What figures call the layers of each network, where that is not the layer's name.

    Returns
    -------
    DataFrame
        The table's columns, and ``layer_title`` where there are titles.

    Raises
    ------
    InputError
        As `read_table`.
    """
    scores = read_tables(paths, table)
    if layer_titles:
        scores["layer_title"] = shown_layers(scores["network"], scores["layer"], layer_titles)
    return scores


def of_first_layer_set(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the layer set that the study lists first for each network."""
    first = table.groupby("network")["layer_set"].transform("first")
    return table[table["layer_set"] == first]


def by_network(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the rows of each network, in the order in which networks come first."""
    return dict(list(table.groupby("network", sort=False)))


def _converted(cells: pd.Series, column: Column, path: Path) -> pd.Series:
    """Return the cells of a column as values of its kind."""
    values, wrong = _values(cells, column.kind)
    if wrong.any():
        place = int(wrong.to_numpy().argmax())
        raise InputError(
            f"{path}, line {place + 2}: {cells.iloc[place]!r} in the column {cells.name} is not "
            f"{_a(column.kind)}; {DELETE_RESULT}"
        )
    if column.kind == TEXT:
        return values
    if column.kind == TRUTH:
        return values.astype(bool)
    if column.kind == NUMBER or values.isna().any():
        return values.astype("float64")
    return values.astype("int64")


def _values(cells: pd.Series, kind: str) -> tuple[pd.Series, pd.Series]:
    """Return what cells hold, not a number where they are empty, and which are of another kind."""
    if kind == TEXT:
        return cells, pd.Series(data=False, index=cells.index)
    if kind == TRUTH:
        values = cells.map(TRUTHS)
        return values, values.isna()
    empty = cells.isna() | cells.isin(["", "nan"])
    values = pd.to_numeric(cells.where(~empty), errors="coerce")
    wrong = values.isna() & ~empty
    if kind == WHOLE:
        wrong |= ~empty & (values % 1 != 0)
    return values, wrong | is_bool_dtype(cells)


def _a(kind: str) -> str:
    return kind if kind == TRUTH else f"a {kind}"

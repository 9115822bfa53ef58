"""Reader of tables of norms: a word a row, with what people said of it in numbers."""

import csv
import io
from collections.abc import Generator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from semantrace.core.errors import InputError, suggest
from semantrace.words.word_vector_files import open_contents

BLOCK_ROWS = 50_000
SEPARATORS = ",\t;"


def read_csv(
    path: Path, columns: Sequence[str], member: str | None = None
) -> Generator[tuple[list[str], np.ndarray], None, None]:
    """Yield words and the numbers of some columns, block by block.

    Parameters
    ----------
    path : pathlib.Path
        A table with a row of names at its head; fields are parted by commas, tabs or semicolons,
        whichever its head has most of. The first column holds the words.
    columns : sequence of str
        The columns that make a word's vector, in this order.
    member : str, optional
        As in `semantrace.words.word_vector_files.open_contents`.

    Yields
    ------
    words : list of str
        At most `BLOCK_ROWS`.
    vectors : (words, columns) float64 array

    Raises
    ------
    InputError
        When a column is missing, a row has another number of fields or no number where one is due,
        or the table is no text in UTF-8.
    """
    rows = numbered_rows(path, member)
    _, names = next(rows)
    places = [_place(column, names, path) for column in columns]
    while block := list(islice(rows, BLOCK_ROWS)):
        yield (
            [row[0] for _, row in block],
            np.array([_numbers(number, row, places, names, path) for number, row in block]),
        )


def numbered_rows(
    path: Path, member: str | None = None
) -> Generator[tuple[int, list[str]], None, None]:
    """Yield the rows of a table with their numbers from 1, its head first; none that is empty.

    Parameters
    ----------
    path : pathlib.Path
        Fields are parted by commas, tabs or semicolons, whichever the head has most of.
    member : str, optional
        As in `semantrace.words.word_vector_files.open_contents`.

    Raises
    ------
    InputError
        When a row has another number of fields than the head, or the table is no text in UTF-8.
    """
    with open_contents(path, member) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        try:
            head = text.readline()
            separator = max(SEPARATORS, key=head.count)
            names = next(csv.reader([head], delimiter=separator), [])
            yield 1, names
            for number, row in enumerate(csv.reader(text, delimiter=separator), start=2):
                if row and len(row) != len(names):
                    raise InputError(
                        f"{path}: line {number} has {len(row)} fields where the first has "
                        f"{len(names)}; correct the table"
                    )
                if row:
                    yield number, row
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: not a text in UTF-8; save the table so") from error
        except csv.Error as error:
            raise InputError(f"{path}: not a table of words and numbers ({error})") from error
        finally:
            text.detach()


def _place(column: str, names: Sequence[str], path: Path) -> int:
    if column not in names[1:]:
        raise InputError(f"{path}: no column {column!r}; {suggest(column, names[1:])}")
    return names.index(column)


def _numbers(
    number: int, row: Sequence[str], places: Sequence[int], names: Sequence[str], path: Path
) -> list[float]:
    try:
        return [float(row[place]) for place in places]
    except ValueError:
        place = next(place for place in places if not _is_number(row[place]))
        raise InputError(
            f"{path}: line {number} has {row[place]!r} in column {names[place]!r}, which is no "
            "number; correct the table or leave the column out"
        ) from None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True

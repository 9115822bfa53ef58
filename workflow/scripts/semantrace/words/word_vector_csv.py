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
    with open_contents(path, member) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        try:
            head = text.readline()
            separator = max(SEPARATORS, key=head.count)
            names = next(csv.reader([head], delimiter=separator), [])
            places = [_place(column, names, path) for column in columns]
            rows = enumerate(csv.reader(text, delimiter=separator), start=2)
            filled = ((number, row) for number, row in rows if row)
            while block := list(islice(filled, BLOCK_ROWS)):
                for number, row in block:
                    if len(row) != len(names):
                        raise InputError(
                            f"{path}: line {number} has {len(row)} fields where the first has "
                            f"{len(names)}; correct the table"
                        )
                yield (
                    [row[0] for _, row in block],
                    np.array([_numbers(number, row, places, names, path) for number, row in block]),
                )
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

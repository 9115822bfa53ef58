"""Reader of the words that belong to the rows of an array of word vectors."""

import csv
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

from semantrace.core.errors import InputError
from semantrace.words.word_decoding import WordDecoder
from semantrace.words.word_vector_files import NUMPY_MAGIC, PARQUET_MAGIC, lines, open_contents

NUMBER = re.compile(r"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?", re.ASCII)
AFTER = re.compile(rf"(?P<word>.*?)[ \t]+(?P<number>{NUMBER.pattern})", re.ASCII)
BEFORE = re.compile(rf"(?P<number>{NUMBER.pattern})[ \t]+(?P<word>.*)", re.ASCII)
FORMATS = (
    "give text in UTF-8 with one word a line, .csv or .parquet with one column of words, or JSON"
)


def read_vocabulary(path: Path, rows: int) -> list[str]:
    """Return the word of each row of an array.

    Numbers beside all words are counts, which are passed over, unless they are the whole numbers
    from 0 (or 1) to the last row: then they number the rows, whatever the order of the words.

    Parameters
    ----------
    path : pathlib.Path
        Text with one word a line, a number before or after each word or none; .csv or .tsv, with
        or without a heading; .parquet; a list or a mapping in JSON; or a .npy file of text.
    rows : int
        How many rows the array has.

    Returns
    -------
    list of str
        Words that are missing are empty.

    Raises
    ------
    InputError
        When the file is none of these or has another number of words, or when it is not clear
        which column has the words or in which order they are.
    """
    with open_contents(path) as file:
        head = file.read(len(NUMPY_MAGIC))
        file.seek(0)
        try:
            if head.startswith(PARQUET_MAGIC):
                return _from_table(_parquet(io.BytesIO(file.read())), path, rows)
            if head == NUMPY_MAGIC:
                return _from_array(file, path, rows)
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: cannot be read as a vocabulary; {FORMATS}") from error
        decoder = WordDecoder(path)
        text = [decoder.decode(line).removesuffix("\r") for line in lines(file)]
    decoder.finish()
    if any("\0" in line for line in text[:100]):
        raise InputError(f"{path}: cannot be read as a vocabulary, since it is no text; {FORMATS}")
    if text and text[0].lstrip()[:1] in ("[", "{"):
        try:
            return _from_json(json.loads("\n".join(text)), path, rows)
        except (json.JSONDecodeError, RecursionError):
            pass  # a word that is a bracket
    while len(text) > rows and not text[-1].strip():
        del text[-1]
    if path.name.removesuffix(".gz").endswith((".csv", ".tsv")):
        try:
            return _from_table(_separated(text, rows), path, rows)
        except csv.Error as error:  # such as a quotation mark that nothing closes
            raise InputError(
                f"{path}: cannot be read as a vocabulary ({error}); {FORMATS}"
            ) from error
    return _from_lines(text, path, rows)


def _parquet(file: io.BytesIO) -> pd.DataFrame:
    """Read a table; an index of its own is a column like others."""
    table = pd.read_parquet(file)
    if not table.index.equals(pd.RangeIndex(len(table))):
        table = table.assign(**{"(index)": table.index})
    return table


def _separated(text: list[str], rows: int) -> pd.DataFrame:
    """Read lines of separated values; one line more than the array has rows is a heading."""
    mark = max("\t,;", key=(text or [""])[0].count)
    reader = csv.reader(
        text, delimiter=mark, quoting=csv.QUOTE_NONE if mark == "\t" else csv.QUOTE_MINIMAL
    )
    cells = list(reader)
    width = max(map(len, cells), default=0)
    table = pd.DataFrame([line + [""] * (width - len(line)) for line in cells])
    if len(table) == rows + 1:
        table = table[1:].set_axis(table.iloc[0].astype(str), axis=1).reset_index(drop=True)
    for column in table.columns if table.columns.is_unique and table.shape[1] > 1 else ():
        if all(map(NUMBER.fullmatch, table[column].astype(str))):
            table[column] = table[column].astype(float)
    return table


def _from_table(table: pd.DataFrame, path: Path, rows: int) -> list[str]:
    text = table.select_dtypes(["object", "string"])
    if text.shape[1] != 1:
        raise InputError(
            f"{path}: {text.shape[1]} columns of text; a vocabulary has one column of words"
        )
    words = text.iloc[:, 0].fillna("").astype(str).tolist()
    numbers = table.select_dtypes("number")
    return _in_order(words, [numbers[column] for column in numbers], path, rows)


def _from_array(file: IO[bytes], path: Path, rows: int) -> list[str]:
    words = np.lib.format.read_array(file, allow_pickle=False)
    if words.ndim != 1 or words.dtype.kind != "U":
        raise InputError(f"{path}: not a list of words (type {words.dtype}); {FORMATS}")
    return _in_order(words.tolist(), [], path, rows)


def _from_json(content: object, path: Path, rows: int) -> list[str]:
    """Read a list of words, a mapping of words to numbers, or of numbers to words."""
    if isinstance(content, list) and all(isinstance(word, str) for word in content):
        return _in_order(content, [], path, rows)
    if isinstance(content, dict):
        keys, values = list(content), list(content.values())
        if all(isinstance(value, (int, float)) for value in values):
            return _in_order(keys, [values], path, rows)
        if all(isinstance(value, str) for value in values) and all(map(str.isdigit, keys)):
            return _in_order(values, [list(map(int, keys))], path, rows)
    raise InputError(
        f"{path}: JSON that is not a list of words or a mapping of words to row numbers; {FORMATS}"
    )


def _from_lines(text: list[str], path: Path, rows: int) -> list[str]:
    """Read one word a line, and the number before or after it where all lines have one."""
    words = [line.strip(" \t") or line for line in text]
    columns = []
    for pattern in (AFTER, BEFORE):
        if words and all(map(pattern.fullmatch, words)):
            matches = list(filter(None, map(pattern.fullmatch, words)))
            columns.append([float(match["number"]) for match in matches])
            words = [match["word"] for match in matches]
    return _in_order(words, columns, path, rows)


def _in_order(words: list[str], columns: Sequence[Sequence], path: Path, rows: int) -> list[str]:
    """Return the words in the order of the rows, which a column of numbers may give."""
    if len(words) != rows:
        heading = " (is its first line a heading?)" if len(words) == rows + 1 else ""
        raise InputError(
            f"{path}: {rows} vectors for {len(words)} words{heading}; give the vocabulary that "
            "belongs to this array"
        )
    orders = []
    for column in columns:
        numbers = np.asarray(column, dtype=np.float64)
        order = np.argsort(numbers, kind="stable")
        if not np.array_equal(numbers[order] - numbers[order][0], np.arange(rows)):
            continue
        if numbers[order][0] not in (0, 1):
            continue
        if rows > 1 and np.array_equal(order, np.arange(rows)[::-1]):
            raise InputError(
                f"{path}: the numbers beside its words may be counts or the numbers of rows; "
                "leave only the words, in the order of the rows"
            )
        orders.append(order)
    if any(not np.array_equal(order, orders[0]) for order in orders):
        raise InputError(
            f"{path}: two columns number the rows in different orders; keep the one that is right"
        )
    return [words[row] for row in orders[0]] if orders else words

"""Reader of word2vec's, GloVe's and fastText's text: a word and its numbers on each line."""

import re
from collections import Counter
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np

from semantrace.core.errors import InputError
from semantrace.words.word_decoding import WordDecoder
from semantrace.words.word_vector_files import lines, open_contents

BLOCK_ROWS = 10_000
SAMPLE_LINES = 100
NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|[+-]?(nan|inf)", re.IGNORECASE)
COMPONENT = re.compile(rb"[+-]?\d*(\.\d{3,}|(\.\d+)?[eE][+-]?\d+)\d*([eE][+-]?\d+)?")
"""A number that is part of a vector and not of a phrase, such as "web 2.0" or "route 66"."""
DECIMAL_COMMA = re.compile(rb"[+-]?\d+,\d+([eE][+-]?\d+)?")
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class _Layout:
    """What the first lines say: words promised (if they are), and numbers in each line."""

    words: int | None
    dimensions: int


def read_text(
    path: Path, member: str | None = None
) -> Generator[tuple[list[str], np.ndarray], None, None]:
    """Yield words and vectors block by block.

    The last `dimensions` fields of a line are its numbers, what stands before them is the word,
    which may have spaces. Fields are parted by any spaces and tabs; lines end in LF, CRLF or CR. A
    first line that counts words and dimensions is recognised, comments (#) before it are passed
    over, and so are blank lines.

    Parameters
    ----------
    path : pathlib.Path
    member : str, optional
        As in `open_contents`.

    Yields
    ------
    words : list of str
        At most `BLOCK_ROWS`.
    vectors : (words, dimensions) float64 array

    Raises
    ------
    InputError
        On a line that is not a word with the numbers due, fewer or more lines than promised, words
        that are not UTF-8, or a file without vectors.
    """
    with open_contents(path, member) as file:
        filled = (item for item in enumerate(lines(file), 1) if item[1].strip())
        numbered = _after_comments(filled)
        sample = list(islice(numbered, SAMPLE_LINES))
        layout = _layout(sample, path)
        if layout.words is not None:
            del sample[0]
        decoder = WordDecoder(path)
        total = 0
        rows = _rows(chain(sample, numbered), layout, path)
        while block := list(islice(rows, BLOCK_ROWS)):
            total += len(block)
            words, numbers = zip(*block, strict=True)
            yield [decoder.decode(word) for word in words], np.array(numbers)
    if layout.words not in (None, total):
        raise InputError(
            f"{path}: {total} words where the first line promises {layout.words}; the file is "
            "truncated, or its first line is wrong: fetch it again or correct the line"
        )
    decoder.finish()


def _after_comments(numbered: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Pass over comments at the start; "#" is a word as well, with numbers behind it."""
    for number, line in numbered:
        if not (line.startswith(b"#") and _trailing_numbers(line) == 0):
            yield number, line
            break
    yield from numbered


def _layout(sample: list[tuple[int, bytes]], path: Path) -> _Layout:
    """Return what the first line counts, or else the most common number of numbers in a line."""
    counts = word2vec_counts(sample[0][1]) if sample else None
    found = Counter(_trailing_numbers(line) for _, line in sample[counts is not None :])
    if not found or (counts and 0 in counts):
        raise InputError(f"{path}: no word vectors in it; fetch it again or correct the format")
    common = found.most_common(1)[0][0]
    dimensions = counts[1] if counts else common
    if dimensions == 0:
        raise InputError(_problem(*sample[0], 0, path))
    if common not in (0, dimensions):
        raise InputError(
            f"{path}: {common} numbers in a line where the first line promises {dimensions}; the "
            "first line is wrong, or columns are missing: correct it"
        )
    return _Layout(counts[0] if counts else None, dimensions)


def word2vec_counts(line: bytes) -> tuple[int, int] | None:
    """Return the numbers of words and dimensions that word2vec's first line gives, if it does."""
    parts = line.split()
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        return None
    return int(parts[0]), int(parts[1])


def _trailing_numbers(line: bytes) -> int:
    """Count the numbers at the end of a line, without its first field, which is a word."""
    fields = line.split()
    count = 0
    while count < len(fields) - 1 and NUMBER.fullmatch(fields[-1 - count]):
        count += 1
    return count


def _rows(
    numbered: Iterator[tuple[int, bytes]], layout: _Layout, path: Path
) -> Iterator[tuple[bytes, list[float]]]:
    """Yield the word and the numbers of each line."""
    dimensions = layout.dimensions
    for number, line in numbered:
        word, *fields = line.rsplit(None, dimensions)
        if len(fields) < dimensions and line[:1] in b" \t":
            word, fields = b"", [word, *fields]  # a word that is empty or white space
        try:
            numbers = [float(field) for field in fields]
        except ValueError:
            numbers = []
        if len(numbers) != dimensions or (b" " in word or b"\t" in word):
            word = word.strip()
            if len(numbers) != dimensions or _has_components(word, fields):
                raise InputError(_problem(number, line, dimensions, path))
        yield word, numbers


def _has_components(word: bytes, fields: list[bytes]) -> bool:
    """Return whether what stands before the numbers due has numbers like them in it."""
    inner = word.split()[1:]
    if any(COMPONENT.fullmatch(part) for part in inner):
        return True
    whole = all(field.lstrip(b"+-").isdigit() for field in fields)
    return whole and any(part.isdigit() for part in inner)


def _problem(number: int, line: bytes, dimensions: int, path: Path) -> str:
    """Say what is wrong with a line that is not a word and the numbers due."""
    where = f"{path}, line {number}"
    fields = line.split()
    if CONTROL.search(line):
        return (
            f"{where}: bytes that are not text; for word2vec's binary format set "
            "word_vectors.format to word2vec_binary, or else fetch the file again"
        )
    if any(DECIMAL_COMMA.fullmatch(field) for field in fields[1:]):
        return f"{where}: numbers with decimal commas; write them with points"
    for mark, name in ((b",", "commas"), (b";", "semicolons"), (b"|", "bars")):
        if len(fields) < 3 and line.count(mark) > 2:
            return f"{where}: fields are separated by {name}; separate them by spaces or tabs"
    found = _trailing_numbers(line)
    wrong = next((part for part in fields[1:][-dimensions:] if not NUMBER.fullmatch(part)), None)
    if wrong is not None and (len(fields) == dimensions + 1 or not dimensions):
        shown = wrong.decode("utf-8", errors="replace")[:40]
        return (
            f"{where}: {shown!r} where a number is due; the file is damaged or another format: "
            "fetch it again or correct word_vectors.format"
        )
    if not dimensions:
        return f"{where}: no word vectors in it; fetch the file again or correct the format"
    return (
        f"{where}: {found} numbers where {dimensions} are due; the file is truncated, damaged or "
        "another format"
    )

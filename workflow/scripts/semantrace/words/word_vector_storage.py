"""Conversion of published word vectors to two files that open at once.

``{model}.npy`` is words × dimensions in float32, which is mapped into memory instead of read, and
``{model}.vocabulary.txt`` has its words in the same order, one a line.
"""

import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from semantrace.core.errors import InputError
from semantrace.io.files import atomic_path
from semantrace.words.spelling import composed
from semantrace.words.word_vector_formats import Blocks, check_dimensions, read_model

logger = logging.getLogger(__name__)


def store_word_vectors(
    settings: Mapping, array: str | Path, vocabulary: str | Path, downloads: str | Path
) -> None:
    """Convert a model of the study to a mapped array and a list of words.

    Neither the file nor the array is ever whole in memory, unless it is a compressed array.

    Parameters
    ----------
    settings : mapping
        A model of the study's ``word_vectors``; see
        `semantrace.words.word_vector_formats.read_model`.
    array, vocabulary : path
        The two files to write. Accents are composed (Unicode's NFC). Of a word that comes twice,
        the first vector is kept; words that are empty or contain a line break are left out.
    downloads : path
        Where a model that has a `url` is downloaded to.

    Raises
    ------
    InputError
        When the model cannot be used: missing, truncated, ragged, not finite, of the wrong
        dimension, or of a format that could run code.
    """
    source, blocks = read_model(settings, downloads)
    words: dict[str, None] = {}
    with atomic_path(array) as temporary:
        _write_rows(_checked(blocks, settings, source), words, temporary, source)
    with atomic_path(vocabulary) as temporary:
        temporary.write_bytes("".join(f"{word}\n" for word in words).encode("utf-8"))


def _checked(blocks: Blocks, settings: Mapping, source: Path) -> Blocks:
    """Pass on blocks whose numbers are finite and as many as the study says."""
    for words, vectors in blocks:
        check_dimensions(vectors.shape[1], settings, source)
        with np.errstate(over="ignore"):  # a float64 too large becomes inf, and is reported
            block = np.asarray(vectors, dtype="<f4")
        bad = ~np.isfinite(block).all(axis=1)
        if bad.any():
            raise InputError(
                f"{source}: the vector of {words[np.argmax(bad)]!r} has NaN or infinite numbers; "
                "fetch or export the file again"
            )
        yield words, block


def _write_rows(blocks: Blocks, words: dict[str, None], path: Path, source: Path) -> None:
    """Write the rows of usable words, and add these to `words`."""
    read = 0
    dimensions = 0
    with path.open("wb") as file:
        for block_words, vectors in blocks:
            if not read:
                dimensions = vectors.shape[1]
                _write_header(file, 0, dimensions)
            read += len(block_words)
            rows = _new_rows(block_words, words)
            file.write(np.ascontiguousarray(vectors[rows]).data)
        file.seek(0)
        _write_header(file, len(words), dimensions)
    if not words:
        raise InputError(f"{source}: no word vectors in it; fetch it again")
    if len(words) < read:
        logger.warning(
            "%s: left out %d words of %d, which are empty, have a line break or came before",
            source,
            read - len(words),
            read,
        )


def _write_header(file, rows: int, dimensions: int) -> None:
    """Write the header of a .npy file, which has room for any number of rows."""
    header = {"descr": "<f4", "fortran_order": False, "shape": (rows, dimensions)}
    np.lib.format.write_array_header_1_0(file, header)


def _new_rows(block: list[str], words: dict[str, None]) -> list[int]:
    """Return the rows of words that are not empty, have no line break, and were not seen before."""
    rows = []
    for row, raw in enumerate(block):
        word = composed(raw)
        if word and "\n" not in word and word not in words:
            words[word] = None
            rows.append(row)
    return rows

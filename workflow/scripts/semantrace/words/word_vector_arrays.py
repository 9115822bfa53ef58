"""Reader of word vectors that are an array (.npy, .npz), with the words in a file of their own."""

from collections.abc import Generator
from pathlib import Path
from typing import IO

import numpy as np

from semantrace.core.errors import InputError
from semantrace.words.vocabularies import read_vocabulary
from semantrace.words.word_vector_files import NUMPY_MAGIC, open_contents

BLOCK_ROWS = 50_000


def read_array(
    array: Path, vocabulary: Path, member: str | None = None
) -> Generator[tuple[list[str], np.ndarray], None, None]:
    """Yield words and vectors block by block; a plain .npy file is never whole in memory.

    Parameters
    ----------
    array : pathlib.Path
        A .npy file, words × dimensions, also compressed or in an archive such as .npz.
    vocabulary : pathlib.Path
        See `semantrace.words.vocabularies.read_vocabulary`.
    member : str, optional
        The array to read where the archive has several.

    Yields
    ------
    words : list of str
        At most `BLOCK_ROWS`.
    vectors : (words, dimensions) array of numbers

    Raises
    ------
    InputError
        When the array is no matrix of numbers, has Python objects in it, is truncated, or has
        another number of rows than the vocabulary has words.
    """
    words = read_vocabulary(vocabulary, check_array(array, member)[0])
    vectors = _load(array, member)
    for start in range(0, len(words), BLOCK_ROWS):
        yield words[start : start + BLOCK_ROWS], vectors[start : start + BLOCK_ROWS]


def check_array(path: Path, member: str | None = None) -> tuple[int, int]:
    """Return the shape of an array of word vectors, from its first bytes.

    Raises
    ------
    InputError
        As in `read_array`.
    """
    with open_contents(path, member) as file:
        magic = file.read(len(NUMPY_MAGIC))
        if magic != NUMPY_MAGIC:
            raise InputError(
                f"{path}: not a whole .npy file of numbers; save the vectors with numpy.save, or "
                "correct word_vectors.format"
            )
        file.seek(0)
        shape, dtype = _header(file, path)
    if dtype.hasobject:
        raise InputError(
            f"{path}: its objects are refused, since they could run code; save the vectors as "
            "numbers, for example vectors.astype('float32')"
        )
    if len(shape) != 2 or dtype.kind not in "fiu":
        raise InputError(
            f"{path}: an array of shape {shape} and type {dtype}; word vectors are a matrix of "
            "numbers, one row a word"
        )
    if 0 in shape:
        raise InputError(f"{path}: no word vectors in it; fetch it again")
    return shape


def _header(file: IO[bytes], path: Path) -> tuple[tuple[int, ...], np.dtype]:
    try:
        version = np.lib.format.read_magic(file)
        read = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read(file)
    except ValueError as error:
        raise InputError(_damaged(path)) from error
    return shape, dtype


def _load(path: Path, member: str | None) -> np.ndarray:
    """Map a plain file into memory, or read what is packed."""
    try:
        with path.open("rb") as file:
            plain = file.read(len(NUMPY_MAGIC)) == NUMPY_MAGIC
        if plain:
            return np.load(path, mmap_mode="r", allow_pickle=False)
        with open_contents(path, member) as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except (ValueError, OverflowError, MemoryError) as error:
        raise InputError(_damaged(path)) from error


def _damaged(path: Path) -> str:
    return f"{path}: not a whole .npy file; it is truncated or damaged: fetch or save it again"

"""Where a study's word vectors are, and which reader their format has."""

import contextlib
from collections.abc import Generator, Mapping
from pathlib import Path

import numpy as np

from semantrace.core.errors import InputError, Problems, suggest
from semantrace.io.downloads import download
from semantrace.io.files import check_sha256
from semantrace.io.gensim_downloads import fetch_with_gensim
from semantrace.io.user_files import find_file
from semantrace.study.packages import is_to_be_fetched
from semantrace.study.text_encoders import TEXT_ENCODER, check_encoder
from semantrace.words.similarity_matrix import read_similarities
from semantrace.words.vocabularies import read_vocabulary
from semantrace.words.word_vector_arrays import check_array, read_array
from semantrace.words.word_vector_binary import read_binary
from semantrace.words.word_vector_csv import read_csv
from semantrace.words.word_vector_text import read_text

FORMATS = ("array", "word2vec_binary", "word2vec_text", "glove_text", "csv", "similarities")

Blocks = Generator[tuple[list[str], np.ndarray], None, None]
"""Words and their vectors (words × dimensions), some thousand at a time."""


def read_model(settings: Mapping, downloads: str | Path) -> tuple[Path, Blocks]:
    """Find a model of word vectors where the study says it is, and begin to read it.

    Parameters
    ----------
    settings : mapping
        `format` is one of `FORMATS`. Format array needs `array` and `vocabulary`, format csv also
        `columns`, and it and the others
        `file`, `url` or `downloader` (a model that gensim's downloader knows). `sha256` is checked
        where it is given and must be with a `url`; `member` names a file inside an archive that
        has several.
    downloads : path
        Where models are downloaded to.

    Returns
    -------
    source : pathlib.Path
        The file, for messages.
    blocks : generator of (list of str, numpy.ndarray)
        Its words and vectors; reading goes on while they are taken.

    Raises
    ------
    InputError
        When a file is missing or not as its sha256; while blocks are taken, when it is truncated,
        ragged or of another format.
    """
    _check_keys(settings)
    is_array = settings["format"] == "array"
    source = _locate(settings, "array" if is_array else "file", downloads)
    vocabulary = _locate(settings, "vocabulary", downloads) if is_array else None
    return source, _blocks(settings, source, vocabulary)


def check_model(settings: Mapping, key: str = "word_vectors") -> None:
    """Look at the files of a model as far as it is cheap: that they exist, and their first lines.

    Nothing is downloaded and no sha256 is computed. Of text and binary files the first ten
    thousand words are read, of arrays their header, and of vocabularies all words.

    Parameters
    ----------
    settings : mapping
        As in `read_model`.
    key : str
        The model's place in the study, for messages.

    Raises
    ------
    InputError
        With all problems that were found.
    """
    if settings["format"] == TEXT_ENCODER:
        check_encoder(settings, key)
        return
    _check_keys(settings)
    if _is_fetched_later(settings):
        return
    problems = Problems()
    paths: dict[str, Path] = {}
    for name in ("array", "vocabulary") if settings["format"] == "array" else ("file",):
        with problems.collected():
            paths[name] = _find(settings, name, key)
    with problems.collected():
        if "file" in paths:
            with contextlib.closing(_blocks(settings, paths["file"], None)) as blocks:
                check_dimensions(next(blocks)[1].shape[1], settings, paths["file"])
        if "array" in paths:
            rows, dimensions = check_array(paths["array"], settings.get("member"))
            with problems.collected():
                check_dimensions(dimensions, settings, paths["array"])
            if "vocabulary" in paths:
                read_vocabulary(paths["vocabulary"], rows)
    problems.raise_if_any()


def read_words(settings: Mapping, most_bytes: int) -> list[str] | None:
    """Return the words of a model without its vectors, where that is cheap.

    Parameters
    ----------
    settings : mapping
        As in `read_model`.
    most_bytes : int
        The largest file that is read for its words.

    Returns
    -------
    list of str or None
        In the order of the file; None where it has to be fetched first or is larger.

    Raises
    ------
    InputError
        As `read_model`.
    """
    if _is_fetched_later(settings):
        return None
    if settings["format"] == "array":
        rows, _ = check_array(_find(settings, "array", "word_vectors"), settings.get("member"))
        return read_vocabulary(_find(settings, "vocabulary", "word_vectors"), rows)
    path = _find(settings, "file", "word_vectors")
    if path.stat().st_size > most_bytes:
        return None
    with contextlib.closing(_blocks(settings, path, None)) as blocks:
        return [word for words, _ in blocks for word in words]


def check_dimensions(found: int, settings: Mapping, source: Path) -> None:
    """Refuse a model of another number of dimensions than the study says, if it says one."""
    expected = settings.get("dimensions")
    if expected not in (None, found):
        raise InputError(
            f"{source}: {found} dimensions, but the study says {expected}; correct "
            "word_vectors.dimensions or the file"
        )


def _is_fetched_later(settings: Mapping) -> bool:
    return "url" in settings or "downloader" in settings or is_to_be_fetched(settings)


def _blocks(settings: Mapping, source: Path, vocabulary: Path | None) -> Blocks:
    member = settings.get("member")
    if vocabulary is not None:
        return read_array(source, vocabulary, member)
    if settings["format"] == "csv":
        return read_csv(source, settings["columns"], member)
    if settings["format"] == "similarities":
        return read_similarities(source, settings.get("distances", False), member)
    read = read_binary if settings["format"] == "word2vec_binary" else read_text
    return read(source, member)


def _check_keys(settings: Mapping) -> None:
    form = settings["format"]
    if form not in FORMATS:
        raise InputError(f"word_vectors.format: unknown format {form!r}; {suggest(form, FORMATS)}")
    if "url" in settings and "sha256" not in settings:
        raise InputError(
            f"word_vectors: {settings['url']} has no sha256; add it, so that a damaged or "
            "changed download is noticed"
        )


def _locate(settings: Mapping, key: str, downloads: str | Path) -> Path:
    """Return the path of one of a model's files, downloading it if need be."""
    sha256 = settings.get("sha256", "").lower()
    if "url" in settings and key != "vocabulary":
        return download(settings["url"], sha256, downloads)
    if "downloader" in settings:
        path = fetch_with_gensim(settings["downloader"], downloads)
        check_sha256(path, sha256, "word_vectors.sha256")
        return path
    return _find(settings, key, "word_vectors", checked=key != "vocabulary")


def _find(settings: Mapping, key: str, where: str, checked: bool = False) -> Path:
    """Return the path of a file that is the user's own or out of a Python package."""
    if key not in settings:
        raise InputError(
            f"word_vectors: format {settings['format']} needs the key {key!r}; add it to the study"
        )
    return find_file(settings, key, where, checked)

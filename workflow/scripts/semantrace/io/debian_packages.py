"""Debian packages as a source of data: fetched with apt as any user, unpacked without installing.

A package's folder, ``resources/debian/{package}``, keeps what was fetched: the ``.deb`` file, or a
tree that a user unpacked there on a machine without apt.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from semantrace.core.errors import InputError
from semantrace.core.progress import progress
from semantrace.io.files import copy_contents
from semantrace.io.user_files import unreadable_reason

ATTEMPTS = 3
PACKAGE_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]+")
INSTALLED = Path("/var/lib/dpkg/status")
PROGRESS = re.compile(r"dlstatus:\d+:([\d.]+):")

Select = Callable[[str], str | None]
"""Maps a file's path in the package (``usr/share/…``) to where it goes, or None to leave it."""


def fetch_package(
    package: str, folder: str | Path, version: str | None = None, sources: str | Path | None = None
) -> Path:
    """Return a Debian package on this machine, downloading it when it is not there yet.

    Parameters
    ----------
    package : str
        Name of the package.
    folder : path
        The package's own folder. A ``.deb`` file or an unpacked ``usr`` found there is used
        without any network; apt's lists and an interrupted download live there meanwhile.
    version : str, optional
        The exact version; any by default.
    sources : path, optional
        A ``sources.list`` to use instead of the system's.

    Returns
    -------
    pathlib.Path
        The ``.deb`` file, or `folder` itself where it holds an unpacked tree.

    Raises
    ------
    InputError
        When there is no apt, no such package or version, or no network.
    """
    folder = Path(folder)
    if PACKAGE_NAME.fullmatch(package) is None:
        raise InputError(f"package {package!r}: not a name of a Debian package; check its spelling")
    present = _find_present(package, version, folder)
    if present is not None:
        return present
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise InputError(_by_hand(package, version, folder, "there is no apt-get on this machine"))
    return _download(package, version, folder, sources)


def extract_files(source: str | Path, select: Select, folder: str | Path) -> set[str]:
    """Copy chosen files of a package into a folder, without installing anything.

    Parameters
    ----------
    source : path
        What `fetch_package` returned.
    select : callable
        Maps a file's path in the package to its path below `folder`, or to None.
    folder : path
        Where the files go; made if need be.

    Returns
    -------
    set of str
        The paths below `folder` that were written. Links are not followed, so they are missing.

    Raises
    ------
    InputError
        When the package is truncated or damaged.
    """
    source, folder = Path(source), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    chosen_files = _files_of_tree if source.is_dir() else _files_of_package
    written = set()
    try:
        for target, contents in chosen_files(source, select):
            copy_contents(contents, folder / target)
            written.add(target)
    except (tarfile.TarError, EOFError) as error:
        raise InputError(_damaged(source)) from error
    return written


def _find_present(package: str, version: str | None, folder: Path) -> Path | None:
    if (folder / "usr").is_dir():
        return folder
    wanted = "*" if version is None else version.replace(":", "%3a")
    found = sorted(folder.glob(f"{package}_{wanted}_*.deb"))
    return found[-1] if found else None


def _by_hand(package: str, version: str | None, folder: Path, reason: str) -> str:
    chosen = package if version is None else f"{package}={version}"
    return (
        f"Debian package {package}: {reason}; on a Debian machine run 'apt-get download {chosen}' "
        f"and 'dpkg-deb -x {package}_*.deb {folder}', and put that folder in the same place here"
    )


def _download(package: str, version: str | None, folder: Path, sources: str | Path | None) -> Path:
    """Run apt with its own state, so that neither root nor a lock of the system is needed."""
    state, partial = (folder / "apt").resolve(), (folder / "partial").resolve()
    for place in (state / "lists/partial", state / "archives/partial", partial):
        place.mkdir(parents=True, exist_ok=True)
    options = _apt_options(state, sources)
    chosen = package if version is None else f"{package}={version}"
    _, updated = _run_apt(["update"], options, partial, "Updating the list of packages")
    for _ in range(ATTEMPTS):
        status, text = _run_apt(["download", chosen], options, partial, f"Downloading {package}")
        if status == 0 or "was not found" in text or "Unable to locate" in text:
            break
    if status != 0:
        raise InputError(_why_not(package, version, folder, f"{updated}\n{text}", options))
    # The partial file bears its final name while apt fetches it, so it is moved once it is whole.
    # A cut download of an older version may lie beside it.
    deb = max(partial.glob(f"{package}_*.deb"), key=lambda path: path.stat().st_mtime_ns)
    final = folder / deb.name
    deb.replace(final)
    shutil.rmtree(state)
    shutil.rmtree(partial)
    return final


def _apt_options(state: Path, sources: str | Path | None) -> list[str]:
    settings = {
        "Dir::State": state,
        "Dir::Cache": state,
        "Dir::State::status": INSTALLED if INSTALLED.is_file() else "/dev/null",
        "Debug::NoLocking": 1,
        "APT::Sandbox::User": "root",  # as root, apt would change to a user who may not write here
        "APT::Status-Fd": 1,
        "Acquire::Languages": "none",
        "Acquire::Retries": ATTEMPTS,
        "Acquire::http::Timeout": 30,
        "Acquire::https::Timeout": 30,
    }
    if sources is not None:
        settings |= {"Dir::Etc::sourcelist": Path(sources).resolve(), "Dir::Etc::sourceparts": "-"}
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]


def _run_apt(command: list[str], options: list[str], folder: Path, title: str) -> tuple[int, str]:
    """Run apt-get in a folder, show its progress, and return its status and its other output."""
    process = subprocess.Popen(
        ["apt-get", *options, *command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "LC_ALL": "C"},
    )
    lines, percent = [], 0.0
    with process, progress(100, title, "%") as advance:
        assert process.stdout is not None  # it is a pipe
        for line in process.stdout:
            if reported := PROGRESS.match(line):
                advance(max(0.0, float(reported[1]) - percent))
                percent = max(percent, float(reported[1]))
            elif not line.startswith("pmstatus"):
                lines.append(line.strip())
    return process.returncode, "\n".join(lines)


def _why_not(package: str, version: str | None, folder: Path, text: str, options: list[str]) -> str:
    complaints = [line[3:] for line in text.splitlines() if line[:3] in ("E: ", "W: ")]
    reason = complaints[0] if complaints else "apt-get failed and said nothing"
    if version is not None and "was not found" in text:
        known = _known_versions(package, options)
        return (
            f"Debian package {package}: version {version} is not offered here ({known}); set the "
            "version to one of these, and the sha256 of every file will tell whether it will do"
        )
    return _by_hand(package, version, folder, reason.rstrip("."))


def _known_versions(package: str, options: list[str]) -> str:
    answer = subprocess.run(
        ["apt-cache", *options, "madison", package], capture_output=True, text=True, check=False
    )
    versions = [line.split("|")[1].strip() for line in answer.stdout.splitlines() if "|" in line]
    return ", ".join(dict.fromkeys(versions)) or "none"


def _files_of_tree(folder: Path, select: Select) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the chosen files of an unpacked package: where each goes, and the file, open."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            target = select(path.relative_to(folder).as_posix())
            if target is not None:
                with path.open("rb") as contents:
                    yield target, contents


def _files_of_package(deb: Path, select: Select) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the same of a package; dpkg-deb decompresses, whatever compression was used."""
    with _tar_stream(deb) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            target = select(member.name.removeprefix("./")) if member.isfile() else None
            if target is not None:
                contents = archive.extractfile(member)
                assert contents is not None  # since it is a file
                with contents:
                    yield target, contents


@contextlib.contextmanager
def _tar_stream(deb: Path) -> Iterator[IO[bytes]]:
    command = ["dpkg-deb", "--fsys-tarfile", str(deb)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # it is a pipe
        yield process.stdout
        while process.stdout.read(1 << 20):  # the padding at the end, lest dpkg-deb be cut off
            pass
    if process.returncode != 0:
        raise InputError(_damaged(deb))


def _damaged(deb: Path) -> str:
    reason = unreadable_reason(deb)
    if reason is not None:
        return f"{deb} {reason}"
    return f"{deb}: the package is truncated or damaged; delete it and run again"

"""Sources of WordNet 3.0: a folder, NLTK's data on this machine, Debian, NLTK's archive."""

import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from semantrace.core.errors import InputError
from semantrace.core.system_errors import system_problem
from semantrace.io.debian_packages import fetch_package
from semantrace.io.downloads import download
from semantrace.io.files import atomic_path
from semantrace.io.user_files import require_folder
from semantrace.taxonomy.wordnet_files import PACKAGES, install_corpus, install_wordnet
from semantrace.taxonomy.wordnet_reader import nltk

NLTK_ARCHIVE = (
    "https://raw.githubusercontent.com/nltk/nltk_data/gh-pages/packages/corpora/wordnet.zip"
)
"""NLTK's corpus ``wordnet``, which is WordNet 3.0."""

PLACES = ("", "wordnet", "dict", "corpora/wordnet", "usr/share/wordnet", "WordNet-3.0/dict")
"""Where the files lie in NLTK's folders and archives, Princeton's and Debian's."""

ARCHIVES = ("wordnet.zip", "corpora/wordnet.zip")


def fetch_wordnet(
    settings: Mapping[str, str], resources: str | Path, folder: str | Path, url: str = NLTK_ARCHIVE
) -> None:
    """Lay WordNet 3.0 out as NLTK reads it, from the source that the configuration names.

    Parameters
    ----------
    settings : mapping
        ``wordnet`` of config.yaml: `source` (any, folder, nltk or debian; any where left out: the
        first of these that works) and perhaps `folder`.
    resources : path
        Where downloads are kept, or put by hand: ``downloads/wordnet.zip``, ``debian/…``.
    folder : path
        What NLTK's search path will name. It appears once it is whole.
    url : str
        Address of NLTK's archive.

    Raises
    ------
    InputError
        When the user's folder has no WordNet 3.0, or no source works: why each does not, and which
        file to bring.
    """
    source, own = settings["source"], settings.get("folder")
    if own is not None and source in ("any", "folder"):
        _install_found(require_folder(own, "config.yaml: wordnet.folder"), folder)
        return
    archive = Path(resources) / "downloads" / "wordnet.zip"
    ways = [
        *[("nltk", partial(_install_found, place)) for place in _present(archive)],
        ("debian", partial(_install_debian, Path(resources) / "debian")),
        ("nltk", partial(_install_download, url, archive)),
    ]
    chosen = [way for name, way in ways if source in ("any", name)]
    reasons = list(_try(chosen, folder))
    if not Path(folder).is_dir():
        raise InputError(
            f"WordNet 3.0: no source works ({' | '.join(reasons)}); fetch {url} elsewhere, put it "
            f"at {archive}, or set wordnet.folder in config.yaml to a folder that has WordNet 3.0"
        )


def _try(ways: Iterable[Callable[[str | Path], None]], folder: str | Path) -> Iterator[str]:
    """Try one way after the other until one works; yield why the others do not."""
    for way in ways:
        try:
            way(folder)
        except (InputError, OSError, zipfile.BadZipFile) as error:
            line = (isinstance(error, OSError) and system_problem(error)) or str(error)
            print(f"WordNet: {line}", file=sys.stderr)
            yield line.split(";")[0]
        else:
            return


def _present(archive: Path) -> list[Path]:
    """Return an archive that is here, and what NLTK_DATA and NLTK's other folders have."""
    places = map(Path, (archive, *nltk.data.path))
    return [place for place in places if os.path.exists(place)]  # noqa: PTH110 (never raises)


def _install_found(source: Path, folder: str | Path) -> None:
    corpus = _corpus_in(source)
    if corpus is None:
        raise InputError(
            f"{source}: there is no WordNet (data.noun) in it; name the folder that has its files"
        )
    with atomic_path(folder) as temporary:
        install_corpus(corpus, temporary)


def _install_debian(downloads: Path, folder: str | Path) -> None:
    sources = [fetch_package(package, downloads / package) for package in PACKAGES]
    with atomic_path(folder) as temporary:
        install_wordnet(sources, temporary)


def _install_download(url: str, archive: Path, folder: str | Path) -> None:
    """Fetch NLTK's archive, whose contents are what is checked."""
    _install_found(download(url, None, archive.parent, archive.name), folder)


def _corpus_in(source: Path) -> Path | zipfile.Path | None:
    """Return the folder that has WordNet's files, in a folder or in a zip archive."""
    roots: list[Path | zipfile.Path]
    if source.is_file():
        try:
            roots = [zipfile.Path(source)]
        except zipfile.BadZipFile as error:
            raise InputError(
                f"{source}: not a zip archive, or cut short; fetch it again"
            ) from error
    else:
        archives = [source / name for name in ARCHIVES if (source / name).is_file()]
        roots = [source, *map(zipfile.Path, filter(zipfile.is_zipfile, archives))]
    for root in roots:
        for place in PLACES:
            corpus = root.joinpath(place) if place else root
            if corpus.joinpath("data.noun").is_file():
                return corpus
    return None

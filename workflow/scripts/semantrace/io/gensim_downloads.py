"""Word vectors that gensim's downloader offers, verified by its own checksums."""

import contextlib
import logging
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

from semantrace.core.errors import InputError, suggest
from semantrace.core.progress import progress

TIMEOUT_SECONDS = 30


def fetch_with_gensim(name: str, folder: str | Path) -> Path:
    """Return the file of a model that gensim's downloader knows, fetching it when it is not there.

    The code that gensim keeps beside each model is downloaded with it, but never run.

    Parameters
    ----------
    name : str
        The model's name, such as ``word2vec-google-news-300``.
    folder : path
        Where downloads are kept; the model gets a folder of its own, since gensim writes a list of
        all models beside it and several models may be fetched at once.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    InputError
        When gensim does not know the model, or it cannot be fetched: which file to fetch by hand.
    """
    base = Path(folder) / name
    path = base / name / f"{name}.gz"
    if path.is_file():
        return path
    import gensim.downloader as downloader  # takes seconds

    base.mkdir(parents=True, exist_ok=True)
    with _settings(downloader, base):
        try:
            known = downloader.info(show_only_latest=False)["models"]
            if name in known:
                return Path(downloader.load(name, return_path=True))
        except Exception as error:  # gensim raises bare exceptions, and urllib several kinds
            reason = " ".join(f"{error}".split())[:120]
            if not (base / "information.json").is_file():
                reason = "its list of models is out of reach"
            raise InputError(
                f"word_vectors.downloader: gensim could not fetch {name!r} ({reason}); fetch "
                f"{downloader.DOWNLOAD_BASE_URL}/{name}/{name}.gz by hand and, in place of "
                "downloader, set the key 'file' to where you put it"
            ) from error
    raise InputError(
        f"word_vectors.downloader: gensim has no model {name!r}; {suggest(name, known)}"
    )


@contextlib.contextmanager
def _settings(downloader: ModuleType, base: Path) -> Iterator[None]:
    """Let gensim download below a folder, give up in time, and leave nothing half-done there."""
    logger = logging.getLogger(downloader.__name__)
    before = downloader.BASE_DIR, tempfile.tempdir, socket.getdefaulttimeout(), logger.level
    gensims_progress = downloader._progress
    for leftover in base.glob("*_tmp"):
        shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(dir=base) as work:
        try:
            downloader.BASE_DIR, tempfile.tempdir = str(base), work
            socket.setdefaulttimeout(TIMEOUT_SECONDS)
            logger.setLevel(logging.CRITICAL)  # it would log a traceback for being offline
            with progress(100, base.name, "%") as advance:
                downloader._progress = _percentage(advance)  # gensim's writes without pause
                yield
        finally:
            downloader.BASE_DIR, tempfile.tempdir = before[:2]
            socket.setdefaulttimeout(before[2])
            logger.setLevel(before[3])
            downloader._progress = gensims_progress


def _percentage(advance: Callable[[float], None]) -> Callable[..., None]:
    """Return what gensim calls with the blocks, their size, the size of all, and the part."""
    done = 0.0

    def report(blocks: int, size: int, total: int, part: int = 0, total_parts: int = 1) -> None:
        nonlocal done
        now = 100 * (part + min(1.0, blocks * size / total)) / total_parts
        advance(now - done)
        done = now

    return report

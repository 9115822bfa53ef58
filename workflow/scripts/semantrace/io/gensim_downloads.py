"""Word vectors that gensim's downloader offers, verified by the checksums of its list."""

import json
from collections.abc import Mapping
from pathlib import Path

from semantrace.core.errors import InputError, suggest
from semantrace.io.downloads import download
from semantrace.io.files import atomic_path

LIST_NAME = "information.json"


def fetch_with_gensim(name: str, folder: str | Path) -> Path:
    """Return the file of a model that gensim's downloader knows, fetching it when it is not there.

    The code that is published beside each model is not fetched.

    Parameters
    ----------
    name : str
        The model's name, such as ``word2vec-google-news-300``.
    folder : path
        Where downloads are kept; each model has a folder of its own there.

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
    import gensim.downloader as published  # takes seconds

    address = f"{published.DOWNLOAD_BASE_URL}/{name}"
    try:
        models = _list_of_models(published.DATA_LIST_URL, base)
        if name in models:
            _fetch_parts(_checksums(models[name]), address, path)
            return path
    except InputError as error:
        raise InputError(
            f"word_vectors.downloader: {error.problems[0].split('; ')[0]}; fetch "
            f"{address}/{name}.gz by hand and, in place of downloader, set the key 'file' to "
            "where you put it"
        ) from error
    raise InputError(
        f"word_vectors.downloader: gensim has no model {name!r}; {suggest(name, models)}"
    )


def _list_of_models(url: str, base: Path) -> Mapping[str, Mapping]:
    """Return what gensim's list says of each model; it is fetched anew, since it grows."""
    (base / LIST_NAME).unlink(missing_ok=True)
    path = download(url, None, base, LIST_NAME)
    try:
        return json.loads(path.read_text(encoding="utf-8"))["models"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{url}: not gensim's list of models; try again") from error


def _checksums(facts: Mapping) -> list[str]:
    """Return the checksum of each part of a model, as `download` takes it."""
    try:
        count = int(facts["parts"])
        keys = ["checksum"] if count == 1 else [f"checksum-{part}" for part in range(count)]
        return [f"md5:{facts[key]}" for key in keys]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            "gensim's list of models does not give its checksums; try again"
        ) from error


def _fetch_parts(checksums: list[str], address: str, path: Path) -> None:
    """Fetch a model, which may be cut into parts, and put it together."""
    if len(checksums) == 1:
        download(f"{address}/{path.name}", checksums[0], path.parent)
        return
    parts = [
        download(f"{address}/{path.name}_0{part}", checksum, path.parent)
        for part, checksum in enumerate(checksums)
    ]
    with atomic_path(path) as temporary, temporary.open("wb") as whole:
        for part in parts:
            with part.open("rb") as file:
                while block := file.read(1 << 24):
                    whole.write(block)
    for part in parts:
        part.unlink()

"""WordNet from every source, made of the real files, and what is said where none works."""

import functools
import http.server
import shutil
import threading
import zipfile

import nltk.data
import pytest

from semantrace.core.errors import InputError
from semantrace.taxonomy.wordnet_files import FILES, are_wordnet_3_0
from semantrace.taxonomy.wordnet_sources import fetch_wordnet

NOWHERE = "http://127.0.0.1:9/wordnet.zip"


@pytest.fixture
def corpus(wordnet_folder):
    return wordnet_folder / "corpora/wordnet"


@pytest.fixture
def no_nltk_data(monkeypatch, tmp_path):
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path / "nltk_data")])
    monkeypatch.setenv("PATH", str(tmp_path))  # so without apt
    return tmp_path / "nltk_data"


def archive_of(corpus, path):
    """An archive as NLTK distributes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in FILES:
            archive.write(corpus / name, f"wordnet/{name}")
    return path


@pytest.mark.parametrize("place", ["", "dict", "corpora/wordnet", "usr/share/wordnet", "zip"])
def test_a_folder_of_the_user_s(corpus, tmp_path, no_nltk_data, place):
    own = tmp_path / "own"
    if place == "zip":
        archive_of(corpus, own / "wordnet.zip")
    else:
        shutil.copytree(corpus, own / place)
    fetch_wordnet(
        {"source": "any", "folder": str(own)}, tmp_path / "res", tmp_path / "out", NOWHERE
    )
    assert are_wordnet_3_0(tmp_path / "out/corpora/wordnet")
    assert {item.name for item in (tmp_path / "out/corpora/wordnet").iterdir()} == {
        *FILES,
        "lexnames",
    }


@pytest.mark.parametrize("settings", [{"source": "any"}, {"source": "nltk"}])
@pytest.mark.parametrize("where", ["zip of NLTK", "unpacked by NLTK", "by hand"])
def test_what_is_on_this_machine(corpus, tmp_path, no_nltk_data, settings, where):
    if where == "unpacked by NLTK":
        shutil.copytree(corpus, no_nltk_data / "corpora/wordnet")
    else:
        place = {"zip of NLTK": no_nltk_data / "corpora", "by hand": tmp_path / "res/downloads"}
        archive_of(corpus, place[where] / "wordnet.zip")
    fetch_wordnet(settings, tmp_path / "res", tmp_path / "out", NOWHERE)
    assert are_wordnet_3_0(tmp_path / "out/corpora/wordnet")


def test_a_download_of_nltk_s_archive(corpus, tmp_path, no_nltk_data):
    archive_of(corpus, tmp_path / "served/wordnet.zip")
    handler = functools.partial(
        http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "served")
    )
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/wordnet.zip"
        fetch_wordnet({"source": "nltk"}, tmp_path / "res", tmp_path / "out", url)
        server.shutdown()
    assert are_wordnet_3_0(tmp_path / "out/corpora/wordnet")


@pytest.mark.parametrize("damage", ["cut", "no permission", "a folder in a loop"])
def test_a_source_that_cannot_be_read_gives_way_to_the_next(
    corpus, tmp_path, no_nltk_data, monkeypatch, damage
):
    place = archive_of(corpus, no_nltk_data / "corpora/wordnet.zip")
    if damage == "cut":
        place.write_bytes(place.read_bytes()[:-100])
    elif damage == "a folder in a loop":
        place.unlink()
        place.parent.rmdir()
        place.parent.symlink_to("corpora")
    else:
        whole = zipfile.ZipFile.__init__

        def refuse(self, file, *arguments, **options):
            if str(file).startswith(str(no_nltk_data)):
                raise PermissionError(13, "Permission denied", str(file))
            whole(self, file, *arguments, **options)

        monkeypatch.setattr(zipfile.ZipFile, "__init__", refuse)
    other = tmp_path / "other"
    archive_of(corpus, other / "corpora/wordnet.zip")
    nltk.data.path.append(str(other))
    fetch_wordnet({"source": "any"}, tmp_path / "res", tmp_path / "out", NOWHERE)
    assert are_wordnet_3_0(tmp_path / "out/corpora/wordnet")


def test_a_machine_without_any_is_told_what_to_bring(tmp_path, no_nltk_data):
    with pytest.raises(InputError) as caught:
        fetch_wordnet({"source": "any"}, tmp_path / "res", tmp_path / "out", NOWHERE)
    (line,) = caught.value.problems
    assert "there is no apt-get" in line
    assert f"fetch {NOWHERE} elsewhere, put it at {tmp_path / 'res/downloads/wordnet.zip'}" in line
    assert "set wordnet.folder in config.yaml" in line
    assert not (tmp_path / "out").exists()


def test_folders_without_wordnet_or_with_another_are_refused(corpus, tmp_path, no_nltk_data):
    own = tmp_path / "own"
    own.mkdir()
    fetch = functools.partial(
        fetch_wordnet,
        {"source": "any", "folder": str(own)},
        tmp_path / "res",
        tmp_path / "out",
        NOWHERE,
    )
    with pytest.raises(InputError, match="own: there is no WordNet"):
        fetch()
    shutil.copytree(corpus, own, dirs_exist_ok=True)
    (own / "index.noun").write_bytes((corpus / "index.noun").read_bytes().replace(b"dog ", b"dug "))
    with pytest.raises(InputError, match="own: its nouns are not those of WordNet 3.0"):
        fetch()
    (own / "index.sense").unlink()
    with pytest.raises(InputError, match="index.sense is missing"):
        fetch()
    assert not (tmp_path / "out").exists()

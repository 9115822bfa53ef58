"""gensim's downloader itself, against a real server on the loopback and an address without one."""

import functools
import gzip
import hashlib
import http.server
import json
import socket
import threading

import gensim.downloader
import numpy as np
import pytest

from semantrace.core.errors import InputError
from semantrace.io.gensim_downloads import fetch_with_gensim
from semantrace.words.word_vector_storage import store_word_vectors
from semantrace.words.word_vectors import WordVectors

NAME = "glove-wiki-gigaword-300"
PARTED = "a-model-of-two-parts"
TEXT = b"2 3\ndog 1 2 3\ncat 4 5 6\n"
TRAP = b"raise SystemExit('code of a model was run')\n"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()


def point_gensim_at(address, monkeypatch):
    """Replace both of gensim's addresses."""
    monkeypatch.setattr(gensim.downloader, "DATA_LIST_URL", f"{address}/list.json")
    monkeypatch.setattr(gensim.downloader, "DOWNLOAD_BASE_URL", address)


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Serve one model the way gensim-data does."""
    site = tmp_path / "site"
    (site / NAME).mkdir(parents=True)
    data = gzip.compress(TEXT)
    (site / NAME / f"{NAME}.gz").write_bytes(data)
    (site / NAME / "__init__.py").write_bytes(TRAP)
    facts = {"parts": 1, "file_name": f"{NAME}.gz", "checksum": hashlib.md5(data).hexdigest()}
    (site / PARTED).mkdir()
    parted = {"parts": 2}
    for part, content in enumerate((data[:20], data[20:])):
        (site / PARTED / f"{PARTED}.gz_0{part}").write_bytes(content)
        parted[f"checksum-{part}"] = hashlib.md5(content).hexdigest()
    models = {NAME: facts, PARTED: parted}
    (site / "list.json").write_text(json.dumps({"corpora": {}, "models": models}))
    handler = functools.partial(Quiet, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.asked, server.site = [], site
        address = f"http://127.0.0.1:{server.server_port}"
        point_gensim_at(address, monkeypatch)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def offline(monkeypatch):
    """An address of the loopback where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    point_gensim_at(f"http://127.0.0.1:{port}", monkeypatch)
    return port


def test_a_model_is_fetched_once_and_its_code_never_run(server, tmp_path):
    downloads = tmp_path / "downloads"
    path = fetch_with_gensim(NAME, downloads)
    assert gzip.decompress(path.read_bytes()) == TEXT
    assert path.is_relative_to(downloads)
    asked = len(server.asked)
    assert fetch_with_gensim(NAME, downloads) == path
    assert len(server.asked) == asked
    assert not any("__init__" in address for address in server.asked)
    assert sorted(item.name for item in (downloads / NAME).iterdir()) == [NAME, "information.json"]


def test_a_model_in_parts_is_put_together(server, tmp_path):
    path = fetch_with_gensim(PARTED, tmp_path)
    assert gzip.decompress(path.read_bytes()) == TEXT
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_a_model_from_the_downloader_is_stored(server, tmp_path):
    array, vocabulary = tmp_path / "m.npy", tmp_path / "m.vocabulary.txt"
    settings = {"format": "glove_text", "downloader": NAME, "dimensions": 3}
    store_word_vectors(settings, array, vocabulary, tmp_path / "downloads")
    model = WordVectors.open(array, vocabulary)
    assert (model.of(["cat", "dog"]) == np.array([[4, 5, 6], [1, 2, 3]])).all()
    with pytest.raises(InputError, match="its sha256 is"):
        store_word_vectors(
            settings | {"sha256": "0" * 64}, array, vocabulary, tmp_path / "downloads"
        )


def test_without_a_network_the_error_says_what_to_do_by_hand(offline, tmp_path):
    with pytest.raises(InputError) as caught:
        fetch_with_gensim(NAME, tmp_path / "downloads")
    message = str(caught.value)
    assert "\n" not in message
    assert f"fetch http://127.0.0.1:{offline}/{NAME}/{NAME}.gz by hand" in message
    assert "set the key 'file' to where you put it" in message
    assert "list.json: could not be downloaded" in message
    assert list((tmp_path / "downloads" / NAME).iterdir()) == []


def test_a_damaged_download_leaves_nothing_and_can_be_tried_again(server, tmp_path):
    file = server.site / NAME / f"{NAME}.gz"
    whole = file.read_bytes()
    file.write_bytes(whole[:-3])
    with pytest.raises(InputError, match="do not have the checksum md5:.*by hand"):
        fetch_with_gensim(NAME, tmp_path)
    assert not list((tmp_path / NAME).rglob("*.gz"))
    file.write_bytes(whole)
    assert fetch_with_gensim(NAME, tmp_path).read_bytes() == whole


def test_a_model_that_gensim_does_not_have(server, tmp_path):
    with pytest.raises(InputError, match=f"no model 'glove-wiki-300'; did you mean '{NAME}'"):
        fetch_with_gensim("glove-wiki-300", tmp_path)


def test_a_list_that_is_no_list(server, tmp_path):
    (server.site / "list.json").write_text("<html>")
    with pytest.raises(InputError, match="not gensim's list of models"):
        fetch_with_gensim(NAME, tmp_path)


@pytest.mark.parametrize("facts", [{}, {"parts": 2}, {"parts": "some"}, {"parts": 1}, []])
def test_a_list_without_the_checksums_of_a_model(server, tmp_path, facts):
    (server.site / "list.json").write_text(json.dumps({"models": {NAME: facts}}))
    with pytest.raises(InputError, match="does not give its checksums; fetch .* by hand"):
        fetch_with_gensim(NAME, tmp_path)

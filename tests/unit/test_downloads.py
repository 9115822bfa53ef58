"""Downloads from a real server on the loopback: whole, cut, resumed, wrong."""

import hashlib
import http.server
import threading

import pytest

from semantrace.core.errors import InputError
from semantrace.io.downloads import ATTEMPTS, BLOCK_BYTES, download

DATA = b"".join(hashlib.sha256(bytes([i % 256])).digest() for i in range(100_000))
DIGEST = hashlib.sha256(DATA).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        server.asked.append(self.headers.get("Range"))
        if self.path != "/files/vectors%20a.txt":
            self.send_error(404)
            return
        resume = server.ranges and self.headers.get("Range")
        start = int(resume.removeprefix("bytes=").split("-")[0]) if resume else 0
        if start >= len(DATA):
            self.send_error(416)
            return
        self.send_response(206 if resume else 200)
        self.send_header("Content-Length", str(len(DATA) - start))
        self.end_headers()
        end = len(DATA)
        if server.cuts:
            server.cuts -= 1
            end = start + (len(DATA) - start) // 2
        self.wfile.write(DATA[start:end])

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.cuts, server.ranges, server.asked = 0, True, []
        server.url = f"http://127.0.0.1:{server.server_port}/files/vectors%20a.txt"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_downloads_once(server, tmp_path):
    path = download(server.url, DIGEST, tmp_path / "new")
    assert path.name == "vectors a.txt"
    assert path.read_bytes() == DATA
    assert download(server.url, DIGEST, tmp_path / "new") == path
    assert len(server.asked) == 1
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_a_cut_is_resumed_where_it_was(server, tmp_path):
    server.cuts = 1
    assert download(server.url, DIGEST, tmp_path).read_bytes() == DATA
    first, second = server.asked
    assert first is None
    assert len(DATA) // 2 - BLOCK_BYTES < int(second[len("bytes=") : -1]) <= len(DATA) // 2


def test_a_later_run_goes_on(server, tmp_path):
    server.cuts = ATTEMPTS
    with pytest.raises(InputError, match="could not be downloaded .*try again, or put the file at"):
        download(server.url, DIGEST, tmp_path)
    [partial] = tmp_path.iterdir()
    have = partial.stat().st_size
    assert have > len(DATA) // 2
    assert download(server.url, DIGEST, tmp_path).read_bytes() == DATA
    assert server.asked[-1] == f"bytes={have}-"


def test_a_server_without_ranges_sends_all_again(server, tmp_path):
    server.cuts, server.ranges = 1, False
    assert download(server.url, DIGEST, tmp_path).read_bytes() == DATA


def test_a_partial_file_that_is_whole(server, tmp_path):
    (tmp_path / ".vectors a.txt.partial").write_bytes(DATA)
    assert download(server.url, DIGEST, tmp_path).read_bytes() == DATA


def test_other_contents_are_refused_and_removed(server, tmp_path):
    with pytest.raises(InputError, match="do not have the checksum"):
        download(server.url, "0" * 64, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_addresses_that_will_not_do(server, tmp_path):
    with pytest.raises(InputError, match="could not be downloaded .*404"):
        download(server.url + "x", DIGEST, tmp_path)
    for url in ("ftp://example.org/a", "file:///etc/passwd", "http://example.org/"):
        with pytest.raises(InputError, match="not the address of a file"):
            download(url, DIGEST, tmp_path)

"""Files out of packages, from an index on the loopback: wheels, sources, and what goes wrong."""

import hashlib
import http.server
import io
import json
import tarfile
import threading
import zipfile

import pytest

from semantrace.core.errors import InputError
from semantrace.io.package_index import fetch_package_files, index_address

DATA = b"weights" * 1000
FILE = "my_nets/data/weights.bin"
WHEEL, SOURCES = "my_nets-1.2-py3-none-any.whl", "my.nets-1.2.tar.gz"
RUN = 'import pathlib; pathlib.Path("was_run").touch()'


def wheel(data=DATA):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(FILE, data)
        archive.writestr("my_nets/__init__.py", RUN)
    return content.getvalue()


def sources(data=DATA):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, text in ((f"my.nets-1.2/{FILE}", data), ("my.nets-1.2/setup.py", RUN.encode())):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    return content.getvalue()


class Index(http.server.BaseHTTPRequestHandler):
    """Answers with the server's files, as JSON or as a page of links."""

    def do_GET(self):
        server = self.server
        folder, _, name = self.path.strip("/").rpartition("/")
        if self.path == "/simple/my-nets/":
            self.answer(*(page(server.files) if server.has_pages else listing(server.files)))
        elif folder == "files" and name in server.files:
            self.answer(server.files[name], "application/octet-stream")
        else:
            self.send_error(404)

    def answer(self, content, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def listing(files):
    items = [
        {"filename": name, "url": f"../../files/{name}", "hashes": {"sha256": sha256(content)}}
        for name, content in files.items()
    ]
    return json.dumps({"files": items}).encode(), "application/vnd.pypi.simple.v1+json"


def page(files):
    links = [
        f'<a href="../../files/{name}#sha256={sha256(content)}">{name}</a><br/>'
        for name, content in files.items()
    ]
    return f"<html><body>{''.join(links)}</body></html>".encode(), "text/html; charset=utf-8"


@pytest.fixture
def index(monkeypatch, tmp_path):
    """An index of one package; its files may be changed."""
    monkeypatch.chdir(tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Index) as server:
        server.has_pages = False
        server.files = {SOURCES: sources(), WHEEL: wheel(), "my_nets-1.1-py3-none-any.whl": b"old"}
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple/")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def fetch(package="My_Nets==1.2", files=(FILE,)):
    fetch_package_files(package, files, "fetched", "downloads")


@pytest.mark.parametrize("has_pages", [False, True])
@pytest.mark.parametrize("kept", [(WHEEL, SOURCES), (WHEEL,), (SOURCES,)])
def test_a_file_comes_out_of_a_wheel_or_of_sources_and_nothing_is_run(
    index, tmp_path, kept, has_pages
):
    index.has_pages = has_pages
    index.files = {name: index.files[name] for name in kept}
    fetch()
    assert (tmp_path / "fetched" / FILE).read_bytes() == DATA
    assert [path.name for path in (tmp_path / "fetched").rglob("*.*")] == ["weights.bin"]
    assert not list((tmp_path / "downloads").iterdir())
    assert not (tmp_path / "was_run").exists()


def test_a_wheel_goes_before_sources(index, tmp_path):
    index.files[SOURCES] = sources(b"others")
    fetch()
    assert (tmp_path / "fetched" / FILE).read_bytes() == DATA


@pytest.mark.parametrize(("name", "content"), [(WHEEL, wheel()), (SOURCES, sources())])
def test_an_archive_that_was_put_there_needs_no_network_and_stays(
    tmp_path, monkeypatch, name, content
):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / name).write_bytes(content)
    fetch()
    assert (tmp_path / "fetched" / FILE).read_bytes() == DATA
    assert (tmp_path / "downloads" / name).is_file()


def test_without_a_network_it_is_told_what_goes_where(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as raised:
        fetch()
    (line,) = raised.value.problems
    assert line.startswith("My_Nets==1.2: the package index does not answer (")
    assert line.endswith("by pip download --no-deps My_Nets==1.2, and put it into downloads")


@pytest.mark.parametrize("package", ["my-nets==1.3", "my-nets==1", "other==1.2"])
def test_a_package_or_version_that_there_is_not(index, package):
    with pytest.raises(InputError, match="no such package, or not this version"):
        fetch(package)


def test_a_file_that_the_package_lacks(index, tmp_path):
    with pytest.raises(InputError, match="has no file data/weights.bin; correct the path"):
        fetch(files=(FILE, "data/weights.bin"))
    assert not (tmp_path / "fetched").exists()


@pytest.mark.parametrize("name", [WHEEL, SOURCES])
def test_a_damaged_archive(index, tmp_path, name):
    index.files = {name: index.files[name][:60]}
    with pytest.raises(InputError, match=f"{name}: the archive is truncated or damaged; delete"):
        fetch()
    assert not (tmp_path / "fetched").exists()


def test_the_index_of_pips_settings_is_asked(monkeypatch, tmp_path):
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nindex-url = http://127.0.0.1:9/of/settings/\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    assert index_address() == "http://127.0.0.1:9/of/settings"
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/of/environment")
    assert index_address() == "http://127.0.0.1:9/of/environment"

"""Real packages built by dpkg-deb, served by a real apt repository on this machine."""

import gzip
import hashlib
import http.server
import shutil
import subprocess
import threading

import pytest

from semantrace.core.errors import InputError
from semantrace.io.debian_packages import extract_files, fetch_package

pytestmark = pytest.mark.skipif(
    shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None, reason="needs apt"
)
NAME = "tiny-images"


def build(folder, version="1:2.0-1", compression="xz"):
    """Build a package of a big file, a small file and a link, and return its path."""
    tree = folder / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "usr/share/tiny/sub").mkdir(parents=True)
    (tree / "usr/share/tiny/big.bin").write_bytes(
        b"".join(hashlib.sha256(bytes([i % 256, i // 256])).digest() for i in range(20_000))
    )
    (tree / "usr/share/tiny/sub/ünï.txt").write_text("small")
    (tree / "usr/share/tiny/link.txt").symlink_to("sub/ünï.txt")
    (tree / "DEBIAN/control").write_text(
        f"Package: {NAME}\nVersion: {version}\nArchitecture: all\n"
        "Maintainer: Nobody <nobody@example.org>\nDescription: images\n"
    )
    deb = folder / f"{NAME}_{version.split(':')[-1]}_all.deb"
    subprocess.run(
        ["dpkg-deb", f"-Z{compression}", "--root-owner-group", "-b", tree, deb],
        check=True,
        capture_output=True,
    )
    return deb


def make_repository(folder, debs):
    entries = []
    for deb in debs:
        control = subprocess.run(
            ["dpkg-deb", "-f", deb], check=True, capture_output=True, text=True
        ).stdout
        digest = hashlib.sha256(deb.read_bytes()).hexdigest()
        size = deb.stat().st_size
        entries.append(
            f"{control.strip()}\nFilename: ./{deb.name}\nSize: {size}\nSHA256: {digest}\n"
        )
    (folder / "Packages").write_text("\n".join(entries))
    (folder / "Packages.gz").write_bytes(gzip.compress((folder / "Packages").read_bytes()))


@pytest.fixture(scope="module")
def repository_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository")
    make_repository(folder, [build(folder)])
    return folder


class CuttingServer(http.server.ThreadingHTTPServer):
    """Serves a folder with byte ranges; cuts the first answer for a package in the middle."""

    def __init__(self, folder, cut=True):
        super().__init__(("127.0.0.1", 0), CuttingHandler)
        self.folder, self.cuts_left, self.ranges = folder, int(cut), []

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class CuttingHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.server.folder / self.path.lstrip("/")
        if not path.is_file():
            self.send_error(404)
            return
        data = path.read_bytes()
        asked = self.headers.get("Range")
        start = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
        self.send_response(206 if asked else 200)
        if asked:
            self.server.ranges.append(start)
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.send_header("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")
        self.end_headers()
        if path.suffix == ".deb" and self.server.cuts_left:
            self.server.cuts_left -= 1
            self.wfile.write(data[start : len(data) // 2])
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(2)
            return
        self.wfile.write(data[start:])

    def log_message(self, *_):
        pass


@pytest.fixture
def sources(repository_folder, tmp_path):
    path = tmp_path / "sources.list"
    path.write_text(f"deb [trusted=yes] file:{repository_folder} ./\n")
    return path


def everything(path):
    return path


def test_fetches_and_unpacks_as_dpkg_does(sources, tmp_path):
    deb = fetch_package(NAME, tmp_path / "cache", "1:2.0-1", sources)
    assert deb.parent == tmp_path / "cache"
    assert [item.name for item in deb.parent.iterdir()] == [deb.name]
    written = extract_files(deb, everything, tmp_path / "ours")
    subprocess.run(["dpkg-deb", "-x", deb, tmp_path / "theirs"], check=True)
    assert written == {"usr/share/tiny/big.bin", "usr/share/tiny/sub/ünï.txt"}
    for name in written:
        assert (tmp_path / "ours" / name).read_bytes() == (tmp_path / "theirs" / name).read_bytes()


def test_a_fetched_package_needs_no_network(sources, tmp_path):
    deb = fetch_package(NAME, tmp_path / "cache", None, sources)
    sources.unlink()
    assert fetch_package(NAME, tmp_path / "cache", "1:2.0-1", sources) == deb


def test_a_cut_download_is_resumed(repository_folder, tmp_path):
    with CuttingServer(repository_folder) as server:
        sources = tmp_path / "sources.list"
        sources.write_text(f"deb [trusted=yes] http://127.0.0.1:{server.server_port} ./\n")
        deb = fetch_package(NAME, tmp_path / "cache", None, sources)
    [original] = repository_folder.glob("*.deb")
    assert deb.read_bytes() == original.read_bytes()
    assert server.cuts_left == 0
    assert server.ranges, "apt asked for the rest only"
    assert server.ranges[-1] > 0


def test_a_tree_unpacked_by_hand_serves_too(repository_folder, tmp_path):
    [deb] = repository_folder.glob("*.deb")
    subprocess.run(["dpkg-deb", "-x", deb, tmp_path / "cache"], check=True)
    source = fetch_package(NAME, tmp_path / "cache", "1:2.0-1")
    assert source == tmp_path / "cache"
    assert extract_files(source, everything, tmp_path / "a") == extract_files(
        deb, everything, tmp_path / "b"
    )


@pytest.mark.parametrize("compression", ["gzip", "zstd", "none"])
def test_other_compressions(tmp_path, compression):
    if (
        compression == "zstd"
        and b"zstd" not in subprocess.run(["dpkg-deb", "--help"], capture_output=True).stdout
    ):
        pytest.skip("this dpkg-deb has no zstd")
    deb = build(tmp_path, compression=compression)
    assert len(extract_files(deb, everything, tmp_path / "out")) == 2


def test_only_what_is_selected_and_where(repository_folder, tmp_path):
    [deb] = repository_folder.glob("*.deb")
    chosen = {"usr/share/tiny/sub/ünï.txt": "here/small.txt"}
    assert extract_files(deb, chosen.get, tmp_path / "out") == {"here/small.txt"}
    assert [p.name for p in (tmp_path / "out").rglob("*") if p.is_file()] == ["small.txt"]


@pytest.mark.parametrize("part", [0.2, 0.7, 0.98])
def test_truncated_package(repository_folder, tmp_path, part):
    [deb] = repository_folder.glob("*.deb")
    data = deb.read_bytes()
    (tmp_path / deb.name).write_bytes(data[: int(len(data) * part)])
    with pytest.raises(InputError, match="truncated or damaged"):
        extract_files(tmp_path / deb.name, everything, tmp_path / "out")


def test_unknown_version_names_those_there_are(sources, tmp_path):
    with pytest.raises(InputError, match=r"version 9 is not offered here \(1:2.0-1\)"):
        fetch_package(NAME, tmp_path / "cache", "9", sources)


def test_unknown_package_and_impossible_name(sources, tmp_path):
    with pytest.raises(InputError, match="Debian package no-such: Unable to locate.*dpkg-deb -x"):
        fetch_package("no-such", tmp_path / "cache", None, sources)
    with pytest.raises(InputError, match="not a name of a Debian package"):
        fetch_package("a; rm -rf", tmp_path / "cache")


def test_no_network_is_the_reason_given(tmp_path):
    sources = tmp_path / "sources.list"
    sources.write_text("deb [trusted=yes] http://127.0.0.1:9 ./\n")
    with pytest.raises(InputError, match="Failed to fetch .*apt-get download"):
        fetch_package(NAME, tmp_path / "cache", None, sources)


def test_no_apt_says_what_to_unpack_where(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match=f"no apt-get.*dpkg-deb -x {NAME}_.*{tmp_path}/cache"):
        fetch_package(NAME, tmp_path / "cache")


@pytest.mark.slow
def test_the_real_wordnet_packages(tmp_path):
    from semantrace.taxonomy.wordnet import WordNet
    from semantrace.taxonomy.wordnet_files import PACKAGES, install_wordnet

    sources = [fetch_package(package, tmp_path / package) for package in PACKAGES]
    install_wordnet(sources, tmp_path / "wordnet")
    assert WordNet.load(tmp_path / "wordnet").name("n02084071") == "dog.n.01"

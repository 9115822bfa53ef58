"""Digests of contents: each file is read once, and no change of contents goes unnoticed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from semantrace.io import fingerprints as module
from semantrace.io.fingerprints import fingerprints

NAMES = ["a.png", "deep/b.png", "ä c.png"]


def sha256(contents):
    return hashlib.sha256(contents).hexdigest()


@pytest.fixture
def folder(tmp_path):
    for name in NAMES:
        place = tmp_path / "images" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(name.encode() * 1000)
    return tmp_path / "images"


@pytest.fixture
def settled(monkeypatch):
    """Files that were written just now count as settled, as they do two seconds later."""
    monkeypatch.setattr(module, "COARSEST_TICK", -(10**12))


def truth(folder, names=NAMES):
    return [sha256((folder / name).read_bytes()) for name in names]


def plant(kept_in, digest="f" * 64):
    """Replace the digests that are kept: where they come back, the files were not read."""
    (table,) = kept_in.iterdir()
    header, *lines = table.read_text(encoding="utf-8").splitlines()
    rows = [line.rpartition("\t")[0] + "\t" + digest for line in lines]
    table.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return len(rows)


def test_digests_are_those_of_the_contents_and_are_read_once(folder, tmp_path, settled, capsys):
    kept_in = tmp_path / "resources/fingerprints"
    assert fingerprints(folder, NAMES, kept_in) == truth(folder)
    assert "3 files are read once" in capsys.readouterr().err
    assert plant(kept_in) == 3
    assert fingerprints(folder, NAMES, kept_in) == ["f" * 64] * 3
    os.utime(folder / NAMES[1])
    (folder / NAMES[2]).write_bytes(b"other")
    expected = ["f" * 64, *truth(folder)[1:]]
    assert fingerprints(folder, NAMES, kept_in) == expected
    assert fingerprints(folder, NAMES[:2], kept_in) == expected[:2]
    assert fingerprints(folder, NAMES, kept_in) == expected  # a part of them drops no other
    assert fingerprints(folder, NAMES, None) == truth(folder)
    assert "read once" in capsys.readouterr().err


def test_a_change_is_noticed_behind_a_link_and_with_size_and_time_kept(folder, tmp_path, settled):
    kept_in = tmp_path / "kept"
    (folder / "link.png").symlink_to("a.png")
    (folder / "folder").symlink_to("deep")
    names = ["link.png", "folder/b.png"]
    assert fingerprints(folder, names, kept_in) == truth(folder, names)
    for name in ("a.png", "deep/b.png"):
        place = folder / name
        status = place.stat()
        place.write_bytes(bytes(status.st_size))
        os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert fingerprints(folder, names, kept_in) == truth(folder, names)
    (folder / "other.png").write_bytes(b"1" * (folder / "a.png").stat().st_size)
    (folder / "link.png").unlink()
    (folder / "link.png").symlink_to("other.png")
    assert fingerprints(folder, names, kept_in) == truth(folder, names)


def test_what_changed_just_now_is_not_trusted(folder, tmp_path):
    for number in range(20):
        (folder / "a.png").write_bytes(b"%04d" % number)
        assert fingerprints(folder, NAMES, tmp_path / "kept") == truth(folder)
    assert not (tmp_path / "kept").exists()


def test_a_table_that_is_cut_anywhere_is_completed(folder, tmp_path, settled):
    kept_in = tmp_path / "kept"
    expected = fingerprints(folder, NAMES, kept_in)
    (table,) = kept_in.iterdir()
    whole = table.read_bytes()
    for end in range(len(whole)):
        table.write_bytes(whole[:end])
        assert fingerprints(folder, NAMES, kept_in) == expected
        assert table.read_bytes() == whole or end == len(whole) - 1
    for rubbish in (b"\xff\x00\n", b"\x89HDF", whole[:60] + bytes(50) + whole[110:]):
        table.write_bytes(rubbish)
        assert fingerprints(folder, NAMES, kept_in) == expected


def test_a_place_that_cannot_be_written_to_is_done_without(folder, tmp_path, settled):
    (tmp_path / "file").write_text("")
    assert fingerprints(folder, NAMES, tmp_path / "file") == truth(folder)
    assert fingerprints(folder, NAMES, tmp_path / "file/below") == truth(folder)


def test_what_is_no_file_is_not_read(folder):
    os.mkfifo(folder / "pipe.png")
    names = ["none.png", "pipe.png", "deep", "a\0b.png", "a.png"]
    digests = fingerprints(folder, names, None)
    assert digests == ["missing"] * 4 + truth(folder, ["a.png"])


def test_several_at_once(folder, tmp_path):
    """Planners of several studies share a table; each reads the truth, and the table is whole."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path; from semantrace.io import fingerprints as module\n"
        "module.COARSEST_TICK = -10**12\n"
        "for _ in range(20):\n"
        "    print(module.fingerprints(sys.argv[2], sys.argv[4:], Path(sys.argv[3])))"
    )
    library = Path(module.__file__).parents[2]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, library, folder, tmp_path / "kept", *names],
            stdout=subprocess.PIPE,
            text=True,
        )
        for names in (NAMES[:2], NAMES[1:], NAMES)
    ]
    for process, names in zip(processes, (NAMES[:2], NAMES[1:], NAMES), strict=True):
        output, _ = process.communicate()
        assert output.splitlines() == [str(truth(folder, names))] * 20
    (table,) = (tmp_path / "kept").iterdir()
    assert len(table.read_text(encoding="utf-8").splitlines()) == 4

"""What a killed process left is removed, and what a living one writes is waited for."""

import concurrent.futures
import errno
import fcntl
import subprocess
import sys

import pytest

from semantrace.io.files import atomic_path

WRITER = """
import sys
from pathlib import Path
from semantrace.io.files import atomic_path
with atomic_path(sys.argv[1]) as temporary:
    temporary.mkdir()
    (temporary / "a").write_text("half")
    print("writing", flush=True)
    sys.stdin.readline()
    (temporary / "a").write_text("first")
"""


@pytest.fixture
def writer(repository, tmp_path):
    """Starts a process that writes a folder and waits meanwhile until it is told to go on."""
    started = []

    def start(name: str, until_it_writes: bool = True) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / name)],
            stdin=subprocess.PIPE if until_it_writes else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(repository / "workflow/scripts")},
        )
        started.append(process)
        if until_it_writes:
            assert process.stdout.readline() == "writing\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
        if process.stdin is not None:
            process.stdin.close()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_process_left_is_removed(writer, tmp_path):
    process = writer("0")
    process.kill()
    process.wait()
    [left, lock] = names(tmp_path)
    assert (left[:3], left[-8:], lock) == (".0.", ".partial", ".0.lock")
    with atomic_path(tmp_path / "1") as temporary:
        temporary.mkdir()
    assert names(tmp_path) == [left, lock, "1"]
    with atomic_path(tmp_path / "0") as temporary:
        temporary.mkdir()
    assert names(tmp_path) == ["0", "1"]


def test_what_is_left_of_another_result_stays(tmp_path):
    left = tmp_path / ".r.h5.deadbeef.partial"
    left.mkdir()
    with atomic_path(tmp_path / "r") as temporary:
        temporary.mkdir()
    assert names(tmp_path) == [left.name, "r"]


def test_many_writers_of_one_result_take_turns(writer, tmp_path):
    """Each finds the lock of the one before, which is removed with it."""
    processes = [writer("0", until_it_writes=False) for _ in range(6)]
    assert [process.wait() for process in processes] == [0] * 6
    assert names(tmp_path) == ["0"]
    assert (tmp_path / "0/a").read_text() == "first"


def test_without_locks_nobody_waits_and_leftovers_stay(tmp_path, monkeypatch):
    def no_locks(*_):
        raise OSError(errno.EOPNOTSUPP, "no locks")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    left = tmp_path / ".0.deadbeef.partial"
    left.mkdir()
    with atomic_path(tmp_path / "0") as temporary:
        temporary.write_text("whole")
    assert (tmp_path / "0").read_text() == "whole"
    assert names(tmp_path) == [left.name, "0"]


def test_a_living_process_is_waited_for(writer, tmp_path, capsys):
    process = writer("0")

    def write_second():
        with atomic_path(tmp_path / "0") as temporary:
            assert (tmp_path / "0/a").read_text() == "first"
            temporary.mkdir()
            (temporary / "a").write_text("second")

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        second = pool.submit(write_second)
        told = ""
        while not told.endswith("\n") and not second.done():
            told += capsys.readouterr().err
        assert not second.done()
        process.stdin.write("go on\n")
        process.stdin.flush()
        second.result()
    assert (tmp_path / "0/a").read_text() == "second"
    assert names(tmp_path) == ["0"]
    assert f"0: waiting for process {process.pid} on " in told
    assert told.endswith(", which writes it\n")

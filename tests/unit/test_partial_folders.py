"""What a killed process left is removed, and what a living one writes is waited for."""

import subprocess
import sys
import time

import pytest

from semantrace.files import atomic_path

WRITER = """
import sys, time
from pathlib import Path
from semantrace.files import atomic_path
with atomic_path(sys.argv[1]) as temporary:
    temporary.mkdir()
    (temporary / "a").write_text("half")
    print("writing", flush=True)
    time.sleep(float(sys.argv[2]))
    (temporary / "a").write_text("first")
"""


@pytest.fixture
def writer(repository, tmp_path):
    """Starts a process that writes a folder and takes its time."""
    started = []

    def start(name: str, seconds: float) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / name), str(seconds)],
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": str(repository / "workflow/scripts")},
        )
        started.append(process)
        assert process.stdout.readline() == "writing\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_process_left_is_removed(writer, tmp_path):
    process = writer("0", 60)
    process.kill()
    process.wait()
    [left] = names(tmp_path)
    assert left.startswith(".0.")
    assert left.endswith(".partial")
    with atomic_path(tmp_path / "1") as temporary:
        temporary.mkdir()
    assert names(tmp_path) == [left, "1"]
    with atomic_path(tmp_path / "0") as temporary:
        temporary.mkdir()
    assert names(tmp_path) == ["0", "1"]


def test_a_living_process_is_waited_for(writer, tmp_path, capsys):
    process = writer("0", 2)
    start = time.perf_counter()
    with atomic_path(tmp_path / "0") as temporary:
        assert (tmp_path / "0/a").read_text() == "first"
        temporary.mkdir()
        (temporary / "a").write_text("second")
    assert time.perf_counter() - start > 1
    assert (tmp_path / "0/a").read_text() == "second"
    assert names(tmp_path) == ["0"]
    told = capsys.readouterr().err
    assert f"0: waiting for process {process.pid} on " in told
    assert told.endswith(", which writes it\n")

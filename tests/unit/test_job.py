"""A script that fails leaves its message in the log and on the terminal, and exits with 1."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
from types import SimpleNamespace
from semantrace.job import start
start(SimpleNamespace(log=[sys.argv[1]], params={{"threads": 3}}))
import os
print("threads", os.environ["OMP_NUM_THREADS"])
os.write(2, b"from a C library\\n")
from semantrace.errors import InputError
{body}
"""


def run(tmp_path, repository, body):
    log = tmp_path / "logs" / "a.log"
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(body=body), str(log)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(repository / "workflow/scripts")},
        check=False,
    )
    return result, log.read_text()


def test_everything_a_job_says_is_in_its_log(tmp_path, repository):
    result, log = run(tmp_path, repository, "print('done')")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert log.splitlines() == ["threads 3", "from a C library", "done"]


def test_a_warning_is_told_on_the_terminal_and_in_the_log(tmp_path, repository):
    body = "from semantrace.job import tell; tell('2 classes are words of several senses')"
    result, log = run(tmp_path, repository, body)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr == "warning: 2 classes are words of several senses\n"
    assert log.splitlines()[-1] == result.stderr.strip()


def test_bad_input_is_one_line_in_the_log_and_on_the_terminal(tmp_path, repository):
    result, log = run(tmp_path, repository, "raise InputError('a.png: not an image; remove it')")
    assert result.returncode == 1
    assert result.stderr == "error: a.png: not an image; remove it\n"
    assert log.splitlines()[-1] == "error: a.png: not an image; remove it"
    assert "Traceback" not in log


@pytest.mark.parametrize("body", ["1 / 0", "raise KeyError('x')"])
def test_a_fault_of_ours_leaves_its_traceback_in_the_log(tmp_path, repository, body):
    result, log = run(tmp_path, repository, body)
    assert result.returncode == 1
    assert "Traceback" in log
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("error: ")


def test_a_log_on_a_full_disk_keeps_nothing_from_the_terminal(repository):
    script = """
from types import SimpleNamespace
from semantrace.errors import InputError
from semantrace.job import start
start(SimpleNamespace(log=["/dev/full"], params={}))
raise InputError("a.h5: the disk is full")
"""
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(repository / "workflow/scripts")},
        check=False,
    )
    assert result.returncode != 0
    assert result.stderr == "error: a.h5: the disk is full\n"

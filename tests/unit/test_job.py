"""What a job's log says, how errors reach the user, and what stays out of both."""

import os
import re
import subprocess
import sys

import h5py
import numpy as np
import pytest

from semantrace.core.software import installed_versions

SCRIPT = """
import sys
from types import SimpleNamespace
from semantrace.core.job import start
start(SimpleNamespace(
    rule="count", wildcards={{"network": "vgg", "shard": "1"}}, log=[sys.argv[1]],
    params={{"threads": 3, "folder": "images"}}, input={input}, output={output},
))
import os
print("threads", os.environ["OMP_NUM_THREADS"])
os.write(2, b"from a C library\\n")
from semantrace.core.errors import InputError
{body}
"""


def run(tmp_path, repository, body, read=(), written=(), **environment):
    log = tmp_path / "logs" / "a.log"
    script = SCRIPT.format(body=body, input=list(map(str, read)), output=list(map(str, written)))
    result = subprocess.run(
        [sys.executable, "-c", script, str(log)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(repository / "workflow/scripts"), **environment},
        check=False,
    )
    return result, log.read_text(encoding="utf-8")


def test_everything_a_job_says_is_in_its_log_between_what_it_is_and_what_it_took(
    tmp_path, repository
):
    result, log = run(tmp_path, repository, "print('done')")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    lines = log.splitlines()
    python = ".".join(map(str, sys.version_info[:3]))
    assert lines[0] == f"count network=vgg shard=1: 3 threads, Python {python}"
    assert lines[1:4] == ["threads 3", "from a C library", "done"]
    assert re.fullmatch(r"took \d+\.\d s, peak memory \d+\.\d [MG]B", lines[-1])


def test_inputs_and_outputs_are_told_with_how_much_is_in_them(tmp_path, repository):
    (tmp_path / "a.tsv").write_text("image\tclass\n1\tdog\n2\tcat\n3\tcow\n")
    (tmp_path / "images").mkdir()
    for name in ("one.png", "two.png", ".hidden"):
        (tmp_path / "images" / name).write_bytes(bytes(700))
    body = """
import h5py, numpy
with h5py.File("b.h5", "w") as file:
    file.create_dataset("layers/fire2", data=numpy.zeros((4, 5), dtype="f4"))
    file.create_dataset("classes", data=["dog", "cat"], dtype=h5py.string_dtype())
numpy.save("c.npy", numpy.zeros((7, 2), dtype="i2"))
open("words.txt", "w").write("dog\\ncat\\n")
"""
    _, log = run(
        *(tmp_path, repository, body),
        read=["a.tsv", "images", "a.tsv"],
        written=["b.h5", "c.npy", "words.txt", "absent.tsv"],
    )
    told = [line for line in log.splitlines() if line.startswith(("read ", "wrote "))]
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert told == [
        f"read a.tsv: 3 rows, {sizes['a.tsv']} bytes",
        "read images: 2 files, 1.4 kB",
        f"wrote b.h5: classes 2 text, layers/fire2 4 × 5 float32, {sizes['b.h5'] / 1000:.1f} kB",
        f"wrote c.npy: 7 × 2 int16, {sizes['c.npy']} bytes",
        "wrote words.txt: 2 lines, 8 bytes",
    ]
    assert log.splitlines()[-1] == f"versions: numpy {np.__version__}, h5py {h5py.__version__}"


def test_a_job_that_loads_nothing_is_told_without_loading_anything_for_it(tmp_path, repository):
    with h5py.File(tmp_path / "b.h5", "w") as file:
        file.create_dataset("a", data=np.zeros(3))
    body = """
import atexit
from semantrace.core import job_log
from pathlib import Path
assert list(map(job_log.describe, [Path("b.h5")])) == [job_log._size(Path("b.h5").stat().st_size)]
assert not {"h5py", "numpy", "pandas"} & sys.modules.keys()
"""
    result, log = run(tmp_path, repository, body, read=["b.h5"])
    assert result.returncode == 0, log
    assert "versions" not in log


@pytest.mark.parametrize("contents", [b"", b"\x89HDF\r\n\x1a\n" + bytes(500), bytes(range(256))])
def test_a_damaged_file_is_told_by_its_size(tmp_path, repository, contents):
    names = ["a.h5", "a.npy", "a.tsv", "a.txt", "a.png"]
    for name in names:
        (tmp_path / name).write_bytes(contents)
    result, log = run(tmp_path, repository, "import h5py, numpy", read=[*names, "absent.h5"])
    assert result.returncode == 0, log
    for name in names:
        assert re.search(rf"^read {re.escape(name)}: .*{len(contents)} bytes$", log, re.MULTILINE)
    assert "read absent.h5: No such file or directory" in log


def test_bad_input_ends_the_log_and_snakemake_alone_shows_it(tmp_path, repository):
    (tmp_path / "images").mkdir()
    result, log = run(tmp_path, repository, "raise InputError('a.png: not an image; remove it')")
    assert result.returncode == 1
    assert (result.stdout, result.stderr) == ("", "")
    lines = log.splitlines()
    assert lines[-1] == "error: a.png: not an image; remove it"
    assert re.fullmatch(r"failed after \d+\.\d s, peak memory \S+ [MG]B", lines[-2])
    assert "read images: 0 files, 0 bytes" in lines
    assert "Traceback" not in log
    assert not re.search(r"^took", log, re.MULTILINE)


def test_each_of_several_problems_is_a_line(tmp_path, repository):
    _, log = run(tmp_path, repository, "raise InputError('a: wrong; fix it', 'b: gone; bring it')")
    assert log.splitlines()[-2:] == ["error: a: wrong; fix it", "error: b: gone; bring it"]


@pytest.mark.parametrize("body", ["1 / 0", "raise KeyError('x')"])
def test_a_fault_of_ours_leaves_its_traceback_in_the_log(tmp_path, repository, body):
    result, log = run(tmp_path, repository, body)
    assert result.returncode == 1
    assert "Traceback" in log
    assert result.stderr == ""
    assert log.splitlines()[-1].startswith("error: ")


def test_a_log_on_a_full_disk_keeps_nothing_from_the_terminal(repository):
    script = """
from types import SimpleNamespace
from semantrace.core.errors import InputError
from semantrace.core.job import start
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


def test_a_warning_is_told_in_the_log_and_on_the_terminal(tmp_path, repository):
    body = "from semantrace.core.job import tell; tell('b.png: twice; remove one')"
    result, log = run(tmp_path, repository, body)
    assert result.stderr == "warning: b.png: twice; remove one\n"
    assert result.stderr in log


def test_a_warning_to_a_terminal_that_was_closed_ends_nothing(tmp_path, repository):
    reading, writing = os.pipe()
    os.close(reading)
    script = SCRIPT.format(
        body="from semantrace.core.job import tell\n"
        "tell('b.png: twice; remove one'); print('after')",
        input=[],
        output=[],
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "a.log")],
        stderr=writing,
        cwd=tmp_path,
        env={"PYTHONPATH": str(repository / "workflow/scripts")},
        check=False,
    )
    os.close(writing)
    assert result.returncode == 0
    assert "warning: b.png: twice; remove one\nafter\n" in (tmp_path / "a.log").read_text()


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "POSIX"])
def test_a_file_name_that_is_not_utf8_leaves_a_log_that_is(tmp_path, repository, locale):
    name = os.fsdecode(b"caf\xe9.png")
    body = f"print({name!r}); raise InputError({name!r} + ': not an image; remove it')"
    result, log = run(tmp_path, repository, body, LC_ALL=locale, PYTHONUTF8="0")
    assert result.returncode == 1
    assert log.splitlines()[-1] == r"error: caf\udce9.png: not an image; remove it"


NOISE = r"""
os.write(2, b"WARNING: All log messages before absl::InitializeLog() is called are written"
  b" to STDERR\n"
  b"I0000 00:00:1795632136.824252   30165 device_compiler.h:196] Compiled cluster using XLA!\n"
  b"E0000 00:00:1795632136.824252   30165 cuda_fft.cc:467] Unable to register cuFFT factory\n"
  b"I0000 is how this line begins\n")
print("after")
"""


def test_what_tensorflow_says_of_itself_is_removed(tmp_path, repository):
    for end in ("", "raise InputError('a: wrong; fix it')"):
        _, log = run(tmp_path, repository, NOISE + end)
        assert log.splitlines()[2:5] == [
            "from a C library",
            "I0000 is how this line begins",
            "after",
        ]


def test_what_tensorflow_said_before_a_fault_of_ours_stays(tmp_path, repository):
    _, log = run(tmp_path, repository, NOISE + "1 / 0")
    assert "Unable to register cuFFT factory" in log


@pytest.mark.slow
def test_a_job_of_tensorflow_leaves_nothing_but_its_own_lines(tmp_path, repository):
    body = """
import tensorflow as tf
for size in range(1, 9):  # a new shape each time, which TensorFlow warns of
    tf.function(lambda values: tf.cast(values, "float16"), jit_compile=True)(tf.ones(size))
tf.config.list_physical_devices("GPU")
"""
    result, log = run(tmp_path, repository, body)
    assert (result.returncode, result.stderr) == (0, ""), log
    own = ("count ", "threads 3", "from a C library", "read images: ", "took ", "versions: ")
    assert [line for line in log.splitlines() if not line.startswith(own)] == []
    assert f"tensorflow {installed_versions()['tensorflow']}" in log

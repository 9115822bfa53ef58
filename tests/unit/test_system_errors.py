"""What the system refuses is told as such, and never as damage, whatever met it."""

import errno
import os
import resource
import shutil
import subprocess
import sys
import textwrap

import h5py
import numpy as np
import pytest

from semantrace.core.errors import InputError
from semantrace.core.system_errors import REASONS, error_number, system_problem, system_reason
from semantrace.io.files import open_hdf5

CAPABILITIES = "-dac_override,-dac_read_search,-fowner"


def as_any_user():
    """Return what makes a command obey permissions, which root need not."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root without setpriv may read everything")
    return ["setpriv", f"--bounding-set={CAPABILITIES}", f"--inh-caps={CAPABILITIES}"]


def run(repository, code, prefix=(), **environment):
    """Run code that uses the library in a process of its own."""
    return subprocess.run(
        [*prefix, sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(repository / "workflow/scripts"), **environment},
        check=False,
    )


@pytest.fixture
def hdf5_file(tmp_path):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=np.arange(5))
    return path


@pytest.mark.parametrize("number", [*REASONS, errno.EIO])
def test_every_reason_is_whole_and_blames_no_contents(number):
    problem = system_problem(OSError(number, os.strerror(number), "results/a.h5"))
    assert problem.startswith("results/a.h5: ")
    assert "{" not in problem
    assert ";" in problem
    assert "damaged" not in problem
    assert "delete" not in problem


def test_the_number_of_a_refusal_that_hdf5_tells_in_words():
    assert error_number(OSError("file write failed: No space left on device")) == errno.ENOSPC
    assert error_number(OSError("truncated file: eof = 3000")) is None
    assert system_reason(OSError("file signature not found")) is None
    assert system_problem(OSError(errno.EIO, "no")) is None


@pytest.mark.parametrize("kind", ["folder", "loop", "name", "below a file"])
def test_a_file_that_is_something_else(tmp_path, hdf5_file, kind):
    paths = {
        "folder": tmp_path,
        "loop": tmp_path / "loop.h5",
        "name": tmp_path / ("a" * 300),
        "below a file": hdf5_file / "b.h5",
    }
    (tmp_path / "loop.h5").symlink_to(tmp_path / "loop.h5")
    message = {
        "folder": "is a folder where a file is due",
        "loop": "is a link that leads back to itself",
        "name": "has a name too long",
        "below a file": "a part of its path is a file",
    }[kind]
    with pytest.raises(InputError, match=message), open_hdf5(paths[kind]):
        pass


def test_too_many_open_files(hdf5_file):
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        with (
            pytest.raises(InputError, match="too many open files.*ulimit -n"),
            open_hdf5(hdf5_file),
        ):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


READERS = {
    "hdf5": "with open_hdf5(path): pass",
    "table": "read_table(path, CONCEPTS)",
    "any file in a job": "Path(path).read_text()",
}


@pytest.mark.parametrize("reader", READERS)
def test_no_permission_to_read(tmp_path, hdf5_file, repository, reader):
    hdf5_file.chmod(0)
    code = f"""
        from pathlib import Path
        from types import SimpleNamespace
        from semantrace.core.job import start
        start(SimpleNamespace(log=[{str(tmp_path / "log")!r}], params={{}}))
        from semantrace.core.tables import CONCEPTS
        from semantrace.io.files import open_hdf5
        from semantrace.io.tables import read_table
        path = {str(hdf5_file)!r}
        {READERS[reader]}
    """
    result = run(repository, code, as_any_user())
    assert result.returncode == 1
    assert result.stderr == ""
    line = (tmp_path / "log").read_text().splitlines()[-1]
    assert line.startswith(f"error: {hdf5_file}")
    assert "may not be read" in line
    assert "(permission denied); change its permissions" in line


@pytest.mark.parametrize("below", ["a.tsv", "new/a.tsv"])
def test_no_permission_to_write(tmp_path, repository, below):
    folder = tmp_path / "results"
    folder.mkdir()
    folder.chmod(0o555)
    code = f"""
        import pandas as pd
        from semantrace.io.files import write_tsv
        write_tsv(pd.DataFrame({{"a": [1]}}), {str(folder / below)!r})
    """
    result = run(repository, code, as_any_user())
    told = f"InputError: {folder / below}: may not be written (permission denied); change its"
    assert told in result.stderr.splitlines()[-1]
    assert not list(folder.iterdir())


@pytest.fixture
def without_locks(tmp_path):
    """A library that answers like a file system without locks."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("no C compiler")
    source, library = tmp_path / "nolock.c", tmp_path / "nolock.so"
    source.write_text(f"""
        #include <errno.h>
        int flock(int file, int operation) {{ errno = {errno.ENOLCK}; return -1; }}
    """)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source], check=True)
    return {"LD_PRELOAD": str(library)}


def test_a_file_system_without_locks(tmp_path, repository, without_locks):
    """Also for h5py's files that other code opens, as Keras does."""
    code = f"""
        from pathlib import Path
        import semantrace
        import h5py
        from semantrace.io.files import create_hdf5, create_large_hdf5, open_hdf5
        folder = Path({str(tmp_path)!r})
        with create_hdf5(folder / "a.h5") as file:
            file["x"] = 1
        with create_large_hdf5(folder / "b.h5", 100) as file:
            file["x"] = 2
        with h5py.File(folder / "c.h5", "w") as file:
            file["x"] = 3
        for name in "abc":
            with open_hdf5(folder / f"{{name}}.h5") as file:
                print(file["x"][()])
    """
    result = run(repository, code, **without_locks)
    assert result.stdout.split() == ["1", "2", "3"], result.stderr


def test_locks_that_were_asked_for_are_not_taken_for_damage(hdf5_file, repository, without_locks):
    code = f"""
        from semantrace.io.files import open_hdf5
        with open_hdf5({str(hdf5_file)!r}): pass
    """
    result = run(repository, code, **without_locks, HDF5_USE_FILE_LOCKING="TRUE")
    assert "cannot be locked" in result.stderr.splitlines()[-1]
    assert "HDF5_USE_FILE_LOCKING=FALSE" in result.stderr.splitlines()[-1]

"""Results say which versions of libraries made them."""

import platform
import subprocess
import sys
from importlib.metadata import distributions

import h5py
import numpy as np

from semantrace.core.software import LIBRARIES, installed_versions
from semantrace.io.files import create_hdf5, create_large_hdf5


def test_every_hdf5_file_says_what_wrote_it(tmp_path):
    with create_hdf5(tmp_path / "a.h5") as file:
        file.create_dataset("x", data=np.arange(3))
    with create_large_hdf5(tmp_path / "b.h5", 100) as file:
        file.create_dataset("x", data=np.arange(3))
    for name in ("a.h5", "b.h5"):
        with h5py.File(tmp_path / name) as file:
            told = dict(part.split(" ") for part in file.attrs["software"].split(", "))
        assert told["python"] == platform.python_version()
        assert (told["numpy"], told["h5py"]) == (np.__version__, h5py.__version__)


def test_only_what_was_imported_is_told(repository):
    code = """
import numpy
from semantrace.core.software import loaded_versions
print(*loaded_versions())
"""
    command = [sys.executable, "-c", code]
    path = {"PYTHONPATH": str(repository / "workflow/scripts")}
    result = subprocess.run(command, env=path, capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["python", "numpy"]


def test_the_versions_of_a_study_are_those_of_the_installed_packages():
    versions = installed_versions()
    assert versions.pop("python") == platform.python_version()
    assert set(versions) == {"snakemake", *LIBRARIES.values()}
    installed = {
        one.metadata["Name"].lower().replace("_", "-").removesuffix("-cpu"): one.version
        for one in distributions()
    }
    assert versions == {name: installed[name] for name in versions}

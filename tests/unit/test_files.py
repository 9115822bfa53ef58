"""Files are whole or absent, and bad ones are named."""

import errno

import h5py
import numpy as np
import pandas as pd
import pytest

from semantrace.core.errors import InputError
from semantrace.io.files import (
    atomic_path,
    create_hdf5,
    open_hdf5,
    sha256_of,
    write_tsv,
)


def test_a_failing_write_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "table.tsv"
    target.write_text("old")
    with pytest.raises(RuntimeError), atomic_path(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_folder_appears_whole_and_replaces_the_old_one(tmp_path):
    target = tmp_path / "shard"
    for content in ("first", "second"):
        with atomic_path(target) as temporary:
            temporary.mkdir()
            assert not target.exists() or (target / "a").read_text() == "first"
            (temporary / "a").write_text(content)
    assert (target / "a").read_text() == "second"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError("Can't write data (file write failed: No space left on device)"),
    ],
)
def test_a_full_disk_is_named(tmp_path, error):
    message = "a.h5: the disk is full; make room"
    with pytest.raises(InputError, match=message), atomic_path(tmp_path / "a.h5"):
        raise error
    assert not list(tmp_path.iterdir())


def test_system_errors_about_other_files_pass_through(tmp_path):
    for error in (PermissionError(errno.EACCES, "no"), OSError(errno.EIO, "no", "input.h5")):
        with pytest.raises(OSError, match="no"), atomic_path(tmp_path / "a"):
            raise error


def test_a_result_where_something_else_is_in_the_way(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for path, message in (
        (tmp_path / "file/a.tsv", ".*a part of its path is a file"),
        (tmp_path / "file/b/a.tsv", ".*a part of its path is a file"),
        (tmp_path / "folder", "is a folder where a file is due; .*move the folder away"),
        (tmp_path / ("a" * 300), "has a name too long"),
    ):
        with pytest.raises(InputError, match=f"^{path}: {message}"):
            write_tsv(pd.DataFrame({"a": [1]}), path)
    assert {item.name for item in tmp_path.iterdir()} == {"file", "folder"}


def test_equal_hdf5_contents_give_equal_bytes(tmp_path):
    for name in ("a.h5", "b.h5"):
        with create_hdf5(tmp_path / name) as file:
            file.create_dataset("x", data=np.arange(1000.0))
            file.attrs["layer"] = "fire9"
    assert sha256_of(tmp_path / "a.h5") == sha256_of(tmp_path / "b.h5")
    with open_hdf5(tmp_path / "a.h5") as file:
        assert file["x"][999] == 999


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("missing", "no such file"),
        ("truncated", "truncated or damaged; delete it"),
        ("text", "not an HDF5 file, but of another kind"),
        ("empty", "truncated or damaged; delete it"),
    ],
)
def test_bad_hdf5_is_refused(tmp_path, damage, message):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("x", data=np.arange(100_000.0))
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        half = content[: len(content) // 2]
        path.write_bytes({"truncated": half, "text": b"a\tb\n1\t2\n", "empty": b""}[damage])
    with pytest.raises(InputError, match=message), open_hdf5(path):
        pass


def test_the_advice_for_a_file_that_no_rule_makes(tmp_path):
    (tmp_path / "a.h5").write_text("hello")
    with (
        pytest.raises(InputError, match="not an HDF5 file.*; fetch it again"),
        open_hdf5(tmp_path / "a.h5", "fetch it again"),
    ):
        pass


@pytest.mark.parametrize(
    "look_up",
    [
        lambda file: file["layers"],
        lambda file: file["x"].attrs["layer_index"],
        lambda file: file.attrs["network"],
    ],
)
def test_hdf5_of_another_layout_is_told_as_such(tmp_path, look_up):
    with create_hdf5(tmp_path / "a.h5") as file:
        file.create_dataset("x", data=np.arange(3))
    with (
        pytest.raises(InputError, match=r"a\.h5: lacks '\w+', so it is of another kind or another"),
        open_hdf5(tmp_path / "a.h5") as file,
    ):
        look_up(file)


def test_a_fault_of_ours_is_not_blamed_on_the_file(tmp_path):
    with create_hdf5(tmp_path / "a.h5") as file:
        file.create_dataset("x", data=np.arange(3))
    with pytest.raises(KeyError, match="^'layers'$"), open_hdf5(tmp_path / "a.h5"):
        {}["layers"]

"""A user's file or folder is found, or a line says why it cannot be read, and what to do."""

import os

import pytest

from semantrace.core.errors import InputError
from semantrace.io.user_files import (
    installed_package,
    require_file,
    require_folder,
    unreadable_reason,
)


def test_what_can_be_read_is_returned(tmp_path):
    file = tmp_path / "vectors.txt"
    file.write_text("a 1 2\n")
    assert require_file(file, "key") == file
    assert require_folder(tmp_path, "key") == tmp_path
    assert unreadable_reason(tmp_path / "nothing") is None


def test_a_missing_name_is_told_with_the_nearest(tmp_path):
    (tmp_path / "vectors.txt").write_text("")
    with pytest.raises(InputError, match=r"word_vectors.file: there is no file .*'vectors.txt'"):
        require_file(tmp_path / "vector.txt", "word_vectors.file")
    with pytest.raises(InputError, match="dataset.root: there is no folder .*check the path"):
        require_folder(tmp_path / "images", "dataset.root")


def test_a_file_where_a_folder_is_due_and_the_reverse(tmp_path):
    file = tmp_path / "images.zip"
    file.write_text("")
    with pytest.raises(InputError, match="images.zip is a file where a folder is due"):
        require_folder(file, "dataset.root")
    with pytest.raises(InputError, match="is a folder where a file is due"):
        require_file(tmp_path, "dataset.table")


@pytest.mark.parametrize("require", [require_file, require_folder])
@pytest.mark.parametrize(
    ("target", "cause"),
    [("../.git/annex/objects/x/y.png", "git annex get"), ("/mnt/absent", "mount its disk")],
)
def test_a_broken_link_names_its_cause(tmp_path, require, target, cause):
    link = tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(InputError, match=f"key: .*link.*{cause}"):
        require(link, "key")


def test_a_git_lfs_pointer_is_told(tmp_path):
    pointer = tmp_path / "net.keras"
    pointer.write_text(f"version https://git-lfs.github.com/spec/v1\noid sha256:{7:064d}\nsize 1\n")
    with pytest.raises(InputError, match=r"net.keras is a Git LFS pointer .* 'git lfs pull'"):
        require_file(pointer, "architecture")


def test_permissions_are_told(tmp_path, monkeypatch):
    """Root may read everything, so the system's answer to others is given in its place."""
    file = tmp_path / "vectors.txt"
    file.write_text("a 1\n")
    file.chmod(0)
    if os.geteuid() == 0:

        def deny(*_args, **_kwargs):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("pathlib.Path.open", deny)
    with pytest.raises(InputError, match="may not be read .permission denied.; change its perm"):
        require_file(file, "key")


def test_a_package_is_found_without_running_it(tmp_path, monkeypatch):
    (tmp_path / "explosive").mkdir()
    (tmp_path / "explosive/__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    assert installed_package("explosive", "words") == tmp_path / "explosive"
    with pytest.raises(InputError, match="words: the Python package 'nowhere' .* install req"):
        installed_package("nowhere", "words")

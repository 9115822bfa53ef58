"""Which files are images: reader and stamp agree on random trees, and nothing is lost unseen."""

import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from semantrace.core.errors import InputError
from semantrace.images.dataset_files import SUFFIXES, SYSTEM_NAMES, UNSUPPORTED, find_images
from semantrace.images.dataset_reports import (
    MOST_NAMED,
    file_problems,
    passed_over_summary,
    passed_over_warning,
)
from semantrace.images.dataset_stamp import dataset_stamp
from semantrace.images.datasets import read_dataset
from semantrace.images.decoding import load_image
from semantrace.io.files import write_tsv

DOG, CAT = "n02084071", "n02121620"
FOLDERS = {"kind": "imagefolder"}
JUNK = (
    *(".DS_Store", "._a.png", ".ipynb_checkpoints/a.png", ".Trash-1000/files/a.png", ".git/a.png"),
    *("@eaDir/a.png/SYNOPHOTO_THUMB_S.jpg", "#recycle/a.png", "__MACOSX/a.png", "lost+found/a.jpg"),
    *("$RECYCLE.BIN/a.png", "System Volume Information/a.png", "Thumbs.db", "desktop.ini"),
    *("notes.txt", "labels.csv", "a.png.json", "unnamed", "photo.heic", "deep/notes.txt"),
)


def put(place, contents=b"x"):
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(contents)


def images_of(folder):
    return set(read_dataset(FOLDERS, folder).images["path"])


inner = st.sampled_from(["", "deep/", "deep/er/", "figure 2.1/"])
names = st.sampled_from(["a.png", "b.JPG", "c c.webp", "d.avif", "é.tiff", "it's #1 100%.gif"])
own_images = st.sets(st.tuples(st.sampled_from([DOG, CAT]), inner, names), max_size=8)
linked_images = st.sets(st.tuples(inner, names), max_size=3)
junk = st.sets(
    st.tuples(st.sampled_from(["", f"{DOG}/", f"{CAT}/"]), st.sampled_from(JUNK)), max_size=6
)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(own_images, linked_images, junk, st.data())
def test_reader_and_stamp_see_the_same_images(own, linked, rubbish, data):
    """Each image of the reader changes the stamp, and nothing else does."""
    with tempfile.TemporaryDirectory() as scratch:
        root, store = Path(scratch) / "images", Path(scratch) / "store"
        expected = {f"{DOG}/first.png", f"{CAT}/first.png", "n02691156/first.png"}
        expected |= {f"{name}/{below}{image}" for name, below, image in own}
        for path in expected:
            put(root / path, path.encode())
        for below, name in linked:
            put(store / below / name, name.encode())
        put(store / "first.png")
        (root / "n02958343").symlink_to("../store")  # a class folder that is a link
        (root / DOG / "link.png").symlink_to("../../store/first.png")
        (root / CAT / "again").symlink_to("..")  # leads round
        expected |= {f"n02958343/{below}{name}" for below, name in linked}
        expected |= {"n02958343/first.png", f"{DOG}/link.png"}

        assert images_of(root) == expected
        stamp = dataset_stamp(FOLDERS, root)
        for below, name in rubbish:
            if below or "deep" not in name:  # beside the classes it would be a class without images
                put(root / (below + name))
        assert images_of(root) == expected
        assert dataset_stamp(FOLDERS, root) == stamp

        changed = data.draw(st.sampled_from(sorted(expected)))
        before = (root / changed).read_bytes()
        (root / changed).write_bytes(bytes(len(before)))
        assert dataset_stamp(FOLDERS, root) != stamp
        (root / changed).write_bytes(before)
        assert dataset_stamp(FOLDERS, root) == stamp
        put(root / CAT / "added.png")
        assert dataset_stamp(FOLDERS, root) != stamp
        (root / CAT / "added.png").unlink()
        (root / changed).unlink()
        assert dataset_stamp(FOLDERS, root) != stamp


@pytest.mark.parametrize("name", sorted(SYSTEM_NAMES) + ["@eaDir", ".thumbnails", "LOST.DIR"])
def test_system_folders_are_neither_classes_nor_looked_into(tmp_path, name):
    put(tmp_path / DOG / "a.png")
    put(tmp_path / name / "b.png")
    put(tmp_path / DOG / name / "c.png")
    assert images_of(tmp_path) == {f"{DOG}/a.png"}
    passed = dict(find_images(FOLDERS, tmp_path).passed_over)
    assert set(passed) == {name, f"{DOG}/{name}"}


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_pillow_reads_what_counts_as_an_image(tmp_path, suffix):
    values = np.zeros((32, 48), dtype=np.uint8)
    values[:, 24:] = 255
    mode = {".pbm": "1", ".pgm": "L"}.get(suffix, "RGB")
    place = tmp_path / f"a{suffix}"
    options = {".jpf": {"no_jp2": False}}.get(suffix, {})
    Image.fromarray(values).convert(mode).save(place, **options)
    found = np.asarray(load_image(place)).astype(int)
    assert found.shape == (32, 48, 3)
    assert np.abs(found[:, 4:20]).max() < 16
    assert np.abs(found[:, 28:44] - 255).max() < 16


@pytest.mark.parametrize("form", ["eps", "pdf", "ico"])
def test_what_pillow_would_open_by_other_programs_is_no_image(tmp_path, form):
    place = tmp_path / "a.png"
    with place.open("wb") as file:
        Image.new("RGB", (64, 64)).save(file, format=form)
    with pytest.raises(InputError, match=r"a\.png"):
        load_image(place)


def test_what_may_be_an_image_and_is_passed_over_is_told_by_name(tmp_path):
    put(tmp_path / DOG / "a.png")
    for name in ("b.heic", "unnamed", "c.jxl", "figure 2.1", "notes.txt", "data.json"):
        put(tmp_path / DOG / name)
    put(tmp_path / "outside.jpg")
    put(tmp_path / "README")
    files = find_images(FOLDERS, tmp_path)
    summary = passed_over_summary(files)
    for part in ("1 (no decoder for .heic:", "3 (no suffix:", "1 (suffix .txt:", "1 (suffix .json"):
        assert part in summary
    assert "\n" not in summary
    warning = passed_over_warning(files)
    assert ": 5 files were passed over" in warning
    assert "and 2 more" in warning
    assert read_dataset(FOLDERS, tmp_path).warning == warning
    for path in (DOG + "/b.heic", DOG + "/unnamed", DOG + "/c.jxl", DOG + "/figure 2.1"):
        (tmp_path / path).unlink()
    (tmp_path / "outside.jpg").unlink()
    assert passed_over_warning(find_images(FOLDERS, tmp_path)) is None
    assert not SUFFIXES & UNSUPPORTED


def test_all_classes_without_an_image_are_told_with_what_they_have(tmp_path):
    put(tmp_path / "n02691156/a.png")
    for number in range(5):
        put(tmp_path / DOG / f"dog_{number}")
    put(tmp_path / CAT / ".hidden.png")
    (tmp_path / "n02958343").mkdir()
    with pytest.raises(InputError) as caught:
        read_dataset(FOLDERS, tmp_path)
    dog, cat, car = caught.value.problems
    assert f"{DOG}: of 5 files none is an image: dog_0 (no suffix), dog_1 (no suff" in dog
    assert "and 2 more" in dog
    assert f"{CAT}: of 1 files none is an image: .hidden.png (hidden)" in cat
    assert "n02958343: no images in it" in car


def test_links_without_target_are_refused_all_of_them(tmp_path):
    put(tmp_path / CAT / "a.png")
    put(tmp_path / DOG / "a.png")
    (tmp_path / DOG / "notes.txt").symlink_to("nowhere.txt")  # no image: passed over, and told
    assert images_of(tmp_path) == {f"{CAT}/a.png", f"{DOG}/a.png"}
    (tmp_path / DOG / "b.png").symlink_to("../../.git/annex/objects/b.png")
    (tmp_path / DOG / "more").symlink_to("/mnt/absent/more")
    (tmp_path / "n02958343").symlink_to("/mnt/absent/cars")
    (tmp_path / DOG / "round.png").symlink_to("round.png")
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    put(tmp_path / CAT / "b.png", pointer.encode())
    with pytest.raises(InputError) as caught:
        read_dataset(FOLDERS, tmp_path)
    told = "\n".join(caught.value.problems)
    assert len(caught.value.problems) == 5
    for part in ("b.png is a link of git-annex", "more is a link to /mnt/absent/more", "round.png"):
        assert f"{DOG}/{part}" in told
    assert "n02958343 is a link to /mnt/absent/cars" in told
    assert f"{CAT}/b.png is a Git LFS pointer" in told
    assert "remove" not in told


def test_of_many_problems_the_first_are_named_and_the_others_counted(tmp_path):
    put(tmp_path / DOG / "a.png")
    for number in range(MOST_NAMED + 7):
        (tmp_path / DOG / f"{number:03d}.png").symlink_to("/mnt/absent/x.png")
    problems = file_problems(find_images(FOLDERS, tmp_path))
    assert len(problems) == MOST_NAMED + 1
    assert "000.png" in problems[0]
    assert "and 7 more" in problems[-1]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_folders_and_files_without_permission(tmp_path):
    put(tmp_path / DOG / "a.png")
    put(tmp_path / DOG / "b.png", bytes(5000))
    put(tmp_path / CAT / "a.png")
    (tmp_path / DOG / "b.png").chmod(0)
    (tmp_path / CAT).chmod(0)
    problems = file_problems(find_images(FOLDERS, tmp_path))
    (tmp_path / CAT).chmod(0o755)
    assert len(problems) == 2
    assert all("permission denied" in problem for problem in problems)


@pytest.mark.parametrize(
    "name",
    [
        *("a b.png", " a.png", 'say "a".png', "it's.png", "#1.png", "100%.png", "a%20b.png"),
        *("$HOME.png", "a\\b.png", "NA.png", "1e5.png", "ä-ö.png", "狗.png", "*?.png", "a,b;c.png"),
        *("{x}.png", "-a.png", "~.png", "a" * 251 + ".png"),
    ],
)
def test_names_that_work_and_survive_a_table(tmp_path, name):
    put(tmp_path / DOG / name)
    found = read_dataset(FOLDERS, tmp_path).images
    assert found["path"].tolist() == [f"{DOG}/{name}"]
    write_tsv(found, tmp_path / "table.tsv")
    assert pd.read_csv(tmp_path / "table.tsv", sep="\t")["path"].tolist() == [f"{DOG}/{name}"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (b"H\xfcndin.png", r"H\xfcndin.png"),
        (b"a\tb.png", r"a\tb.png"),
        (b"a\nb.png", r"a\nb.png"),
        (b"a\rb.png", r"a\rb.png"),
        (b"a\x1bb.png", r"a\x1bb.png"),
        ("a\u2028b.png".encode(), r"a\u2028b.png"),
    ],
)
@pytest.mark.parametrize("below", [b"", b"f\xfcr/", b"f\nr/"])
def test_names_that_tables_cannot_hold_are_refused_by_name(tmp_path, name, told, below):
    put(tmp_path / DOG / "a.png")
    folder = os.fsencode(tmp_path / DOG) + b"/" + below
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103 (bytes)
    with open(folder + name, "wb"):  # noqa: PTH123
        pass
    with pytest.raises(InputError) as caught:
        read_dataset(FOLDERS, tmp_path)
    (line,) = caught.value.problems
    assert "rename it" in line
    assert told in line or below
    assert line.encode() == line.encode(errors="replace")
    assert len(dataset_stamp(FOLDERS, tmp_path)) == 16


def test_a_table_is_read_alike_by_reader_and_stamp(tmp_path):
    for name in ("a/dog.png", "a/cat 1.png"):
        put(tmp_path / "images" / name, name.encode())
    table = tmp_path / "table.tsv"
    chosen = {"kind": "table", "table": str(table)}
    rows = ["path\tword\twnid", rf"a\dog.png {chr(9)} dog {chr(9)} {DOG}", "\t\t"]
    rows.append(f" ./a//cat 1.png\tcat\t{CAT}")
    stamps = set()
    for end in ("\n", "\r\n", "\r"):
        table.write_bytes(end.join(rows).encode("utf-8-sig"))
        found = read_dataset(chosen, tmp_path / "images").images
        assert found["path"].tolist() == ["a/cat 1.png", "a/dog.png"]
        assert find_images(chosen, tmp_path / "images").images == ["a/cat 1.png", "a/dog.png"]
        stamp = dataset_stamp(chosen, tmp_path / "images")
        for name in ("a/dog.png", "a/cat 1.png"):
            put(tmp_path / "images" / name, b"other")
            stamps.add(dataset_stamp(chosen, tmp_path / "images"))
            put(tmp_path / "images" / name, name.encode())
        assert dataset_stamp(chosen, tmp_path / "images") == stamp
        stamps.add(stamp)
    assert len(stamps) == 9  # the table's own contents count too


@pytest.mark.parametrize("path", ["C:\\data\\dog.png", "\\\\server\\dog.png", "..\\dog.png"])
def test_paths_of_windows_that_are_not_below_the_folder(tmp_path, path):
    (tmp_path / "table.tsv").write_text(f"path\tword\twnid\n{path}\tdog\t{DOG}\n")
    with pytest.raises(InputError, match="line 2: .*dataset.root"):
        read_dataset({"kind": "table", "table": str(tmp_path / "table.tsv")}, tmp_path)


def test_all_images_that_a_table_lacks_are_told(tmp_path):
    put(tmp_path / "a.png")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "link.png").symlink_to("/mnt/absent/x.png")
    rows = [f"{name}.png\tdog\t{DOG}\n" for name in ("a", "none", "folder", "link")]
    (tmp_path / "table.tsv").write_text("path\tword\twnid\n" + "".join(rows))
    with pytest.raises(InputError) as caught:
        read_dataset({"kind": "table", "table": str(tmp_path / "table.tsv")}, tmp_path)
    none, folder, link = caught.value.problems
    assert "line 3" in none
    assert "none.png is not there" in none
    assert "folder.png is not a file" in folder
    assert "line 5" in link
    assert "mount its disk" in link

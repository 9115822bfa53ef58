"""Datasets of each kind on real files, and everything a user can get wrong in them."""

import hashlib

import pytest
from PIL import Image

from semantrace.core.errors import InputError
from semantrace.images.dataset_stamp import dataset_stamp
from semantrace.images.datasets import copy_images, read_dataset, read_image_table

DOG, CAT, CRANE_BIRD, CRANE_MACHINE = "n02084071", "n02121620", "n02012849", "n03126707"
HEADER = "path\tword\twnid\n"


def draw(folder, *paths):
    for number, path in enumerate(paths):
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4), (number, 0, 0)).save(place)


@pytest.fixture
def images(tmp_path):
    folder = tmp_path / "images"
    draw(folder, "b/dog2.png", "a/cat.png", "a/dog.png")
    return folder


@pytest.fixture
def settings(tmp_path):
    return {"kind": "table", "table": str(tmp_path / "table.tsv")}


def write(settings, *rows, header=HEADER):
    text = header + "".join("\t".join(row) + "\n" for row in rows)
    with open(settings["table"], "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)


def test_a_table(settings, images):
    rows = [("b/dog2.png", "dog", DOG), ("a/cat.png", "cat", CAT), ("./a//dog.png", "dog", DOG)]
    write(settings, *rows)
    dataset = read_dataset(settings, images)
    assert dataset.folder == images
    assert dataset.images.to_numpy().tolist() == [
        ["a/cat.png", "cat", ""],
        ["a/dog.png", "dog", ""],
        ["b/dog2.png", "dog", ""],
    ]
    named = [(one.name, one.word, one.synset) for one in dataset.classes]
    assert named == [("dog", "dog", DOG), ("cat", "cat", CAT)]
    assert dataset.classes[1].where == f"{settings['table']}, line 3"


def test_a_table_whose_words_tell_the_classes(settings, images):
    header = "path\tword\n"
    write(settings, ("a/cat.png", "cat"), ("a/dog.png", "selfie stick"), header=header)
    dataset = read_dataset(settings, images)
    assert [(one.word, one.synset) for one in dataset.classes] == [
        *(("cat", ""), ("selfie stick", ""))
    ]
    header = "path\tword\tsynset\n"
    rows = [("a/cat.png", "cat", ""), ("a/dog.png", "dog", "dog.n.01")]
    write(settings, *rows, header=header)
    assert [one.synset for one in read_dataset(settings, images).classes] == ["", "dog.n.01"]
    write(settings, ("a/cat.png", "cat", "", CAT), header="path\tword\tsynset\twnid\n")
    with pytest.raises(InputError, match="columns wnid and synset both name the class"):
        read_dataset(settings, images)


def test_two_classes_of_one_word(settings, images):
    rows = [("a/cat.png", "crane", CRANE_BIRD), ("a/dog.png", "crane", CRANE_MACHINE)]
    write(settings, *rows, ("b/dog2.png", "dog", DOG))
    dataset = read_dataset(settings, images)
    names = [f"crane ({CRANE_BIRD})", f"crane ({CRANE_MACHINE})", "dog"]
    assert [one.name for one in dataset.classes] == names
    assert dataset.images["class"].tolist() == names
    assert {one.word for one in dataset.classes} == {"crane", "dog"}


def test_words_that_look_like_numbers_or_nothing_stay_words(settings, images):
    write(settings, ("a/cat.png", "NA", CAT), ("a/dog.png", "1984", DOG))
    words = read_dataset(settings, images).images["class"].tolist()
    assert words == ["1984", "NA"]
    write(settings, ("a/cat.png", "007", CAT))
    assert read_dataset(settings, images).images["class"].tolist() == ["007"]


def test_a_folder_of_folders(images):
    root = images.parent / "classes"
    draw(root, "Dog/1.JPG", f"{CAT}/x.png", f"{CAT}/deep/y.webp", "crane/a.gif", ".hidden/a.png")
    (root / "Dog/notes.txt").touch()
    (root / "Dog/._1.JPG").touch()
    (root / "list.txt").touch()
    dataset = read_dataset({"kind": "imagefolder"}, root)
    assert dataset.images.to_numpy().tolist() == [
        ["Dog/1.JPG", "Dog", ""],
        ["crane/a.gif", "crane", ""],
        [f"{CAT}/deep/y.webp", CAT, ""],
        [f"{CAT}/x.png", CAT, ""],
    ]
    assert [(one.name, one.word, one.synset) for one in dataset.classes] == [
        *(("Dog", "Dog", ""), ("crane", "crane", ""), (CAT, CAT, ""))
    ]
    assert dataset.classes[0].where == str(root / "Dog")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "the table has no rows"),
        ([("a/none.png", "dog", DOG)], "line 2: .*none.png is not there"),
        ([("a/dog.png", "dog", DOG), ("a/dog.png", "dog", DOG)], "line 3: a/dog.png is listed a s"),
        ([("a/dog.png", "dog", DOG), ("a/./dog.png", "dog", DOG)], "line 3: .* a second time"),
        ([("a/dog.png", "", DOG)], "line 2: the column word is empty"),
        (
            [("/a/dog.png", "dog", DOG)],
            "line 2: .* absolute path; write it relative to dataset.root",
        ),
        (
            [("../dog.png", "dog", DOG)],
            "line 2: .*leaves dataset.root by '..'; write a path below it",
        ),
        ([("a/dog.png", "dog", DOG), ("b/dog2.png", "hound", DOG)], "'hound' here and 'dog'"),
        ([("a/dog.png", "dog", DOG, "spare")], "line 2: 4 cells under 3 columns"),
    ],
)
def test_mistakes_in_a_table(settings, images, wordnet, rows, message):
    write(settings, *rows)
    with pytest.raises(InputError, match=message) as caught:
        read_dataset(settings, images)
    assert "\n" not in str(caught.value)


def test_a_table_without_a_column_or_at_all(settings, images):
    with pytest.raises(InputError, match="dataset.table: there is no file"):
        read_dataset(settings, images)
    write(settings, header="path\twnid\n")
    with pytest.raises(InputError, match="column 'word' is missing"):
        read_dataset(settings, images)


def test_a_table_from_a_spreadsheet(settings, images):
    rows = f"path\tword\twnid\r\na/dog.png\tdog\t{DOG}\r\n\r\na/cat.png \t cat\t{CAT}"
    with open(settings["table"], "wb") as file:  # noqa: PTH123
        file.write(rows.encode("utf-8-sig"))
    found = read_dataset(settings, images).images
    assert found["class"].tolist() == ["cat", "dog"]
    with open(settings["table"], "ab") as file:  # noqa: PTH123
        file.write(f"\r\na/cat.png\tcat\t{CAT}".encode())
    with pytest.raises(InputError, match="line 5: a/cat.png is listed a second time"):
        read_image_table(settings["table"])
    stamp = dataset_stamp(settings, images)
    (images / "a/cat.png").unlink()
    assert dataset_stamp(settings, images) != stamp
    with open(settings["table"], "wb") as file:  # noqa: PTH123
        file.write(rows.encode("utf-16"))
    with pytest.raises(InputError, match="not UTF-8 text"):
        read_image_table(settings["table"])


def test_malformed_sha256(settings):
    write(settings, ("a", "dog", DOG, "abc"), header="path\tword\twnid\tsha256\n")
    with pytest.raises(InputError, match="line 2: the sha256 is not 64 hexadecimal digits"):
        read_image_table(settings["table"])


def test_mistakes_in_folders(tmp_path):
    settings = {"kind": "imagefolder"}

    def refused(folder, message):
        with pytest.raises(InputError, match=message):
            read_dataset(settings, folder)

    refused(tmp_path / "none", "there is no folder .*none")
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "no class folders in it")
    (tmp_path / "a/dog").mkdir(parents=True)
    refused(tmp_path / "a", "a/dog: no images in it")


def package_tree(tmp_path, images):
    tree = tmp_path / "package"
    (tree / "usr/share/stamps").parent.mkdir(parents=True)
    (tree / "usr/share/doc/stamps").mkdir(parents=True)
    (tree / "usr/share/doc/stamps/copyright").write_text("GPL")
    images.rename(tree / "usr/share/stamps")
    return tree


def debian(settings, digest="", path="a/dog.png"):
    write(settings, (path, "dog", DOG, digest), header="path\tword\twnid\tsha256\n")
    return {**settings, "kind": "debian", "package": "stamps", "root": "usr/share/stamps"}


def test_images_of_a_package(tmp_path, settings, images):
    digest = hashlib.sha256((images / "a/dog.png").read_bytes()).hexdigest()
    tree = package_tree(tmp_path, images)
    chosen = debian(settings, digest.upper())
    copy_images(tree, chosen, tmp_path / "out")
    found = sorted(
        p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.*")
    )
    assert found == ["a/dog.png"]
    assert (tmp_path / "out/copyright").read_text() == "GPL"
    assert len(read_dataset(chosen, tmp_path / "out").images) == 1


def test_images_that_a_package_lacks_or_has_otherwise(tmp_path, settings, images):
    tree = package_tree(tmp_path, images)
    with pytest.raises(InputError, match="package has no image usr/share/stamps/a/wolf.png"):
        copy_images(tree, debian(settings, path="a/wolf.png"), tmp_path / "out")
    with pytest.raises(InputError, match="dog.png: its sha256 is .* expected by .*table.tsv"):
        copy_images(tree, debian(settings, "0" * 64), tmp_path / "out")


def test_the_stamp_changes_with_the_images(settings, images):
    folder = {"kind": "imagefolder"}
    write(settings, ("a/dog.png", "dog", DOG))
    before = dataset_stamp(folder, images), dataset_stamp(settings, images)
    assert before == (dataset_stamp(folder, images), dataset_stamp(settings, images))
    draw(images, "a/wolf.png")
    assert dataset_stamp(folder, images) != before[0]
    assert dataset_stamp(settings, images) == before[1]
    (images / "a/dog.png").write_bytes(b"other")
    assert dataset_stamp(settings, images) != before[1]
    (images / "a/dog.png").unlink()
    assert len(dataset_stamp(settings, images)) == 16
    assert dataset_stamp({"kind": "debian"}, images) == dataset_stamp({"kind": "debian"}, "none")
    assert dataset_stamp({"kind": "table", "table": "/none"}, images)

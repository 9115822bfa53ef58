"""ImageNet's validation folder: a small one of real JPEGs with the development kit's own files."""

import shutil

import numpy as np
import pytest
import scipy.io
from PIL import Image

from semantrace.core.errors import InputError
from semantrace.images.dataset_stamp import dataset_stamp
from semantrace.images.datasets import read_dataset
from semantrace.images.ilsvrc import read_class_order, read_ground_truth
from semantrace.taxonomy.imagenet import class_wnids

# In the development kit's order, as the real one not sorted: kit fox, English setter, dog, tench.
ORDER = ["n02119789", "n02100735", "n02084071", "n01440764"]
NUMBERS = [4, 1, 3, 1, 2, 4]
PARENTS = ["n00001740", "n00015388"]


def synset(number, wnid, children):
    return (
        np.array([[number]], dtype=float),
        wnid,
        "kit fox, Vulpes macrotis",
        "small grey fox",
        np.array([[len(children)]], dtype=float),
        np.array([children], dtype=float) if children else np.zeros((0, 0)),
        np.array([[0 if not children else 3]], dtype=float),
        np.array([[1300]], dtype=float),
    )


FIELDS = [
    *("ILSVRC2012_ID", "WNID", "words", "gloss", "num_children", "children"),
    *("wordnet_height", "num_train_images"),
]


def save_meta(path, leaves, parents=PARENTS, fields=FIELDS):
    """Write meta.mat as the development kit has it: leaves first, then their ancestors."""
    rows = [synset(number, wnid, []) for number, wnid in enumerate(leaves, start=1)]
    for number, wnid in enumerate(parents, start=len(leaves) + 1):
        rows.append(synset(number, wnid, [1, 2]))
    synsets = np.array(rows, dtype=[(field, object) for field in fields]).reshape(-1, 1)
    scipy.io.savemat(path, {"synsets": synsets}, do_compression=True)
    return path


def image(folder, number, name="ILSVRC2012_val_{:08d}.JPEG"):
    path = folder / name.format(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (6, 5), (number * 20, 0, 90)).save(path, "JPEG")
    return path


@pytest.fixture
def imagenet(tmp_path):
    for number in range(1, len(NUMBERS) + 1):
        image(tmp_path / "val", number)
    save_meta(tmp_path / "meta.mat", ORDER)
    (tmp_path / "truth.txt").write_text("".join(f"{number}\n" for number in NUMBERS))
    return tmp_path


def settings(folder, class_order="meta.mat"):
    return {
        "kind": "ilsvrc",
        "ground_truth": str(folder / "truth.txt"),
        "class_order": str(folder / class_order),
    }


def read(folder, **options):
    return read_dataset(settings(folder, **options), folder / "val").images


def refused(folder, message):
    with pytest.raises(InputError, match=message) as caught:
        read(folder)
    assert "\n" not in str(caught.value)


def test_each_image_has_the_class_of_its_number(imagenet):
    found = read(imagenet)
    raw = scipy.io.loadmat(imagenet / "meta.mat")["synsets"]  # an oracle: as MATLAB nests it
    wnid_of = {int(row[0][0][0][0]): str(row[0][1][0]) for row in raw}
    expected = {f"ILSVRC2012_val_{i:08d}.JPEG": wnid_of[n] for i, n in enumerate(NUMBERS, start=1)}
    assert dict(zip(found["path"], found["class"], strict=True)) == expected
    assert list(found) == ["path", "class", "sha256"]
    assert sorted(found["class"]) == found["class"].tolist()


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(ORDER),
        "".join(f"{wnid} some words, of it\n" for wnid in ORDER) + "\n\n",
        "\ufeff" + "".join(f"{wnid}\tsome words\r\n" for wnid in ORDER),
    ],
)
def test_a_class_order_as_text(imagenet, text):
    (imagenet / "order.txt").write_bytes(text.encode())
    assert read_class_order(imagenet / "order.txt") == ORDER
    images = read(imagenet, class_order="order.txt")
    assert images.equals(read(imagenet))


def test_one_folder_a_wnid_gives_the_same(imagenet):
    flat = read(imagenet)
    for row in flat.itertuples():
        target = imagenet / "folders" / row._2 / row.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(imagenet / "val" / row.path, target)
    foldered = read_dataset({"kind": "imagefolder"}, imagenet / "folders").images
    assert foldered["path"].tolist() == (flat["class"] + "/" + flat["path"]).tolist()
    assert foldered[["class", "sha256"]].equals(flat[["class", "sha256"]])
    shutil.move(imagenet / "folders", imagenet / "moved")
    shutil.rmtree(imagenet / "val")
    shutil.move(imagenet / "moved", imagenet / "val")
    refused(imagenet, "one folder a class, so set dataset.kind to imagefolder")


def test_the_thousand_classes_of_imagenet(tmp_path):
    """The kit's order is none that can be computed, so any that is not sorted stands for it."""
    order = np.random.default_rng(1).permutation(class_wnids()).tolist()
    assert read_class_order(save_meta(tmp_path / "meta.mat", order)) == order
    message = "its wnids are sorted, which is the order of the networks' outputs"
    with pytest.raises(InputError, match=message):
        read_class_order(save_meta(tmp_path / "sorted.mat", sorted(order)))
    (tmp_path / "sorted.txt").write_text("\n".join(sorted(order)))
    with pytest.raises(InputError, match=message):
        read_class_order(tmp_path / "sorted.txt")
    (tmp_path / "more.txt").write_text("\n".join(["n00001740", *order]))
    with pytest.raises(InputError, match="1001 classes; ImageNet 2012 has 1000"):
        read_class_order(tmp_path / "more.txt")


def test_images_that_are_missing_or_too_many(imagenet):
    image(imagenet / "val", 7)
    refused(imagenet, "7 images, but .*truth.txt has 6 lines; .*00000007.JPEG is beyond")
    (imagenet / "val/ILSVRC2012_val_00000002.JPEG").unlink()
    refused(imagenet, "6 images, but .* 6 lines; ILSVRC2012_val_00000002.JPEG is missing;")
    (imagenet / "val/ILSVRC2012_val_00000003.JPEG").unlink()
    refused(imagenet, "val_00000002.JPEG is missing and one other; complete the folder")
    (imagenet / "val/ILSVRC2012_val_00000004.JPEG").unlink()
    refused(imagenet, "val_00000002.JPEG is missing and 2 others")
    image(imagenet / "val", 5, "ilsvrc2012_val_{:08d}.jpg")
    refused(imagenet, "00000005.JPEG and ilsvrc2012_val_00000005.jpg are one image")
    shutil.rmtree(imagenet / "val")
    refused(imagenet, "there is no folder .*val")
    (imagenet / "val").mkdir()
    (imagenet / "val/notes.txt").touch()
    refused(imagenet, "no ILSVRC2012_val_00000001.JPEG and so on; set dataset.root")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("4\n0\n", "line 2: class number 0, but dataset.class_order numbers 4 classes from 1 to 4"),
        ("4\n1\n5\n", "line 3: class number 5, but"),
        ("4\n\n1\n", "line 2: '' is not a class number"),
        ("ILSVRC2012_val_00000001.JPEG 65\n", "line 1: 'ILSVRC2012_val_00000001.JPEG 65' is not"),
        ("1.5\n", "line 1: '1.5' is not a class number"),
        ("-1\n", "line 1: '-1' is not a class number"),
        ("²\n", "line 1: '²' is not a class number"),
        ("\n \n", "the file is empty"),
        (b"\xff\xfe\x00", "not text; check dataset.ground_truth"),
    ],
)
def test_mistakes_in_the_ground_truth(imagenet, text, message):
    (imagenet / "truth.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    refused(imagenet, message)


def test_files_that_are_missing_get_the_nearest_names(imagenet):
    with pytest.raises(InputError, match="dataset.ground_truth: .*; did you mean 'truth.txt'"):
        read_ground_truth(imagenet / "thruth.txt", 4)
    with pytest.raises(InputError, match="dataset.class_order: .*; did you mean 'meta.mat'"):
        read_class_order(imagenet / "meta.mta")
    with pytest.raises(InputError, match="there is no file .*nowhere/a.mat; check the path"):
        read_class_order(imagenet / "nowhere/a.mat")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("n02119789\nkit fox\n", "line 2: 'kit fox' does not begin with a wnid"),
        ("n02119789\n\nn02100735\n", "line 2: '' does not begin with a wnid"),
        ("1 n02119789\n", "line 1: '1 n02119789' does not begin with a wnid"),
        ("n02119789\nn02100735\nn02119789\n", "n02119789 is class 1 and class 3"),
        ("", "the file is empty"),
        (b"\xff\xfe\x00", "not text; check dataset.class_order"),
    ],
)
def test_mistakes_in_a_class_order_of_text(tmp_path, text, message):
    (tmp_path / "order.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError, match=message) as caught:
        read_class_order(tmp_path / "order.txt")
    assert "\n" not in str(caught.value)


def test_mistakes_in_a_meta_file(tmp_path):
    path = tmp_path / "meta.mat"

    def bad(message):
        with pytest.raises(InputError, match=message) as caught:
            read_class_order(path)
        assert "\n" not in str(caught.value)

    save_meta(path, ["n02119789", "n02119789"])
    bad("n02119789 is class 1 and class 2")
    save_meta(path, ["n02119789", "kit fox"])
    bad("synset 'kit fox' has the number 2")
    save_meta(path, [], PARENTS)
    bad("no synset without children")
    save_meta(path, ORDER, fields=["ILSVRC2010_ID", *FIELDS[1:]])
    bad("cannot be read as the development kit's meta.mat .*ILSVRC2012_ID")
    scipy.io.savemat(path, {"other": np.ones(3)})
    bad("cannot be read as .*synsets")
    scipy.io.savemat(path, {"synsets": np.ones(3)})
    bad("cannot be read as")
    whole = save_meta(path, ORDER).read_bytes()
    for size in (0, 10, 100, 128, 140, len(whole) // 2, len(whole) - 5):
        path.write_bytes(whole[:size])
        bad("cannot be read as")
    path.write_bytes(b"text in place of it\n" * 50)
    bad("cannot be read as")
    # MATLAB 7.3 files are HDF5, which SciPy does not read.
    path.write_bytes(b"MATLAB 7.3 MAT-file".ljust(124) + b"\x00\x02IM" + bytes(384))
    bad("cannot be read as")


def test_numbers_with_a_gap(tmp_path):
    rows = [synset(1, ORDER[0], []), synset(3, ORDER[1], [])]
    synsets = np.array(rows, dtype=[(field, object) for field in FIELDS])
    scipy.io.savemat(tmp_path / "meta.mat", {"synsets": synsets})
    with pytest.raises(InputError, match="'n02100735' has the number 3 where 2 is due"):
        read_class_order(tmp_path / "meta.mat")


def test_the_order_of_the_array_does_not_matter(tmp_path):
    rows = [synset(n, wnid, []) for n, wnid in enumerate(ORDER, start=1)]
    synsets = np.array(rows[::-1], dtype=[(field, object) for field in FIELDS])
    scipy.io.savemat(tmp_path / "meta.mat", {"synsets": synsets})
    assert read_class_order(tmp_path / "meta.mat") == ORDER
    one = np.array(rows[:1], dtype=[(field, object) for field in FIELDS])
    scipy.io.savemat(tmp_path / "one.mat", {"synsets": one})
    assert read_class_order(tmp_path / "one.mat") == ORDER[:1]


def test_the_stamp_follows_the_images(imagenet):
    before = dataset_stamp(settings(imagenet), imagenet / "val")
    assert before == dataset_stamp(settings(imagenet), imagenet / "val")
    image(imagenet / "val", 7)
    assert dataset_stamp(settings(imagenet), imagenet / "val") != before
    assert len(dataset_stamp(settings(imagenet), imagenet / "none")) == 16

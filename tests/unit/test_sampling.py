"""Sampling: properties over random datasets, and pictures that cannot be used."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from semantrace.datasets import Dataset
from semantrace.errors import InputError
from semantrace.sampling import assign_shards, draw_images, sample_images

counts_of_classes = st.lists(st.integers(1, 30), min_size=4, max_size=12)


def wnid(number):
    return f"n{number + 1:08d}"


def make(counts):
    concepts = pd.DataFrame(
        {
            "concept": [f"c{i}" for i in range(len(counts))],
            "wnid": map(wnid, range(len(counts))),
            "class": [f"class {i}" for i in range(len(counts))],
        }
    )
    rows = [(f"{i}/{j}.png", f"class {i}", "") for i, n in enumerate(counts) for j in range(n)]
    return concepts, pd.DataFrame(rows, columns=["path", "class", "sha256"])


def draw(counts, per_concept="all", groups=1, seed=1, study="s"):
    concepts, pictures = make(counts)
    return draw_images(
        concepts, pictures, {"per_concept": per_concept, "groups": groups}, seed, study
    )


@given(counts_of_classes)
def test_all_takes_every_picture_once(counts):
    drawn = draw(counts)
    assert drawn["path"].is_unique
    assert drawn["image"].is_unique
    assert drawn.groupby("wnid").size().tolist() == counts


@given(st.lists(st.integers(5, 20), min_size=4, max_size=8), st.integers(1, 5), st.integers(0, 3))
def test_each_group_has_one_picture_of_every_concept(counts, groups, more):
    n = min(groups + more, 5)
    drawn = draw(counts, per_concept=n, groups=groups)
    assert drawn.groupby("wnid").size().tolist() == [n] * len(counts)
    grouped = drawn[drawn["group"] != ""]
    assert set(grouped["group"]) == {str(g) for g in range(groups)}
    assert (grouped.groupby(["group", "wnid"]).size() == 1).all()
    assert len(grouped) == groups * len(counts)


@given(counts_of_classes, st.randoms())
def test_neither_the_order_of_the_table_nor_other_concepts_matter(counts, random):
    concepts, pictures = make(counts)
    images = {"per_concept": "all", "groups": 1}
    expected = draw_images(concepts, pictures, images, 1, "s")
    order = list(range(len(pictures)))
    random.shuffle(order)
    assert draw_images(concepts, pictures.iloc[order], images, 1, "s").equals(expected)
    alone = draw_images(concepts.iloc[[2]], pictures, images, 1, "s")
    rows = expected[expected["wnid"] == wnid(2)].reset_index(drop=True)
    assert alone.equals(rows)


def test_the_seed_and_the_study_change_the_draw():
    drawn = [draw([30] * 6, 5, 5, seed, study) for seed, study in [(1, "s"), (2, "s"), (1, "t")]]
    assert not drawn[0]["path"].equals(drawn[1]["path"])
    assert not drawn[0]["path"].equals(drawn[2]["path"])
    assert drawn[0].equals(draw([30] * 6, 5, 5))


def test_every_picture_is_as_likely_in_the_first_group():
    firsts = [
        path
        for seed in range(150)
        for path in (lambda d: d[d["group"] == "0"]["path"])(draw([4] * 4, 2, 1, seed))
    ]
    shares = pd.Series(firsts).str.split("/").str[1].value_counts(normalize=True)
    assert np.abs(shares - 0.25).max() < 0.07


def test_an_id_belongs_to_a_picture_however_many_are_drawn():
    every = draw([8, 8, 8, 8]).set_index("path")["image"]
    some = draw([8, 8, 8, 8], 3, 3).set_index("path")["image"]
    assert (every[some.index] == some).all()
    assert every["1/3.png"] == f"{wnid(1)}_0003"


def test_concepts_keep_their_order_and_ids_are_sorted_within():
    drawn = draw([12, 3, 5, 4])
    assert drawn["wnid"].drop_duplicates().tolist() == [wnid(i) for i in range(4)]
    for _, rows in drawn.groupby("wnid"):
        assert rows["image"].tolist() == sorted(rows["image"])


@settings(max_examples=200)
@given(st.lists(st.integers(1, 1000), min_size=1, max_size=30), st.data())
def test_shards_partition_the_classes_in_order_and_in_balance(counts, data):
    shards = data.draw(st.integers(1, len(counts)))
    assigned = assign_shards(np.array(counts), shards)
    assert sorted(set(assigned)) == list(range(shards))
    assert (np.diff(assigned) >= 0).all()
    loads = np.bincount(assigned, weights=counts)
    assert loads.max() <= sum(counts) / shards + max(counts)


def test_equal_classes_give_equal_shards():
    assert assign_shards(np.full(8, 5), 4).tolist() == [0, 0, 1, 1, 2, 2, 3, 3]


@pytest.fixture
def dataset(tmp_path):
    concepts, pictures = make([3, 3, 3, 3])
    rng = np.random.default_rng(0)
    for number, path in enumerate(pictures["path"]):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        noise = rng.integers(0, 256, (5 + number, 7), dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / path)
    return concepts, Dataset(tmp_path, pictures)


def sample(dataset, per_concept=2, groups=2, shards=2, threads=2):
    images = {"per_concept": per_concept, "groups": groups, "shards": shards}
    return sample_images(*dataset, images, 7, "study", threads)


def test_the_table_of_images(dataset):
    table = sample(dataset)
    names = "image concept wnid path group shard sha256 width height mode"
    assert list(table) == names.split()
    assert len(table) == 8
    assert table.groupby("shard")["wnid"].unique().map(len).tolist() == [2, 2]
    for row in table.itertuples():
        place = dataset[1].folder / row.path
        assert row.sha256 == hashlib.sha256(place.read_bytes()).hexdigest()
        with Image.open(place) as picture:
            assert (row.width, row.height, row.mode) == (*picture.size, picture.mode)
    assert table.equals(sample(dataset, threads=1))


def test_too_few_pictures(dataset):
    with pytest.raises(
        InputError, match=r"class c0 \(n00000001\) has 3 pictures, and 4 are needed"
    ):
        sample(dataset, per_concept=4)
    with pytest.raises(InputError, match="has 3 pictures, and 4 are needed"):
        sample(dataset, per_concept="all", groups=4)
    concepts, whole = dataset
    none = Dataset(whole.folder, whole.pictures[whole.pictures["class"] != "class 2"])
    with pytest.raises(InputError, match="class c2 .* has 0 pictures"):
        sample((concepts, none))


def test_more_shards_than_concepts(dataset):
    with pytest.raises(InputError, match="5 shards for 4 concepts"):
        sample(dataset, shards=5)


def test_an_unreadable_picture(dataset):
    (dataset[1].folder / "2/1.png").write_bytes(b"")
    with pytest.raises(InputError, match=r"2/1\.png: the picture has zero bytes"):
        sample(dataset, per_concept="all")


def test_duplicates_within_a_concept_but_not_across(dataset):
    folder = dataset[1].folder
    (folder / "2/1.png").write_bytes((folder / "1/1.png").read_bytes())
    sample(dataset, per_concept="all")
    (folder / "2/0.png").write_bytes((folder / "2/1.png").read_bytes())
    with pytest.raises(InputError, match=r"2/0\.png and 2/1\.png: duplicate images .*'c2'"):
        sample(dataset, per_concept="all")


def test_a_changed_picture(dataset):
    concepts, whole = dataset
    pictures = whole.pictures.assign(sha256="0" * 64)
    with pytest.raises(InputError, match=r"0/0\.png: its sha256 differs from the one in"):
        sample((concepts, Dataset(whole.folder, pictures)), per_concept="all")

"""Sampling: properties over random datasets, and images that cannot be used."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from semantrace.core.errors import InputError
from semantrace.core.random_streams import random_generator
from semantrace.images.datasets import Dataset
from semantrace.images.draw import assign_shards, draw_images, sampling_problems
from semantrace.images.sampling import sample_images

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
    concepts, images = make(counts)
    settings = {"per_concept": per_concept, "groups": groups, "shards": 1}
    return draw_images(concepts, images, settings, seed, study)


@settings(deadline=None)
@given(counts_of_classes)
def test_all_takes_every_image_once(counts):
    drawn = draw(counts)
    assert drawn["path"].is_unique
    assert drawn["image"].is_unique
    assert drawn.groupby("wnid").size().tolist() == counts


@settings(deadline=None)
@given(st.lists(st.integers(5, 20), min_size=4, max_size=8), st.integers(1, 5), st.integers(0, 3))
def test_each_group_has_one_image_of_every_concept(counts, groups, more):
    n = min(groups + more, 5)
    drawn = draw(counts, per_concept=n, groups=groups)
    assert drawn.groupby("wnid").size().tolist() == [n] * len(counts)
    grouped = drawn[drawn["group"] != ""]
    assert set(grouped["group"]) == {str(g) for g in range(groups)}
    assert (grouped.groupby(["group", "wnid"]).size() == 1).all()
    assert len(grouped) == groups * len(counts)


@settings(deadline=None)
@given(counts_of_classes, st.randoms())
def test_neither_the_order_of_the_table_nor_other_concepts_matter(counts, random):
    concepts, images = make(counts)
    settings = {"per_concept": "all", "groups": 1, "shards": 1}
    expected = draw_images(concepts, images, settings, 1, "s")
    order = list(range(len(images)))
    random.shuffle(order)
    assert draw_images(concepts, images.iloc[order], settings, 1, "s").equals(expected)
    alone = draw_images(concepts.iloc[[2]], images, settings, 1, "s")
    rows = expected[expected["wnid"] == wnid(2)].reset_index(drop=True)
    assert alone.equals(rows)


def test_the_seed_and_the_study_change_the_draw():
    drawn = [draw([30] * 6, 5, 5, seed, study) for seed, study in [(1, "s"), (2, "s"), (1, "t")]]
    assert not drawn[0]["path"].equals(drawn[1]["path"])
    assert not drawn[0]["path"].equals(drawn[2]["path"])
    assert drawn[0].equals(draw([30] * 6, 5, 5))


def test_every_image_is_as_likely_in_the_first_group():
    firsts = [
        path
        for seed in range(150)
        for path in (lambda d: d[d["group"] == "0"]["path"])(draw([4] * 4, 2, 1, seed))
    ]
    shares = pd.Series(firsts).str.split("/").str[1].value_counts(normalize=True)
    assert np.abs(shares - 0.25).max() < 0.07


def test_an_id_belongs_to_a_image_however_many_are_drawn():
    every = draw([8, 8, 8, 8]).set_index("path")["image"]
    some = draw([8, 8, 8, 8], 3, 3).set_index("path")["image"]
    assert (every[some.index] == some).all()
    assert every["1/3.png"] == f"{wnid(1)}_0003"


def test_concepts_keep_their_order_and_ids_are_sorted_within():
    drawn = draw([12, 3, 5, 4])
    assert drawn["wnid"].drop_duplicates().tolist() == [wnid(i) for i in range(4)]
    for _, rows in drawn.groupby("wnid"):
        assert rows["image"].tolist() == sorted(rows["image"])


@settings(max_examples=200, deadline=None)
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
    concepts, images = make([3, 3, 3, 3])
    rng = np.random.default_rng(0)
    for number, path in enumerate(images["path"]):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        noise = rng.integers(0, 256, (5 + number, 7), dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / path)
    return concepts, Dataset(tmp_path, images)


def sample(dataset, per_concept=2, groups=2, shards=2, threads=2, damaged="refuse"):
    images = {"per_concept": per_concept, "groups": groups, "shards": shards, "damaged": damaged}
    return sample_images(*dataset, images, 7, "study", threads)


def test_the_table_of_images(dataset):
    table = sample(dataset).images
    names = "image concept wnid path group shard sha256 width height mode"
    assert list(table) == names.split()
    assert len(table) == 8
    assert table.groupby("shard")["wnid"].unique().map(len).tolist() == [2, 2]
    for row in table.itertuples():
        place = dataset[1].folder / row.path
        assert row.sha256 == hashlib.sha256(place.read_bytes()).hexdigest()
        with Image.open(place) as image:
            assert (row.width, row.height, row.mode) == (*image.size, image.mode)
    assert table.equals(sample(dataset, threads=1).images)


def test_too_few_images(dataset):
    with pytest.raises(
        InputError, match=r"class c0 \(n00000001\) has 3 images that can be read, and 4 are needed"
    ):
        sample(dataset, per_concept=4)
    with pytest.raises(InputError, match="has 3 images that can be read, and 4 are needed"):
        sample(dataset, per_concept="all", groups=4)
    concepts, whole = dataset
    none = Dataset(whole.folder, whole.images[whole.images["class"] != "class 2"])
    with pytest.raises(InputError, match="class c2 .* has 0 images"):
        sample((concepts, none))


def test_more_shards_than_concepts(dataset):
    with pytest.raises(InputError, match="5 shards for 4 concepts"):
        sample(dataset, shards=5)


def test_at_most_takes_what_there_is():
    drawn = draw([2, 5, 3, 9], per_concept={"at_most": 4}, groups=2)
    assert drawn.groupby("wnid").size().tolist() == [2, 4, 3, 4]
    # Of a class with enough, those that the same number would draw.
    number = draw([4, 5, 4, 9], per_concept=4, groups=2)
    for place in (1, 3):
        mine, same = (rows[rows["wnid"] == wnid(place)] for rows in (drawn, number))
        assert mine.reset_index(drop=True).equals(same.reset_index(drop=True))
    with pytest.raises(InputError, match=r"c0 .* has 2 images .* 3 are needed \(per_concept at mo"):
        draw([2, 5, 3, 9], per_concept={"at_most": 4}, groups=3)


@pytest.mark.parametrize("per_concept", [3, "all"])
def test_draws_are_the_first_of_a_permutation_of_the_sorted_paths(per_concept):
    """Worked out anew, so that finished studies keep their images."""
    counts = [7, 12, 5, 9]
    drawn = draw(counts, per_concept, groups=2, seed=3, study="study")
    for number, count in enumerate(counts):
        stream = random_generator(3, "study", "sample_images", f"c{number}")
        order = stream.permutation(count)[: None if per_concept == "all" else per_concept]
        paths = sorted(f"{number}/{j}.png" for j in range(count))
        groups = {paths[j]: str(place) if place < 2 else "" for place, j in enumerate(order)}
        rows = drawn[drawn["wnid"] == wnid(number)]
        assert dict(zip(rows["path"], rows["group"], strict=True)) == groups
        assert rows["path"].tolist() == sorted(groups)


def test_all_problems_of_the_numbers_are_told_at_once_and_before_any_image_is_read(dataset):
    concepts, whole = dataset
    absent = Dataset(whole.folder / "absent", whole.images.iloc[1:-2])
    with pytest.raises(InputError) as caught:
        sample((concepts, absent), per_concept=3, shards=9)
    first, last, shards = caught.value.problems
    assert "class c0 (n00000001) has 2 images" in first
    assert "at_most" in first
    assert "class c3 (n00000004) has 1 images" in last
    assert "9 shards for 4 concepts" in shards
    settings = {"per_concept": "all", "groups": 1, "shards": 1}
    assert sampling_problems({"a": 1, "b": 30}, settings) == []
    problems = sampling_problems(dict.fromkeys(map(str, range(30)), 0), settings)
    assert len(problems) == 21
    assert "and 10 more" in problems[-1]


def damage(dataset, *paths):
    for path in paths:
        place = dataset[1].folder / path
        place.write_bytes(place.read_bytes()[: 60 * (path != paths[0])])


def test_all_damaged_images_are_refused_at_once(dataset):
    damage(dataset, "2/1.png", "0/2.png", "3/0.png")
    with pytest.raises(InputError) as caught:
        sample(dataset, per_concept="all")
    problems = sorted(caught.value.problems)
    assert len(problems) == 3
    assert "0/2.png: the image is truncated" in problems[0]
    assert "2/1.png: the image has zero bytes" in problems[1]
    assert "3/0.png" in problems[2]


@pytest.mark.parametrize("threads", [1, 4])
def test_damaged_images_are_left_out_and_the_next_of_the_draw_taken(dataset, threads):
    options = {"per_concept": 2, "groups": 1, "shards": 2, "threads": threads}
    whole = sample(dataset, **options)
    assert whole.left_out.empty
    assert whole.warning is None
    damage(dataset, whole.images["path"].iloc[0], whole.images["path"].iloc[5])
    sampled = sample(dataset, **options, damaged="leave_out")
    left_out = sampled.left_out
    assert list(left_out) == ["path", "concept", "reason"]
    assert left_out["path"].tolist() == [whole.images["path"].iloc[0], whole.images["path"].iloc[5]]
    assert left_out["concept"].tolist() == ["c0", "c2"]
    assert "zero bytes" in left_out["reason"].iloc[0]
    assert "truncated" in left_out["reason"].iloc[1]
    assert sampled.warning.startswith("2 damaged images were left out (")
    for number in range(4):
        stream = random_generator(7, "study", "sample_images", f"c{number}")
        order = [f"{number}/{j}.png" for j in stream.permutation(3)]
        sound = [path for path in order if path not in left_out["path"].tolist()]
        rows = sampled.images[sampled.images["wnid"] == wnid(number)]
        assert set(rows["path"]) == set(sound[:2])
        assert rows["path"][rows["group"] == "0"].tolist() == sound[:1]
    names = sample(dataset, **options, damaged="leave_out").images.set_index("path")["image"]
    kept = whole.images.set_index("path")["image"]
    assert all(names[path] == kept[path] for path in set(names.index) & set(kept.index))


def test_a_class_that_loses_too_many_is_refused(dataset):
    damage(dataset, "1/0.png", "1/1.png")
    with pytest.raises(InputError, match=r"class c1 .* has 1 images that can be read, and 2"):
        sample(dataset, per_concept=2, groups=1, damaged="leave_out")
    table = sample(dataset, per_concept="all", groups=1, damaged="leave_out")
    assert table.images.groupby("wnid").size().tolist() == [3, 1, 3, 3]
    most = sample(dataset, per_concept={"at_most": 2}, groups=1, damaged="leave_out")
    assert most.images.groupby("wnid").size().tolist() == [2, 1, 2, 2]


def test_what_is_not_there_is_never_left_out(dataset):
    """Of a disk that is unmounted while images are drawn, all would be left out."""
    folder = dataset[1].folder
    damage(dataset, "2/1.png")
    (folder / "1/1.png").unlink()
    (folder / "3/1.png").unlink()
    (folder / "3/1.png").symlink_to("/mnt/absent/1.png")
    with pytest.raises(InputError) as caught:
        sample(dataset, per_concept="all", damaged="leave_out")
    absent, link = sorted(caught.value.problems)
    assert "1/1.png" in absent
    assert "mount its disk" in link


def test_duplicates_within_a_concept_but_not_across(dataset):
    folder = dataset[1].folder
    (folder / "2/1.png").write_bytes((folder / "1/1.png").read_bytes())
    sample(dataset, per_concept="all")
    (folder / "2/0.png").write_bytes((folder / "2/1.png").read_bytes())
    (folder / "0/0.png").write_bytes((folder / "0/2.png").read_bytes())
    for damaged in ("refuse", "leave_out"):
        with pytest.raises(InputError) as caught:
            sample(dataset, per_concept="all", damaged=damaged)
        first, second = caught.value.problems
        assert "0/0.png and 0/2.png: duplicate images of the concept 'c0'" in first
        assert "2/0.png and 2/1.png: duplicate images of the concept 'c2'" in second


def test_a_changed_image(dataset):
    concepts, whole = dataset
    images = whole.images.assign(sha256="0" * 64)
    with pytest.raises(InputError, match=r"0/0\.png: its sha256 is .* expected by") as caught:
        sample((concepts, Dataset(whole.folder, images)), per_concept="all")
    assert len(caught.value.problems) == 12

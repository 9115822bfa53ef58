"""The curated table of the demo study: checks of the table alone, without the images."""

import re
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest

TABLE = Path(__file__).resolve().parents[2] / "studies" / "demo.tsv"
COLUMNS = ["path", "sha256", "word", "wnid"]


@pytest.fixture(scope="module")
def text() -> str:
    return TABLE.read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def rows(text: str) -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, line.split("\t"), strict=True)) for line in text.splitlines()[1:]]


def test_the_table_has_the_four_columns_and_no_quotes(text: str) -> None:
    lines = text.splitlines()
    assert lines[0].split("\t") == COLUMNS
    assert {line.count("\t") for line in lines} == {3}
    assert '"' not in text
    assert "\r" not in text
    assert text.endswith("\n")


def test_every_value_has_the_form_of_its_column(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert re.fullmatch(r"n\d{8}", row["wnid"]), row
        assert re.fullmatch(r"[0-9a-f]{64}", row["sha256"]), row
        assert re.fullmatch(r"[a-z]+", row["word"]), row
        assert re.fullmatch(r"[A-Za-z0-9_./-]+\.png", row["path"]), row


def test_paths_stay_inside_the_folder_of_photographs(rows: list[dict[str, str]]) -> None:
    for row in rows:
        path = PurePosixPath(row["path"])
        assert not path.is_absolute(), row
        assert str(path) == row["path"], row
        assert not {"..", "cartoon", "symbols", "people"} & set(path.parts), row


def test_a_image_occurs_once(rows: list[dict[str, str]]) -> None:
    assert len({row["path"] for row in rows}) == len(rows)
    assert len({row["sha256"] for row in rows}) == len(rows)


def test_a_word_has_one_wnid_and_a_wnid_one_word(rows: list[dict[str, str]]) -> None:
    pairs = {(row["word"], row["wnid"]) for row in rows}
    assert len({word for word, _ in pairs}) == len(pairs)
    assert len({wnid for _, wnid in pairs}) == len(pairs)


def test_there_are_enough_concepts_and_some_have_several_images(
    rows: list[dict[str, str]],
) -> None:
    images = Counter(row["word"] for row in rows)
    assert len(images) >= 150
    assert sum(count >= 2 for count in images.values()) >= 20
    assert images["flower"] == 10


def test_rows_are_sorted_by_wnid_then_path(rows: list[dict[str, str]]) -> None:
    keys = [(row["wnid"], row["path"]) for row in rows]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("word", "wnid"),
    [
        ("mouse", "n02330245"),
        ("crane", "n02012849"),
        ("turkey", "n01794158"),
        ("orange", "n07747607"),
        ("fly", "n02190166"),
        ("palm", "n12582231"),
    ],
)
def test_an_ambiguous_word_has_the_sense_that_the_image_shows(
    rows: list[dict[str, str]], word: str, wnid: str
) -> None:
    assert {row["wnid"] for row in rows if row["word"] == word} == {wnid}

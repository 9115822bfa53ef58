"""Arrays with the words in a file of their own, in each form in which people have them."""

import gzip
import json
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest

from semantrace.core.errors import InputError
from semantrace.words.vocabularies import read_vocabulary
from semantrace.words.word_vector_formats import check_model
from semantrace.words.word_vector_storage import store_word_vectors
from semantrace.words.word_vectors import WordVectors

WORDS = ["dog", "nan", "ice cream", "1984", "étalon", "\x85", "[", "a,b", '"', "cat"]
VECTORS = np.random.default_rng(8).normal(size=(len(WORDS), 6))
COUNTS = [9000, 800, 800, 70, 66, 60, 50, 40, 30, 3]
SHUFFLED = [3, 1, 9, 0, 4, 2, 8, 5, 7, 6]
LINES = "\n".join(WORDS) + "\n"


def beside(numbers, layout, words=WORDS):
    rows = zip(words, numbers, strict=True)
    return "".join(layout.format(word=word, number=number) + "\n" for word, number in rows)


def shuffled(items=WORDS):
    return [items[row] for row in SHUFFLED]


TEXTS = {
    "lines": LINES,
    "no line break at the end": LINES.removesuffix("\n"),
    "CRLF": LINES.replace("\n", "\r\n"),
    "CR": LINES.replace("\n", "\r"),
    "byte order mark": "\ufeff" + LINES,
    "blank lines at the end": LINES + "\n\r\n \n",
    "spaces at the ends": LINES.replace("\n", " \t\n"),
    "counts after tabs": beside(COUNTS, "{word}\t{number}"),
    "counts after spaces": beside(COUNTS, "{word} {number}"),
    "frequencies": beside([count / 1e4 for count in COUNTS], "{word} {number}"),
    "counts as uniq -c writes them": beside(COUNTS, "{number:>7} {word}"),
    "counts and byte order mark, CRLF": "\ufeff"
    + beside(COUNTS, "{word}\t{number}").replace("\n", "\r\n"),
    "numbered": beside(range(10), "{number}\t{word}"),
    "numbered from one": beside(range(1, 11), "{number} {word}"),
    "rows in another order": beside(SHUFFLED, "{word}\t{number}", shuffled()),
    "rows in another order, in front": beside(SHUFFLED, "{number} {word}", shuffled()),
    "numbered with counts": "".join(
        f"{row}\t{word}\t{count}\n"
        for row, (word, count) in enumerate(zip(WORDS, COUNTS, strict=True))
    ),
    "JSON list": json.dumps(WORDS),
    "JSON list with lines": json.dumps(WORDS, indent=1, ensure_ascii=False),
    "JSON rows": json.dumps(dict(zip(shuffled(), SHUFFLED, strict=True))),
    "JSON counts": json.dumps(dict(zip(WORDS, COUNTS, strict=True))),
    "JSON words of rows": json.dumps(dict(zip(map(str, SHUFFLED), shuffled(), strict=True))),
}


@pytest.mark.parametrize("layout", TEXTS)
def test_text(tmp_path, layout):
    path = tmp_path / "vocabulary"
    path.write_bytes(TEXTS[layout].encode())
    assert read_vocabulary(path, len(WORDS)) == WORDS
    path.write_bytes(gzip.compress(TEXTS[layout].encode()))
    assert read_vocabulary(path, len(WORDS)) == WORDS


def test_phrases_that_end_in_a_number_keep_it_unless_all_lines_do(tmp_path):
    path = tmp_path / "vocabulary.txt"
    path.write_text("route 66\nformula 1\nice cream\n")
    assert read_vocabulary(path, 3) == ["route 66", "formula 1", "ice cream"]
    path.write_text("route 66 900\nformula 1 80\nice cream 7\n")
    assert read_vocabulary(path, 3) == ["route 66", "formula 1", "ice cream"]


def test_blank_lines_within_are_rows_of_their_own(tmp_path):
    path = tmp_path / "vocabulary.txt"
    path.write_text("dog\n\ncat\n\n")
    assert read_vocabulary(path, 3) == ["dog", "", "cat"]
    assert read_vocabulary(path, 4) == ["dog", "", "cat", ""]


@pytest.mark.parametrize("suffix", ["csv", "tsv", "parquet"])
@pytest.mark.parametrize("heading", [True, False])
@pytest.mark.parametrize("order", ["none", "given", "index"])
def test_tables(tmp_path, suffix, heading, order):
    path = tmp_path / f"vocabulary.{suffix}"
    table = pd.DataFrame({"word": WORDS, "count": COUNTS})
    if order == "given":
        table = table.assign(row=range(1, 11)).sort_values("word", ignore_index=True)
    elif order == "index":
        table = table.sort_values("word")
    if suffix == "parquet":
        table.to_parquet(path)
    else:
        options = {"sep": "\t", "quoting": 3} if suffix == "tsv" else {}
        table.to_csv(path, index=order == "index", header=heading, **options)
    assert read_vocabulary(path, len(WORDS)) == WORDS


def test_missing_words_of_a_table_are_left_out(tmp_path):
    pd.DataFrame({"word": ["dog", None, "cat"]}).to_parquet(tmp_path / "v.parquet")
    assert read_vocabulary(tmp_path / "v.parquet", 3) == ["dog", "", "cat"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (LINES + "more\n", "10 vectors for 11 words .is its first line a heading"),
        (LINES.encode("utf-16"), "text in UTF-16"),
        (LINES.replace("\x85", "x").encode("latin-1"), "not in UTF-8, such as 'étalon'"),
        (beside(range(9, -1, -1), "{word} {number}"), "may be counts or the numbers of rows"),
        (
            "".join(f"{a} {w} {b}\n" for a, w, b in zip(SHUFFLED, WORDS, range(10), strict=True)),
            "two columns number the rows in different orders",
        ),
        (json.dumps([["dog", 3]] * 10), "JSON that is not a list of words"),
        (pickle.dumps(WORDS), "pickle, which can run any code"),
        (b"version https://git-lfs.github.com/spec/v1\n", "10 vectors for 1 words"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, content, message):
    path = tmp_path / "vocabulary"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=message) as caught:
        read_vocabulary(path, len(WORDS))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("v.csv", "dog,1\ncat,2,animal\ncow\n", "3 columns of text"),
        ("v.csv", 'dog,1\n"cat,2\n' + "x" * 200_000, "cannot be read as a vocabulary"),
        ("v.json", json.dumps({"dog": 0, "cat": [1], "cow": 2}), "JSON that is not a list"),
        ("v.json", json.dumps(["dog", None, "cow"]), "JSON that is not a list"),
        ("v.json", json.dumps({"0": "dog", "x": "cat", "2": "cow"}), "JSON that is not a list"),
    ],
)
def test_uneven_vocabularies_are_named(tmp_path, name, content, message):
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=message) as caught:
        read_vocabulary(tmp_path / name, 3)
    assert "\n" not in str(caught.value)


@pytest.fixture
def stored(tmp_path):
    def convert(array, **settings):
        (tmp_path / "words.txt").write_bytes(LINES.encode())
        settings = {
            "format": "array",
            "array": str(array),
            "vocabulary": str(tmp_path / "words.txt"),
        } | settings
        check_model(settings)
        store_word_vectors(settings, tmp_path / "m.npy", tmp_path / "m.txt", tmp_path)
        return WordVectors.open(tmp_path / "m.npy", tmp_path / "m.txt")

    return convert


@pytest.mark.parametrize(
    "convert",
    [
        np.float16,
        np.float64,
        np.asfortranarray,
        lambda vectors: vectors.astype(">f8"),
        lambda vectors: (100 * vectors).astype(np.int8),
        lambda vectors: (100 + 20 * vectors).astype(np.uint16),
    ],
)
def test_arrays_of_any_type_and_order(stored, tmp_path, convert):
    array = convert(VECTORS)
    np.save(tmp_path / "a.npy", array)
    model = stored(tmp_path / "a.npy")
    assert model.vocabulary == WORDS
    np.testing.assert_array_equal(model.vectors, array.astype(np.float32))


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_in_npz(stored, tmp_path, save):
    save(tmp_path / "one.npz", VECTORS)
    np.testing.assert_array_equal(stored(tmp_path / "one.npz").vectors, VECTORS.astype("f4"))
    save(tmp_path / "two.npz", other=VECTORS[:2], vectors=VECTORS)
    for member in ("vectors", "vectors.npy"):
        model = stored(tmp_path / "two.npz", member=member)
        np.testing.assert_array_equal(model.vectors, VECTORS.astype("f4"))
    with pytest.raises(InputError, match=r"member must name .* known: other.npy, vectors.npy"):
        stored(tmp_path / "two.npz")
    with pytest.raises(InputError, match="2 vectors"):
        stored(tmp_path / "two.npz", member="other")
    data = (tmp_path / "one.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match="truncated or damaged"):
        stored(tmp_path / "cut.npz")
    save(tmp_path / "objects.npz", VECTORS.astype(object))
    with pytest.raises(InputError, match="objects are refused"):
        stored(tmp_path / "objects.npz")


def test_packed_arrays_and_words_as_an_array(stored, tmp_path):
    np.save(tmp_path / "a.npy", VECTORS)
    (tmp_path / "a.npy.gz").write_bytes(gzip.compress((tmp_path / "a.npy").read_bytes()))
    np.save(tmp_path / "w.npy", np.array(WORDS))
    model = stored(tmp_path / "a.npy.gz", vocabulary=str(tmp_path / "w.npy"))
    assert model.vocabulary == WORDS
    np.testing.assert_array_equal(model.vectors, VECTORS.astype("f4"))


def test_arrays_that_are_none(stored, tmp_path):
    path = tmp_path / "a.npy"
    path.write_text("dog 1 2 3\n")
    with pytest.raises(InputError, match=r"not a whole .npy file of numbers"):
        stored(path)
    np.save(path, VECTORS.T)
    with pytest.raises(InputError, match="6 vectors for 10 words"):
        stored(path)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"(6, 10)", b"(%d, 10)" % 10**15).ljust(len(whole)))
    with pytest.raises(InputError):  # more than any memory has
        stored(path)
    np.save(path, np.zeros(10, dtype=[("a", "f4")]))
    with pytest.raises(InputError, match="are a matrix of numbers"):
        stored(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("v.txt", "dog 1 2\n")
    with pytest.raises(InputError, match=r"not a whole .npy file"):
        stored(path)

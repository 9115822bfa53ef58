"""Word vectors as people have them: the right numbers from each, or a line with the cause."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import unicodedata
import zipfile

import numpy as np
import pytest
from gensim.models import KeyedVectors

from semantrace.core.errors import InputError
from semantrace.io.files import sha256_of
from semantrace.words.word_vector_formats import check_model, read_words
from semantrace.words.word_vector_storage import store_word_vectors
from semantrace.words.word_vectors import WordVectors

WORDS = ["the", "dog", "ice cream", "route 66", "web 2.0", ". . .", "étalon", "1984", "#", "cat"]
VECTORS = np.random.default_rng(5).normal(size=(len(WORDS), 10)).round(6).astype(np.float32)
ROWS = [[f"{x:.6f}" for x in row] for row in VECTORS.tolist()]
PLAIN = "".join(f"{word} {' '.join(row)}\n" for word, row in zip(WORDS, ROWS, strict=True))
HEADER = f"{len(WORDS)} 10\n"


@pytest.fixture
def stored(tmp_path):
    def convert(content, form="glove_text", name="model", **settings):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        settings = {"format": form, "file": str(path)} | settings
        array, vocabulary = tmp_path / "m.npy", tmp_path / "m.vocabulary.txt"
        try:
            check_model(settings)
        except InputError as error:  # what is cheap to see is told in the same words
            with pytest.raises(InputError) as caught:
                store_word_vectors(settings, array, vocabulary, tmp_path)
            assert caught.value.problems == error.problems
            raise
        store_word_vectors(settings, array, vocabulary, tmp_path)
        return WordVectors.open(array, vocabulary)

    return convert


def same(model, words=WORDS, vectors=VECTORS):
    assert model.vocabulary == list(words)
    np.testing.assert_array_equal(model.vectors, vectors)


def refused(stored, message, *args, **settings):
    with pytest.raises(InputError, match=message) as caught:
        stored(*args, **settings)
    assert len(caught.value.problems) == 1
    assert "\n" not in str(caught.value)


def tabbed(mark):
    return "".join(mark.join([word, *row]) + "\n" for word, row in zip(WORDS, ROWS, strict=True))


TEXTS = {
    "as published": PLAIN,
    "byte order mark": "\ufeff" + PLAIN,
    "tabs": tabbed("\t"),
    "tab after the word": "".join(
        f"{word}\t{' '.join(row)}\n" for word, row in zip(WORDS, ROWS, strict=True)
    ),
    "several spaces": tabbed("   "),
    "spaces and tabs at the ends": PLAIN.replace("\n", " \t\n"),
    "spaces before the word": "  " + PLAIN.replace("\n", "\n  ").rstrip(" "),
    "CRLF": PLAIN.replace("\n", "\r\n"),
    "CR": PLAIN.replace("\n", "\r"),
    "blank lines at the end": PLAIN + "\n  \n\r\n",
    "no line break at the end": PLAIN.removesuffix("\n"),
}


@pytest.mark.parametrize("header", ["", HEADER])
@pytest.mark.parametrize("layout", TEXTS)
@pytest.mark.parametrize("form", ["glove_text", "word2vec_text"])
def test_text(stored, form, layout, header):
    text = TEXTS[layout]
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    if "\r\n" in text[:300]:
        header = header.replace("\n", "\r\n")
    elif "\n" not in text:
        header = header.replace("\n", "\r")
    same(stored(mark + header + text.removeprefix("\ufeff"), form))


@pytest.mark.parametrize("header", ["", HEADER])
def test_comments_before_the_first_vector(stored, header):
    same(stored("# my vectors\n#\n" + header + PLAIN))


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(files, mode):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in files.items():
            facts = tarfile.TarInfo(name)
            facts.size = len(content)
            archive.addfile(facts, io.BytesIO(content))
    return buffer.getvalue()


def binary(words, vectors, end=b""):
    rows = zip(words, vectors, strict=True)
    body = b"".join(word.encode() + b" " + row.astype("<f4").tobytes() + end for word, row in rows)
    return f"{len(words)} {vectors.shape[1]}\n".encode() + body


MAC = {"__MACOSX/._v.txt": b"\0\1", ".DS_Store": b"\0", "folder/v.txt": PLAIN.encode()}
PACKED = {
    "gzip": gzip.compress(PLAIN.encode()),
    "bzip2": bz2.compress(PLAIN.encode()),
    "xz": lzma.compress(PLAIN.encode()),
    "zip": zipped(MAC),
    "tar": tarred(MAC, "w"),
    "tar.gz": tarred(MAC, "w:gz"),
    "tar.bz2": tarred(MAC, "w:bz2"),
    "tar.xz": tarred(MAC, "w:xz"),
    "gzip in zip": zipped({"v.txt.gz": gzip.compress(PLAIN.encode())}),
}


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("name", ["model", "model.txt", "model.gz", "model.bz2"])
def test_packed_text_is_known_by_its_contents(stored, packing, name):
    same(stored(PACKED[packing], name=name))


@pytest.mark.parametrize("packing", ["gzip", "bzip2", "xz", "zip", "tar.gz", "tar.bz2", "tar.xz"])
def test_a_download_that_stopped(stored, packing):
    refused(
        stored, "truncated or damaged; fetch it again", PACKED[packing][: len(PACKED[packing]) // 2]
    )


@pytest.mark.parametrize("pack", [zipped, lambda files: tarred(files, "w:gz")])
def test_a_file_in_an_archive_of_several(stored, pack):
    data = pack({"a/v.50d.txt": b"no 1\n", "a/v.10d.txt": PLAIN.encode()})
    same(stored(data, member="a/v.10d.txt"))
    refused(stored, "member must name a file of this archive; .*a/v.50d.txt", data)
    refused(stored, "did you mean 'a/v.10d.txt'", data, member="a/v.10.txt")
    with pytest.raises(InputError, match="cannot be unpacked .*password"):
        locked = bytearray(pack({"v": b"dog 1 2\n"}))
        if locked[:2] != b"PK":
            raise InputError("cannot be unpacked (password)")
        locked[6] |= 1
        locked[locked.index(b"PK\1\2") + 8] |= 1
        stored(bytes(locked))


@pytest.mark.parametrize("end", [b"", b"\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_binary_with_phrases(stored, end, pack):
    same(stored(pack(binary(WORDS, VECTORS, end)), "word2vec_binary"))


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize("end", [b"", b"\n"])
@pytest.mark.parametrize("dimensions", [5, 50])
def test_no_word_is_lost_beside_phrases_in_binary(stored, dimensions, end, dtype):
    random = np.random.default_rng(dimensions)
    words = [f"new {'x' * (row % 9)} word {row}" if row % 3 else f"w{row}" for row in range(2000)]
    words = [" ".join(word.split()) for word in words]
    vectors = random.normal(scale=0.3, size=(len(words), dimensions)).astype(dtype)
    vectors[7] = 0
    same(stored(binary(words, vectors, end), "word2vec_binary"), words, vectors)


def test_binary_as_gensim_reads_it_where_words_have_no_spaces(stored, tmp_path):
    words = [f"wörd_{row}" for row in range(30_000)]
    vectors = np.random.default_rng(1).normal(scale=1e-3, size=(len(words), 7)).astype(np.float32)
    vectors[:, 3] *= np.float32(1e-20)  # below what vectors mostly have
    model = KeyedVectors(7)
    model.add_vectors(words, vectors)
    model.save_word2vec_format(tmp_path / "gensim.bin", binary=True)
    oracle = KeyedVectors.load_word2vec_format(tmp_path / "gensim.bin", binary=True)
    ours = stored((tmp_path / "gensim.bin").read_bytes(), "word2vec_binary")
    same(ours, oracle.index_to_key, oracle.vectors)


SENTENCE = "a b c d e f g\n"
LATIN = PLAIN.replace("étalon", "\xe9talon").encode("latin-1")
FOREIGN = {
    "text called binary": (HEADER + PLAIN, "word2vec_binary", "this is text .*word2vec_text"),
    "binary called text": (
        binary(WORDS, VECTORS),
        "word2vec_text",
        "line 2: bytes that are not text; .*word2vec_binary",
    ),
    "UTF-16": (PLAIN.encode("utf-16"), "glove_text", "text in UTF-16; save it as UTF-8"),
    "Latin-1": (LATIN, "glove_text", "not in UTF-8, such as 'étalon' .*iconv"),
    "decimal commas": (PLAIN.replace(".", ","), "glove_text", "line 1: numbers with decimal comma"),
    "commas": (tabbed(","), "glove_text", "line 1: fields are separated by commas"),
    "semicolons": (tabbed(";"), "glove_text", "line 1: fields are separated by semicolons"),
    "no numbers": (SENTENCE * 3, "glove_text", "line 1: .* where a number is due"),
    "fastText": (
        struct.pack("<ii", 793712314, 12) + bytes(99),
        "word2vec_binary",
        r"fastText's own .bin format; .*\.vec",
    ),
    "safetensors": (
        (50).to_bytes(8, "little") + b'{"vectors": {}}',
        "glove_text",
        "safetensors file; export",
    ),
    "PyTorch": (zipped({"m/data.pkl": b"\x80\x02", "m/data/0": b"1"}), "glove_text", "PyTorch's"),
    "old PyTorch": (b"\x80\x02\x8a\x0al\xfc\x9cF", "word2vec_binary", "pickle, which can run any"),
    "HDF5": (b"\x89HDF\r\n\x1a\n", "glove_text", "an HDF5 file"),
    "web page": ("\n<!DOCTYPE html><html>", "glove_text", "a web page in place of the file"),
    "Zstandard": (b"\x28\xb5\x2f\xfd\0\0", "glove_text", "Zstandard; unpack it"),
    "Git LFS": (
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n",
        "glove_text",
        "a Git LFS pointer",
    ),
    "header one too many": (
        f"{len(WORDS) + 1} 10\n{PLAIN}",
        "word2vec_text",
        "10 words where the first line promises 11; .*or its first line is wrong",
    ),
    "header one too few": (f"{len(WORDS) - 1} 10\n{PLAIN}", "glove_text", "line promises 9"),
    "header of other dimensions": (
        f"{len(WORDS)} 11\n{PLAIN}",
        "word2vec_text",
        "10 numbers in a line where the first line promises 11",
    ),
    "binary of one word more": (
        b"9" + binary(WORDS, VECTORS)[2:],
        "word2vec_binary",
        "more follows the 9 words that the first line promises",
    ),
    "binary of one word less": (
        b"11" + binary(WORDS, VECTORS)[2:],
        "word2vec_binary",
        "ends after 10 of the 11 words .*truncated or damaged",
    ),
    "a number too many": (
        PLAIN.replace("dog ", "dog 0.123456 "),
        "glove_text",
        "line 2: 11 numbers where 10 are due",
    ),
    "two lines in one": (
        PLAIN.replace("\ndog", " dog"),
        "glove_text",
        "line 1: .* numbers where 10 are due",
    ),
    "nan": ("dog 0.1 nan\ncat 0.2 0.3\n", "glove_text", "vector of 'dog' has NaN"),
    "infinite": ("dog 0.1 0.2\ncat 0.2 -inf\n", "glove_text", "vector of 'cat' has NaN"),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_what_cannot_be_read_is_named(tmp_path, what):
    content, form, message = FOREIGN[what]
    path = tmp_path / "model"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    settings = {"format": form, "file": str(path)}
    with pytest.raises(InputError, match=message) as caught:
        store_word_vectors(settings, tmp_path / "m.npy", tmp_path / "m.txt", tmp_path)
    assert len(caught.value.problems) == 1
    assert sorted(item.name for item in tmp_path.iterdir()) == ["model"]


def test_words_cut_within_a_character_do_not_make_a_file_latin1(stored, caplog):
    """word2vec cuts words at a hundred bytes; other words say that the file is UTF-8."""
    cut = ("é" * 60).encode()[:99]
    model = stored(PLAIN.encode().replace(b"dog", cut))
    assert model.vocabulary[1] == "é" * 49 + "\ufffd"
    assert "1 words are not valid UTF-8" in caplog.text
    only = stored(b"cat 1 2\n" + cut + b" 3 4\n")
    assert only.vocabulary[0] == "cat"


def test_duplicates_and_empty_words_are_counted(stored, caplog):
    text = "dog 1 2\n 3 4\ncat 5 6\ndog 7 8\n"
    same(stored(text), ["dog", "cat"], [[1, 2], [5, 6]])
    assert "left out 2 words of 4" in caplog.text


def test_accents_are_the_same_word_composed_or_not(stored, caplog):
    words = ["étalon", "génisse", "Å", "ế", "naïve"]
    odd = [
        unicodedata.normalize("NFD", "étalon"),
        "génisse",
        "\u212b",  # the unit ångström, which is the letter
        "ê\u0301",  # half composed, as Vietnamese was typed on Windows
        unicodedata.normalize("NFD", "naïve"),
    ]
    text = "".join(f"{word} {row} 0.5\n" for row, word in enumerate([*odd, "naïve"]))
    model = stored(text)
    assert model.vocabulary == words
    assert "left out 1 words of 6" in caplog.text
    for form in ("NFC", "NFD"):
        names = [unicodedata.normalize(form, word) for word in words]
        assert list(model.rows(names).values()) == [0, 1, 2, 3, 4]
        assert model.of(names)[:, 0].tolist() == [0, 1, 2, 3, 4]


def test_a_sha256_in_capitals(stored, tmp_path):
    (tmp_path / "x").write_text(PLAIN)
    same(stored(PLAIN, sha256=sha256_of(tmp_path / "x").upper()))


def test_a_cheap_look_collects_all_problems(tmp_path):
    np.save(tmp_path / "a.npy", VECTORS)
    settings = {
        "format": "array",
        "array": str(tmp_path / "a.npy"),
        "vocabulary": str(tmp_path / "none.txt"),
        "dimensions": 50,
    }
    with pytest.raises(InputError) as caught:
        check_model(settings, "word_vectors.glove")
    missing, dimensions = caught.value.problems
    assert missing.startswith("word_vectors.glove.vocabulary: there is no file")
    assert "10 dimensions, but the study says 50" in dimensions
    url = {"format": "glove_text", "url": "http://127.0.0.1:9/v.txt", "sha256": "0" * 64}
    check_model(url)  # is not downloaded


def test_a_model_of_a_package_is_looked_at_once_it_has_been_fetched(tmp_path):
    source = {"format": "glove_text", "package": "words==1.0", "file": str(tmp_path / "v.txt")}
    check_model(source)
    assert read_words(source, 10**6) is None
    (tmp_path / "v.txt").write_text("dog 1 2\ncat x 4\n")
    with pytest.raises(InputError, match="line 2"):
        check_model(source)


def test_a_cheap_look_reads_the_beginning_only(tmp_path):
    path = tmp_path / "v.txt"
    path.write_text("".join(f"w{row} 1 2\n" for row in range(25_000)) + "cut 1\n")
    settings = {"format": "glove_text", "file": str(path)}
    check_model(settings)
    with pytest.raises(InputError, match="line 25001: 1 numbers where 2 are due"):
        store_word_vectors(settings, tmp_path / "m.npy", tmp_path / "m.txt", tmp_path)

"""Word vectors in each published format, against gensim and an explicit parse."""

import gzip
import pickle
import re
import time
import unicodedata
import zipfile

import numpy as np
import pandas as pd
import pytest
from gensim.models import KeyedVectors
from packaged import demo_source

from semantrace.alignment.word_correlations import correlate_words
from semantrace.core.errors import InputError
from semantrace.io.files import sha256_of
from semantrace.words.spelling import concept_name, spellings
from semantrace.words.word_vector_storage import store_word_vectors
from semantrace.words.word_vectors import LostWord, WordVectors

WORDS = ["dog", "cat", "tobacco_shop", "ice-cream", "naïve", "\x85", "1984", "New_York"]
VECTORS = np.random.default_rng(3).normal(size=(len(WORDS), 5)).astype(np.float32)


@pytest.fixture
def gensim_model():
    model = KeyedVectors(5)
    model.add_vectors(WORDS, VECTORS)
    return model


@pytest.fixture
def store(tmp_path):
    def convert(**settings):
        array, vocabulary = tmp_path / "m.npy", tmp_path / "m.vocabulary.txt"
        store_word_vectors(settings, array, vocabulary, tmp_path / "downloads")
        return WordVectors.open(array, vocabulary)

    return convert


def glove_text(words=WORDS, vectors=VECTORS):
    rows = zip(words, vectors, strict=True)
    return "".join(f"{word} {' '.join(repr(float(x)) for x in row)}\n" for word, row in rows)


def same(model, words=WORDS, vectors=VECTORS):
    assert model.vocabulary == list(words)
    assert model.vectors.dtype == np.float32
    assert (model.vectors == vectors).all()
    assert isinstance(model.vectors, np.memmap)


def test_word2vec_binary(store, gensim_model, tmp_path):
    path = tmp_path / "model.bin"
    gensim_model.save_word2vec_format(path, binary=True)
    same(store(format="word2vec_binary", file=str(path)))
    oracle = KeyedVectors.load_word2vec_format(path, binary=True)
    assert (store(format="word2vec_binary", file=str(path)).of(["cat"]) == oracle["cat"]).all()


def test_word2vec_binary_as_the_c_tool_writes_it(store, tmp_path):
    """The C tool puts a line break after every vector; gensim's writer does not."""
    path = tmp_path / "model.bin"
    body = b"".join(
        word.encode() + b" " + row.tobytes() + b"\n"
        for word, row in zip(WORDS, VECTORS, strict=True)
    )
    path.write_bytes(f"{len(WORDS)} 5\n".encode() + body)
    same(store(format="word2vec_binary", file=str(path)))


@pytest.mark.parametrize("form", ["word2vec_text", "glove_text"])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz", "gzipped_without_its_name", "a.bz2"])
def test_text_with_and_without_header_and_gzip(store, tmp_path, form, header, name):
    text = (f"{len(WORDS)} 5\n" if header else "") + glove_text()
    path = tmp_path / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if "gz" in name else data)
    same(store(format=form, file=str(path)))


def test_text_as_gensim_writes_it(store, gensim_model, tmp_path):
    gensim_model.save_word2vec_format(tmp_path / "a.txt", binary=False)
    oracle = KeyedVectors.load_word2vec_format(tmp_path / "a.txt", binary=False)
    same(store(format="word2vec_text", file=str(tmp_path / "a.txt")), WORDS, oracle.vectors)


def test_text_with_spaces_at_line_ends_as_the_c_tool_writes_it(store, tmp_path):
    text = f"{len(WORDS)} 5\n" + glove_text().replace("\n", " \n")
    (tmp_path / "a.txt").write_text(text)
    same(store(format="word2vec_text", file=str(tmp_path / "a.txt")))


def test_a_member_of_a_zip(store, tmp_path):
    path = tmp_path / "glove.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("glove.5d.txt", glove_text())
        archive.writestr("glove.6d.txt", "no\n")
    same(store(format="glove_text", file=str(path), member="glove.5d.txt"))
    with pytest.raises(InputError, match="member must name a file .*did you mean 'glove.5d.txt'"):
        store(format="glove_text", file=str(path), member="glove.5d.tx")
    with pytest.raises(InputError, match="member must name a file .*glove.6d.txt"):
        store(format="glove_text", file=str(path))
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError, match="truncated or damaged"):
        store(format="glove_text", file=str(path), member="glove.5d.txt")


@pytest.mark.parametrize("suffix", ["parquet", "txt"])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_array_and_vocabulary(store, tmp_path, suffix, dtype):
    np.save(tmp_path / "a.npy", VECTORS.astype(dtype))
    vocabulary = tmp_path / f"v.{suffix}"
    if suffix == "parquet":
        pd.DataFrame({"rank": range(len(WORDS)), "word": WORDS}).to_parquet(vocabulary)
    else:
        vocabulary.write_bytes("\n".join(WORDS).encode())
    model = store(format="array", array=str(tmp_path / "a.npy"), vocabulary=str(vocabulary))
    same(model, WORDS, VECTORS.astype(dtype).astype(np.float32))


def test_the_real_glove_package(store, repository):
    model = store(**demo_source(repository, "word_vectors", "glove"))
    assert model.vectors.shape == (400_000, 50)
    assert model.vocabulary[:3] == ["the", ",", "."]
    official = [0.418, 0.24968, -0.41242, 0.1217, 0.34527]  # of "the", in glove.6B.50d.txt
    assert np.allclose(model.of(["the"])[0, :5], official)
    start = time.process_time()
    WordVectors.open(model.vectors.filename, str(model.vectors.filename)[:-4] + ".vocabulary.txt")
    assert time.process_time() - start < 1


def test_the_first_of_two_equal_words_is_kept(store, tmp_path):
    words = ["dog", "cat", "dog", "", "a\nb", "cow"]
    np.save(tmp_path / "a.npy", VECTORS[:6])
    pd.DataFrame({"word": words}).to_parquet(tmp_path / "v.parquet")
    array = {"array": str(tmp_path / "a.npy"), "vocabulary": str(tmp_path / "v.parquet")}
    same(store(format="array", **array), ["dog", "cat", "cow"], VECTORS[[0, 1, 5]])
    (tmp_path / "a.txt").write_text(glove_text(["dog", "cat", "dog"], VECTORS[:3]))
    same(store(format="glove_text", file=str(tmp_path / "a.txt")), ["dog", "cat"], VECTORS[:2])


def test_lookup_of_concepts(store, tmp_path):
    (tmp_path / "a.txt").write_text(glove_text())
    model = store(format="glove_text", file=str(tmp_path / "a.txt"))
    assert model.rows(["cat", "ice_cream", "tobacco_shop", "wolf", "Cat"]) == {
        "cat": 1,
        "ice_cream": 3,
        "tobacco_shop": 2,
    }
    assert (model.of(["ice_cream", "dog"]) == VECTORS[[3, 0]]).all()
    with pytest.raises(InputError, match="word vectors m: no vector for 'cta'"):
        model.of(["dog", "cta"])


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("as_is", ["dog", "ice-cream", "DOG", "New_York"]),
        ("lower", ["dog", "ice-cream", "new_york", "DOG"]),
        ("upper", ["DOG", "ICE-CREAM", "NEW_YORK", "dog"]),
        ("title", ["Dog", "Ice Cream", "New-York", "dog"]),
    ],
)
def test_lookup_in_the_letter_case_of_the_model(store, tmp_path, case, words):
    path = tmp_path / "a.txt"
    path.write_text(glove_text(words, VECTORS[:4]))
    stored = store(format="glove_text", file=str(path)).vectors.filename
    model = WordVectors.open(stored, tmp_path / "m.vocabulary.txt", case)
    names = ["dog", "ice_cream", "New_York", "cat"]
    place = {"dog": 0, "ice_cream": 1, "New_York": 3 if case == "as_is" else 2}
    assert model.rows(names) == place
    assert (model.of(names[:3]) == VECTORS[list(place.values())]).all()
    near = {"as_is": "dog", "lower": "dog", "upper": "DOG", "title": "Dog"}[case]
    with pytest.raises(InputError, match=f"no vector for 'dogg'; did you mean .*'{near}'"):
        model.of(["dogg"])
    with pytest.raises(InputError, match="case: unknown value 'uper'; did you mean 'upper'"):
        WordVectors.open(stored, tmp_path / "m.vocabulary.txt", "uper")


def test_names_and_spellings():
    assert concept_name(" Tobacco  shop", lowercase=True) == "tobacco_shop"
    assert concept_name("New_York", lowercase=False) == "New_York"
    assert spellings("new_york_city") == ["new_york_city", "new-york-city", "new york city"]
    assert spellings("dog") == ["dog"]
    assert spellings("ice_cream", "upper") == ["ICE_CREAM", "ICE-CREAM", "ICE CREAM"]
    assert spellings("jack-o'-lantern", "title") == ["Jack-O'-Lantern"]
    assert spellings("children's_NEWS", "title")[2] == "Children's News"


def refused(store, message, **settings):
    with pytest.raises(InputError, match=message) as caught:
        store(**settings)
    assert "\n" not in str(caught.value)


def text_file(tmp_path, text):
    path = tmp_path / "bad.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dog 1 2 3\ncat 1 2\n", "line 2: 2 numbers where 3 are due"),
        ("2 3\ndog 1 2 3\ncat 1\n", "line 3: 1 numbers where 3 are due"),
        ("dog 1 2 3\ncat 1 2 3 4\n", "line 2: 4 numbers where 3 are due"),
        ("3 2\ndog 1 2\ncat 1 2\n", "2 words where the first line promises 3"),
        ("1 2\ndog 1 2\ncat 1 2\n", "2 words where the first line promises 1"),
        ("dog 1 x\n", "line 1: 'x' where a number is due"),
        ("", "no word vectors in it"),
        ("0 5\n", "no word vectors in it"),
        ("dog\ncat\n", "no word vectors in it"),
        ("dog 1 nan\n", "the vector of 'dog' has NaN or infinite"),
        ("cow 1 1\ndog 1 inf\n", "the vector of 'dog' has NaN or infinite"),
        ("cow 1 1\ndog 1 1e60\n", "the vector of 'dog' has NaN or infinite"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow")
def test_damaged_text(store, tmp_path, text, message):
    refused(store, message, format="glove_text", file=text_file(tmp_path, text))
    assert not (tmp_path / "m.npy").exists()
    assert not (tmp_path / "m.vocabulary.txt").exists()


def test_truncated_gzip(store, gensim_model, tmp_path):
    gensim_model.save_word2vec_format(tmp_path / "model.bin", binary=True)
    contents = {
        "glove_text": glove_text().encode(),
        "word2vec_binary": (tmp_path / "model.bin").read_bytes(),
    }
    for form, content in contents.items():
        data = gzip.compress(content)
        path = text_file(tmp_path, data)
        same(store(format=form, file=path))
        refused(store, "truncated or damaged", format=form, file=text_file(tmp_path, data[:-40]))


def test_damaged_binary(store, gensim_model, tmp_path):
    path = tmp_path / "model.bin"
    gensim_model.save_word2vec_format(path, binary=True)
    path.write_bytes(path.read_bytes()[:-3])
    refused(store, "truncated or damaged", format="word2vec_binary", file=str(path))
    text = text_file(tmp_path, glove_text())
    refused(store, "does not count words", format="word2vec_binary", file=text)


def test_pickles_are_never_opened(store, gensim_model, tmp_path):
    gensim_model.save(str(tmp_path / "model.kv"))
    for form in ("word2vec_binary", "word2vec_text", "glove_text"):
        refused(
            store,
            "is a Python pickle, .*save_word2vec_format",
            format=form,
            file=str(tmp_path / "model.kv"),
        )
    array = tmp_path / "objects.npy"
    np.save(array, np.array([["dog", 1.0]], dtype=object), allow_pickle=True)
    vocabulary = text_file(tmp_path, "dog\n")
    refused(store, "objects are refused", format="array", array=str(array), vocabulary=vocabulary)
    array.write_bytes(pickle.dumps(VECTORS))
    refused(store, "is a Python pickle", format="array", array=str(array), vocabulary=vocabulary)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (VECTORS[:3], "3 vectors for 8 words"),
        (VECTORS[:, 0], "are a matrix"),
        (np.ones((8, 5), dtype=complex), "are a matrix"),
        (VECTORS[:, :0], "no word vectors in it"),
    ],
)
def test_arrays_that_will_not_do(store, tmp_path, array, message):
    np.save(tmp_path / "a.npy", array)
    vocabulary = text_file(tmp_path, "\n".join(WORDS) + "\n")
    refused(store, message, format="array", array=str(tmp_path / "a.npy"), vocabulary=vocabulary)


def test_truncated_array_and_vocabulary(store, tmp_path):
    np.save(tmp_path / "a.npy", VECTORS)
    array = {"format": "array", "array": str(tmp_path / "a.npy")}
    refused(
        store,
        "cannot be read as a vocabulary",
        **array,
        vocabulary=text_file(tmp_path, b"a\0b"),
    )
    (tmp_path / "v.parquet").write_bytes(b"PAR1 no")
    refused(
        store, "cannot be read as a vocabulary", **array, vocabulary=str(tmp_path / "v.parquet")
    )
    pd.DataFrame({"a": ["x"], "b": ["y"]}).to_parquet(tmp_path / "v.parquet")
    refused(store, "2 columns of text", **array, vocabulary=str(tmp_path / "v.parquet"))
    (tmp_path / "a.npy").write_bytes((tmp_path / "a.npy").read_bytes()[:-8])
    vocabulary = text_file(tmp_path, "\n".join(WORDS))
    refused(store, "not a whole .npy file", **array, vocabulary=vocabulary)


def test_settings_that_will_not_do(store, tmp_path):
    path = text_file(tmp_path, glove_text())
    refused(
        store, "5 dimensions, but the study says 50", format="glove_text", file=path, dimensions=50
    )
    refused(store, "there is no file .*none", format="glove_text", file=str(tmp_path / "none"))
    refused(store, "did you mean 'bad.txt'", format="glove_text", file=str(tmp_path / "bda.txt"))
    refused(store, "needs the key 'file'", format="glove_text")
    refused(store, "needs the key 'vocabulary'", format="array", array=path)
    refused(store, "unknown format 'glove'; did you mean 'glove_text'", format="glove", file=path)
    refused(store, "its sha256 is", format="glove_text", file=path, sha256="0" * 64)
    refused(store, "has no sha256; add it", format="glove_text", url="http://127.0.0.1:9/a.txt")
    model = store(format="glove_text", file=path, sha256=sha256_of(path))
    assert len(model.vocabulary) == len(WORDS)


def test_stored_files_that_do_not_belong_together(store, tmp_path):
    store(format="glove_text", file=text_file(tmp_path, glove_text()))
    array, vocabulary = tmp_path / "m.npy", tmp_path / "m.vocabulary.txt"
    vocabulary.write_text("dog\n")
    with pytest.raises(InputError, match="8 vectors, but .* has 1 words"):
        WordVectors.open(array, vocabulary)
    array.write_bytes(b"no")
    with pytest.raises(InputError, match="are damaged"):
        WordVectors.open(array, vocabulary)
    with pytest.raises(InputError, match="there is no file .*none.npy"):
        WordVectors.open(tmp_path / "none.npy", vocabulary)


def lookup(words, case="as_is"):
    return WordVectors("m", np.zeros((len(words), 2), np.float32), list(words), case)


NAMES = {
    "a": ["dog"],
    "b": ["ice_cream", "gelato"],
    "c": ["new_york"],
    "d": ["étalon"],
    "e": ["unicorn"],
    "f": ["cat"],
}


def test_lost_words_and_why():
    model = lookup(["Dog", "DOG", "Ice cream", "etalon", "cat", "New-York"])
    assert model.lost_words(NAMES) == {
        "a": LostWord("dog", "letter case", "Dog"),
        "b": LostWord("ice_cream", "letter case", "Ice cream"),
        "c": LostWord("new_york", "letter case", "New-York"),
        "d": LostWord("étalon", "accents", "etalon"),
        "e": LostWord("unicorn", "absent", ""),
    }
    assert lookup(["dog"]).lost_words({"a": ["dog"]}) == {}
    assert lookup(["gelato"]).lost_words({"b": NAMES["b"]}) == {}
    decomposed = {"d": [unicodedata.normalize("NFD", "étalon")]}
    assert lookup(["étalon"]).lost_words(decomposed) == {}


@pytest.mark.parametrize(
    ("words", "found", "advice"),
    [
        (
            ["DOG", "ICE CREAM", "NEW_YORK", "ÉTALON", "cat"],
            {"as_is": 1, "lower": 1, "upper": 4, "title": 0},
            "word_vectors.m: 4 of 6 classes have no vector only for their letter case, such as "
            "'dog', which its vocabulary spells 'DOG'; set word_vectors.m.case to upper, which "
            "finds 4 classes where as_is finds 1",
        ),
        (
            ["Dog", "Ice_Cream", "New York", "Étalon", "Cat"],
            {"as_is": 0, "lower": 0, "upper": 0, "title": 5},
            "set word_vectors.m.case to title, which finds 5 classes where as_is finds 0",
        ),
        (
            ["dog", "cat", "étalon", "New_York"],
            {"as_is": 3, "lower": 3, "upper": 0, "title": 1},
            "1 of 6 classes .* 'new_york', which its vocabulary spells 'New_York'; set "
            "concepts.lowercase to false",
        ),
        (["dog", "cat"], {"as_is": 2, "lower": 2, "upper": 0, "title": 0}, None),
    ],
)
def test_letter_case_is_told_with_the_key_that_finds_more(words, found, advice):
    model = lookup(words)
    assert model.found_by_case(NAMES) == found
    for case, count in found.items():
        rows = lookup(words, case).rows(name for names in NAMES.values() for name in names)
        assert sum(any(name in rows for name in names) for names in NAMES.values()) == count
    line = model.letter_case_advice(NAMES, "word_vectors.m")
    if advice is None:
        assert line is None
    else:
        assert re.search(advice, line)


def test_names_in_capitals_are_told_too():
    line = lookup(["dog", "cat", "horse"]).letter_case_advice({"a": ["Dog"], "b": ["CAT"]}, "w.m")
    assert "2 of 2 classes" in line
    assert "set w.m.case to lower, which finds 2 classes where as_is finds 0" in line


def test_all_concepts_of_constant_vectors_are_named():
    vectors = np.array([[0, 0], [1, 2], [3, 3], [2, 1]], dtype=np.float32)
    with pytest.raises(InputError, match=r"vector of 'dog', 'cow' are equal .2 concepts in all"):
        correlate_words(vectors, ["dog", "cat", "cow", "hen"], "own")

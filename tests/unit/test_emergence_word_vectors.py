"""The four models of the emergence study, each on a small file of exactly its published layout.

The words are real concepts of ImageNet, in the order in which frequent words come first.
"""

import gzip
import time

import numpy as np
import pytest
from gensim.models import KeyedVectors

from semantrace.io.files import sha256_of
from semantrace.study.reading import load_study
from semantrace.words.word_vector_storage import store_word_vectors
from semantrace.words.word_vectors import WordVectors

CONCEPTS = ["dog", "stove", "sandwich", "ice_cream"]
RANDOM = np.random.default_rng(11)


def google_news(path, words, vectors):
    """GoogleNews-vectors-negative300.bin.gz: counts, then word, space, float32, no line breaks."""
    body = b"".join(
        word.encode() + b" " + row.astype("<f4").tobytes()
        for word, row in zip(words, vectors, strict=True)
    )
    header = f"{len(words)} {vectors.shape[1]}\n".encode()
    path.write_bytes(gzip.compress(header + body))


def lines(words, vectors, digits, end="\n"):
    return "".join(
        f"{word} {' '.join(f'{x:.{digits}f}' for x in row)}{end}"
        for word, row in zip(words, vectors, strict=True)
    )


def glove(path, words, vectors):
    """glove.6B.300d.txt: no counts, lower case, five digits."""
    path.write_text(lines(words, vectors, 5))


def gensim_glove(path, words, vectors):
    """glove-wiki-gigaword-300.gz: the same with counts, gzipped."""
    text = f"{len(words)} {vectors.shape[1]}\n" + lines(words, vectors, 5)
    path.write_bytes(gzip.compress(text.encode()))


def rnn(path, words, vectors):
    """word_projections-640.txt.gz: counts, capitals (but for the end of a sentence), spaces."""
    text = f"{len(words)} {vectors.shape[1]}\n" + lines(words, vectors, 6, " \n")
    path.write_bytes(gzip.compress(text.encode()))


def crosslingual(path, words, vectors):
    """de-projected-en-512.txt.gz: lower case, gzipped; read with and without counts."""
    path.write_bytes(gzip.compress(lines(words, vectors, 8).encode()))


LAYOUTS = [
    ("skipgram", google_news, ["</s>", "dog", "New_York", "stove", "sandwich", "ice_cream"], {}),
    ("glove", glove, [",", "dog", "stove", "naïve", "ice-cream", "sandwich"], {}),
    ("glove", gensim_glove, [",", "dog", "stove", "naïve", "ice-cream", "sandwich"], {}),
    ("rnn", rnn, ["</s>", "THE", "DOG", "PAMUK'S", "STOVE", "ICE-CREAM", "SANDWICH"], {}),
    ("crosslingual", crosslingual, ["the", "dog", "stove", "ice-cream", "sandwich"], {}),
]


@pytest.mark.parametrize(("name", "write", "words", "options"), LAYOUTS)
def test_a_published_layout(repository, tmp_path, name, write, words, options):
    settings = load_study("emergence", repository / "studies")["word_vectors"][name]
    vectors = RANDOM.normal(size=(len(words), settings["dimensions"])).astype(np.float32)
    path = tmp_path / "model"
    write(path, words, vectors)
    here = {key: settings[key] for key in ("format", "dimensions")} | {"file": str(path)}
    array, vocabulary = tmp_path / "m.npy", tmp_path / "m.vocabulary.txt"
    store_word_vectors(here, array, vocabulary, tmp_path)
    digest = sha256_of(array)

    start = time.process_time()
    model = WordVectors.open(array, vocabulary, settings.get("case", "as_is"))
    assert time.process_time() - start < 1
    assert isinstance(model.vectors, np.memmap)
    assert model.vocabulary == words
    rows = [
        next(row for row, word in enumerate(words) if word.lower().replace("-", "_") == concept)
        for concept in CONCEPTS
    ]
    assert model.rows(CONCEPTS) == dict(zip(CONCEPTS, rows, strict=True))
    np.testing.assert_allclose(model.of(CONCEPTS), vectors[rows], atol=1e-5)

    named = tmp_path / ("model.gz" if path.read_bytes()[:2] == b"\x1f\x8b" else "model.txt")
    path.rename(named)
    oracle = KeyedVectors.load_word2vec_format(
        str(named),
        binary=settings["format"] == "word2vec_binary",
        no_header=write in (glove, crosslingual),
    )
    assert (model.vectors == oracle.vectors).all()
    assert sha256_of(array) == digest


def test_every_model_of_the_study_is_tested(repository):
    models = load_study("emergence", repository / "studies")["word_vectors"]
    assert set(models) == {name for name, *_ in LAYOUTS}
    assert {model["dimensions"] for model in models.values()} == {300, 512, 640}


def test_a_vocabulary_of_google_news_size_opens_at_once(tmp_path):
    """Three million words; the vectors are a hole in the file, since mapping reads none of them."""
    words = 3_000_000
    np.lib.format.open_memmap(tmp_path / "m.npy", mode="w+", dtype=np.float32, shape=(words, 300))
    text = "".join(f"word_{number}\n" for number in range(words))
    (tmp_path / "m.vocabulary.txt").write_text(text)
    start = time.process_time()
    model = WordVectors.open(tmp_path / "m.npy", tmp_path / "m.vocabulary.txt")
    took = time.process_time() - start
    assert model.of(["word_2999999"]).shape == (1, 300)
    assert took < 2  # seconds of the processor, which others may keep busy

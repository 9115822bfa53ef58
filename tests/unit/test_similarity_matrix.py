"""A user's own table of similarities as a word model, against the table itself."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from semantrace.alignment.two_vs_two import two_vs_two
from semantrace.alignment.word_correlations import correlate_words
from semantrace.core.errors import InputError
from semantrace.words.similarity_matrix import read_similarities
from semantrace.words.word_vector_storage import store_word_vectors
from semantrace.words.word_vectors import WordVectors

WORDS = ["ant", "bee", "ice cream", "dog", "éclair", "fox", "gnu"]
UPPER = np.triu_indices(len(WORDS), 1)


def table_of(seed=0, low=-1.0, high=1.0):
    values = np.random.default_rng(seed).uniform(low, high, (len(WORDS), len(WORDS)))
    symmetric = (values + values.T) / 2
    np.fill_diagonal(symmetric, high)
    return pd.DataFrame(symmetric, WORDS, WORDS)


def correlations(path, **settings):
    """What a study makes of a table."""
    stored = path.with_suffix(".npy"), path.with_suffix(".txt")
    source = {"format": "similarities", "file": str(path), **settings}
    store_word_vectors(source, *stored, path.parent)
    model = WordVectors.open(*stored)
    names = ["ant", "bee", "ice_cream", "dog", "éclair", "fox", "gnu"]
    return correlate_words(model.of(names), names, "own").correlations


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_correlations_are_the_tables_over_a_constant(tmp_path, separator):
    table = table_of()
    table.to_csv(tmp_path / "own.csv", sep=separator)
    found = correlations(tmp_path / "own.csv")
    ratio = found[UPPER] / table.to_numpy()[UPPER]
    np.testing.assert_allclose(ratio, ratio.mean(), rtol=1e-4)
    assert 0 < ratio.mean() <= 1


def test_similarities_that_vectors_have_stay_as_they_are(tmp_path):
    values = np.corrcoef(np.random.default_rng(1).normal(size=(len(WORDS), 20)))
    pd.DataFrame(values, WORDS, WORDS).to_csv(tmp_path / "own.csv")
    np.testing.assert_allclose(correlations(tmp_path / "own.csv"), values, atol=1e-6)


@pytest.mark.parametrize("are_distances", [False, True])
def test_scores_are_those_of_the_table(tmp_path, are_distances):
    table = table_of(2, 0.0, 9.0)
    table.to_csv(tmp_path / "own.csv")
    settings = {"distances": True} if are_distances else {}
    found = correlations(tmp_path / "own.csv", **settings)
    sign = -1 if are_distances else 1
    assert spearmanr(found[UPPER], sign * table.to_numpy()[UPPER]).statistic == pytest.approx(1)
    images = np.corrcoef(np.random.default_rng(3).normal(size=(len(WORDS), 30)))
    scaled = sign * table.to_numpy() / 10
    np.fill_diagonal(scaled, 1.0)
    assert two_vs_two(found, images).accuracy == two_vs_two(scaled, images).accuracy


def broken(change):
    table = table_of().astype(object)
    change(table)
    return table


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.insert(7, "hen", 0.1), "words at its head are not those of its first"),
        (
            lambda table: table.rename(columns={"ant": "bat"}, inplace=True),
            "words at its head are not those of its first column; give a square table",
        ),
        (
            lambda table: table.rename(columns={"ant": "bee"}, index={"ant": "bee"}, inplace=True),
            "'bee' comes twice; give each word once",
        ),
        (
            lambda table: table.__setitem__("dog", "much"),
            "line 2: could not convert .*'much'; give",
        ),
        (lambda table: table.__setitem__("fox", np.nan), "line 2: could not convert .*; give"),
        (lambda table: table.__setitem__("gnu", 0.9), "are .* alike but .* the other way; give a"),
        (lambda table: table.__setitem__("gnu", "inf"), "no number for 'ant' and 'gnu'; fill in"),
    ],
)
def test_what_is_no_table_of_similarities_is_told(tmp_path, change, message):
    broken(change).to_csv(tmp_path / "own.csv")
    with pytest.raises(InputError, match=message) as caught:
        next(read_similarities(tmp_path / "own.csv"))
    assert str(caught.value).startswith(str(tmp_path))


@pytest.mark.parametrize(
    ("low", "high", "message"), [(0.0, 0.0, "nothing but zeros"), (-1.0, 0.5, "distances below 0")]
)
def test_distances_are_no_less_than_0_and_not_all_0(tmp_path, low, high, message):
    table_of(3, low, high).to_csv(tmp_path / "own.csv")
    with pytest.raises(InputError, match=f"has {message}; give how alike"):
        next(read_similarities(tmp_path / "own.csv", are_distances=True))


def test_a_row_of_another_length_is_told(tmp_path):
    table_of().to_csv(tmp_path / "own.csv")
    lines = (tmp_path / "own.csv").read_text().splitlines()
    lines[4] += ",0.5"
    (tmp_path / "own.csv").write_text("\n".join(lines))
    with pytest.raises(InputError, match="line 5 has 9 fields where the first has 8; correct"):
        next(read_similarities(tmp_path / "own.csv"))


def test_the_diagonal_may_be_empty_and_says_nothing(tmp_path):
    table = table_of().astype(object)
    for word in WORDS:
        table.loc[word, word] = ""
    table.to_csv(tmp_path / "empty.csv")
    table_of().to_csv(tmp_path / "full.csv")
    (_, empty), (_, full) = (
        next(read_similarities(tmp_path / f"{name}.csv")) for name in ("empty", "full")
    )
    np.testing.assert_array_equal(empty, full)

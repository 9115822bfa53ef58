"""Correlations with WordNet against scipy on the triangles, and Mantel's test by a loop."""

import numpy as np
import pytest
from scipy import stats

from semantrace.core.errors import InputError
from semantrace.embedding.wordnet_correlations import ClassSimilarity, correlate_wordnet
from semantrace.statistics.permutations import draw_permutations

CLASSES = 14
TRIANGLE = np.triu_indices(CLASSES, 1)
COEFFICIENTS = {"pearson": stats.pearsonr, "spearman": stats.spearmanr}


def similarity(random, like=None, weight=0.0):
    """Return a random symmetric matrix, more or less like another, with many ties."""
    values = random.random((CLASSES, CLASSES))
    values = np.round(values + values.T, 1)
    return values if like is None else weight * like + (1 - weight) * values


@pytest.fixture(scope="module")
def material():
    """Two measures, three layers and a layer set, of which fire9 follows the first measure."""
    random = np.random.default_rng(4)
    measures = {"path": similarity(random), "lin": similarity(random)}
    measures["lin"][np.diag_indices(CLASSES)] = np.inf
    similarities = [
        ClassSimilarity("layer", "fire2", 2, similarity(random)),
        ClassSimilarity("layer", "fire3", 3, similarity(random, measures["path"], 0.2)),
        ClassSimilarity("layer", "fire9", 9, similarity(random, measures["path"], 0.6)),
        ClassSimilarity("layer_set", "all", 0, similarity(random, measures["path"], 0.6)),
    ]
    return measures, similarities, draw_permutations(random, CLASSES, 59)


@pytest.fixture(scope="module")
def table(material):
    return correlate_wordnet(*material)


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_coefficients_and_p_values_equal_a_loop(name, material, table):
    measures, similarities, orders = material
    coefficient = COEFFICIENTS[name]
    rows = table.set_index(["name", "measure"])
    for measure, wordnet in measures.items():
        null = np.empty((len(orders), len(similarities)))
        for column, one in enumerate(similarities):
            observed = coefficient(wordnet[TRIANGLE], one.cosine[TRIANGLE]).statistic
            assert rows.loc[(one.name, measure), name] == pytest.approx(observed, abs=1e-12)
            for row, order in enumerate(orders):
                permuted = wordnet[np.ix_(order, order)][TRIANGLE]
                null[row, column] = coefficient(permuted, one.cosine[TRIANGLE]).statistic
            larger = sum(null[:, column] >= observed - 1e-12)
            assert rows.loc[(one.name, measure), f"{name}_p_value"] == (1 + larger) / 60
        for one in similarities:
            found = rows.loc[(one.name, measure), f"{name}_p_family_wise"]
            if one.scope == "layer_set":
                assert np.isnan(found)
                continue
            observed = rows.loc[(one.name, measure), name]
            larger = sum(max(row[:3]) >= observed - 1e-12 for row in null)
            assert found == (1 + larger) / 60


def test_rows_and_columns(table):
    assert list(table.columns) == [
        *("scope", "name", "layer_index", "measure"),
        *("pearson", "pearson_p_value", "pearson_p_family_wise"),
        *("spearman", "spearman_p_value", "spearman_p_family_wise"),
    ]
    described = table[["scope", "name", "layer_index", "measure"]]
    assert list(described.itertuples(index=False, name=None))[::2] == [
        ("layer", "fire2", 2, "path"),
        ("layer", "fire3", 3, "path"),
        ("layer", "fire9", 9, "path"),
        ("layer_set", "all", 0, "path"),
    ]
    assert list(table["measure"]) == ["path", "lin"] * 4


def test_p_values_of_unrelated_matrices_are_uniform():
    """Classes on a line: the entries of such matrices depend on each other, as cosines do."""
    random = np.random.default_rng(8)

    def drawn(count):
        places = random.normal(size=(count, CLASSES))
        return -np.abs(places[:, :, np.newaxis] - places[:, np.newaxis])

    orders = draw_permutations(random, CLASSES, 99)
    found = []
    for wordnet in drawn(40):
        layers = [ClassSimilarity("layer", str(n), n, one) for n, one in enumerate(drawn(10))]
        found.append(correlate_wordnet({"path": wordnet}, layers, orders))
    for name in COEFFICIENTS:
        p = np.concatenate([part[f"{name}_p_value"] for part in found])
        uniform = p - random.random(p.size) / 100
        assert stats.kstest(uniform, "uniform").pvalue > 0.01
        smallest = np.array([part[f"{name}_p_family_wise"].min() for part in found])
        assert (smallest <= 0.05).sum() <= stats.binom.isf(0.001, 40, 0.05)


def correlate(measures, cosine):
    return correlate_wordnet(
        measures,
        [ClassSimilarity("layer", "fire2", 2, cosine)],
        np.arange(CLASSES)[np.newaxis],
    )


def test_a_layer_of_equal_similarities_is_refused():
    flat, other = np.ones((CLASSES, CLASSES)), similarity(np.random.default_rng(0))
    with pytest.raises(InputError, match="cosine similarity in fire2: all correlations are equal"):
        correlate({"path": other}, flat)


def test_a_measure_that_tells_no_classes_apart_has_no_rows():
    flat, other = np.ones((CLASSES, CLASSES)), similarity(np.random.default_rng(0))
    np.fill_diagonal(flat, np.inf)
    table = correlate({"jiang_conrath": flat, "path": other}, other)
    assert table["measure"].tolist() == ["path"]
    message = "WordNet: all pairs of classes are equally alike.* leave wordnet_correlation out of"
    with pytest.raises(InputError, match=message):
        correlate({"jiang_conrath": flat}, other)

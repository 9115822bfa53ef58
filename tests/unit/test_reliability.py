"""Image reliability against an explicit loop over groups and pairs; its figure; bad input."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr, rankdata

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.reliability import (
    group_reliabilities,
    rsa_ceilings,
    score_reliability,
)
from semantrace.core.errors import InputError
from semantrace.figures.alignment.reliability_by_layer import reliability_by_layer


def loop_reliability(matrices, group):
    """2 vs. 2 of one group's matrix against the mean of the others', by the definition."""
    k = matrices.shape[1]
    others = sum(matrix for number, matrix in enumerate(matrices) if number != group)
    others = others / (len(matrices) - 1)
    passes = 0
    for a, b in itertools.combinations(range(k), 2):
        kept = [column for column in range(k) if column not in (a, b)]
        own, mean = matrices[group][:, kept], others[:, kept]
        matched = np.corrcoef(own[a], mean[a])[0, 1] + np.corrcoef(own[b], mean[b])[0, 1]
        crossed = np.corrcoef(own[a], mean[b])[0, 1] + np.corrcoef(own[b], mean[a])[0, 1]
        passes += matched > crossed
    return passes / (k * (k - 1) / 2)


def grouped(rng, groups, k=14, noise=1.0):
    concepts = rng.normal(size=(k, 6))
    seen = concepts + noise * rng.normal(size=(groups, k, 6))
    return np.stack([np.corrcoef(group) for group in seen @ rng.normal(size=(6, 30))])


@pytest.mark.parametrize("groups", [2, 5])
def test_each_group_is_scored_against_the_mean_of_the_others(groups):
    matrices = grouped(np.random.default_rng(1), groups)
    found = group_reliabilities(matrices)
    expected = [loop_reliability(matrices, group) for group in range(groups)]
    np.testing.assert_allclose(found, expected)


def test_the_table_averages_over_groups():
    rng = np.random.default_rng(2)
    layers = [
        LayerCorrelations("net", name, index, grouped(rng, 3, noise=noise))
        for index, (name, noise) in enumerate([("pixels", 3.0), ("fire2", 0.1)])
    ]
    table = score_reliability(layers)
    assert table["layer"].tolist() == ["pixels", "fire2"]
    for layer, row in zip(layers, table.itertuples(), strict=True):
        each = [loop_reliability(layer.matrices, group) for group in range(3)]
        assert row.reliability == pytest.approx(np.mean(each))
        assert row.reliability_spread == pytest.approx(np.std(each, ddof=1))
        assert row.groups == 3
    assert table["reliability"][1] > 0.95


@pytest.mark.parametrize("groups", [2, 5])
def test_noise_ceilings_are_correlations_with_mean_ranks(groups):
    """As Nili et al. 2014 define them; no model is nearer to all groups than the upper one says."""
    matrices = grouped(np.random.default_rng(4), groups)
    upper = np.triu_indices(14, 1)
    ranked = [rankdata(matrix[upper]) for matrix in matrices]
    low, high = [], []
    for group in range(groups):
        others = [ranked[other] for other in range(groups) if other != group]
        low.append(pearsonr(ranked[group], np.mean(others, axis=0)).statistic)
        high.append(pearsonr(ranked[group], np.mean(ranked, axis=0)).statistic)
    found = rsa_ceilings(matrices)
    np.testing.assert_allclose(found, [np.mean(low), np.mean(high)])
    row = score_reliability([LayerCorrelations("net", "fire2", 1, matrices)]).iloc[0]
    assert (row["rsa_ceiling_low"], row["rsa_ceiling_high"]) == found
    rng = np.random.default_rng(5)
    for _ in range(20):
        model = rng.random(len(ranked[0])) + rng.random() * np.mean(ranked, axis=0)
        reached = np.mean([pearsonr(one, model).statistic for one in ranked])
        assert reached <= found[1] + 0.02


def test_two_groups_have_no_spread():
    matrices = grouped(np.random.default_rng(5), 2)
    assert loop_reliability(matrices, 0) == loop_reliability(matrices, 1)
    table = score_reliability([LayerCorrelations("net", "fire2", 1, matrices)])
    assert table["reliability_spread"].isna().all()
    reliability = made_up(["net"], ["images"], 4).assign(reliability_spread=np.nan)
    scores = made_up(["net"], ["glove"], 4)
    names = {"net": "Network"}, {"glove": "GloVe"}
    figure, _ = reliability_by_layer(
        reliability.drop(columns=["accuracy", "accuracy_spread"]),
        scores.drop(columns=["reliability", "reliability_spread"]),
        *names,
    )
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["images of one group against those of the others", "against GloVe"]
    figure.draw_without_rendering()


def test_one_group_is_refused():
    layer = LayerCorrelations("net", "fire2", 1, grouped(np.random.default_rng(3), 1))
    with pytest.raises(InputError, match="net fire2: reliability needs two groups"):
        score_reliability([layer])


def test_a_group_without_variance_is_named():
    matrices = grouped(np.random.default_rng(4), 3)
    matrices[1] = 1.0
    with pytest.raises(InputError, match="net fire2, group 1: row 0 is constant"):
        score_reliability([LayerCorrelations("net", "fire2", 1, matrices)])


def made_up(networks, models, layers):
    rows = [
        {
            "word_model": model,
            "network": network,
            "layer": "pixels" if index == 0 else f"conv{index}",
            "layer_index": index,
            "accuracy": 0.6 + 0.3 * index / layers,
            "accuracy_spread": 0.02,
            "reliability": 0.7 + 0.28 * index / layers,
            "reliability_spread": 0.03,
        }
        for model in models
        for network in networks
        for index in range(layers + 1)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(("networks", "models", "layers"), [(1, 1, 5), (3, 4, 40)])
def test_the_figure_shows_each_reliability_and_each_score(networks, models, layers):
    networks = {f"net{number}": f"Network {number}" for number in range(networks)}
    models = {f"model{number}": f"Words {number}" for number in range(models)}
    of_images = ["reliability", "reliability_spread"]
    of_words = ["accuracy", "accuracy_spread"]
    scores = made_up(networks, models, layers).drop(columns=of_images)
    reliability = made_up(networks, ["images"], layers).drop(columns=of_words)
    figure, data = reliability_by_layer(reliability, scores, networks, models)
    assert len(figure.axes) == len(networks)
    assert len(data) == (1 + len(models)) * len(networks) * (layers + 1)
    drawn = np.concatenate(
        [line.get_ydata() for axis in figure.axes for line in axis.lines if line.get_zorder() == 3]
    )
    np.testing.assert_allclose(np.sort(drawn), np.sort(reliability["reliability"]))
    figure.draw_without_rendering()
    for axis in figure.axes:
        low, high = axis.get_ylim()
        assert low < 0.5
        assert high > 1

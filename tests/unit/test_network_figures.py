"""Figures that put networks beside each other: what they draw, in which order, and on the page."""

import numpy as np
import pytest
from test_figures import (
    FOUR_MODELS,
    STUDIES,
    THREE_NETWORKS,
    assert_fits,
    made_up_scores,
    titles_of,
)

from semantrace.alignment.best_layers import best_layers
from semantrace.figures.alignment.best_layers_by_network import best_layers_by_network
from semantrace.figures.alignment.two_vs_two_by_depth import two_vs_two_by_depth

MANY_MODELS = {f"model.{number}": f"Encoder, layer {number}" for number in range(9)}


@pytest.mark.parametrize("models", [STUDIES[0][1], FOUR_MODELS, MANY_MODELS])
def test_depth_runs_from_the_pixels_to_each_networks_last_layer(models):
    scores = made_up_scores(THREE_NETWORKS, models)
    figure, data = two_vs_two_by_depth(scores, titles_of(THREE_NETWORKS), models)
    assert len(data) == len(scores)
    for network, (_, layers) in THREE_NETWORKS.items():
        own = data[(data["network"] == network) & (data["word_model"] == next(iter(models)))]
        np.testing.assert_allclose(own["depth"], np.arange(len(layers) + 1) / len(layers))
    panels = figure.axes
    shown = [axis.get_title(loc="left").replace("\n", " ") for axis in panels]
    assert shown == list(models.values())
    for axis, model in zip(panels, models, strict=True):
        drawn = np.concatenate(
            [line.get_xydata() for line in axis.lines if line.get_marker() == "None"]
        )
        expected = data.loc[data["word_model"] == model, ["depth", "accuracy"]].to_numpy()
        np.testing.assert_allclose(drawn[2:], expected)  # after chance, which is drawn first
        filled = sum(
            len(line.get_xdata())
            for line in axis.lines
            if line.get_marker() != "None" and line.get_markerfacecolor() != "white"
        )
        assert filled == data.loc[data["word_model"] == model, "significant"].sum()
    assert_fits(figure)


@pytest.mark.parametrize("models", [STUDIES[0][1], FOUR_MODELS])
def test_networks_stand_in_the_order_of_the_first_word_models_best_layer(models):
    scores = made_up_scores(THREE_NETWORKS, models)
    best = best_layers(scores)
    figure, data = best_layers_by_network(best, titles_of(THREE_NETWORKS), models)
    (axis,) = figure.axes
    first = best[best["word_model"] == next(iter(models))].sort_values("accuracy", ascending=False)
    titles = titles_of(THREE_NETWORKS)
    assert [label.get_text() for label in axis.get_yticklabels()] == [
        titles[network] for network in first["network"]
    ]
    assert [text.get_text() for text in axis.texts] == first["layer"].tolist()
    assert len(data) == len(best)
    for place, network in enumerate(first["network"], start=1):
        assert (data.loc[data["network"] == network, "place"] == place).all()
    marks = {tuple(point) for line in axis.lines for point in np.round(line.get_xydata(), 9)}
    for row in data.itertuples():
        assert (round(row.accuracy, 9), row.place) in marks
    assert_fits(figure)

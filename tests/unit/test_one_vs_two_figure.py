"""The figure of the 1 vs. 2 test: what it draws, what it says, and that it fits."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import same_color
from matplotlib.text import Text
from test_figures import (
    FOUR_MODELS,
    ONE_MODEL,
    ONE_NETWORK,
    THREE_NETWORKS,
    assert_fits,
    titles_of,
)
from whole_tables import completed

from semantrace.core.tables import ONE_VS_TWO
from semantrace.figures.alignment.one_vs_two_by_layer import one_vs_two_by_layer
from semantrace.figures.base.style import INK, save_figure
from semantrace.io.tables import read_scores, write_table

NO_CLASSES = "the network does not classify"


def made_up_scores(networks, models, empty=(), seed=0):
    random = np.random.default_rng(seed)
    rows = []
    for model in models:
        for number, (network, (_, names)) in enumerate(networks.items()):
            for index, layer in enumerate(["pixels", *names]):
                accuracy = 0.4 + 0.3 * random.random()
                p, paper_p = random.choice([0.001, 0.04, 0.3], size=2)
                row = {"word_model": model, "network": network, "layer": layer}
                row |= {"layer_index": index, "images": 36 + number}
                row |= {"accuracy": accuracy, "null_mean": 0.5, "p_value": p}
                row["p_family_wise"] = np.nan if index == 0 else min(1, 1.5 * p)
                row |= {"paper_accuracy": accuracy - 0.05, "paper_null_mean": 0.45 - 0.002 * index}
                row |= {"paper_p_value": paper_p, "note": ""}
                rows.append(row)
    scores = pd.DataFrame(rows)
    none = scores["network"].isin(empty)
    scores.loc[none, [c for c in scores.columns[4:] if c != "note"]] = np.nan
    scores.loc[none, "note"] = NO_CLASSES
    return scores


def words_of(figure):
    return " ".join(text.get_text() for text in figure.findobj(Text)).replace("\n", " ")


@pytest.mark.parametrize(
    ("networks", "models", "empty", "panels"),
    [
        (ONE_NETWORK, ONE_MODEL, (), 1),
        (THREE_NETWORKS, ONE_MODEL, (), 3),
        (THREE_NETWORKS, ONE_MODEL, ("vgg",), 2),
        (THREE_NETWORKS, FOUR_MODELS, ("squeezenet",), 8),
    ],
)
def test_each_network_with_a_result_has_a_panel_that_fits(networks, models, empty, panels):
    scores = made_up_scores(networks, models, empty)
    figure, data = one_vs_two_by_layer(scores, titles_of(networks), models)
    assert_fits(figure)
    assert len(figure.axes) == panels
    words = words_of(figure)
    for number, (network, (title, _)) in enumerate(networks.items()):
        assert (f"No result for {title}: {NO_CLASSES}." in words) == (network in empty)
        assert (f"{36 + number} misclassified images" in words) == (network not in empty)
    columns = ["network", "layer", "accuracy", "paper_accuracy", "note"]
    pd.testing.assert_frame_equal(data[columns], scores[columns])


def test_a_figure_without_any_result_says_so(tmp_path):
    scores = made_up_scores(ONE_NETWORK, ONE_MODEL, empty=("squeezenet",))
    figure, data = one_vs_two_by_layer(scores, titles_of(ONE_NETWORK), ONE_MODEL)
    assert not figure.axes
    assert NO_CLASSES in words_of(figure)
    figure.canvas.draw()
    box = figure.legends[0].get_window_extent()
    assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1
    assert figure.bbox.y0 <= box.y0 <= box.y1 <= figure.bbox.y1
    assert len(data) == len(scores)


def test_black_marks_are_the_significant_ones_of_each_form():
    scores = made_up_scores(ONE_NETWORK, ONE_MODEL, seed=3)
    figure, data = one_vs_two_by_layer(scores, titles_of(ONE_NETWORK), ONE_MODEL)
    for row in scores.itertuples():
        p = row.p_value if row.layer == "pixels" else row.p_family_wise
        assert data.loc[row.Index, "significant"] == (p < 0.05)
        assert data.loc[row.Index, "paper_significant"] == (row.paper_p_value < 0.05)
    for marker, prefix in (("o", ""), ("s", "paper_")):
        drawn = {True: set(), False: set()}
        for line in figure.axes[0].lines:
            if line.get_marker() == marker:
                drawn[same_color(line.get_markerfacecolor(), INK)] |= set(line.get_ydata())
        for black, values in drawn.items():
            chosen = data[f"{prefix}significant"] == black
            assert values == set(data.loc[chosen, f"{prefix}accuracy"])
        assert all(drawn.values())


def test_equal_figures_give_equal_bytes(tmp_path):
    written = []
    for run in ("first", "second"):
        scores = made_up_scores(THREE_NETWORKS, ONE_MODEL, empty=("vgg",))
        outputs = SimpleNamespace(
            **{kind: tmp_path / run / f"figure.{kind}" for kind in ("pdf", "png", "tsv")}
        )
        figure, data = one_vs_two_by_layer(scores, titles_of(THREE_NETWORKS), ONE_MODEL)
        save_figure(figure, data, outputs)
        written.append([path.read_bytes() for path in vars(outputs).values()])
    assert written[0] == written[1]


def test_scores_are_read_with_their_notes(tmp_path):
    scores = made_up_scores(THREE_NETWORKS, ONE_MODEL, empty=("vgg",))
    write_table(completed(scores, ONE_VS_TWO), tmp_path / "glove.tsv", ONE_VS_TWO)
    read = read_scores([tmp_path / "glove.tsv"], ONE_VS_TWO)
    np.testing.assert_allclose(read["accuracy"], scores["accuracy"], rtol=1e-9)
    assert list(read["note"]) == list(scores["note"])

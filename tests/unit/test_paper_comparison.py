"""What figures call a layer, and the table of best layers beside the published ones."""

import pandas as pd
import pytest
from matplotlib.collections import FillBetweenPolyCollection
from test_figures import made_up_scores, titles_of
from whole_tables import completed

from semantrace.alignment.best_layers import best_layers, paper_comparison
from semantrace.core.tables import PAPER_COMPARISON, TWO_VS_TWO
from semantrace.figures.alignment.matched_and_mismatched_by_layer import (
    matched_and_mismatched_by_layer,
)
from semantrace.figures.alignment.two_vs_two_by_layer import two_vs_two_by_layer
from semantrace.io.tables import read_scores, write_table

NETWORKS = {
    "vgg16": ("VGG16", ["block1_conv1", "block1_conv2", "fc1"]),
    "resnet50": ("ResNet50", ["conv1_relu", "conv2_block1_out", "predictions"]),
}
MODELS = {"skipgram": "SkipGram", "glove": "GloVe"}
LAYER_TITLES = {"vgg16": {"block1_conv1": "B1C1", "block1_conv2": "B1C2"}}
PUBLISHED = {
    "vgg16": {"word_model": "skipgram", "layer": "fc1", "accuracy": 0.94, "source": "section 3.2"},
    "resnet50": {"layer": "conv1_relu", "accuracy": 0.93, "source": "section 3.2"},
}


@pytest.fixture(scope="module")
def scores():
    return made_up_scores(NETWORKS, MODELS)


def read_back(scores, folder, layer_titles):
    paths = [folder / f"{model}.tsv" for model in MODELS]
    for model, path in zip(MODELS, paths, strict=True):
        of_model = scores[scores["word_model"] == model]
        write_table(completed(of_model, TWO_VS_TWO), path, TWO_VS_TWO)
    return read_scores(paths, TWO_VS_TWO, layer_titles)


def test_layers_get_their_titles_and_others_keep_their_names(scores, tmp_path):
    read = read_back(scores, tmp_path, LAYER_TITLES)
    for row in read.itertuples():
        assert row.layer_title == LAYER_TITLES.get(row.network, {}).get(row.layer, row.layer)
    assert set(read.loc[read["network"] == "vgg16", "layer_title"]) == {
        *("pixels", "B1C1", "B1C2", "fc1")
    }
    assert "layer_title" not in read_back(scores, tmp_path, {})


@pytest.mark.parametrize(
    "draw",
    [two_vs_two_by_layer, matched_and_mismatched_by_layer],
)
def test_axes_show_titles_and_data_keep_names(scores, draw):
    titled = scores.assign(
        layer_title=[
            LAYER_TITLES.get(network, {}).get(layer, layer)
            for network, layer in zip(scores["network"], scores["layer"], strict=True)
        ]
    )
    figure, data = draw(titled, titles_of(NETWORKS), MODELS)
    shown = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert shown == ["pixels", "B1C1", "B1C2", "fc1"]
    assert set(data.loc[data["network"] == "vgg16", "layer"]) == {"pixels", *NETWORKS["vgg16"][1]}


def test_the_best_layer_is_told_by_its_title(scores):
    assert "layer_title" not in best_layers(scores)
    table = best_layers(scores.assign(layer_title=scores["layer"].str.upper()))
    assert (table["layer_title"] == table["layer"].str.upper()).all()


def test_published_values_stand_beside_the_model_they_were_found_with(scores):
    table = paper_comparison(scores, PUBLISHED)
    assert list(table["word_model"]) == ["skipgram", "skipgram", "glove", "glove"]
    assert list(table["network"]) == ["vgg16", "resnet50"] * 2
    known = table.set_index(["word_model", "network"])
    for (model, network), row in known.iterrows():
        rows = scores[(scores["word_model"] == model) & (scores["network"] == network)]
        rows = rows[rows["layer"] != "pixels"]
        best = max(rows.itertuples(), key=lambda row: row.accuracy)
        assert (row["layer"], row["accuracy"]) == (best.layer, best.accuracy)
        assert (row["p_value"], row["p_family_wise"]) == (best.p_value, best.p_family_wise)
        assert (row["accuracy_low"], row["accuracy_high"]) == (
            best.accuracy_low,
            best.accuracy_high,
        )
        if (model, network) == ("glove", "vgg16"):
            assert row[["published_layer", "published_accuracy", "difference"]].isna().all()
            continue
        found = PUBLISHED[network]
        (here,) = rows.loc[rows["layer"] == found["layer"], "accuracy"]
        assert row["published_layer"] == found["layer"]
        assert row["published_accuracy"] == found["accuracy"]
        assert row["source"] == "section 3.2"
        assert row["accuracy_at_published_layer"] == here
        assert row["difference"] == pytest.approx(here - found["accuracy"])


def test_a_comparison_with_nothing_published_about_a_network_is_empty_there(scores, tmp_path):
    table = paper_comparison(scores, {"vgg16": PUBLISHED["vgg16"]})
    write_table(table, tmp_path / "table.tsv", PAPER_COMPARISON)
    read = pd.read_csv(tmp_path / "table.tsv", sep="\t")
    assert read["published_accuracy"].notna().tolist() == [True, False, False, False]


@pytest.mark.parametrize(("models", "shaded"), [(1, 1), (2, 2), (4, 1)])
def test_intervals_are_shaded_for_as_many_models_as_can_be_told_apart(models, shaded):
    chosen = {f"model_{number}": f"Model {number}" for number in range(models)}
    figure, data = two_vs_two_by_layer(
        made_up_scores(NETWORKS, chosen), titles_of(NETWORKS), chosen
    )
    for axis in figure.axes:
        bands = [band for band in axis.collections if isinstance(band, FillBetweenPolyCollection)]
        assert len(bands) == shaded
    assert data["accuracy_low"].notna().all()
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[-1] == "95 % jackknife interval" + (" of Model 0" if models > 2 else "")

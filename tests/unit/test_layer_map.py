"""Maps of image layers against text layers: loops over permutations, and what the figure draws."""

import numpy as np
import pandas as pd
import pytest

from semantrace.activations.correlation_files import LayerCorrelations
from semantrace.alignment.layer_map import map_layers
from semantrace.alignment.layer_scores import score_two_vs_two
from semantrace.alignment.null_files import read_mean_nulls, read_null, write_null
from semantrace.alignment.two_vs_two import two_vs_two
from semantrace.core.errors import InputError
from semantrace.figures.alignment.layer_map import layer_map
from semantrace.figures.base.style import PAGE_WIDTH
from semantrace.statistics.permutations import draw_permutations

CONCEPTS = pd.DataFrame({"concept": list("abcdefghijkl"), "wnid": list("abcdefghijkl")})


@pytest.fixture
def study():
    """Two layers of words, three of images (pixels first) with two groups, and permutations."""
    rng = np.random.default_rng(0)
    words = {f"text.{layer}": np.corrcoef(rng.normal(size=(12, 30))) for layer in (0, 3)}
    layers = [
        LayerCorrelations(
            "net", name, index, np.stack([np.corrcoef(rng.normal(size=(12, 40))) for _ in "ab"])
        )
        for index, name in enumerate(["pixels", "low", "high"])
    ]
    alike = 0.5 * layers[2].matrices + 0.5 * words["text.3"]
    layers[2] = LayerCorrelations("net", "high", 2, alike)
    return words, layers, draw_permutations(rng, 12, 99)


def scored(words, layers, permutations):
    """The scores of each text layer, and their null."""
    found = {}
    for model, correlations in words.items():
        tables = score_two_vs_two(correlations, layers, permutations, CONCEPTS)
        null = tables.scores.over_groups(len(layers)).null
        found[model] = tables.layers.assign(word_model=model), null
    return found


def test_each_pair_is_tested_and_the_family_is_the_whole_map(study):
    words, layers, permutations = study
    table = map_layers(scored(words, layers, permutations))
    pairs = [(model, layer) for model in words for layer in layers]
    assert list(zip(table["word_model"], table["layer"], strict=True)) == [
        (model, layer.layer) for model, layer in pairs
    ]

    def accuracy(model, layer, order):
        shuffled = words[model][np.ix_(order, order)]
        return np.mean([two_vs_two(shuffled, matrix).accuracy for matrix in layer.matrices])

    observed = [accuracy(model, layer, np.arange(12)) for model, layer in pairs]
    np.testing.assert_allclose(table["accuracy"], observed)
    null = np.array([[accuracy(*pair, order) for pair in pairs] for order in permutations])
    larger = (null >= np.array(observed) - 1e-12).sum(axis=0)
    np.testing.assert_allclose(table["p_value"], (1 + larger) / 100)
    in_family = np.array([layer.layer_index > 0 for _, layer in pairs])
    highest = null[:, in_family].max(axis=1)
    expected = [(1 + (highest >= value - 1e-12).sum()) / 100 for value in observed]
    np.testing.assert_allclose(table["p_family_wise"], np.where(in_family, expected, np.nan))
    assert table.loc[table["accuracy"].idxmax(), ["word_model", "layer"]].tolist() == [
        "text.3",
        "high",
    ]


def test_each_network_has_a_map_of_its_own(study):
    words, layers, permutations = study
    other = [LayerCorrelations("other", one.layer, one.layer_index, one.matrices) for one in layers]
    alone = map_layers(scored(words, layers, permutations))
    both = map_layers(scored(words, [*other, *layers], permutations))
    own = both[both["network"] == "net"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)


def test_a_null_is_read_for_its_own_layers_alone(study, tmp_path):
    words, layers, permutations = study
    path = tmp_path / "null.h5"
    tables = score_two_vs_two(words["text.0"], layers, permutations, CONCEPTS)
    write_null(path, tables.layers, tables.scores)
    found = read_null(path, tables.layers)
    np.testing.assert_array_equal(found.null, tables.scores.null)
    np.testing.assert_allclose(found.observed.reshape(3, 2).mean(axis=1), tables.layers["accuracy"])
    expected = [[row[2 * n : 2 * n + 2].mean() for n in range(3)] for row in found.null]
    np.testing.assert_allclose(found.over_groups(3).null, expected)
    with pytest.raises(InputError, match=r"null.h5: holds other layers than the scores; delete it"):
        read_null(path, tables.layers[::-1])
    mean = read_mean_nulls([path], tables.layers)
    np.testing.assert_allclose(mean.null, expected)
    with pytest.raises(InputError, match=r"null.h5: hold other layers than the scores; delete"):
        read_mean_nulls([path], tables.layers[1:])


def made_up_map(networks, text_layers, seed=0):
    rng = np.random.default_rng(seed)
    rows = [
        {
            "word_model": f"text.{text}",
            "text_layer": text,
            "network": network,
            "layer": "pixels" if index == 0 else f"{network} block number {index}",
            "layer_index": index,
            "accuracy": rng.uniform(0.45, 0.95),
            "p_value": rng.uniform(0, 0.1),
            "p_family_wise": np.nan if index == 0 else rng.uniform(0, 0.1),
        }
        for network, layers in networks.items()
        for text in range(text_layers)
        for index in range(layers + 1)
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize("networks", [{"one": 11}, {"one": 11, "other": 7, "third": 49}])
def test_the_figure_has_a_cell_for_each_pair_and_marks_what_the_table_says(networks):
    scores = made_up_map(networks, 7)
    titles = {name: f"Network {name}" for name in networks}
    figure, data = layer_map(scores, titles, "Encoder")
    assert len(data) == len(scores)
    expected = scores["p_family_wise"].fillna(scores["p_value"]) < 0.05
    np.testing.assert_array_equal(data["significant"], expected)
    panels = [axis for axis in figure.axes if axis.get_title(loc="left")]
    assert [axis.get_title(loc="left") for axis in panels] == list(titles.values())
    for axis, (network, layers) in zip(panels, networks.items(), strict=True):
        own = data[data["network"] == network]
        assert axis.images[0].get_array().shape == (7, layers + 1)
        drawn = axis.images[0].get_array()[own["text_layer"], own["layer_index"]]
        np.testing.assert_allclose(drawn, own["accuracy"])
        hollow = own[~own["significant"]]
        marks = axis.lines[0].get_xydata()
        np.testing.assert_array_equal(marks, hollow[["layer_index", "text_layer"]])
        best = own[own["layer_index"] > 0].sort_values("accuracy").iloc[-1]
        (frame,) = axis.patches
        assert frame.get_xy() == (best["layer_index"] - 0.5, best["text_layer"] - 0.5)
        assert [text.get_text() for text in axis.texts] == [f"{best['accuracy']:.2f}"[1:]]
    figure.draw_without_rendering()
    assert figure.get_figwidth() <= PAGE_WIDTH
    box = figure.get_tightbbox()
    assert box.x0 >= -0.01
    assert box.x1 <= figure.get_figwidth() + 0.01
    assert box.y1 <= figure.get_figheight() + 0.01
    assert box.y0 >= -0.01

"""The study emergence: its layers against Keras' own models, their descriptions and diagrams."""

import re

import keras
import pytest
from matplotlib.colors import same_color
from matplotlib.patches import Circle, FancyBboxPatch
from test_figures import assert_fits

from semantrace.core.errors import InputError
from semantrace.core.tables import NETWORK
from semantrace.figures.base.style import PAGE_WIDTH
from semantrace.figures.diagrams import drawing
from semantrace.figures.diagrams.network_diagram import network_diagram
from semantrace.io.tables import arranged
from semantrace.networks.registry import outline_network
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.keras_network import KerasNetwork
from semantrace.study.reading import load_study

NAMES = ("vgg16", "inception_v3", "resnet50")


@pytest.fixture(scope="module")
def study(repository):
    return load_study("emergence", repository / "studies")


@pytest.fixture(scope="module")
def networks(study):
    """The study's networks, without weights: nothing is downloaded."""
    return {name: outline_network(study["networks"][name]) for name in NAMES}


@pytest.fixture(scope="module")
def squeezenet():
    return outline_network({"architecture": "SqueezeNet"})


def layers_of(network, kind):
    return [layer.name for layer in network.model.layers if isinstance(layer, kind)]


def titles_of(entry):
    return dict(zip(entry["layers"], entry.get("layer_titles", entry["layers"]), strict=True))


# Layers of the study


@pytest.mark.parametrize("name", NAMES)
def test_layers_exist_and_stand_in_the_order_of_the_model(study, networks, name):
    listed = study["networks"][name]["layers"]
    networks[name].check_layers(listed)
    known = [layer.name for layer in networks[name].model.layers]
    places = [known.index(layer) for layer in listed]
    assert places == sorted(places)
    assert study["networks"][name]["weights"] == "imagenet"
    assert study["networks"][name]["resize"] == "stretch"
    assert networks[name].model.output_names == ["predictions"]
    assert listed[-1] == "predictions"


def test_vgg16_has_all_its_convolutions_and_dense_layers(study, networks):
    listed = study["networks"]["vgg16"]["layers"]
    assert listed[:13] == layers_of(networks["vgg16"], keras.layers.Conv2D)
    assert listed[13:] == layers_of(networks["vgg16"], keras.layers.Dense)
    sizes = [networks["vgg16"].features_of(layer) for layer in listed]
    blocks = [(224, 64, 2), (112, 128, 2), (56, 256, 3), (28, 512, 3), (14, 512, 3)]
    expected = [side * side * filters for side, filters, count in blocks for _ in range(count)]
    assert sizes == [*expected, 4096, 4096, 1000]
    assert all(
        networks["vgg16"].model.get_layer(layer).activation.__name__ == "relu"
        for layer in listed[:-1]
    )


def test_vgg16_convolutions_have_the_papers_names(study):
    for layer, title in titles_of(study["networks"]["vgg16"]).items():
        found = re.fullmatch(r"block(\d)_conv(\d)", layer)
        assert title == (f"B{found[1]}C{found[2]}" if found else layer)


def test_inception_v3_has_all_mixed_layers_and_the_last_ones(study, networks):
    listed = study["networks"]["inception_v3"]["layers"]
    model = networks["inception_v3"].model
    mixed = [layer.name for layer in model.layers if re.fullmatch(r"mixed\d+", layer.name)]
    assert listed[:11] == mixed == [f"mixed{number}" for number in range(11)]
    assert set(mixed) < set(layers_of(networks["inception_v3"], keras.layers.Concatenate))
    assert listed[11:] == [layer.name for layer in model.layers[-2:]] == ["avg_pool", "predictions"]
    shapes = [networks["inception_v3"].shape_of(layer) for layer in listed]
    expected = [(35, 35, 256), (35, 35, 288), (35, 35, 288), *[(17, 17, 768)] * 5]
    expected += [(8, 8, 1280), (8, 8, 2048), (8, 8, 2048), (2048,), (1000,)]
    assert shapes == expected


def test_resnet50_has_all_activations_in_the_papers_numbering(study, networks):
    entry = study["networks"]["resnet50"]
    activations = layers_of(networks["resnet50"], (keras.layers.Activation, keras.layers.ReLU))
    assert entry["layers"] == [*activations, "predictions"]
    assert all(
        networks["resnet50"].model.get_layer(layer).activation.__name__ == "relu"
        for layer in activations
    )
    assert len(activations) == 49 == 1 + 16 * 3
    numbered = [f"activation {number}" for number in range(1, 50)]
    assert entry["layer_titles"] == [*numbered, "predictions"]
    # activation 16 ends a block, and 17 is the first of the next
    assert titles_of(entry)["conv3_block2_out"] == "activation 16"
    assert titles_of(entry)["conv3_block3_1_relu"] == "activation 17"


def test_resnet50_activations_have_the_shapes_of_its_bottlenecks(study, networks):
    expected = [(112, 112, 64)]
    for side, filters, count in ((56, 64, 3), (28, 128, 4), (14, 256, 6), (7, 512, 3)):
        inner, outer = (side, side, filters), (side, side, 4 * filters)
        expected += [inner, inner, outer] * count
    shapes = [
        networks["resnet50"].shape_of(layer) for layer in study["networks"]["resnet50"]["layers"]
    ]
    assert shapes == [*expected, (1000,)]


def test_the_papers_figures_and_values_are_named(study):
    assert set(study["aliases"]) == {
        f"{kind}_{number}" for kind in ("figure", "supplementary") for number in range(1, 5)
    }
    accuracies = {name: found["accuracy"] for name, found in study["published"].items()}
    assert accuracies == {"vgg16": 0.94, "inception_v3": 0.90, "resnet50": 0.93}
    layers = {name: found["layer"] for name, found in study["published"].items()}
    assert layers == {
        "vgg16": "predictions",
        "inception_v3": "mixed9",
        "resnet50": "predictions",
    }


# Descriptions


def parents_in_config(model):
    """Return the parents of each layer as Keras itself writes them to a file."""

    def histories(part):
        if isinstance(part, dict):
            history = part.get("config", {}).get("keras_history")
            if part.get("class_name") == "__keras_tensor__":
                yield history[0]
                return
            part = list(part.values())
        if isinstance(part, list | tuple):
            for item in part:
                yield from histories(item)

    return {
        layer["name"]: list(histories(layer["inbound_nodes"]))
        for layer in model.get_config()["layers"]
    }


@pytest.mark.parametrize("name", [*NAMES, "squeezenet"])
def test_a_description_is_what_keras_says(networks, squeezenet, name):
    network = squeezenet if name == "squeezenet" else networks[name]
    table = network.describe()
    arranged(table.assign(network=name), NETWORK)
    expected = parents_in_config(network.model)
    assert list(table["layer"]) == [layer.name for layer in network.model.layers]
    for row in table.itertuples():
        layer = network.model.get_layer(row.layer)
        assert row.kind == type(layer).__name__
        assert [parent for parent in row.parents.split(", ") if parent] == expected[row.layer]
        assert row.shape == "×".join(str(side) for side in layer.output.shape[1:])
        assert row.parameters == layer.count_params()
    assert table["parameters"].sum() == network.model.count_params()


def test_windows_and_activations_are_described(networks):
    table = networks["vgg16"].describe().set_index("layer")
    assert table.loc["block1_conv1", ["kernel", "activation"]].tolist() == ["3×3", "relu"]
    assert table.loc["block1_pool", ["kernel", "activation"]].tolist() == ["2×2", ""]
    assert table.loc["predictions", ["kernel", "activation"]].tolist() == ["", "softmax"]


def recipe(model):
    architecture = Architecture("mine", lambda: model, lambda images: images, "none", "RGB")
    return KerasNetwork(architecture, model)


def test_sequential_models_and_layers_used_twice_are_described():
    model = keras.Sequential(
        [keras.Input((8, 8, 3), name="in"), keras.layers.Conv2D(2, 3, name="conv")]
    )
    table = recipe(model).describe()
    assert table["parents"].tolist() == ["", "in"]
    images = keras.Input((8, 8, 3), name="images")
    shared = keras.layers.Conv2D(3, 1, name="shared")
    total = keras.layers.Add(name="total")([shared(images), shared(shared(images))])
    table = recipe(keras.Model(images, total)).describe()
    uses = ["shared.1", "shared.2", "shared.3"]
    assert sorted(table["layer"]) == ["images", *uses, "total"]
    parents = dict(zip(table["layer"], table["parents"], strict=True))
    assert sorted(parents[use] for use in uses) == ["images", "images", "shared.2"]
    assert set(parents["total"].split(", ")) < set(uses)


# Diagrams


@pytest.fixture(scope="module")
def drawn(study, networks, squeezenet):
    fires = [f"fire{number}" for number in range(2, 10)]
    wanted = {name: titles_of(study["networks"][name]) for name in NAMES}
    wanted["squeezenet"] = {layer: layer for layer in ("conv1", *fires, "global_average")}
    result = {}
    for name, used in wanted.items():
        network = squeezenet if name == "squeezenet" else networks[name]
        description = network.describe().assign(network=name)
        figure, data = network_diagram(description, name, used)
        result[name] = (figure, data, used, description)
    return result


@pytest.mark.parametrize("name", [*NAMES, "squeezenet"])
def test_a_diagram_shows_every_layer_and_marks_those_used(drawn, name):
    figure, data, used, description = drawn[name]
    assert sorted(", ".join(data["layers"]).split(", ")) == sorted(description["layer"])
    marked = data[data["used_layer"] != ""]
    assert dict(zip(marked["used_layer"], marked["title"], strict=True)) == used
    texts = [text.get_text() for text in figure.axes[0].texts]
    for title in used.values():
        assert texts.count(title) == 1
    shapes = [
        patch for patch in figure.axes[0].patches if isinstance(patch, FancyBboxPatch | Circle)
    ]
    assert len(shapes) == len(data)
    dark = [
        patch
        for patch in shapes
        if any(same_color(patch.get_facecolor(), colour) for colour in drawing.COLOURS.values())
    ]
    assert len(dark) == len(used)


@pytest.mark.parametrize("name", [*NAMES, "squeezenet"])
def test_a_diagram_is_legible_and_fits_a_page(drawn, name):
    figure = drawn[name][0]
    assert_fits(figure)
    width, height = figure.get_size_inches()
    assert width == pytest.approx(PAGE_WIDTH)
    assert height < 9


def test_bottlenecks_and_inception_blocks_are_drawn_as_such(drawn):
    data = drawn["resnet50"][1]
    sums = data[data["kind"] == "Add"]
    assert len(sums) == 16
    assert all(sums["lane"] == 0)
    assert set(sums["used_layer"]) == {
        f"conv{stage}_block{block}_out"
        for stage, count in ((2, 3), (3, 4), (4, 6), (5, 3))
        for block in range(1, count + 1)
    }
    shortcuts = data[data["lane"] > 0]
    assert list(shortcuts["layers"].str.split(", ").str[0]) == [
        f"conv{stage}_block1_0_conv" for stage in range(2, 6)
    ]
    data = drawn["inception_v3"][1]
    mixed = data[data["used_layer"].str.startswith("mixed")]
    assert all(mixed["lane"] == 0)
    assert all(mixed["kind"] == "Concatenate")
    assert data["lane"].max() == 5


def test_a_layer_that_the_network_does_not_have_is_refused(drawn):
    with pytest.raises(InputError, match="no layer 'fire22'; did you mean 'fire2'"):
        network_diagram(drawn["squeezenet"][3], "SqueezeNet", {"fire22": "fire22"})

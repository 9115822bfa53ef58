"""Layers by name in networks of every structure, against keras.Model.predict and layers called."""

import h5py
import keras
import numpy as np
import pytest
from keras import layers
from PIL import Image

from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.core.errors import InputError
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.keras_applications import application
from semantrace.networks.with_keras.keras_network import as_network, build
from semantrace.networks.with_keras.variables import arrays_of, set_weights

SIZE = (32, 32, 3)
IMAGES = np.random.default_rng(3).uniform(0, 1, (2, *SIZE)).astype(np.float32)


def network_of(model, **settings):
    architecture = Architecture("mine", lambda: model, lambda x: x, "none", "RGB", **settings)
    return as_network(architecture, model)


def computed(network, *names):
    outputs = network.part([network.output_of(name) for name in names])(IMAGES, training=False)
    return [np.asarray(output) for output in keras.tree.flatten(outputs)]


def base(name="backbone", size=SIZE, seed=1):
    keras.utils.set_random_seed(seed)
    images = keras.Input(size)
    maps = layers.Conv2D(8, 3, strides=2, name="c1")(images)
    maps = layers.BatchNormalization(name="bn")(maps)
    maps = layers.Conv2D(8, 3, strides=2, activation="relu", name="c2")(maps)
    model = keras.Model(images, maps, name=name)
    model.get_layer("bn").moving_mean.assign(np.linspace(-1, 1, 8))
    return model


def with_head(inner):
    images = keras.Input(SIZE)
    maps = layers.Rescaling(2.0, name="resc")(images)
    maps = inner(maps, training=False)
    vector = layers.GlobalAveragePooling2D(name="gap")(maps)
    return keras.Model(images, layers.Dense(4, name="head")(vector))


def test_a_base_network_and_its_inner_layers_can_be_named():
    inner = base()
    model = with_head(inner)
    wanted = inner.predict(IMAGES * 2, verbose=0)
    c1 = keras.Model(inner.input, inner.get_layer("c1").output).predict(IMAGES * 2, verbose=0)
    head = model.predict(IMAGES, verbose=0)
    network = network_of(model)
    assert network.layers == (
        "resc",
        "backbone.c1",
        "backbone.bn",
        "backbone.c2",
        "backbone",
        "gap",
        "head",
    )
    found = computed(network, "backbone", "backbone.c2", "c2", "backbone.c1", "c1", "head")
    for array, expected in zip(found, [wanted] * 3 + [c1] * 2 + [head], strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-5, atol=1e-5)
    assert network.shape_of("backbone") == wanted.shape[1:]
    assert network.rectifier_after("backbone.c1") is None


def test_models_in_sequential_models_and_deeper_ones_are_flat_too():
    middle = keras.Sequential(
        [keras.Input(SIZE), base("deep"), layers.ReLU(name="cut")], name="mid"
    )
    model = keras.Sequential([keras.Input(SIZE), middle, layers.Flatten(name="flat")])
    wanted = model.get_layer("mid").get_layer("deep").predict(IMAGES, verbose=0)
    end = model.predict(IMAGES, verbose=0)
    network = network_of(model)
    assert "mid.deep.c2" in network.layers
    found = computed(network, "mid.deep", "deep", "mid.deep.c2", "flat")
    for array, expected in zip(found, [wanted] * 3 + [end], strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-5, atol=1e-5)


def test_each_use_of_a_shared_base_has_its_own_name():
    images = keras.Input(SIZE)
    inner = base()
    half = layers.Rescaling(0.5, name="half")(images)
    both = layers.Concatenate(name="both")([inner(images), inner(half)])
    network = network_of(keras.Model(images, both))
    first, second = inner.predict(IMAGES, verbose=0), inner.predict(IMAGES / 2, verbose=0)
    found = computed(network, "backbone.1", "backbone.2", "backbone.2.c2")
    for array, expected in zip(found, [first, second, second], strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-5, atol=1e-5)
    with pytest.raises(InputError, match="'backbone' is used 2 times; .* backbone.1, backbone.2"):
        network.check_layers(["backbone"])


def test_two_bases_with_layers_of_the_same_names_keep_their_own_weights():
    images = keras.Input(SIZE)
    one, two = base("one"), base("two", seed=2)
    model = keras.Model(images, layers.Add(name="sum")([one(images), two(images)]))
    wanted = [part.predict(IMAGES, verbose=0) for part in (one, two)]
    network = network_of(model)
    arrays = arrays_of(network.model)
    assert {"one.c1", "two.c1"} <= set(arrays)
    emptied = {layer: {k: 0 * v for k, v in named.items()} for layer, named in arrays.items()}
    set_weights(network.model, emptied, "here")
    assert not np.allclose(computed(network, "one.c2")[0], wanted[0])
    set_weights(network.model, arrays, "here")
    for array, expected in zip(computed(network, "one.c2", "two.c2"), wanted, strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-5, atol=1e-5)
    with pytest.raises(InputError, match="several layers are called 'c2'; .* one.c2, two.c2"):
        network.check_layers(["c2"])


def test_operations_and_uses_of_a_layer_are_computed_as_written():
    keras.utils.clear_session()  # or other tests decide which number the sum gets
    images = keras.Input(SIZE)
    kernel = layers.Conv2D(3, 3, padding="same", name="conv")
    maps = kernel(images)
    total = images + maps
    again = kernel(total)
    network = network_of(keras.Model(images, keras.ops.relu(again)))
    assert network.layers == ("conv.1", "add", "conv.2", "relu")
    first = np.asarray(kernel(IMAGES))
    expected = [first, IMAGES + first, np.asarray(kernel(IMAGES + first))]
    expected.append(np.maximum(expected[-1], 0))
    for array, wanted in zip(computed(network, *network.layers), expected, strict=True):
        np.testing.assert_allclose(array, wanted, rtol=1e-5, atol=1e-6)


def test_names_that_no_file_can_have_get_underscores():
    images = keras.Input(SIZE)
    maps = layers.Conv2D(3, 3, name="première couche (3×3)")(images)
    model = keras.Model(images, layers.Conv2D(3, 1, name="last")(maps))
    network = network_of(model)
    assert network.layers == ("premi_re_couche__3_3_", "last")
    wanted = keras.Model(images, maps).predict(IMAGES, verbose=0)
    np.testing.assert_allclose(
        computed(network, network.layers[0])[0], wanted, rtol=1e-5, atol=1e-6
    )


def test_names_that_underscores_would_make_equal_stay_apart():
    images = keras.Input(SIZE)
    maps = layers.Conv2D(3, 3, name="a b")(images)
    again = layers.Conv2D(3, 3, name="a_b")(maps)
    network = network_of(keras.Model(images, layers.Conv2D(2, 3, name="a:b")(again)))
    assert len(set(network.layers)) == 3
    found = computed(network, *network.layers)
    wanted = keras.Model(images, [maps, again]).predict(IMAGES, verbose=0)
    for array, expected in zip(found, wanted, strict=False):
        np.testing.assert_allclose(array, expected, rtol=1e-5, atol=1e-6)
    assert found[2].shape[-1] == 2


def test_layers_that_cannot_be_extracted_are_all_told_at_once():
    images = keras.Input(SIZE, name="start")
    rows = layers.Reshape((32, 96), name="rows")(images)
    _, state, _ = layers.LSTM(4, return_state=True, name="lstm")(rows)
    network = network_of(keras.Model(images, layers.Dense(2, name="head")(state)))
    with pytest.raises(InputError) as caught:
        network.check_layers(["lstm", "start", "haed", "head", "head"])
    assert caught.value.problems == (
        "mine: layer 'lstm' has 3 outputs; name a layer that follows it and has one",
        "mine: layer 'start' is the network's input; take it out of the list",
        "mine: no layer 'haed'; did you mean 'head'?",
        "mine: layer 'head' is listed twice; list it once",
    )


def test_an_input_of_open_size_takes_the_size_that_is_given():
    inner = base(size=(None, None, 3))
    images = keras.Input((None, None, 3))
    model = keras.Model(images, layers.GlobalAveragePooling2D(name="gap")(inner(images)))
    network = network_of(model, input_size=(32, 32))
    assert network.input_size == (32, 32)
    assert network.shape_of("c1") == (15, 15, 8)
    wanted = model.predict(IMAGES, verbose=0)
    np.testing.assert_allclose(computed(network, "gap")[0], wanted, rtol=1e-5, atol=1e-5)


def test_a_table_of_layers_lists_what_can_be_extracted_and_how_it_is_connected():
    network = network_of(with_head(base()))
    table = network.describe().set_index("layer")
    assert list(table.index[1:]) == list(network.layers)
    assert table["parents"].to_dict() | {table.index[0]: ""} == {
        table.index[0]: "",
        "resc": table.index[0],
        "backbone.c1": "resc",
        "backbone.bn": "backbone.c1",
        "backbone.c2": "backbone.bn",
        "backbone": "backbone.c2",
        "gap": "backbone",
        "head": "gap",
    }
    assert table["short_name"]["backbone.c1"] == "c1"
    assert table["parameters"].sum() == with_head(base()).count_params()


def test_sums_of_convnexts_blocks_are_extracted():
    """Every layer that its table lists has a name that extraction takes."""
    network = build(application("ConvNeXtTiny"))
    names = ("add", "convnext_tiny_stem", "convnext_tiny_stage_0_block_0_layer_scale")
    assert {*names, "add_17"} <= set(network.describe()["layer"])
    network.check_layers(network.layers)
    stem, scaled = names[1:]
    found = network.part([network.output_of(name) for name in (*names, stem)])
    images = np.random.default_rng(1).uniform(0, 255, (1, 224, 224, 3)).astype(np.float32)
    total, base_maps, branch, _ = (np.asarray(values) for values in found(images))
    np.testing.assert_allclose(total, base_maps + branch, rtol=1e-5, atol=1e-6)
    assert np.abs(branch).max() > 0


def test_a_mixed_precision_network_gives_single_precision(tmp_path):
    images = keras.Input(SIZE)
    half = keras.DTypePolicy("mixed_float16")
    maps = layers.Conv2D(4, 3, dtype=half, name="conv")(images)
    network = network_of(keras.Model(images, maps))
    pixels = np.random.default_rng(2).integers(0, 256, SIZE, dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    labels = {"network": "mixed", "weights_sha256": "abc", "code": "c"}
    extraction = Extraction(("conv",), "stretch", "float32", "none", 16, 2, labels)
    extract_activations(network, ["a"], [tmp_path / "a.png"], tmp_path / "out", extraction)
    with h5py.File(tmp_path / "out/conv.h5") as file:
        found = file["activations"][0]
    kernel, bias = network.model.get_layer("conv").get_weights()
    single = layers.Conv2D(4, 3)
    single.build((None, *SIZE))
    single.set_weights([kernel, bias])
    expected = np.asarray(single(pixels[None].astype(np.float32))).ravel()
    np.testing.assert_allclose(found.ravel(), expected, rtol=2e-2, atol=1.0)

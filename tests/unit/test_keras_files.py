"""Networks of `.keras` files: preprocessing, sizes, classes, random weights and what is refused."""

import re
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from semantrace.core.errors import InputError, Problems
from semantrace.io.files import sha256_of
from semantrace.networks.checks import check_network
from semantrace.networks.registry import build_network
from semantrace.networks.weights import weights_sha256
from semantrace.networks.with_keras.architectures import find_architecture
from semantrace.networks.with_keras.loading import build_with_weights, prepare_weights
from semantrace.networks.with_keras.scaling import UNTOLD
from semantrace.taxonomy.imagenet import class_wnids

GENERATOR = np.random.default_rng(7)
IMAGES = GENERATOR.integers(0, 256, (2, 20, 30, 3)).astype(np.float32)


def saved(path, *first, size=(20, 30, 3), compiled=False):
    """Save a network that begins with some layers, and return its path."""
    keras.utils.set_random_seed(2)
    model = keras.Sequential(
        [
            keras.Input(size),
            *first,
            layers.Conv2D(4, 3, activation="relu", name="conv"),
            layers.GlobalAveragePooling2D(name="gap"),
            layers.Dense(5, activation="softmax", name="head"),
        ]
    )
    if compiled:
        model.compile("adam", "categorical_crossentropy")
    model.save(path)
    return path


def network_of(path, weights_file=None, **spec):
    return build_network({"architecture": str(path), **spec}, weights_file)


def test_a_keras_file_is_a_network(tmp_path):
    path = saved(tmp_path / "mine.keras")
    spec = {"architecture": str(path), "layers": ["conv"], "preprocessing": "tf"}
    source = {"file": str(path), "sha256": sha256_of(path)}
    prepare_weights(find_architecture(spec), source, tmp_path / "w.h5")
    network = build_network(spec, tmp_path / "w.h5")
    assert network.input_size == (20, 30)
    assert network.layers == ("conv", "gap", "head")
    assert network.classes is None
    expected = keras.saving.load_model(path).get_weights()[0]
    np.testing.assert_array_equal(network.model.get_weights()[0], expected)


@pytest.mark.parametrize("name", ["older.h5", "older.hdf5"])
def test_a_whole_model_of_the_older_format_is_the_same_network(tmp_path, name):
    networks = [
        network_of(saved(tmp_path / file, compiled=True), preprocessing="tf")
        for file in ("newer.keras", name)
    ]
    assert networks[0].layers == networks[1].layers == ("conv", "gap", "head")
    images = np.random.default_rng(0).integers(0, 256, (2, 20, 30, 3), dtype=np.uint8)
    first, second = (network.forward_pass(["conv"], "float32", 2)(images) for network in networks)
    np.testing.assert_array_equal(first[0], second[0])
    source = {"file": str(tmp_path / name), "sha256": sha256_of(tmp_path / name)}
    prepare_weights(networks[1].architecture, source, tmp_path / "w.h5")
    assert weights_sha256(tmp_path / "w.h5") == source["sha256"]


def test_a_nested_model_of_the_older_format_has_its_inner_layers(tmp_path):
    inner = keras.Sequential(
        [keras.Input((20, 30, 3)), layers.Conv2D(4, 3, name="conv")], name="front"
    )
    outer = keras.Sequential([keras.Input((20, 30, 3)), inner, layers.Flatten(name="flat")])
    outer.save(tmp_path / "nested.h5")
    network = network_of(tmp_path / "nested.h5", layers=["front.conv"])
    images = np.random.default_rng(0).integers(0, 256, (2, 20, 30, 3), dtype=np.uint8)
    (found,) = network.forward_pass(["front.conv"], "float32", 2)(images)
    np.testing.assert_allclose(found, keras.ops.reshape(inner(images), (2, -1)), atol=1e-3)


@pytest.mark.parametrize("name", ["nested.keras", "nested.h5"])
def test_a_nested_model_is_built_from_its_own_weights_file(tmp_path, name):
    inner = keras.Sequential(
        [keras.Input((20, 30, 3)), layers.Conv2D(4, 3, name="conv")], name="front"
    )
    outer = keras.Sequential([keras.Input((20, 30, 3)), inner, layers.Flatten(name="flat")])
    outer.save(tmp_path / name)
    network = network_of(tmp_path / name, layers=["front.conv"])
    prepare_weights(network.architecture, None, tmp_path / "w.h5")
    stored = build_with_weights(network.architecture, tmp_path / "w.h5")
    images = np.random.default_rng(0).integers(0, 256, (2, 20, 30, 3), dtype=np.uint8)
    found, expected = (
        one.forward_pass(["front.conv"], "float32", 2)(images)[0] for one in (stored, network)
    )
    np.testing.assert_array_equal(found, expected)


def test_what_an_hdf5_file_must_not_be(tmp_path):
    """Code in it would run where it was loaded carelessly."""
    images = keras.Input((20, 30, 3))
    ran = tmp_path / "ran"
    code = f"lambda x: open({str(ran)!r}, 'w') and x"
    keras.Model(images, layers.Lambda(eval(code))(images)).save(tmp_path / "lambda.h5")
    ran.unlink(missing_ok=True)
    with pytest.raises(InputError, match="does not load this file in safe mode"):
        network_of(tmp_path / "lambda.h5")
    assert not ran.exists()
    saved(tmp_path / "whole.h5")
    keras.saving.load_model(tmp_path / "whole.h5").save_weights(tmp_path / "x.weights.h5")
    (tmp_path / "x.weights.h5").rename(tmp_path / "renamed.h5")
    with pytest.raises(InputError, match=r"renamed.h5: holds no model, only weights perhaps; name"):
        network_of(tmp_path / "renamed.h5")
    (tmp_path / "text.h5").write_text("no HDF5")
    with pytest.raises(InputError, match=r"text.h5: not an HDF5 file, .*; save the model with"):
        network_of(tmp_path / "text.h5")
    content = (tmp_path / "whole.h5").read_bytes()
    (tmp_path / "cut.h5").write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="cut.h5"):
        network_of(tmp_path / "cut.h5")


# --- preprocessing


@pytest.mark.parametrize(
    ("kind", "oracle"),
    [
        ("none", lambda x: x),
        ("unit", lambda x: x / 255),
        ("tf", lambda x: keras.applications.imagenet_utils.preprocess_input(x, mode="tf")),
        ("caffe", lambda x: keras.applications.imagenet_utils.preprocess_input(x, mode="caffe")),
        ("torch", lambda x: keras.applications.imagenet_utils.preprocess_input(x, mode="torch")),
    ],
)
def test_each_preprocessing_is_what_keras_does_by_that_name(tmp_path, kind, oracle):
    architecture = network_of(saved(tmp_path / "m.keras"), preprocessing=kind).architecture
    found = np.asarray(architecture.preprocess(keras.ops.convert_to_tensor(IMAGES)))
    np.testing.assert_allclose(found, oracle(IMAGES.copy()), rtol=1e-5, atol=1e-4)
    assert "inside" not in architecture.preprocessing


def normalization(mean, deviation):
    return layers.Normalization(mean=mean, variance=np.square(deviation), name="norm")


def adapted():
    layer = layers.Normalization(name="norm")
    layer.adapt(IMAGES)
    return layer


def nested(layer):
    return keras.Sequential([keras.Input((20, 30, 3)), layer], name="front")


@pytest.mark.parametrize(
    ("first", "where"),
    [
        (lambda: [layers.Rescaling(1 / 255, name="resc")], "resc"),
        (lambda: [layers.Rescaling(1 / 127.5, offset=-1, name="resc")], "resc"),
        (lambda: [layers.Rescaling(1.0, [-123.68, -116.779, -103.939], name="resc")], "resc"),
        (lambda: [adapted()], "norm"),
        (lambda: [layers.RandomFlip(), layers.Rescaling(1 / 255, name="resc")], "resc"),
        (
            lambda: [layers.Rescaling(1 / 255), normalization([0.485, 0.456, 0.406], [0.2] * 3)],
            "norm",
        ),
        (lambda: [nested(layers.Rescaling(1 / 255, name="resc"))], "front.resc"),
    ],
)
def test_a_scaling_in_the_network_is_seen_and_named(tmp_path, first, where):
    path = saved(tmp_path / "m.keras", *first(), compiled=True)
    architecture = network_of(path).architecture
    assert architecture.preprocessing == f"RGB 0 to 255, scaled inside the network by {where}"
    np.testing.assert_array_equal(architecture.preprocess(IMAGES), IMAGES)


def test_a_scaling_written_as_arithmetic_is_seen(tmp_path):
    images = keras.Input((20, 30, 3))
    maps = layers.Conv2D(2, 3)(images / 127.5 - 1.0)
    keras.Model(images, maps).save(tmp_path / "m.keras")
    words = network_of(tmp_path / "m.keras").architecture.preprocessing
    assert words == "RGB 0 to 255, scaled inside the network by subtract"


@pytest.mark.parametrize(
    "first",
    [
        lambda: [],
        lambda: [layers.Rescaling(2.0, offset=-1.0)],  # of 0…1
        lambda: [normalization([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])],  # of 0…1
        lambda: [layers.Conv2D(3, 1), layers.Rescaling(1 / 255)],  # not of the input
    ],
)
def test_a_trained_network_without_a_scaling_of_bytes_is_refused_with_the_choices(tmp_path, first):
    path = saved(tmp_path / "m.keras", *first(), compiled=True)
    with pytest.raises(InputError) as caught:
        network_of(path)
    (problem,) = caught.value.problems
    assert "preprocessing: none (RGB 0 to 255 as they are), unit (0 to 1), tf (-1 to 1)" in problem
    assert network_of(path, preprocessing="unit").architecture.preprocessing.endswith("0 to 1")


def test_an_untrained_network_without_a_scaling_is_told_of(tmp_path, capsys):
    architecture = network_of(saved(tmp_path / "m.keras")).architecture
    assert architecture.preprocessing == UNTOLD
    assert "inside" not in UNTOLD
    prepare_weights(architecture, None, tmp_path / "w.h5")
    assert "preprocessing: none" in capsys.readouterr().err


def test_a_study_that_scales_what_the_network_scales_is_warned(tmp_path):
    path = saved(tmp_path / "m.keras", layers.Rescaling(1 / 255, name="resc"))
    architecture = network_of(path, preprocessing="tf").architecture
    assert architecture.preprocessing == "RGB 0 to 255, scaled to -1 to 1"
    assert "itself scales RGB 0 to 255 in its layer resc" in architecture.warning


# --- sizes and classes


def test_an_input_of_open_size_needs_a_size(tmp_path):
    path = saved(tmp_path / "any.keras", size=(None, None, 3))
    with pytest.raises(InputError, match="no fixed height and width .* input_size: 224"):
        network_of(path, preprocessing="unit")
    network = network_of(path, preprocessing="unit", input_size=[20, 30])
    assert network.input_size == (20, 30)
    wanted = keras.saving.load_model(path).predict(IMAGES, verbose=0)
    found = np.asarray(network.model(network.architecture.preprocess(IMAGES * 255)))
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    assert network_of(path, preprocessing="unit", input_size=16).input_size == (16, 16)


def test_a_size_too_small_for_the_layers_is_refused(tmp_path):
    deep = [layers.Conv2D(2, 5, name=f"deep{number}") for number in range(3)]
    path = saved(tmp_path / "any.keras", *deep, size=(None, None, 3))
    with pytest.raises(InputError, match="input_size") as caught:
        network_of(path, preprocessing="unit", input_size=8)
    assert "\n" not in str(caught.value)


def test_an_input_of_whole_numbers_is_not_scaled_before_it(tmp_path):
    start = keras.Input((8, 8, 3), dtype="uint8")
    end = layers.Dense(2)(layers.Flatten()(layers.Rescaling(1 / 255)(start)))
    keras.Model(start, end).save(tmp_path / "m.keras")
    assert network_of(tmp_path / "m.keras").input_size == (8, 8)
    with pytest.raises(InputError, match="type uint8, which cannot hold values that preprocess"):
        network_of(tmp_path / "m.keras", preprocessing="unit")


def test_another_size_than_the_input_has_is_refused(tmp_path):
    path = saved(tmp_path / "m.keras")
    assert network_of(path, preprocessing="unit", input_size=[20, 30]).input_size == (20, 30)
    with pytest.raises(InputError, match="input_size is 16×16 but its input is .None, 20, 30"):
        network_of(path, preprocessing="unit", input_size=16)


def test_a_network_has_its_own_list_of_classes(tmp_path):
    path = saved(tmp_path / "m.keras")
    names = tmp_path / "classes.txt"
    names.write_text("n02084071\ncat.n.01\nselfie stick\nhorse\ncow\n\n", encoding="utf-8")
    network = network_of(path, preprocessing="unit", classes=str(names))
    assert network.classes == ("n02084071", "cat.n.01", "selfie stick", "horse", "cow")
    for text, message in (
        ("a\nb\n", "the output is 5 but classes: .* has 2"),
        ("a\nb\nc\nd\na\n", "class 'a' stands in 2 lines"),
        ("a\n\nc\nd\ne\n", "line 2 is empty"),
    ):
        names.write_text(text)
        with pytest.raises(InputError, match=message):
            network_of(path, preprocessing="unit", classes=str(names))
    with pytest.raises(InputError, match="the output is 5 but classes: imagenet has 1000"):
        network_of(path, preprocessing="unit", classes="imagenet")


def test_a_network_of_imagenets_classes_has_their_wnids(tmp_path):
    model = keras.Sequential([keras.Input((8, 8, 3)), layers.Flatten(), layers.Dense(1000)])
    model.save(tmp_path / "m.keras")
    network = network_of(tmp_path / "m.keras", preprocessing="unit", classes="imagenet")
    assert network.classes == class_wnids()


# --- random weights


def random_network(tmp_path, path, seed):
    spec = {"architecture": str(path), "preprocessing": "none"}
    prepare_weights(find_architecture(spec), {"seed": seed}, tmp_path / "random.h5")
    return build_network(spec, tmp_path / "random.h5")


def test_random_weights_are_drawn_anew_and_prepare_the_input_as_before(tmp_path):
    norm = adapted()
    seeded = layers.Conv2D(4, 3, kernel_initializer=keras.initializers.HeNormal(3), name="seeded")
    path = saved(tmp_path / "m.keras", norm, seeded, layers.BatchNormalization(name="bn"))
    trained = keras.saving.load_model(path)
    trained.get_layer("bn").moving_mean.assign([1.0, 2.0, 3.0, 4.0])
    trained.save(path)
    first, same, other = (random_network(tmp_path, path, seed).model for seed in (1, 1, 2))
    for name in ("seeded", "conv", "head"):
        kernels = [m.get_layer(name).get_weights()[0] for m in (first, same, other, trained)]
        np.testing.assert_array_equal(kernels[0], kernels[1])
        assert np.abs(kernels[0] - kernels[2]).max() > 0.01
        assert np.abs(kernels[0] - kernels[3]).max() > 0.01
    spread = first.get_layer("seeded").get_weights()[0].std()
    assert spread == pytest.approx(np.sqrt(2 / 27), rel=0.3)  # He's
    np.testing.assert_array_equal(first.get_layer("bn").moving_mean, np.zeros(4))
    prepared = keras.Model(first.inputs, first.get_layer("norm").output)(IMAGES)
    np.testing.assert_allclose(prepared, norm(IMAGES), rtol=1e-5, atol=1e-5)


def test_random_weights_of_models_inside_are_drawn_anew(tmp_path):
    inner = keras.Sequential([keras.Input((20, 30, 3)), layers.Conv2D(4, 3, name="c")], name="base")
    path = saved(tmp_path / "m.keras", inner)
    first, same, other = (random_network(tmp_path, path, seed) for seed in (1, 1, 2))
    trained = keras.saving.load_model(path).get_layer("base").get_layer("c").get_weights()[0]
    kernels = [network.model.get_layer("base.c").get_weights()[0] for network in (first, same)]
    np.testing.assert_array_equal(*kernels)
    assert np.abs(kernels[0] - trained).max() > 0.01
    assert np.abs(kernels[0] - other.model.get_layer("base.c").get_weights()[0]).max() > 0.01


# --- what is refused


def test_a_keras_file_with_code_inside_is_refused(tmp_path):
    witness = str(tmp_path / "executed")
    code = layers.Lambda(lambda x: (Path(witness).mkdir(), x)[1], output_shape=(20, 30, 3))
    keras.Sequential([keras.Input((20, 30, 3)), code]).save(tmp_path / "evil.keras")
    with pytest.raises(InputError, match="does not load this file in safe mode"):
        network_of(tmp_path / "evil.keras")
    assert not Path(witness).exists()


def test_unusable_keras_files_are_refused(tmp_path):
    path = saved(tmp_path / "mine.keras")
    with pytest.raises(InputError, match=r"there is no file .*none.keras"):
        network_of(tmp_path / "none.keras")
    with pytest.raises(InputError, match=r"preprocessing 'cafe' is unknown; did you mean 'caffe'"):
        network_of(path, preprocessing="cafe")
    with pytest.raises(InputError, match="brings its own weights"):
        other = {"file": str(saved(tmp_path / "other.keras"))}
        prepare_weights(find_architecture({"architecture": str(path)}), other, tmp_path / "w.h5")
    (tmp_path / "text.keras").write_text("no zip")
    with pytest.raises(InputError, match="not a .keras file"):
        network_of(tmp_path / "text.keras")
    images = keras.Input((3, 20, 30))
    keras.Model(images, layers.Flatten()(images)).save(tmp_path / "first.keras")
    with pytest.raises(InputError, match="It has its channels first"):
        network_of(tmp_path / "first.keras")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("net.weights.h5", "holds weights only; name the architecture"),
        ("net.pth", "PyTorch, .* torch.onnx.export and name the .onnx file"),
        ("net.pt", "PyTorch"),
        ("net.pb", "graph of TensorFlow"),
        ("net.tflite", "TensorFlow Lite"),
        ("models/net", "is no .keras, .h5 or .onnx file"),
        ("net.KERAS", "small letters"),
        ("net.H5", "let it end in .h5 in small letters"),
        ("net.ONNX", "let it end in .onnx in small letters"),
    ],
)
def test_other_files_are_refused_with_what_to_do(name, message):
    with pytest.raises(InputError, match=message) as caught:
        find_architecture({"architecture": name})
    assert re.search(r"\.keras|\.onnx|\.h5", str(caught.value))


def test_a_saved_model_folder_is_refused_with_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "net").mkdir()
    (tmp_path / "net/saved_model.pb").touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="SavedModel of TensorFlow"):
        find_architecture({"architecture": "net"})


def test_a_check_collects_all_problems_of_a_network(tmp_path):
    path = saved(tmp_path / "m.keras", layers.Rescaling(1 / 255))
    problems = Problems()
    spec = {"architecture": str(path), "layers": ["conv", "head"]}
    network = check_network("tiny", spec, problems)
    assert [network.shape_of(layer) for layer in spec["layers"]] == [(18, 28, 4), (5,)]
    assert problems.found == []
    assert check_network("tiny", spec | {"layers": ["cnov", "haed"]}, problems) is None
    check_network(
        "vgg",
        {"architecture": "VGG16-HED", "layers": ["fc"], "weights": {"file": "gone.h5"}},
        problems,
    )
    starts = [problem.split(";")[0] for problem in problems.found]
    assert starts == [
        "networks.tiny: no layer 'cnov'",
        "networks.tiny: no layer 'haed'",
        "networks.vgg: weights.file: there is no file gone.h5",
        "networks.vgg: no layer 'fc'",
    ]


def test_a_network_with_learnt_biases_is_taken_for_a_trained_one(tmp_path):
    path = saved(tmp_path / "m.keras")
    model = keras.saving.load_model(path)
    bias = next(variable for variable in model.variables if variable.name == "bias")
    bias.assign(bias.numpy() + 0.1)
    model.save(path)
    with pytest.raises(InputError, match="say what it was trained with, as preprocessing: none"):
        find_architecture({"architecture": str(path)})

import io
import sys

import keras
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.activations.predictions import rank_classes
from semantrace.activations.reader import open_layer
from semantrace.core import job
from semantrace.core.errors import InputError
from semantrace.core.progress import progress
from semantrace.images.decoding import load_image
from semantrace.images.resizing import resize_image
from semantrace.networks.devices import prepare_devices
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.architectures import find_architecture
from semantrace.networks.with_keras.keras_network import KerasNetwork, build
from semantrace.taxonomy.imagenet import class_wnids

LAYERS = ("conv1", "fire2", "fire9", "conv10", "global_average")
LABELS = {"network": "squeezenet", "weights_sha256": "abc", "code": "c"}
GENERATOR = np.random.default_rng(11)


@pytest.fixture(scope="module")
def squeezenet():
    return build(find_architecture({"architecture": "SqueezeNet"}), seed=1)


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    paths = [folder / f"{number}.png" for number in range(7)]
    for path in paths:
        height, width = GENERATOR.integers(20, 60, 2)
        blocks = GENERATOR.integers(0, 256, (height, width, 3), dtype=np.uint8)
        Image.fromarray(blocks).resize((4 * int(width), 4 * int(height))).save(path)
    return paths


ORDINARY = {
    "resize": "stretch",
    "dtype": "float32",
    "compression": "none",
    "batch_size": 16,
    "decoding_threads": 2,
    "labels": LABELS,
}


def names_of(paths):
    return [path.stem for path in paths]


def extract(network, paths, folder, layers=LAYERS, **settings):
    extraction = Extraction(layers, **ORDINARY | settings)
    extract_activations(network, names_of(paths), paths, folder, extraction)


def tiny_network(*layers, preprocess=lambda images: images):
    """Return a network without classes, of the given layers on images of 8 × 6."""
    model = keras.Sequential([keras.Input((8, 6, 3)), *layers])
    architecture = Architecture("tiny", lambda: model, preprocess, "nothing", "RGB")
    return KerasNetwork(architecture, model)


def test_every_layer_equals_keras_own_prediction(squeezenet, images, tmp_path):
    extract(squeezenet, images, tmp_path / "out", batch_size=3)
    resized = [resize_image(load_image(path), (227, 227), "stretch") for path in images]
    bgr = np.stack(resized)[..., ::-1].astype(np.float32)
    prepared = bgr - np.array([103.939, 116.779, 123.68], dtype=np.float32)
    model = squeezenet.model
    for layer in LAYERS:
        oracle = keras.Model(model.input, model.get_layer(layer).output)
        expected = oracle.predict(prepared, verbose=0)
        with open_layer([tmp_path / "out"], layer) as stored:
            found = stored.read()
            assert stored.images == tuple(names_of(images))
            assert stored.shape == expected.shape[1:]
            assert stored.attributes["weights_sha256"] == "abc"
        scale = np.abs(expected).max()
        np.testing.assert_allclose(found / scale, expected.reshape(7, -1) / scale, atol=1e-5)
    with open_layer([tmp_path / "out"], "pixels") as stored:
        np.testing.assert_array_equal(stored.read(), np.stack(resized).reshape(7, -1))
        assert stored.attributes["preprocessing"] == "stretch to 227×227"


def test_half_precision_is_the_rounding_of_single_precision(squeezenet, images, tmp_path):
    extract(squeezenet, images[:3], tmp_path / "single")
    extract(squeezenet, images[:3], tmp_path / "half", dtype="float16")
    for layer in LAYERS:
        with (
            open_layer([tmp_path / "single"], layer) as single,
            open_layer([tmp_path / "half"], layer) as half,
        ):
            assert half.dtype == np.float16
            np.testing.assert_array_equal(half.read(), single.read().astype(np.float16))


def test_predictions_are_the_five_most_probable_classes(squeezenet, images, tmp_path):
    extract(squeezenet, images, tmp_path / "out", layers=("softmax",), batch_size=4)
    table = pd.read_table(tmp_path / "out/predictions.tsv")
    assert list(table.columns) == ["network", "image", "rank", "wnid", "class", "probability"]
    assert set(table["network"]) == {"squeezenet"}
    assert len(table) == 5 * len(images)
    with open_layer([tmp_path / "out"], "softmax") as stored:
        for name, probabilities in zip(stored.images, stored.read(), strict=True):
            rows = table[table["image"].astype(str) == name]
            best = sorted(range(1000), key=lambda number: -probabilities[number])[:5]  # noqa: B023
            assert list(rows["rank"]) == [1, 2, 3, 4, 5]
            assert list(rows["wnid"]) == [class_wnids()[number] for number in best]
            np.testing.assert_allclose(rows["probability"], probabilities[best], rtol=1e-6)


def test_equal_probabilities_are_ranked_by_class():
    classes, probabilities = rank_classes(np.array([[0.1, 0.3, 0.3, 0.2, 0.1]]), ranks=3)
    assert classes.tolist() == [[1, 2, 3]]
    assert probabilities.tolist() == [[0.3, 0.3, 0.2]]


def test_results_do_not_depend_on_shard_boundaries(squeezenet, images, tmp_path):
    extract(squeezenet, images, tmp_path / "whole", dtype="float32", batch_size=4)
    for number, part in enumerate((images[:1], images[1:6], images[6:])):
        extract(squeezenet, part, tmp_path / f"part{number}", batch_size=4)
    parts = [tmp_path / f"part{number}" for number in range(3)]
    for layer in ("pixels", *LAYERS):
        with open_layer([tmp_path / "whole"], layer) as whole, open_layer(parts, layer) as joined:
            assert joined.images == whole.images
            # of the last image of a batch, processors without AVX-512 may round otherwise
            np.testing.assert_allclose(joined.read(), whole.read(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("compression", ["none", "lz4"])
def test_two_runs_give_equal_bytes(squeezenet, images, tmp_path, compression):
    for name in ("first", "second"):
        extract(squeezenet, images, tmp_path / name, ("fire9", "softmax"), compression=compression)
    files = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert files == ["fire9.h5", "pixels.h5", "predictions.tsv", "softmax.h5"]
    for name in files:
        first, second = ((tmp_path / run / name).read_bytes() for run in ("first", "second"))
        assert first == second, name


def test_a_batch_too_large_for_memory_is_made_smaller(squeezenet, images, tmp_path, monkeypatch):
    extract(squeezenet, images, tmp_path / "four", ("fire9",), batch_size=4)
    monkeypatch.setattr("semantrace.activations.batches.BATCH_BYTES", 4 * 4 * 13 * 13 * 512 + 100)
    extract(squeezenet, images, tmp_path / "bounded", ("fire9",), batch_size=1000)
    names = ("four", "bounded")
    first, second = ((tmp_path / name / "fire9.h5").read_bytes() for name in names)
    assert first == second


def test_networks_without_classes_predict_nothing(images, tmp_path):
    network = tiny_network(keras.layers.Conv2D(2, 3, activation="relu", name="conv"))
    extract(network, images, tmp_path / "out", ("conv",), resize="center_crop")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["conv.h5", "pixels.h5"]
    with open_layer([tmp_path / "out"], "pixels") as stored:
        expected = resize_image(load_image(images[2]), (8, 6), "center_crop")
        np.testing.assert_array_equal(stored.read()[2], expected.ravel())


# --- what is refused


def test_overflow_of_half_precision_names_layer_image_and_remedy(images, tmp_path):
    network = tiny_network(keras.layers.Rescaling(1000.0, name="loud"))
    with pytest.raises(InputError, match="layer loud, image '0': .*set `dtype: float32`"):
        extract(network, images, tmp_path / "half", ("loud",), dtype="float16")
    assert list(tmp_path.iterdir()) == []
    extract(network, images, tmp_path / "single", ("loud",), dtype="float32")


@pytest.mark.parametrize(
    ("scale", "offset", "message"),
    [
        (1e-11, 0.0, "are too small for float16 .the largest is ...e-09"),
        (1e-8, 0.0, "are too small for float16"),
        (-1e-8, 0.0, "are too small for float16"),
        (1e-3, 1000.0, "differ too little for float16 .they lie between 1000.*and 1000"),
    ],
)
def test_what_half_precision_loses_names_layer_image_and_remedy(
    images, tmp_path, scale, offset, message
):
    """The first form becomes zero, the second keeps a digit or two, the last becomes one value."""
    network = tiny_network(keras.layers.Rescaling(scale, offset, name="faint"))
    remedy = "set `dtype: float32` under `storage`"
    told = f"layer faint, image '0': the activations {message}.*; {remedy}"
    with pytest.raises(InputError, match=told):
        extract(network, images, tmp_path / "half", ("faint",), dtype="float16")
    assert list(tmp_path.iterdir()) == []
    extract(network, images, tmp_path / "single", ("faint",), dtype="float32")
    with open_layer([tmp_path / "single"], "faint") as stored:
        values = stored.read()
    pixels = np.stack([resize_image(load_image(path), (8, 6), "stretch") for path in images])
    np.testing.assert_allclose(values, scale * pixels.reshape(7, -1) + offset, rtol=1e-6)


def test_a_single_image_that_half_precision_loses_is_found_behind_zeros(tmp_path):
    """The first features tell nothing, and other images of the batch are well."""
    path = tmp_path / "dim.png"
    black = np.zeros((64, 64, 3), dtype=np.uint8)
    black[-1, -1] = 3
    Image.fromarray(black).save(path)
    Image.fromarray(black * 80).save(tmp_path / "clear.png")
    model = keras.Sequential([keras.Input((64, 64, 3)), keras.layers.Rescaling(1e-6, name="a")])
    network = KerasNetwork(Architecture("n", lambda: model, lambda x: x, "nothing", "RGB"), model)
    paths = [tmp_path / "clear.png", path]
    with pytest.raises(InputError, match="layer a, image 'dim': .* too small for float16"):
        extract(network, paths, tmp_path / "out", ("a",), dtype="float16")


@pytest.mark.parametrize("value", [0.0, 1e-9, 7.1])
def test_a_layer_that_is_constant_in_single_precision_too_is_stored(images, tmp_path, value):
    network = tiny_network(keras.layers.Rescaling(0.0, value, name="dead"))
    extract(network, images, tmp_path / "out", ("dead",), dtype="float16")
    with open_layer([tmp_path / "out"], "dead") as stored:
        assert np.ptp(stored.read()) == 0


def test_values_that_are_not_numbers_are_refused(images, tmp_path):
    network = tiny_network(keras.layers.Rescaling(float("nan"), name="broken"))
    with pytest.raises(InputError, match="layer broken, image '0': an activation is not a number"):
        extract(network, images, tmp_path / "out", ("broken",))
    assert list(tmp_path.iterdir()) == []


def test_an_unreadable_image_ends_the_extraction_and_leaves_nothing(squeezenet, images, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(images[0].read_bytes()[:200])
    with pytest.raises(InputError, match="broken.png: the image is truncated"):
        extract(squeezenet, [*images, broken], tmp_path / "out", ("fire9",), batch_size=2)
    assert list(tmp_path.iterdir()) == [broken]


@pytest.mark.parametrize("decoding_threads", [1, 5])
def test_decoding_threads_decide_nothing(squeezenet, images, tmp_path, decoding_threads):
    extract(squeezenet, images, tmp_path / "two", ("fire9",))
    settings = {"decoding_threads": decoding_threads}
    extract(squeezenet, images, tmp_path / "other", ("fire9",), **settings)
    assert (tmp_path / "two/fire9.h5").read_bytes() == (tmp_path / "other/fire9.h5").read_bytes()


def test_unknown_settings_are_refused(squeezenet, images, tmp_path):
    with pytest.raises(InputError, match=r"no layer 'fire99'; did you mean 'fire9'"):
        extract(squeezenet, images, tmp_path / "out", ("fire99",))
    with pytest.raises(InputError, match="dtype 'float64' is unknown"):
        Extraction(("conv1",), **ORDINARY | {"dtype": "float64"})
    with pytest.raises(InputError, match="compression 'gzip' is unknown"):
        Extraction(("conv1",), **ORDINARY | {"compression": "gzip"})
    with pytest.raises(InputError, match="batch size 0 is too small"):
        Extraction(("conv1",), **ORDINARY | {"batch_size": 0})
    with pytest.raises(InputError, match="there is no image to extract"):
        extract(squeezenet, [], tmp_path / "out")


def test_a_demanded_gpu_that_is_missing_is_an_error():
    import tensorflow as tf

    prepare_devices()
    if tf.config.list_physical_devices("GPU"):
        prepare_devices(require_gpu=True)
    else:
        with pytest.raises(InputError, match="a GPU is demanded but TensorFlow sees none"):
            prepare_devices(require_gpu=True)


def test_the_forward_pass_takes_images_and_returns_rows(squeezenet):
    forward = squeezenet.forward_pass(("fire9", "conv1"), "float16", batch_size=2)
    fire9, conv1, probabilities = forward(np.zeros((2, 227, 227, 3), dtype=np.uint8))
    assert fire9.shape == (2, 13 * 13 * 512)
    assert conv1.shape == (2, 113 * 113 * 64)
    assert (fire9.dtype, probabilities.dtype) == ("float16", "float32")
    np.testing.assert_allclose(probabilities.numpy().sum(axis=1), 1, rtol=1e-5)


# --- progress


class Screen(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_in_the_log_and_on_the_terminal(monkeypatch):
    log, screen = io.StringIO(), Screen()
    monkeypatch.setattr(sys, "stderr", log)
    monkeypatch.setattr(job, "_first_stderr", screen)
    with progress(20, "squeezenet", "images") as advance:
        advance(5)
        advance(15)
    for stream in (log, screen):
        assert "squeezenet: 100%" in stream.getvalue()
        assert "20/20" in stream.getvalue()


def test_without_a_terminal_progress_goes_to_the_log_alone(monkeypatch):
    log, pipe = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    monkeypatch.setattr(job, "_first_stderr", pipe)
    assert job.terminal() is None
    with progress(1, "squeezenet", "images") as advance:
        advance(1)
    assert "1/1" in log.getvalue()
    assert pipe.getvalue() == ""

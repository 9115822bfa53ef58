"""Weights files of users, in particular of Keras' EfficientNets, against Keras itself."""

import h5py
import keras
import numpy as np
import pytest
from keras.src.legacy.saving import legacy_h5_format

from semantrace.core.errors import InputError
from semantrace.io.files import sha256_of
from semantrace.networks.registry import build_network
from semantrace.networks.with_keras import weights_file
from semantrace.networks.with_keras.keras_applications import application
from semantrace.networks.with_keras.loading import prepare_weights

NAME = "EfficientNetB0"
STATISTICS = ([0.485, 0.456, 0.406], list(weights_file.PUBLISHED_VARIANCE), 0)
IMAGES = np.random.default_rng(4).uniform(0, 255, (1, 224, 224, 3)).astype(np.float32)


def adapt(model, mean, variance, count):
    (layer,) = (item for item in model.layers if isinstance(item, keras.layers.Normalization))
    layer.set_weights([np.array(values) for values in (mean, variance, count)])
    layer.finalize_state()


def save_as_older(model, path):
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)


@pytest.fixture(scope="module")
def plain():
    """The network as Keras builds it without weights, with the published statistics."""
    keras.utils.set_random_seed(5)
    model = keras.applications.EfficientNetB0(weights=None)
    adapt(model, *STATISTICS)
    return model


@pytest.fixture(scope="module")
def published_file(plain, tmp_path_factory):
    """A file like the published one: of the older format, without the rescaling."""
    path = tmp_path_factory.mktemp("published") / "efficientnetb0.h5"
    save_as_older(plain, path)
    return path


@pytest.fixture
def rescaled(published_file, monkeypatch):
    """The network that Keras itself builds for weights="imagenet", with the file for a download."""
    module = keras.src.applications.efficientnet
    monkeypatch.setattr(module.file_utils, "get_file", lambda *_, **__: str(published_file))
    return keras.applications.EfficientNetB0(weights="imagenet")


def stem(model):
    return keras.Model(model.inputs, model.get_layer("stem_activation").output)(IMAGES)


def loaded(path, tmp_path):
    source = {"file": str(path), "sha256": sha256_of(path)}
    prepare_weights(application(NAME), source, tmp_path / "own.h5")
    return build_network({"architecture": NAME}, tmp_path / "own.h5").model


def test_the_published_file_computes_what_imagenet_does(
    published_file, rescaled, plain, tmp_path, monkeypatch
):
    digest = weights_file._md5_of(published_file)
    monkeypatch.setattr(weights_file, "PUBLISHED_MD5", {digest})
    expected = np.asarray(stem(rescaled))
    by_file = stem(loaded(published_file, tmp_path))
    np.testing.assert_allclose(by_file, expected, rtol=1e-4, atol=1e-5)
    prepare_weights(application(NAME), "imagenet", tmp_path / "imagenet.h5")
    by_name = build_network({"architecture": NAME}, tmp_path / "imagenet.h5").model
    np.testing.assert_allclose(stem(by_name), expected, rtol=1e-4, atol=1e-5)
    assert np.abs(stem(plain) - expected).max() > 0.1


def test_the_published_files_are_those_that_keras_names():
    assert "902e53a9f72be733fc0bcb005b3ebbac" in weights_file.PUBLISHED_MD5  # efficientnetb0.h5
    assert len(weights_file.PUBLISHED_MD5) == 16


@pytest.mark.parametrize("name", ["tuned.weights.h5", "tuned.h5"])
def test_a_file_of_a_tuned_network_keeps_the_rescaling(rescaled, tmp_path, name):
    path = tmp_path / name
    if name.endswith(".weights.h5"):
        rescaled.save_weights(path)
    else:
        save_as_older(rescaled, path)
    np.testing.assert_allclose(stem(loaded(path, tmp_path)), stem(rescaled), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ["own.weights.h5", "own.h5"])
def test_a_file_that_may_mean_either_network_is_refused(plain, tmp_path, name):
    path = tmp_path / name
    if name.endswith(".weights.h5"):
        plain.save_weights(path)
    else:
        save_as_older(plain, path)
    with pytest.raises(InputError, match="does not say whether the rescaling .* weights: imagenet"):
        loaded(path, tmp_path)


@pytest.mark.parametrize("name", ["own.weights.h5", "older.weights.h5"])
def test_a_network_trained_from_the_start_is_left_as_it_is(tmp_path, name):
    model = keras.applications.EfficientNetB0(weights=None)
    adapt(model, [0.4, 0.5, 0.6], [0.07, 0.08, 0.09], 10)
    path = tmp_path / name
    if name == "own.weights.h5":
        model.save_weights(path)
    else:
        save_as_older(model, path)
    np.testing.assert_allclose(stem(loaded(path, tmp_path)), stem(model), rtol=1e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ConvNeXtTiny", "MobileNetV3Small", "EfficientNetV2B0"])
def test_no_other_family_is_built_otherwise_for_downloaded_weights(name, tmp_path, monkeypatch):
    """What Keras builds around downloaded weights is what it builds without, layer by layer."""
    plain = getattr(keras.applications, name)(weights=None)
    monkeypatch.setattr(keras.Model, "load_weights", lambda *_, **__: None)
    monkeypatch.setattr("keras.src.utils.file_utils.get_file", lambda *_, **__: "none")
    downloaded = getattr(keras.applications, name)(weights="imagenet")
    kinds = [[type(op).__name__ for op in model.operations] for model in (plain, downloaded)]
    assert kinds[0] == kinds[1]

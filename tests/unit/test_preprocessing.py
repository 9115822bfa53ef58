"""What is done to RGB values, of NumPy and of TensorFlow, against formulas in double precision."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from semantrace.core.errors import InputError
from semantrace.networks.preprocessing import PREPROCESSING, preprocessing_of

FILE = Path("net.onnx")
IMAGES = np.random.default_rng(0).uniform(0, 255, (2, 5, 4, 3)).astype(np.float32)
WIDE = IMAGES.astype(np.float64)
OURS = {"none": WIDE, "unit": WIDE / 255}


@pytest.mark.parametrize("name", PREPROCESSING)
def test_named_ways_are_those_of_keras_and_clip(name):
    if name in ("caffe", "tf", "torch"):
        expected = keras.applications.imagenet_utils.preprocess_input(IMAGES.copy(), mode=name)
    elif name == "clip":
        mean = [0.48145466, 0.4578275, 0.40821073]
        expected = (WIDE / 255 - mean) / [0.26862954, 0.26130258, 0.27577711]
    else:
        expected = OURS[name]
    scaling = preprocessing_of(name, FILE)
    found = scaling.preprocess(IMAGES)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)
    np.testing.assert_array_equal(found, scaling.preprocess(tf.constant(IMAGES)))
    assert found.dtype == np.float32


def test_an_explicit_way():
    setting = {
        "range": [-1, 2],
        "mean": [0.1, 0.2, 0.3],
        "deviation": [0.5, 0.6, 0.7],
        "channel_order": "BGR",
    }
    scaling = preprocessing_of(setting, FILE)
    expected = (WIDE[..., ::-1] / 255 * 3 - 1 - [0.1, 0.2, 0.3]) / [0.5, 0.6, 0.7]
    for images in (IMAGES, tf.constant(IMAGES)):
        np.testing.assert_allclose(scaling.preprocess(images), expected, rtol=1e-5, atol=1e-5)
    assert scaling.words == (
        "RGB 0 to 255, turned to BGR, scaled to -1 to 2, minus (0.1, 0.2, 0.3), "
        "over (0.5, 0.6, 0.7)"
    )


def test_what_is_left_out_changes_nothing():
    torch = {"mean": [0.485, 0.456, 0.406], "deviation": [0.229, 0.224, 0.225]}
    found = preprocessing_of(torch, FILE)
    named = PREPROCESSING["torch"]
    np.testing.assert_allclose(found.preprocess(IMAGES), named.preprocess(IMAGES), atol=1e-6)
    assert found.words == named.words


def test_an_unknown_name():
    with pytest.raises(InputError, match="preprocessing 'caffee' is unknown; did you mean 'caffe'"):
        preprocessing_of("caffee", FILE)

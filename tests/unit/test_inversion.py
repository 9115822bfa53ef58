"""Inversion of class vectors: its loss, its descent, what it finds and what it refuses."""

import hashlib
import os
import subprocess
import sys

import h5py
import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from scipy.fft import dct
from scipy.signal import correlate2d
from sklearn.datasets import load_sample_image

from semantrace.core.errors import InputError
from semantrace.embedding.inversion import (
    Inversion,
    image_loss,
    invert_class_vectors,
    total_variation,
)
from semantrace.embedding.inversion_files import (
    StoredInversions,
    find_classes,
    read_class_vectors,
    read_inversions,
    write_inversions,
)
from semantrace.embedding.spectrum import ImageSpectrum, cosine_waves
from semantrace.networks.registry import build_network
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.architectures import find_architecture
from semantrace.networks.with_keras.keras_network import build
from semantrace.networks.with_keras.loading import prepare_weights

HEIGHT, WIDTH = 6, 5
LAYERS = ("first", "second")


def tiny_network(size=(HEIGHT, WIDTH), filters=4, seed=3):
    """Return two convolutions, so small that an oracle can loop over everything."""

    def build_model():
        images = keras.Input((*size, 3))
        flow = keras.layers.Conv2D(filters, 3, activation="tanh", name="first")(images)
        flow = keras.layers.Conv2D(filters, 2, activation="tanh", name="second")(flow)
        return keras.Model(images, flow)

    def preprocess(images):
        return images / 127.5 - 1

    architecture = Architecture("tiny", build_model, preprocess, "scaled to -1 to 1", "RGB")
    return build(architecture, seed)


def activations_of(network, layers, image):
    """Return an image's activations in some layers, each of unit norm, as class vectors."""
    outputs = [network.model.get_layer(layer).output for layer in layers]
    model = keras.Model(network.model.inputs[0], outputs)
    prepared = network.architecture.preprocess(tf.constant(image[None], tf.float32))
    values = [np.ravel(output) for output in tf.nest.flatten(model(prepared))]
    return [(value / np.linalg.norm(value))[None].astype(np.float32) for value in values]


def generators(*seeds):
    return [np.random.default_rng(seed) for seed in seeds]


def smooth_image(size, seed=0):
    """Return an image of slow waves in every colour."""
    rows, columns = np.indices(size) / np.array(size)[:, None, None]
    phases = np.random.default_rng(seed).uniform(0, 6, (2, 3))
    waves = [np.sin(5 * rows + a) + np.cos(4 * columns + b) for a, b in phases.T]
    return np.rint(127.5 + 50 * np.stack(waves, axis=-1)).astype(np.uint8)


# --- The same in double precision, by loops and by other libraries


def image_by_loops(spectrum):
    """Return the image of a spectrum, adding up one wave after the other."""
    _, height, width = spectrum.shape
    frequencies = np.array(
        [
            [np.hypot(u / height, v / width) or 1 / max(height, width) for v in range(width)]
            for u in range(height)
        ]
    )
    amplitudes = 1 / frequencies
    amplitudes /= np.sqrt((amplitudes**2).mean())
    contrasts = np.zeros((height, width, 3))
    y, x = np.indices((height, width)) + 0.5
    for u in range(height):
        for v in range(width):
            down = np.sqrt((1 if u == 0 else 2) / height) * np.cos(np.pi * u * y / height)
            across = np.sqrt((1 if v == 0 else 2) / width) * np.cos(np.pi * v * x / width)
            contrasts += (down * across * amplitudes[u, v])[:, :, None] * spectrum[:, u, v]
    red_blue, green_magenta = np.array((1, 0, -1)), np.array((-1, 2, -1))
    colours = [(1, 1, 1), 0.5 * np.sqrt(3 / 2) * red_blue, 0.3 * np.sqrt(3 / 6) * green_magenta]
    return 255 / (1 + np.exp(-contrasts @ np.array(colours)))


def variation_by_loops(image):
    height, width, _ = image.shape
    down = [abs(image[y + 1] - image[y]).mean() for y in range(height - 1)]
    across = [abs(image[:, x + 1] - image[:, x]).mean() for x in range(width - 1)]
    return (np.mean(down) + np.mean(across)) / 255


def layers_by_scipy(network, image):
    """Return both layers of the tiny network, flat."""
    flow, found = image / 127.5 - 1, []
    for name in LAYERS:
        kernel, bias = (np.float64(a) for a in network.model.get_layer(name).get_weights())
        maps = [
            sum(
                correlate2d(flow[:, :, c], kernel[:, :, c, f], mode="valid")
                for c in range(flow.shape[2])
            )
            for f in range(kernel.shape[3])
        ]
        flow = np.tanh(np.stack(maps, axis=-1) + bias)
        found.append(flow.ravel())
    return found


def loss_by_scipy(network, spectrum, class_vectors, shift, weight):
    image = image_by_loops(spectrum)
    found = layers_by_scipy(network, np.roll(image, shift, axis=(0, 1)))
    cosines = [
        one @ vectors[0] / np.linalg.norm(one)
        for one, vectors in zip(found, class_vectors, strict=True)
    ]
    return 1 - np.mean(cosines) + weight * variation_by_loops(image) + 5 * (spectrum**2).mean()


def gradient_by_differences(function, point, step=1e-5):
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        ends = []
        for sign in (1, -1):
            moved = point.copy()
            moved[index] += sign * step
            ends.append(function(moved))
        gradient[index] = (ends[0] - ends[1]) / (2 * step)
    return gradient


@pytest.fixture(scope="module")
def tiny():
    return tiny_network()


@pytest.fixture(scope="module")
def targets(tiny):
    return activations_of(tiny, LAYERS, smooth_image((HEIGHT, WIDTH), 4))


@pytest.mark.parametrize("count", [1, 2, 7, 227])
def test_the_waves_are_those_of_the_cosine_transform(count):
    expected = dct(np.eye(count), axis=0, norm="ortho")
    np.testing.assert_allclose(cosine_waves(count), expected, atol=1e-12)


def test_a_spectrum_becomes_a_image_as_loops_over_its_waves_make_it():
    spectrum = np.random.default_rng(1).normal(0, 1, (3, HEIGHT, WIDTH))
    found = ImageSpectrum(HEIGHT, WIDTH).image(tf.constant(spectrum)).numpy()
    np.testing.assert_allclose(found, image_by_loops(spectrum), rtol=1e-9)
    assert found.dtype == np.float64


def test_no_spectrum_leaves_the_range_of_a_image():
    spectrum = np.random.default_rng(1).normal(0, 1000, (3, 9, 9)).astype(np.float32)
    found = ImageSpectrum(9, 9).image(tf.constant(spectrum)).numpy()
    assert found.min() >= 0
    assert found.max() <= 255
    grey = ImageSpectrum(9, 9).image(tf.zeros((3, 9, 9))).numpy()
    np.testing.assert_array_equal(grey, 127.5)


def test_total_variation_equals_loops():
    image = np.random.default_rng(2).uniform(0, 255, (7, 4, 3))
    found = float(total_variation(tf.constant(image)))
    np.testing.assert_allclose(found, variation_by_loops(image), rtol=1e-12)
    assert float(total_variation(tf.fill((7, 4, 3), 200.0))) == 0


@pytest.mark.parametrize(("weight", "shift"), [(0.0, (0, 0)), (0.7, (2, -1)), (0.7, (-3, 4))])
def test_loss_and_gradient_equal_finite_differences(tiny, targets, weight, shift):
    spectrum = np.random.default_rng(7).normal(0, 0.4, (3, HEIGHT, WIDTH))

    def expected(point):
        return loss_by_scipy(tiny, point, targets, shift, weight)

    loss = image_loss(tiny, Inversion(LAYERS, 1, weight, 0))
    point = tf.constant(spectrum, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(point)
        value = loss(point, [tf.constant(vectors[0]) for vectors in targets], tf.constant(shift))
    np.testing.assert_allclose(float(value), expected(spectrum), rtol=1e-5)
    np.testing.assert_allclose(
        tape.gradient(value, point).numpy(),
        gradient_by_differences(expected, spectrum),
        rtol=2e-3,
        atol=1e-5,
    )


def test_the_descent_is_adams(tiny, targets):
    steps, weight = 6, 0.3
    inversion = Inversion(LAYERS, steps, weight, jitter=0)
    found = invert_class_vectors(tiny, targets, inversion, generators(5))
    spectrum = np.random.default_rng(5).normal(0, 0.01, (3, HEIGHT, WIDTH))
    mean, square, losses = 0, 0, []

    def loss(point):
        return loss_by_scipy(tiny, point, targets, (0, 0), weight)

    for step in range(steps):
        losses.append(loss(spectrum))
        gradient = gradient_by_differences(loss, spectrum)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        length = 0.15 * (0.05 + 0.95 * (1 + np.cos(np.pi * step / steps)) / 2)
        change = (mean / (1 - 0.9 ** (step + 1))) / np.sqrt(square / (1 - 0.999 ** (step + 1)))
        spectrum = spectrum - length * change
    np.testing.assert_allclose(found.loss[0], losses, rtol=1e-3)
    assert abs(found.images[0] - image_by_loops(spectrum)).max() < 1


# --- What it finds


@pytest.fixture(scope="module")
def wide():
    return tiny_network((14, 12), filters=12)


@pytest.fixture(scope="module")
def images():
    return [smooth_image((14, 12), seed) for seed in range(3)]


@pytest.fixture(scope="module")
def vectors(wide, images):
    parts = [activations_of(wide, LAYERS, image) for image in images]
    return [np.concatenate(layer) for layer in zip(*parts, strict=True)]


SETTINGS = Inversion(LAYERS, steps=400, total_variation=0.01, jitter=1)


@pytest.fixture(scope="module")
def inverted(wide, vectors):
    return invert_class_vectors(wide, vectors, SETTINGS, generators(0, 1, 2))


def test_a_image_is_recovered_from_its_own_activations(wide, vectors, images, inverted):
    assert inverted.images.shape == (3, 14, 12, 3)
    assert inverted.images.dtype == np.uint8
    assert inverted.cosines.shape == (3, 2)
    assert inverted.loss.shape == (3, 400)
    assert (inverted.cosines > 0.99).all()
    for number, image in enumerate(images):
        found = [np.corrcoef(image.ravel(), other.ravel())[0, 1] for other in inverted.images]
        assert np.argmax(found) == number
        assert found[number] > 0.95


def test_the_cosines_are_those_of_the_rounded_image(wide, vectors, inverted):
    for number, image in enumerate(inverted.images):
        found = activations_of(wide, LAYERS, image)
        expected = [one[0] @ layer[number] for one, layer in zip(found, vectors, strict=True)]
        np.testing.assert_allclose(inverted.cosines[number], expected, atol=1e-6)


def test_twice_the_same_gives_the_same_bytes(wide, vectors, inverted):
    again = invert_class_vectors(wide, vectors, SETTINGS, generators(0, 1, 2))
    for name in ("images", "cosines", "loss"):
        assert getattr(again, name).tobytes() == getattr(inverted, name).tobytes()


def test_another_random_stream_gives_another_image(wide, vectors, inverted):
    other = invert_class_vectors(wide, vectors, SETTINGS, generators(0, 11, 2))
    changed = [(a != b).any() for a, b in zip(other.images, inverted.images, strict=True)]
    assert changed == [False, True, False]


def test_a_class_alone_has_the_image_that_it_has_among_others(wide, vectors, inverted):
    rows = [layer[1:2] for layer in vectors]
    alone = invert_class_vectors(wide, rows, SETTINGS, generators(1))
    np.testing.assert_array_equal(alone.images[0], inverted.images[1])
    np.testing.assert_array_equal(alone.loss[0], inverted.loss[1])


def test_total_variation_smooths(wide, vectors):
    rough, smooth = (
        invert_class_vectors(
            wide, [v[:1] for v in vectors], Inversion(LAYERS, 60, weight, 1), generators(0)
        ).images[0]
        for weight in (0, 5)
    )
    assert variation_by_loops(smooth.astype(float)) < 0.7 * variation_by_loops(rough.astype(float))


# --- Bad input


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"layers": ()}, "no layer to match; name at least one"),
        ({"steps": 0}, "steps is 0; give 1 or more"),
        ({"total_variation": -1}, "total_variation is -1; give 0 or more"),
        ({"total_variation": np.nan}, "total_variation is nan; give 0 or more"),
        ({"jitter": -2}, "jitter is -2; give 0 or more"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        Inversion(**{"layers": LAYERS, "steps": 1, "total_variation": 0.5, "jitter": 0} | settings)


def test_class_vectors_of_another_size_are_refused(tiny, vectors):
    with pytest.raises(InputError, match=r"layer first: 1440 features where tiny has 48; delete"):
        invert_class_vectors(
            tiny, vectors, Inversion(LAYERS, 1, 0.5, jitter=0), generators(0, 1, 2)
        )


def test_an_unknown_layer_is_refused(tiny, targets):
    with pytest.raises(InputError, match="no layer 'frist'; did you mean 'first'"):
        invert_class_vectors(
            tiny, targets, Inversion(("frist", "second"), 1, 0.5, 0), generators(0)
        )


def test_a_jitter_as_large_as_the_image_is_refused(tiny, targets):
    with pytest.raises(InputError, match="jitter is 5, but images have 5 pixels a side; give"):
        invert_class_vectors(tiny, targets, Inversion(LAYERS, 1, 0.5, jitter=5), generators(0))


def test_a_loss_that_is_not_finite_is_refused(targets):
    network = tiny_network()
    kernel, bias = network.model.get_layer("second").get_weights()
    network.model.get_layer("second").set_weights([kernel * np.nan, bias])
    with pytest.raises(InputError, match="tiny: the loss is not a finite number at step 1; check"):
        invert_class_vectors(network, targets, Inversion(LAYERS, 3, 0.5, jitter=0), generators(0))


# --- Files

CONCEPTS = pd.DataFrame(
    [
        ("tiger", "n02129604", "tiger", "tiger.n.02"),
        ("crane", "n02012849", "n02012849", "crane.n.05"),
        ("selfie_stick", "", "Selfie stick", ""),
        ("ginkgo_tree", "", "Ginkgo (tree)", ""),
    ],
    columns=["concept", "wnid", "class", "synset"],
)


@pytest.mark.parametrize(
    ("entry", "identifier", "concept"),
    [
        ("n02129604", "n02129604", "tiger"),
        ("tiger.n.02", "n02129604", "tiger"),
        ("tiger", "n02129604", "tiger"),
        ("crane", "n02012849", "crane"),
        ("selfie stick", "name_selfie_stick", "selfie_stick"),
        ("selfie_stick", "name_selfie_stick", "selfie_stick"),
        ("Ginkgo (tree)", "name_ginkgo_tree", "ginkgo_tree"),
    ],
)
def test_a_class_to_draw_is_named_by_wnid_synset_or_concept(entry, identifier, concept):
    assert find_classes([entry], CONCEPTS) == {identifier: concept}


def test_classes_to_draw_keep_their_order_and_all_unknown_ones_are_told():
    assert list(find_classes(["selfie_stick", "n02129604"], CONCEPTS).values()) == [
        *("selfie_stick", "tiger")
    ]
    with pytest.raises(InputError) as caught:
        find_classes(["tigre", "n02129605", "crane", "n02012849", ""], CONCEPTS)
    told = caught.value.problems
    assert len(told) == 4
    assert "no class 'tigre'; did you mean tiger (tiger)" in told[0]
    assert "no class 'n02129605'; did you mean n02129604 (tiger)" in told[1]
    assert "'n02012849' names crane a second time" in told[2]
    assert "no class ''" in told[3]


def write_shard(folder, layers, wnids, features=4, seed=0):
    folder.mkdir()
    for layer in layers:
        with h5py.File(folder / f"{layer}.h5", "w") as file:
            values = np.random.default_rng(seed).normal(size=(len(wnids), features))
            file.create_dataset("class_vectors", data=values.astype(np.float32))
            file.create_dataset("classes", data=wnids, dtype=h5py.string_dtype())
    return folder


@pytest.fixture
def shards(tmp_path):
    return [
        write_shard(tmp_path / "0", LAYERS, ["n00000003", "n00000005"]),
        write_shard(tmp_path / "1", LAYERS, ["n00000007"], seed=1),
    ]


def test_class_vectors_are_read_in_the_order_asked_for(shards):
    wanted = ["n00000007", "n00000003"]
    found = read_class_vectors(shards, LAYERS, wanted)
    for layer, vectors in zip(LAYERS, found, strict=True):
        stored = [h5py.File(shard / f"{layer}.h5")["class_vectors"][0] for shard in shards]
        np.testing.assert_array_equal(vectors, stored[::-1])


def test_a_class_without_class_vector_is_refused(shards):
    with pytest.raises(InputError, match="no class vector of n00000009; delete the folder and run"):
        read_class_vectors(shards, LAYERS, ["n00000003", "n00000009"])


def test_a_layer_without_class_vectors_is_refused(shards):
    with pytest.raises(InputError, match="no class vectors of layer 'thrid'; known: first, second"):
        read_class_vectors(shards, ["thrid"], ["n00000003"])


def test_shards_that_differ_are_refused(shards, tmp_path):
    shards[1] = write_shard(tmp_path / "2", LAYERS, ["n00000007"], features=5)
    with pytest.raises(InputError, match="layer first, 5 features of n00000007 and 4 of n0+3"):
        read_class_vectors(shards, LAYERS, ["n00000003", "n00000007"])


def test_what_is_written_is_read_and_has_the_same_bytes_each_time(tmp_path, inverted):
    stored = StoredInversions(
        ("n00000003", "n00000005", "n00000007"),
        ("tiger", "zébra", "apple"),
        LAYERS,
        inverted.images,
        inverted.cosines,
        inverted.loss,
    )
    for name in ("one.h5", "two.h5"):
        write_inversions(tmp_path / name, stored, {"network": "tiny", "code": "0"})
    assert (tmp_path / "one.h5").read_bytes() == (tmp_path / "two.h5").read_bytes()
    read = read_inversions(tmp_path / "one.h5")
    assert (read.classes, read.concepts, read.layers) == (
        stored.classes,
        stored.concepts,
        stored.layers,
    )
    for name in ("images", "cosines", "loss"):
        np.testing.assert_array_equal(getattr(read, name), getattr(stored, name))
        assert getattr(read, name).dtype == getattr(stored, name).dtype
    with h5py.File(tmp_path / "one.h5") as file:
        assert {*file.attrs} == {"network", "code", "software"}
        assert (file.attrs["network"], file.attrs["code"]) == ("tiny", "0")


# --- Real weights


@pytest.fixture(scope="module")
def squeezenet(tmp_path_factory, squeezenet_source):
    path = tmp_path_factory.mktemp("weights") / "squeezenet.weights.h5"
    prepare_weights(find_architecture({"architecture": "SqueezeNet"}), squeezenet_source, path)
    return build_network({"architecture": "SqueezeNet"}, path)


def photographs(count=3, size=227):
    """Return parts of a photograph of a flower, as the images of a class."""
    whole = load_sample_image("flower.jpg")
    corners = np.linspace((100, 150), (170, 240), count).astype(int)
    return [whole[y : y + size, x : x + size] for y, x in corners]


@pytest.mark.slow
def test_squeezenets_class_vector_is_matched_as_no_mean_image_does(squeezenet):
    layers = ("fire8", "fire9")
    images = photographs()
    means = [
        np.mean(parts, axis=0)
        for parts in zip(*(activations_of(squeezenet, layers, i) for i in images), strict=True)
    ]
    vectors = [mean / np.linalg.norm(mean) for mean in means]
    found = invert_class_vectors(squeezenet, vectors, Inversion(layers, 128, 0.5, 8), generators(1))
    noise = np.random.default_rng(0).integers(0, 256, images[0].shape).astype(np.uint8)
    others = {"mean": np.mean(images, axis=0), "noise": noise}
    for name, other in others.items():
        cosines = [
            one[0] @ two[0]
            for one, two in zip(activations_of(squeezenet, layers, other), vectors, strict=True)
        ]
        others[name] = np.mean(cosines)
    assert found.cosines.mean() > 0.8
    assert others["noise"] < 0.4
    assert others["mean"] < 0.7


RUN = """
import hashlib, numpy as np
from semantrace.embedding.inversion import Inversion, invert_class_vectors
from semantrace.networks.registry import build_network
network = build_network({"architecture": "SqueezeNet"}, WEIGHTS)
random = np.random.default_rng(0)
vectors = random.normal(size=(2, network.features_of("fire9"))).astype(np.float32)
streams = [np.random.default_rng(seed) for seed in (1, 2)]
found = invert_class_vectors(network, [vectors], Inversion(("fire9",), 20, 0.5, 8), streams)
print(hashlib.sha256(found.images.tobytes() + found.loss.tobytes()).hexdigest())
"""


@pytest.mark.slow
def test_two_processes_give_the_same_bytes_as_the_workflow_runs_them(repository, tmp_path):
    weights = tmp_path / "random.weights.h5"
    prepare_weights(find_architecture({"architecture": "SqueezeNet"}), {"seed": 1}, weights)
    environment = {
        **os.environ,
        "PYTHONPATH": str(repository / "workflow/scripts"),
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "TF_NUM_INTRAOP_THREADS": "2",
    }
    program = RUN.replace("WEIGHTS", repr(str(weights)))
    digests = {
        subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, check=True
        ).stdout
        for _ in range(3)
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == len(hashlib.sha256().hexdigest())

"""Class vectors averaged while the network runs, against means of single forward passes."""

import shutil
import threading
import time

import h5py
import keras
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.core.errors import InputError
from semantrace.embedding.class_vector_streaming import Streaming, stream_class_vectors
from semantrace.embedding.class_vectors import aggregate_shard
from semantrace.images.decoding import load_image
from semantrace.images.resizing import resize_image
from semantrace.networks.with_keras.architecture import Architecture
from semantrace.networks.with_keras.architectures import find_architecture
from semantrace.networks.with_keras.keras_network import KerasNetwork, build

LAYERS = ("fire2", "fire9", "conv10", "global_average")
LABELS = {"network": "squeezenet", "weights_sha256": "abc", "code": "c"}
BATCH = 4
SIZES = {"n1": 1, "n2": 3, "n3": 7, "n4": 2}
"""Images of each class: the third one goes on over three batches of four."""


@pytest.fixture(scope="module")
def squeezenet():
    return build(find_architecture({"architecture": "SqueezeNet"}), seed=1)


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    generator = np.random.default_rng(11)
    paths = [folder / f"{number:02d}.png" for number in range(26)]
    for path in paths:
        blocks = generator.integers(0, 256, (9, 7, 3), dtype=np.uint8)
        Image.fromarray(blocks).resize((70, 90)).save(path)
    return paths


@pytest.fixture(scope="module")
def wnids():
    """The classes of 13 images, in no order."""
    names = np.repeat(list(SIZES), list(SIZES.values()))
    return [str(name) for name in np.random.default_rng(3).permutation(names)]


@pytest.fixture(scope="module")
def tiny():
    """A network whose activation of a black image is not zero."""
    convolution = keras.layers.Conv2D(
        3, 3, activation="relu", bias_initializer="ones", kernel_initializer="ones", name="conv"
    )
    return network_of(keras.layers.Rescaling(1 / 255), convolution)


def network_of(*layers):
    """Return a network of the given layers on images of 8 × 6."""
    model = keras.Sequential([keras.Input((8, 6, 3)), *layers])
    architecture = Architecture("tiny", lambda: model, lambda images: images, "nothing", "RGB")
    return KerasNetwork(architecture, model)


ORDINARY = {
    "resize": "stretch",
    "batch_size": BATCH,
    "decoding_threads": 2,
    "labels": LABELS,
}


def stream(network, wnids, paths, folder, layers=LAYERS, **settings):
    stream_class_vectors(network, wnids, paths, folder, Streaming(layers, **ORDINARY | settings))


def stored(folder, layer):
    """Return the class vectors of a layer, by class."""
    with h5py.File(folder / f"{layer}.h5") as file:
        vectors = file["class_vectors"][:]
        assert vectors.dtype == np.float32
        return dict(zip(file["classes"].asstr()[:], vectors, strict=True))


def expected(network, layers, wnids, paths):
    """Return the class vectors of each layer from one forward pass for each image."""
    outputs = [network.model.get_layer(layer).output for layer in layers]
    model = keras.Model(network.model.inputs[0], outputs)
    sums = {layer: dict.fromkeys(sorted(set(wnids)), 0.0) for layer in layers}
    for wnid, path in zip(wnids, paths, strict=True):
        image = resize_image(load_image(path), network.input_size, "stretch")
        prepared = network.architecture.preprocess(image[None].astype(np.float32))
        for layer, values in zip(layers, model(prepared), strict=True):
            sums[layer][wnid] = sums[layer][wnid] + np.asarray(values).astype(float).ravel()
    for layer in layers:
        for wnid, total in sums[layer].items():
            mean = total / wnids.count(wnid)
            sums[layer][wnid] = mean / np.sqrt((mean**2).sum())
    return sums


def test_equals_the_mean_of_single_forward_passes(squeezenet, images, wnids, tmp_path):
    paths = images[: len(wnids)]
    stream(squeezenet, wnids, paths, tmp_path / "0")
    assert sorted(path.stem for path in (tmp_path / "0").iterdir()) == sorted(LAYERS)
    for layer, vectors in expected(squeezenet, LAYERS, wnids, paths).items():
        found = stored(tmp_path / "0", layer)
        assert list(found) == list(vectors) == list(SIZES)
        for wnid, vector in found.items():
            np.testing.assert_allclose(vector, vectors[wnid], atol=1e-6)


def test_gives_the_files_of_extracting_and_aggregating(squeezenet, images, wnids, tmp_path):
    names = [f"image{number}" for number in range(len(wnids))]
    paths = images[: len(wnids)]
    layers = ("conv1", "fire2", "global_average")
    extraction = Extraction(layers, dtype="float32", compression="none", **ORDINARY)
    extract_activations(squeezenet, names, paths, tmp_path / "activations", extraction)
    table = pd.DataFrame({"image": names, "concept": wnids, "wnid": wnids})
    aggregate_shard(
        tmp_path / "activations", table, layers[1:], tmp_path / "aggregated", LABELS["code"]
    )
    stream(squeezenet, wnids, paths, tmp_path / "streamed", layers[1:])
    for layer in layers[1:]:
        with (
            h5py.File(tmp_path / f"aggregated/{layer}.h5") as aggregated,
            h5py.File(tmp_path / f"streamed/{layer}.h5") as streamed,
        ):
            assert set(streamed) == set(aggregated)
            for name in ("classes", "image_counts"):
                np.testing.assert_array_equal(streamed[name][:], aggregated[name][:])
            vectors = (file["class_vectors"][:] for file in (streamed, aggregated))
            np.testing.assert_allclose(*vectors, atol=1e-6)
            assert set(streamed.attrs) == set(aggregated.attrs)
            for name, value in aggregated.attrs.items():
                np.testing.assert_array_equal(streamed.attrs[name], value)


@pytest.mark.parametrize(
    "sizes", [[1], [4], [5], [13], [1, 1, 1, 1, 1], [4, 4], [3, 1, 8], [2, 3, 4, 5, 6, 1]]
)
def test_classes_may_begin_and_end_anywhere_in_a_batch(tiny, images, tmp_path, sizes):
    wnids = [f"n{number}" for number, size in enumerate(sizes) for _ in range(size)]
    paths = images[: len(wnids)]
    stream(tiny, wnids, paths, tmp_path / "0", ("conv",))
    oracle = expected(tiny, ["conv"], wnids, paths)["conv"]
    for wnid, vector in stored(tmp_path / "0", "conv").items():
        np.testing.assert_allclose(vector, oracle[wnid], atol=1e-6)


def test_neither_shards_nor_the_place_in_a_batch_change_more_than_the_rounding(
    squeezenet, images, tmp_path
):
    wnids = [wnid for wnid, size in SIZES.items() for _ in range(size)]
    paths, layers = images[: len(wnids)], ("fire9", "conv10")
    parts = {"whole": slice(0, None), "first": slice(0, 1), "second": slice(1, None)}
    for name, part in parts.items():
        stream(squeezenet, wnids[part], paths[part], tmp_path / name, layers)
    for layer in layers:
        whole = stored(tmp_path / "whole", layer)
        sharded = stored(tmp_path / "first", layer) | stored(tmp_path / "second", layer)
        assert list(whole) == list(sharded)
        for wnid, vector in whole.items():
            # of the last image of a batch, processors without AVX-512 may round otherwise
            np.testing.assert_allclose(vector, sharded[wnid], rtol=1e-5, atol=1e-7)


def test_two_runs_give_equal_bytes(tiny, images, wnids, tmp_path):
    for name in ("first", "second"):
        stream(tiny, wnids, images[: len(wnids)], tmp_path / name, ("conv",))
    first, second = ((tmp_path / name / "conv.h5").read_bytes() for name in ("first", "second"))
    assert first == second


def test_nothing_but_class_vectors_is_written_and_they_appear_at_once(tiny, images, tmp_path):
    seen = set()
    ended = threading.Event()

    def watch():
        while not ended.wait(0.001):
            try:
                seen.update(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
            except FileNotFoundError:  # renamed while we looked
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        wnids = [f"n{number // 3:03d}" for number in range(400)]
        paths = [images[number % len(images)] for number in range(400)]
        stream(tiny, wnids, paths, tmp_path / "0", ("conv",), batch_size=1)
        while not {"0", "0/conv.h5"} <= seen:
            time.sleep(0.01)
    finally:
        ended.set()
        watcher.join()
    conv = r"conv\.h5|\.conv\.h5\.lock|\.conv\.h5\.[0-9a-f]{8}\.partial(/conv\.h5)?"
    allowed = rf"\.0\.lock|\.0\.[0-9a-f]{{8}}\.partial(/0(/({conv}))?)?|0(/conv\.h5)?"
    assert {"0", "0/conv.h5"} < seen
    assert pd.Series(sorted(seen)).str.fullmatch(allowed).all(), seen
    assert any(name.startswith(".0.") for name in seen)


# --- what is refused


def test_a_class_without_any_activation_has_no_direction(images, tmp_path):
    network = network_of(keras.layers.Rescaling(0.0, name="dead"))
    with pytest.raises(InputError, match="class n1, layer dead: every activation .* is zero"):
        stream(network, ["n1", "n2"], images[:2], tmp_path / "0", ("dead",))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_not_numbers_name_class_and_layer(tmp_path, value):
    """The activation of the white image in the second class is not finite."""
    paths = [tmp_path / f"{shade}.png" for shade in (10, 255)]
    for shade, path in zip((10, 255), paths, strict=True):
        Image.new("RGB", (8, 6), (shade,) * 3).save(path)
    broken = keras.layers.Lambda(lambda x: keras.ops.where(x > 250, value, x + 1), name="broken")
    message = "class n2, layer broken: an activation is infinite or not a number; check"
    with pytest.raises(InputError, match=message):
        stream(
            network_of(broken),
            ["n2", "n1", "n3"],
            [paths[1], paths[0], paths[0]],
            tmp_path / "0",
            ("broken",),
        )
    assert sorted(tmp_path.iterdir()) == sorted(paths)


def test_an_unreadable_image_leaves_nothing(tiny, images, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(images[0].read_bytes()[:200])
    paths = [*images[:9], broken]
    with pytest.raises(InputError, match="broken.png: the image is truncated"):
        stream(tiny, [f"n{number:02d}" for number in range(10)], paths, tmp_path / "0", ("conv",))
    assert list(tmp_path.iterdir()) == [broken]


def test_the_room_for_all_layers_together_is_looked_for_first(images, tmp_path):
    """Each of two layers would find room on the disk, but not both."""
    values = 0.6 * shutil.disk_usage(tmp_path).free / 4
    rows = max(1, round(values / (8 * 6 * 3)))
    stretched = [keras.layers.UpSampling2D((rows, 1), name=name) for name in ("first", "second")]
    inputs = keras.Input((8, 6, 3))
    model = keras.Model(inputs, [layer(inputs) for layer in stretched])
    network = KerasNetwork(Architecture("tiny", lambda: model, lambda x: x, "", "RGB"), model)
    with pytest.raises(InputError, match="/0: the disk is full: .* GB are needed and"):
        stream(network, ["n1"], images[:1], tmp_path / "0", ("first", "second"))
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_streamed_is_refused(tiny, images, tmp_path):
    with pytest.raises(InputError, match=r"no layer 'conf'; did you mean 'conv'"):
        stream(tiny, ["n1"], images[:1], tmp_path / "0", ("conf",))
    with pytest.raises(InputError, match="the shard has no images; choose fewer shards"):
        stream(tiny, [], [], tmp_path / "0", ("conv",))

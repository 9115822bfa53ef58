"""Means of several images of each concept, against NumPy on the activations themselves."""

import numpy as np
import pytest

from semantrace.activations.averages import (
    batches_of_groups,
    correlate_means,
    spread_of_images,
)
from semantrace.activations.correlation_files import read_averages, write_averages
from semantrace.activations.writer import ActivationWriter, StoredLayer
from semantrace.core.errors import InputError

CONCEPTS = ["ant", "bee", "cat", "dog"]


@pytest.mark.parametrize("groups", range(2, 12))
def test_batches_use_no_image_twice_and_as_many_as_there_are(groups):
    batches = batches_of_groups(groups)
    sizes = sorted({len(batch) for batch in batches})
    powers = [2**power for power in range(1, 10) if 2**power < groups]
    assert sizes == sorted({*powers, groups})
    for size in sizes:
        used = [group for batch in batches if len(batch) == size for group in batch]
        assert len(used) == len(set(used)) == groups - groups % size
        assert set(used) <= set(range(groups))


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_means_are_correlated(tmp_path, dtype):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(12, 200)).astype(dtype)
    ids = [f"{concept}{group}" for group in range(3) for concept in CONCEPTS]
    labels = {"network": "n", "layer_index": 1, "weights_sha256": "w", "preprocessing": "p"}
    with ActivationWriter(tmp_path, ids, [StoredLayer("l", (200,), dtype, labels)]) as writer:
        writer.write(0, [values])
    members = [ids[4 * group : 4 * group + 4] for group in range(3)]
    for chosen in ([0, 1], [2, 0], [0, 1, 2]):
        found = correlate_means([tmp_path], "l", [members[group] for group in chosen])
        means = values.reshape(3, 4, 200)[chosen].astype(np.float64).mean(axis=0)
        np.testing.assert_allclose(found, np.corrcoef(means), atol=1e-6)


@pytest.mark.parametrize("shift", [0, 300])
def test_spread_is_one_less_the_mean_correlation_of_a_concepts_images(tmp_path, shift):
    rng = np.random.default_rng(2)
    values = (rng.normal(size=(12, 200)) + shift).astype(np.float32)
    ids = [f"{concept}{group}" for group in range(3) for concept in CONCEPTS]
    labels = {"network": "n", "layer_index": 1, "weights_sha256": "w", "preprocessing": "p"}
    with ActivationWriter(tmp_path, ids, [StoredLayer("l", (200,), "float32", labels)]) as writer:
        writer.write(0, [values])
    found = spread_of_images(
        [tmp_path], "l", [ids[4 * group : 4 * group + 4] for group in range(3)]
    )
    for number, spread in enumerate(found):
        correlations = np.corrcoef(values[number::4].astype(np.float64))
        expected = 1 - correlations[np.triu_indices(3, 1)].mean()
        assert spread == pytest.approx(expected, abs=1e-9)


def test_what_is_written_is_read_by_number_of_images(tmp_path):
    rng = np.random.default_rng(1)
    matrices = {"pixels": rng.random((3, 4, 4)), "deep": rng.random((3, 4, 4))}
    spread = {"pixels": rng.random(4), "deep": rng.random(4)}
    for network in ("b", "a"):
        path = tmp_path / f"{network}.h5"
        layers = ((name, matrices[name], spread[name]) for name in matrices)
        write_averages(path, CONCEPTS, layers, 2, [2, 2, 4], {"network": network})
    paths = [tmp_path / "a.h5", tmp_path / "b.h5"]
    found = read_averages(paths, ["b", "a"], CONCEPTS)
    assert set(found) == {2, 4}
    for images, places in ((2, [0, 1]), (4, [2])):
        layers = found[images]
        assert [(one.network, one.layer) for one in layers] == [
            *[("b", "pixels"), ("b", "deep")],
            *[("a", "pixels"), ("a", "deep")],
        ]
        for layer in layers:
            np.testing.assert_array_equal(layer.matrices, matrices[layer.layer][places])
    with pytest.raises(InputError, match="concepts are not the study's"):
        read_averages(paths, ["b", "a"], CONCEPTS[::-1])

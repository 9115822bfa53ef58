"""The plan of a study: sizes are those of the files that are written, costs grow as stated."""

import dataclasses
import re

import numpy as np
import pytest

from semantrace.activations.writer import ActivationWriter, StoredLayer
from semantrace.examination.plan import NetworkSize, StudySize, readable_bytes, readable_time
from semantrace.examination.report import plan_warnings

LAYERS = {"conv": (8, 8, 16), "dense": (10,)}
NETWORK = NetworkSize("net", (32, 32), LAYERS, parameters=1_000_000)


def study(**changes) -> StudySize:
    size = StudySize(
        concepts=166,
        images=400,
        groups=1,
        permutations=1000,
        word_models=1,
        networks=(NETWORK,),
    )
    return dataclasses.replace(size, **changes)


@pytest.mark.parametrize(("dtype", "value_bytes"), [("float16", 2), ("float32", 4)])
def test_activations_take_what_the_writer_writes(tmp_path, dtype, value_bytes):
    images = [f"n00000001_{number:04d}" for number in range(50)]
    stored = [StoredLayer("pixels", (32, 32, 3), "uint8")]
    stored += [StoredLayer(name, shape, dtype) for name, shape in LAYERS.items()]
    blocks = [np.ones((50, int(np.prod(layer.shape))), layer.dtype) for layer in stored]
    with ActivationWriter(tmp_path, images, stored) as writer:
        writer.write(0, blocks)
    written = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert NETWORK.activation_bytes(50, value_bytes) == pytest.approx(written, rel=0.05)


def test_features_are_all_values_of_all_layers():
    assert NETWORK.features == 8 * 8 * 16 + 10


def test_matrices_are_layers_and_pixels_in_every_group():
    assert study(groups=5, networks=(NETWORK, NETWORK)).matrices == 5 * 2 * 3


def test_time_grows_as_the_work_does():
    base = study()
    scoring = base.processor_seconds(0)
    assert study(permutations=2000).processor_seconds(0) > 1.3 * scoring
    assert study(concepts=332).processor_seconds(0) > 6 * scoring
    slow = study(decoding_seconds=0.01).processor_seconds(0)
    assert slow - scoring == pytest.approx(4.0)
    assert base.processor_seconds(10) - scoring == pytest.approx(40.0)


def test_networks_whose_class_vectors_are_streamed_leave_no_activations():
    assert study().activation_bytes() == 0
    kept = study(stored=frozenset({"net"}))
    assert kept.activation_bytes() == NETWORK.activation_bytes(400, 2)


def test_activations_of_two_networks_at_a_time_are_on_disk_unless_all_are_kept():
    large = dataclasses.replace(NETWORK, name="large", layers=LAYERS | {"more": (8, 8, 16)})
    networks = (large, NETWORK, dataclasses.replace(NETWORK, name="last"))
    three = study(networks=networks, stored=frozenset({"net", "large", "last"}))
    each = [network.activation_bytes(400, 2) for network in networks]
    assert three.activation_bytes() == each[0] + each[1]
    assert dataclasses.replace(three, keeps_activations=True).activation_bytes() == sum(each)


def test_memory_is_that_of_the_largest_job():
    assert study(word_models=0).memory_bytes() == pytest.approx(1.108e9)
    layers = {f"conv{number}": (8, 8, 16) for number in range(50)}
    large = dataclasses.replace(NETWORK, layers=layers)
    thousand = study(concepts=1000, groups=50, networks=(large,))
    assert 1.5e9 < thousand.memory_bytes() < 4e9
    more_networks = dataclasses.replace(thousand, networks=(large,) * 17)
    assert more_networks.memory_bytes() == thousand.memory_bytes()


def test_what_is_told_has_units():
    assert [readable_bytes(n) for n in (1.54e9, 82e7, 12_300)] == ["1.5 GB", "820 MB", "12 kB"]
    assert [readable_time(s) for s in (20, 300, 7200)] == [
        "less than a minute",
        "about 5 minutes",
        "about 2.0 hours",
    ]


def test_what_the_machine_cannot_hold_is_told_with_what_to_do(tmp_path):
    assert list(plan_warnings(study(), tmp_path)) == []
    disk, memory = plan_warnings(study(images=10**12, groups=10**12), tmp_path / "not made yet")
    assert re.search(r"not made yet: .+ are needed and .+ are free; make room or set storage", disk)
    assert re.search(r"^memory: the largest job takes some .+ machine has .+; take fewer", memory)

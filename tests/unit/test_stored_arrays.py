"""Arrays that stay in their files: what they are, and how little of them scores hold at once."""

import tracemalloc
from dataclasses import replace

import h5py
import numpy as np
import pandas as pd
import pytest

from semantrace.activations.correlation_files import (
    LayerCorrelations,
    read_image_correlations,
    write_image_correlations,
)
from semantrace.activations.correlations import CorrelatedRows, correlate_rows
from semantrace.activations.stored_arrays import ArrayPlace, StoredArrays, mean_of, total_of
from semantrace.alignment import (
    controls,
    layer_scores,
    one_vs_two,
    panel,
    score_inputs,
    split_accuracies,
)
from semantrace.alignment.measures.registry import MEASURES
from semantrace.alignment.rdm_files import write_rdms
from semantrace.alignment.reliability import score_reliability
from semantrace.core.errors import InputError
from semantrace.statistics.permutations import draw_permutations


@pytest.fixture
def stored(tmp_path):
    """Four matrices, and the same where they are stored: two in a dataset, two in one each."""
    matrices = np.random.default_rng(0).random((4, 3, 3))
    path = tmp_path / "matrices.h5"
    with h5py.File(path, "w") as file:
        file.create_dataset("pair", data=matrices[:2])
        for number in (2, 3):
            file.create_dataset(f"layers/{number}", data=matrices[number])
    places = [ArrayPlace(path, "pair", entry) for entry in (0, 1)]
    places += [ArrayPlace(path, f"layers/{number}") for number in (2, 3)]
    return matrices, StoredArrays(places, (3, 3))


def test_stored_arrays_are_used_as_an_array(stored):
    matrices, found = stored
    assert found.shape == matrices.shape
    assert len(found) == 4
    np.testing.assert_array_equal(np.asarray(found), matrices)
    np.testing.assert_array_equal(list(found), matrices)
    np.testing.assert_array_equal(found[np.int64(3)], matrices[3])
    np.testing.assert_array_equal(found[-1], matrices[-1])
    np.testing.assert_array_equal(total_of(found), matrices.sum(axis=0))
    np.testing.assert_array_equal(mean_of(found), matrices.mean(axis=0))
    for which in (slice(1, 3), [3, 0]):
        assert isinstance(found[which], StoredArrays)
        np.testing.assert_array_equal(np.asarray(found[which]), matrices[which])


def test_concepts_are_read_in_the_order_that_is_wanted(stored):
    matrices, found = stored
    order = np.array([2, 0, 1])
    turned = StoredArrays([replace(one, order=order) for one in found._places], (3, 3))
    np.testing.assert_array_equal(turned[1], matrices[1][np.ix_(order, order)])


def test_a_file_that_is_gone_is_named(stored, tmp_path):
    _, found = stored
    (tmp_path / "matrices.h5").unlink()
    with pytest.raises(InputError, match=r"matrices.h5: no such file"):
        found[0]


CONCEPTS, GROUPS = 160, 4
NAMES = [f"c{number}" for number in range(CONCEPTS)]
MATRIX_BYTES = 8 * CONCEPTS**2


def layers_in_files(folder, count):
    """Layers of one network whose matrices are stored."""
    rng = np.random.default_rng(1)
    for group in range(GROUPS):
        layers = {f"l{n}": correlate_rows([rng.normal(size=(CONCEPTS, 40))]) for n in range(count)}
        attributes = {"network": "net", "group": group}
        write_image_correlations(folder / f"{group}.h5", NAMES, layers, attributes)
    return read_image_correlations(
        [folder / f"{group}.h5" for group in range(GROUPS)], ["net"], NAMES
    )


def words():
    return correlate_rows([np.random.default_rng(2).normal(size=(CONCEPTS, 30))])


def orders():
    return draw_permutations(np.random.default_rng(3), CONCEPTS, 3)


def two_vs_two(layers, folder):
    concepts = pd.DataFrame({"concept": NAMES, "wnid": NAMES})
    layer_scores.score_two_vs_two(words().correlations, layers, orders(), concepts)


def halves(layers, folder):
    split_accuracies.split_accuracies(words().correlations, layers, orders()[:1])


def quick_measures(layers, folder):
    panel.score_layers(words(), layers, orders(), measures=MEASURES[1:4])


def given_controls(layers, folder):
    controls.score_controls(words().correlations, layers, orders())


def misclassified(layers, folder):
    tests = one_vs_two.Misclassified(np.arange(100), np.array([120, 130]), np.array([1, 2]))
    matrices = [layer.matrices for layer in layers]
    one_vs_two.one_vs_two(words().correlations, matrices, [tests] * GROUPS, orders())


def reliability(layers, folder):
    score_reliability(layers)


def dissimilarities(layers, folder):
    write_rdms(folder / "rdms.h5", NAMES, {"words": words().correlations}, layers)


@pytest.mark.parametrize(
    "score",
    [
        *(two_vs_two, halves, quick_measures, given_controls, misclassified),
        *(reliability, dissimilarities),
    ],
)
def test_a_score_of_many_layers_holds_no_more_than_that_of_few(score, tmp_path, monkeypatch):
    monkeypatch.setattr(score_inputs, "PART_BYTES", MATRIX_BYTES)
    monkeypatch.setattr(one_vs_two, "PART_BYTES", MATRIX_BYTES // 10)
    peaks = []
    for count in (1, 2, 5):  # the first loads and compiles
        folder = tmp_path / str(count)
        folder.mkdir()
        layers = layers_in_files(folder, count)
        tracemalloc.start()
        score(layers, folder)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    more = (5 - 2) * GROUPS * MATRIX_BYTES
    assert peaks[2] - peaks[1] < 0.2 * more


def test_layers_in_memory_may_share_means_and_deviations():
    rows = CorrelatedRows(np.eye(3), np.zeros(3), np.ones(3), 5)
    layer = LayerCorrelations("net", "a", 0, np.stack([rows.correlations] * 2))
    np.testing.assert_array_equal(layer.gram(1), rows.gram)

"""Streaming Pearson correlations against np.corrcoef in double precision."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semantrace.activations.correlations import (
    constant_rows,
    correlate_rows,
)
from semantrace.activations.image_correlations import correlate_layer
from semantrace.activations.writer import ActivationWriter, StoredLayer
from semantrace.core.errors import InputError


def in_blocks(matrix, edges):
    return np.split(matrix, sorted(edges), axis=1)


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(2, 12),
    columns=st.integers(6, 300),
    cuts=st.lists(st.integers(2, 5), max_size=4),  # one column gives no provisional mean
)
def test_equals_numpy_whatever_the_blocks(seed, rows, columns, cuts):
    matrix = np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)
    result = correlate_rows(in_blocks(matrix, cuts)).correlations
    expected = np.corrcoef(matrix.astype(np.float64))
    np.testing.assert_allclose(result, expected, atol=2e-6)
    np.testing.assert_array_equal(result, result.T)
    np.testing.assert_array_equal(np.diag(result), 1.0)


def test_images_on_white_keep_their_digits():
    """Most of a cut-out image is 255; without a provisional mean the error is some 7e-5."""
    rng = np.random.default_rng(0)
    matrix = np.full((10, 150_000), 255, dtype=np.uint8)
    matrix[:, 60_000:90_000] = rng.integers(0, 256, size=(10, 30_000))
    blocks = np.split(matrix, 10, axis=1)
    expected = np.corrcoef(matrix.astype(np.float64))
    assert np.abs(correlate_rows(blocks).correlations - expected).max() < 1e-6


def test_half_precision_is_taken_as_it_is():
    matrix = np.random.default_rng(1).normal(size=(5, 400)).astype(np.float16)
    expected = np.corrcoef(matrix.astype(np.float64))
    np.testing.assert_allclose(correlate_rows([matrix]).correlations, expected, atol=1e-6)


@pytest.mark.parametrize("value", [0.0, 0.1, 255.0, 1e4])
def test_constant_rows_are_undefined_and_named(value):
    matrix = np.random.default_rng(2).normal(size=(4, 3000)).astype(np.float32)
    matrix[2] = value
    result = correlate_rows(np.split(matrix, 3, axis=1)).correlations
    assert constant_rows(result).tolist() == [2]
    assert np.isnan(result[2]).all()
    assert np.isfinite(np.delete(np.delete(result, 2, 0), 2, 1)).all()


def test_values_that_are_not_finite_are_refused():
    matrix = np.ones((3, 10), dtype=np.float32)
    matrix[1, 4] = np.inf
    with pytest.raises(InputError, match="row 1 holds values that are not finite"):
        correlate_rows([matrix])


def test_nothing_to_correlate_is_refused():
    with pytest.raises(InputError, match="no values to correlate"):
        correlate_rows([])


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_constant_image_is_named_with_what_can_be_done(tmp_path, dtype):
    values = np.random.default_rng(3).random((3, 50)).astype(dtype)
    values[1] = 0
    labels = {"network": "n", "layer_index": 1, "weights_sha256": "w", "preprocessing": "p"}
    with ActivationWriter(
        tmp_path, list("abc"), [StoredLayer("l", (50,), dtype, labels)]
    ) as writer:
        writer.write(0, [values])
    with pytest.raises(
        InputError, match="network n, layer l: the activations of image b"
    ) as caught:
        correlate_layer([tmp_path], "l", list("abc"))
    assert ("`dtype: float32`" in str(caught.value)) == (dtype == "float16")


@pytest.mark.parametrize("shift", [0.0, 100.0])
def test_inner_products_follow_from_correlations_means_and_deviations(shift):
    matrix = (np.random.default_rng(4).normal(size=(7, 300)) + shift).astype(np.float32)
    rows = correlate_rows(np.split(matrix, [40, 41, 200], axis=1))
    exact = matrix.astype(np.float64)
    np.testing.assert_allclose(rows.means, exact.mean(axis=1), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(rows.deviations, exact.std(axis=1), rtol=1e-5)
    np.testing.assert_allclose(rows.gram, exact @ exact.T / 300, rtol=1e-5, atol=1e-6)
    assert rows.features == 300

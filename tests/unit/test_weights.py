import functools
import os
import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from semantrace.core.errors import InputError
from semantrace.io.files import sha256_of
from semantrace.io.user_files import find_file
from semantrace.networks.safe_pickle import read_pickled_arrays
from semantrace.networks.weights import (
    check_shapes,
    weights_sha256,
    write_weights,
)

KERNEL = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
BIAS = np.array([1.0, -2.0], dtype=np.float32)


def pickled(tmp_path: Path, content: object, protocol: int = 4) -> Path:
    path = tmp_path / "weights.pkl"
    path.write_bytes(pickle.dumps(content, protocol=protocol))
    return path


class Calls:
    """An object whose unpickling calls a function."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


# --- pickles


@pytest.mark.parametrize("protocol", range(6))
def test_arrays_of_every_protocol_are_read(tmp_path, protocol):
    path = pickled(tmp_path, {"conv1": [KERNEL, BIAS], "alone": BIAS}, protocol)
    arrays = read_pickled_arrays(path)
    assert list(arrays) == ["conv1", "alone"]
    np.testing.assert_array_equal(arrays["conv1"][0], KERNEL)
    np.testing.assert_array_equal(arrays["conv1"][1], BIAS)
    np.testing.assert_array_equal(arrays["alone"][0], BIAS)


@settings(max_examples=60, deadline=None)
@given(
    array=hnp.arrays(
        st.sampled_from(["<f2", "<f4", ">f4", "<f8", ">i4", "u1"]), hnp.array_shapes(max_dims=4)
    ),
    protocol=st.integers(0, 5),
    fortran=st.booleans(),
)
def test_any_array_of_numbers_comes_back(tmp_path_factory, array, protocol, fortran):
    stored = np.asfortranarray(array) if fortran else array
    path = pickled(tmp_path_factory.mktemp("pickle"), {"layer": stored}, protocol)
    (found,) = read_pickled_arrays(path)["layer"]
    np.testing.assert_array_equal(found, array)
    assert found.dtype.isnative
    assert found.dtype == array.dtype.newbyteorder("=")


def test_names_of_both_numpy_generations_are_known(tmp_path):
    old = pickle.dumps({"layer": BIAS}, protocol=2).replace(b"numpy._core", b"numpy.core")
    new = old.replace(b"numpy.core", b"numpy._core")
    assert old != new
    for content in (old, new):
        path = tmp_path / "weights.pkl"
        path.write_bytes(content)
        np.testing.assert_array_equal(read_pickled_arrays(path)["layer"][0], BIAS)


@pytest.mark.parametrize("protocol", range(6))
def test_a_malicious_pickle_never_executes(tmp_path, protocol):
    witness = tmp_path / "executed"
    path = pickled(tmp_path, {"conv1": Calls(os.mkdir, str(witness))}, protocol)
    with pytest.raises(InputError, match=r"holds 'posix.mkdir', and only numpy arrays"):
        read_pickled_arrays(path)
    assert not witness.exists()
    pickle.loads(path.read_bytes())  # the oracle: the plain unpickler is fooled
    assert witness.exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (Calls(eval, "1"), "builtins.eval"),
        (Calls(getattr, "text", "upper"), "builtins.getattr"),
        (functools.partial(print, "x"), "functools.partial"),
        (np.array([{}, print], dtype=object), "builtins.print"),
        (np.float32(1), "numpy._core.multiarray.scalar"),
        (Path("x"), "pathlib"),
    ],
)
def test_a_pickle_with_anything_else_is_refused_by_name(tmp_path, content, name):
    path = pickled(tmp_path, {"conv1": content})
    with pytest.raises(InputError, match=f"this pickle holds '{name}"):
        read_pickled_arrays(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([BIAS], "holds a list at its top; a dictionary from layer names"),
        ({1: BIAS}, "key 1 is not text"),
        ({"conv1": "text"}, "'conv1' holds a str; only arrays"),
        ({"conv1": [BIAS, None]}, "'conv1' holds a NoneType; only arrays"),
        ({"conv1": np.array(["a"])}, "'conv1' is no array of numbers"),
        ({"conv1": np.array([1], dtype=object)}, "'conv1' is no array of numbers"),
        ({"conv1": np.zeros(2, dtype=[("a", "f4")])}, "'conv1' is no array of numbers"),
    ],
)
def test_pickles_of_another_build_are_refused(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        read_pickled_arrays(pickled(tmp_path, content))


def test_a_pickle_cannot_alter_what_it_may_call(tmp_path):
    """BUILD with a slot state sets attributes on whatever object is on the stack."""
    path = tmp_path / "weights.pkl"
    path.write_bytes(
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n"
        b"N}X\x0b\x00\x00\x00__doc__more1X\x01\x00\x00\x00xs\x86b."
    )
    with pytest.raises(InputError, match="damaged or too unusual"):
        read_pickled_arrays(path)


@pytest.mark.parametrize("keep", [0, 1, 20, 150])
def test_a_truncated_pickle_is_refused(tmp_path, keep):
    path = pickled(tmp_path, {"conv1": [KERNEL, BIAS]})
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match="damaged or too unusual"):
        read_pickled_arrays(path)


def test_bytes_that_do_not_fill_the_shape_are_refused(tmp_path):
    path = pickled(tmp_path, {"conv1": KERNEL})
    wrong = path.read_bytes().replace(b"K\x02K\x03K\x04\x87", b"K\x02K\x03K\x09\x87")
    path.write_bytes(wrong)
    with pytest.raises(InputError, match="damaged or too unusual"):
        read_pickled_arrays(path)


# --- where weights come from


def test_a_wrong_sha256_names_both_digests(tmp_path):
    path = tmp_path / "weights.h5"
    path.write_bytes(b"weights")
    expected = "0" * 64
    with pytest.raises(InputError) as caught:
        find_file({"file": str(path), "sha256": expected}, "file", "weights")
    assert expected in str(caught.value)
    assert sha256_of(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_weights_are_named():
    with pytest.raises(InputError, match="weights.file: there is no file nowhere.h5"):
        find_file({"file": "nowhere.h5"}, "file", "weights")


# --- shapes


EXPECTED = {"conv1": {"kernel": (3, 3, 3, 64), "bias": (64,)}, "conv2": {"kernel": (1, 1)}}
FITTING = {
    "conv1": {"kernel": np.zeros((3, 3, 3, 64)), "bias": np.zeros(64)},
    "conv2": {"kernel": np.zeros((1, 1))},
}


def test_fitting_weights_pass():
    check_shapes(FITTING, EXPECTED, "file")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"conv1": {"kernel": np.zeros((5, 5, 3, 64)), "bias": np.zeros(64)}},
            "layer 'conv1' has kernel 5×5×3×64 and bias 64 but the architecture expects "
            "kernel 3×3×3×64 and bias 64",
        ),
        ({"conv1": {"kernel": np.zeros((3, 3, 3, 64))}}, "has kernel 3×3×3×64 but"),
        ({"conv3": {"kernel": np.zeros(1)}}, r"'conv3' is not in the architecture; did you mean"),
    ],
)
def test_weights_that_do_not_fit_name_layer_expected_and_found(change, message):
    with pytest.raises(InputError, match=message):
        check_shapes(FITTING | change, EXPECTED, "file")


def test_a_missing_layer_is_named():
    with pytest.raises(InputError, match="weights of layer 'conv2' are missing"):
        check_shapes({"conv1": FITTING["conv1"]}, EXPECTED, "file")


# --- the own file


def test_the_own_file_keeps_arrays_and_says_what_it_was_made_from(tmp_path):
    path = tmp_path / "w.weights.h5"
    write_weights(path, {"conv1": {"kernel": KERNEL, "bias": BIAS}}, {"sha256": "abc"})
    assert weights_sha256(path) == "abc"
    with h5py.File(path) as file:
        assert {*file.attrs} == {"sha256", "software"}
        assert set(file["conv1"]) == {"kernel", "bias"}
        np.testing.assert_array_equal(file["conv1/kernel"], KERNEL)


def test_equal_weights_give_equal_bytes(tmp_path):
    for name in ("a.h5", "b.h5"):
        write_weights(tmp_path / name, {"l": {"kernel": KERNEL}}, {"sha256": "abc", "seed": 1})
    assert (tmp_path / "a.h5").read_bytes() == (tmp_path / "b.h5").read_bytes()


def test_a_damaged_own_file_is_refused(tmp_path):
    path = tmp_path / "w.weights.h5"
    write_weights(path, {"l": {"kernel": KERNEL}}, {})
    with pytest.raises(InputError, match="names no sha256"):
        weights_sha256(path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError, match="the file is truncated or damaged"):
        weights_sha256(path)

"""Tensors of PyTorch's files in both formats, as PyTorch lays them out, and files to be refused."""

import collections
import os

import numpy as np
import pytest
from torch_files import KINDS, Parameter, Storage, Tensor, named_torch, save_new, save_old, tensor

from semantrace.core.errors import InputError
from semantrace.networks.torch_file import read_torch_tensors


@pytest.fixture
def torch(monkeypatch):
    return named_torch(monkeypatch)


SAVE = pytest.mark.parametrize("save", [save_old, save_new])
RNG = np.random.default_rng(0)


@SAVE
@pytest.mark.parametrize("wrap", [dict, collections.OrderedDict, lambda one: {"state_dict": one}])
def test_tensors_of_all_types_come_back(tmp_path, torch, save, wrap):
    arrays = {
        f"layer.{kind}": (100 * RNG.normal(size=(3, 4, 2))).astype(dtype)
        for kind, dtype in KINDS.items()
    }
    content = {name: tensor(torch, array, name[6:]) for name, array in arrays.items()}
    content["a"] = Parameter(tensor(torch, arrays["layer.FloatStorage"][0]))
    save(tmp_path / "net.pth", torch, wrap(content))
    found = read_torch_tensors(tmp_path / "net.pth")
    assert list(found) == [*arrays, "a"]
    for name, array in arrays.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    np.testing.assert_array_equal(found["a"], arrays["layer.FloatStorage"][0])


@SAVE
def test_views_of_one_storage(tmp_path, torch, save):
    values = np.arange(24, dtype="<f4")
    storage = Storage("FloatStorage", values.tobytes(), 24)
    views = {
        "turned": Tensor(torch, storage, 0, (6, 4), (1, 6)),
        "part": Tensor(torch, storage, 5, (2, 3), (10, 2)),
        "number": Tensor(torch, storage, 23, (), ()),
        "empty": Tensor(torch, storage, 24, (0, 3), (3, 1)),
    }
    save(tmp_path / "net.pth", torch, views)
    found = read_torch_tensors(tmp_path / "net.pth")
    np.testing.assert_array_equal(found["turned"], values.reshape(4, 6).T)
    np.testing.assert_array_equal(found["part"], [[5, 7, 9], [15, 17, 19]])
    assert found["number"] == 23
    assert found["empty"].shape == (0, 3)


@SAVE
def test_bfloat16_is_the_upper_half_of_float32(tmp_path, torch, save):
    values = np.array([1.5, -2.0, 3.25, 1e30], "<f4")
    halves = (values.view("<u4") >> 16).astype("<u2")
    storage = Storage("BFloat16Storage", halves.tobytes(), 4)
    save(tmp_path / "net.pth", torch, {"a": Tensor(torch, storage, 0, (4,), (1,))})
    found = read_torch_tensors(tmp_path / "net.pth")["a"]
    np.testing.assert_array_equal(found, (values.view("<u4") >> 16 << 16).view("<f4"))


class Explosive:
    def __reduce__(self):
        return os.system, ("touch was_run",)


@SAVE
def test_a_file_that_would_run_something_runs_nothing(tmp_path, torch, save, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "net.pth", torch, {"a": Explosive()})
    with pytest.raises(InputError, match="holds 'posix.system', and only tensors are read; save"):
        read_torch_tensors(tmp_path / "net.pth")
    assert not (tmp_path / "was_run").exists()


@SAVE
@pytest.mark.parametrize(
    ("view", "message"),
    [
        ((0, (5, 5), (5, 1)), "reaches value 24 of 24"),
        ((20, (5,), (1,)), "reaches value 24 of 24"),
        ((-1, (2,), (1,)), "not told by whole numbers"),
        ((0, (2, 2), (-1, 1)), "not told by whole numbers"),
        ((0, (2, 2), (1,)), "not told by whole numbers"),
        ((0, (10**12, 10**12), (1, 1)), "reaches value"),
    ],
)
def test_a_view_beyond_its_values_is_refused(tmp_path, torch, save, view, message):
    storage = Storage("FloatStorage", np.zeros(24, "<f4").tobytes(), 24)
    save(tmp_path / "net.pth", torch, {"a": Tensor(torch, storage, *view)})
    with pytest.raises(InputError, match=message):
        read_torch_tensors(tmp_path / "net.pth")


@SAVE
@pytest.mark.parametrize("content", [[1, 2], {"a": 3}, {"a": {"b": 1}}, {1: 2}, "text", None])
def test_other_contents_are_told(tmp_path, torch, save, content):
    save(tmp_path / "net.pth", torch, content)
    with pytest.raises(InputError, match=r"torch.save\(model.state_dict\(\), …\) writes"):
        read_torch_tensors(tmp_path / "net.pth")


@SAVE
def test_a_file_that_is_cut_anywhere_is_damaged(tmp_path, torch, save):
    path = tmp_path / "net.pth"
    save(path, torch, {"a": tensor(torch, RNG.normal(size=(3, 2)))})
    content = path.read_bytes()
    for size in range(0, len(content), 7):
        path.write_bytes(content[:size])
        with pytest.raises(InputError, match=r"net\.pth: not a file of tensors .* fetch it again"):
            read_torch_tensors(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"magic": 7}, "does not begin with PyTorch's number"),
        ({"protocol": 1002}, "protocol 1002 is unknown"),
        ({"machine": {"little_endian": False}}, "stored big-endian, which is not read"),
    ],
)
def test_another_beginning_of_the_older_format(tmp_path, torch, changes, message):
    save_old(tmp_path / "net.pth", torch, {"a": tensor(torch, np.zeros(2))}, **changes)
    with pytest.raises(InputError, match=message):
        read_torch_tensors(tmp_path / "net.pth")


def test_big_endian_numbers_of_the_newer_format(tmp_path, torch):
    save_new(tmp_path / "net.pth", torch, {"a": tensor(torch, np.zeros(2))}, "big")
    with pytest.raises(InputError, match="stored big-endian, which is not read"):
        read_torch_tensors(tmp_path / "net.pth")

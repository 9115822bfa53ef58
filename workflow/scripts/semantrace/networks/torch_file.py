"""Tensors of a file that PyTorch saved, read without PyTorch and without running anything in it.

A checkpoint is a pickle, beside which the values of its tensors lie: in the older format after it,
in the newer one as files of a zip archive. The pickle may name what `ALLOWED` lists, by which
tensors are laid over their values; any other name ends the reading before anything happens.

Source: ``torch/serialization.py`` describes both formats.
"""

import collections
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from semantrace.core.errors import InputError
from semantrace.networks.safe_pickle import AllowedUnpickler

MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
"""With the magic number, what a file of the older format begins with, each as a pickle."""

STORAGE_TYPES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
    "BoolStorage": "?",
}
"""What the values of a tensor are stored as, by PyTorch's name of it."""


@dataclass(frozen=True)
class _StorageType:
    dtype: str


@dataclass(frozen=True)
class _Storage:
    """The values of one or more tensors, which lie outside of the pickle."""

    key: str
    dtype: str
    count: int


@dataclass(frozen=True)
class _Tensor:
    """How a tensor lies over its values, counted in values."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _tensor(storage: object, offset: int, shape: Any, strides: Any, *_: object) -> _Tensor:
    """Stand for ``_rebuild_tensor_v2``, whose further arguments are about gradients."""
    if not isinstance(storage, _Storage):
        raise ValueError("a tensor has no storage")
    shape, strides = tuple(shape), tuple(strides)
    if len(shape) != len(strides) or not all(
        isinstance(number, int) and number >= 0 for number in (offset, *shape, *strides)
    ):
        raise ValueError("a tensor's place is not told by whole numbers")
    return _Tensor(storage, offset, shape, strides)


def _parameter(tensor: object, *_: object) -> object:
    """Stand for ``_rebuild_parameter``."""
    return tensor


ALLOWED: Mapping[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    **{("torch", name): _StorageType(dtype) for name, dtype in STORAGE_TYPES.items()},
}
"""What a dictionary of tensors consists of, by the names that it has in pickles."""


def read_torch_tensors(path: str | Path) -> dict[str, np.ndarray]:
    """Read the tensors of a state dictionary.

    Parameters
    ----------
    path : path
        A `.pth` or `.pt` file that ``torch.save`` made of a dictionary from names to tensors, in
        either of PyTorch's formats. A dictionary may hold it under the name `state_dict` or
        `model`.

    Returns
    -------
    dict of str to numpy.ndarray
        In the file's order. bfloat16 becomes float32.

    Raises
    ------
    InputError
        When the file names anything but tensors, is damaged, or is built differently.
    """
    path = Path(path)
    read = _read_archive if zipfile.is_zipfile(path) else _read_stream
    try:
        content, storages = read(path)
        return {
            name: _array(tensor, storages)
            for name, tensor in _state_dictionary(content, path).items()
        }
    except (InputError, MemoryError, FileNotFoundError):
        raise
    except Exception as error:  # a damaged pickle raises almost any class
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        raise InputError(
            f"{path}: not a file of tensors that PyTorch saved, or a damaged one ({reason}); fetch "
            "it again"
        ) from error


def _state_dictionary(content: object, path: Path) -> dict[str, _Tensor]:
    """Return the tensors by name, wherever in the file their dictionary is."""
    if isinstance(content, dict):
        for name in ("state_dict", "model"):
            if isinstance(content.get(name), dict):
                content = content[name]
                break
    if not isinstance(content, dict):
        raise InputError(
            f"{path}: holds a {type(content).__name__} at its top; a dictionary from names to "
            "tensors is needed, as torch.save(model.state_dict(), …) writes it"
        )
    for name, value in content.items():
        if not (isinstance(name, str) and isinstance(value, _Tensor)):
            raise InputError(
                f"{path}: {name!r} is a {type(value).__name__}; only tensors by name are read, as "
                "torch.save(model.state_dict(), …) writes them"
            )
    return content


def _array(tensor: _Tensor, storages: Callable[[_Storage], np.ndarray]) -> np.ndarray:
    """Return a tensor's values, in their own memory."""
    values = storages(tensor.storage)
    count = int(np.prod(tensor.shape, dtype=object)) if tensor.shape else 1
    steps = zip(tensor.shape, tensor.strides, strict=True)
    last = tensor.offset + sum((side - 1) * stride for side, stride in steps)
    if count and last >= len(values):
        raise ValueError(f"a tensor reaches value {last} of {len(values)}")
    if not count:
        return np.empty(tensor.shape, values.dtype)
    strides = [stride * values.itemsize for stride in tensor.strides]
    view = np.lib.stride_tricks.as_strided(
        values[tensor.offset :], tensor.shape, strides, writeable=False
    )
    return np.array(view, order="C")


def _values(content: bytes, storage: _Storage) -> np.ndarray:
    """Return the values that some bytes stand for."""
    dtype = np.dtype("<u2" if storage.dtype == "bfloat16" else storage.dtype)
    if len(content) != storage.count * dtype.itemsize:
        raise ValueError(f"{storage.count} values are announced, {len(content)} bytes found")
    values = np.frombuffer(content, dtype)
    if storage.dtype == "bfloat16":  # the upper half of a float32
        return (values.astype("<u4") << 16).view("<f4")
    return values.astype(dtype.newbyteorder("="), copy=False)


def _read_archive(path: Path) -> tuple[object, Callable[[_Storage], np.ndarray]]:
    """Read the newer format: ``…/data.pkl``, and a file ``…/data/{key}`` for each storage."""
    with zipfile.ZipFile(path) as archive:
        (index,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
        folder = index.removesuffix("data.pkl")
        if f"{folder}byteorder" in archive.namelist():
            order = archive.read(f"{folder}byteorder").decode()
            if order != "little":
                raise InputError(
                    f"{path}: its numbers are stored {order}-endian, which is not read; save it on "
                    "another machine"
                )
        with archive.open(index) as handle:
            unpickler = _TensorUnpickler(handle, path)
            content = unpickler.load()
        arrays = {
            storage.key: _values(archive.read(f"{folder}data/{storage.key}"), storage)
            for storage in unpickler.storages.values()
        }
    return content, lambda storage: arrays[storage.key]


def _read_stream(path: Path) -> tuple[object, Callable[[_Storage], np.ndarray]]:
    """Read the older format: pickles one after the other, then the storages.

    Before the dictionary come the magic number, the protocol and facts about the machine; behind
    it a list of the storages' keys, and for each one the number of values and the values.
    """
    with path.open("rb") as handle:
        if _TensorUnpickler(handle, path).load() != MAGIC_NUMBER:
            raise ValueError("it does not begin with PyTorch's number")
        if (protocol := _TensorUnpickler(handle, path).load()) != PROTOCOL:
            raise ValueError(f"protocol {protocol} is unknown")
        machine = _TensorUnpickler(handle, path).load()
        if isinstance(machine, dict) and not machine.get("little_endian", True):
            raise InputError(
                f"{path}: its numbers are stored big-endian, which is not read; save it on another "
                "machine"
            )
        unpickler = _TensorUnpickler(handle, path)
        content = unpickler.load()
        keys = _TensorUnpickler(handle, path).load()
        arrays = {key: _next_storage(handle, unpickler.storages[key]) for key in _texts(keys)}
    return content, lambda storage: arrays[storage.key]


def _texts(keys: object) -> Sequence[str]:
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise ValueError("no list of storages follows the tensors")
    return keys


def _next_storage(handle: IO[bytes], storage: _Storage) -> np.ndarray:
    """Read the number of values and the values of one storage."""
    announced = int.from_bytes(handle.read(8), "little", signed=True)
    if announced != storage.count:
        raise ValueError(f"storage {storage.key} has {announced} values, not {storage.count}")
    width = 2 if storage.dtype == "bfloat16" else np.dtype(storage.dtype).itemsize
    return _values(handle.read(announced * width), storage)


class _TensorUnpickler(AllowedUnpickler):
    allowed = ALLOWED
    holder = "file"
    advice = (
        "and only tensors are read; save the weights alone, with torch.save(model.state_dict(), …)"
    )

    def __init__(self, handle: IO[bytes], path: Path):
        super().__init__(handle, path, encoding="utf-8")
        self.storages: dict[str, _Storage] = {}

    def persistent_load(self, pid: Any) -> _Storage:
        """Note which values a tensor refers to: ("storage", type, key, device, number, …)."""
        kind, storage_type, key, _, count = pid[:5]
        if kind != "storage" or not isinstance(storage_type, _StorageType):
            raise ValueError("a tensor's values are of an unknown kind")
        if len(pid) > 5 and pid[5] is not None:
            raise ValueError("a tensor's values are a part of others")
        storage = _Storage(str(key), storage_type.dtype, int(count))
        return self.storages.setdefault(storage.key, storage)

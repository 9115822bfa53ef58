"""Files as PyTorch saves them, written without PyTorch."""

import collections
import io
import pickle
import sys
import types
import zipfile

import numpy as np

from semantrace.networks.torch_file import MAGIC_NUMBER, PROTOCOL

KINDS = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ByteStorage": "<u1",
}


def named_torch(monkeypatch):
    """Return as much of PyTorch as its pickles name, in its place while a test runs."""
    module, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for name in (*KINDS, "BFloat16Storage"):
        setattr(module, name, type(name, (), {"__module__": "torch"}))
    for name in ("_rebuild_tensor_v2", "_rebuild_parameter"):

        def function(*arguments):
            raise AssertionError("is only named")

        function.__module__, function.__name__ = "torch._utils", name
        function.__qualname__ = name
        setattr(utils, name, function)
    module._utils = utils
    monkeypatch.setitem(sys.modules, "torch", module)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)
    return module


class Storage:
    def __init__(self, kind, content, count):
        self.kind, self.content, self.count = kind, content, count


class Tensor:
    """How PyTorch pickles a tensor: a view of a storage."""

    def __init__(self, torch, storage, offset, shape, strides):
        self.torch, self.storage = torch, storage
        self.view = (offset, shape, strides)

    def __reduce__(self):
        arguments = (self.storage, *self.view, False, collections.OrderedDict())
        return self.torch._utils._rebuild_tensor_v2, arguments


class Parameter:
    def __init__(self, tensor):
        self.tensor = tensor

    def __reduce__(self):
        function = self.tensor.torch._utils._rebuild_parameter
        return function, (self.tensor, True, collections.OrderedDict())


def tensor(torch, array, kind="FloatStorage"):
    flat = np.ascontiguousarray(array, KINDS[kind])
    strides = tuple(stride // flat.itemsize for stride in flat.strides)
    return Tensor(torch, Storage(kind, flat.tobytes(), flat.size), 0, flat.shape, strides)


class Pickler(pickle.Pickler):
    def __init__(self, file, torch, storages):
        super().__init__(file, 2)
        self.torch, self.storages = torch, storages

    def persistent_id(self, item):
        if not isinstance(item, Storage):
            return None
        key = str(list(self.storages).index(item)) if item in self.storages else None
        if key is None:
            key = str(len(self.storages))
            self.storages[item] = key
        kind = getattr(self.torch, item.kind)
        return ("storage", kind, key, "cpu", item.count, *self.further)


def save_old(path, torch, content, machine=None, magic=MAGIC_NUMBER, protocol=PROTOCOL):
    storages = {}
    with path.open("wb") as file:
        for item in (magic, protocol, machine or {"little_endian": True}):
            pickle.dump(item, file, 2)
        pickler = Pickler(file, torch, storages)
        pickler.further = (None,)  # a view of another storage, in the oldest files
        pickler.dump(content)
        pickle.dump(list(storages.values()), file, 2)
        for storage in storages:
            file.write(storage.count.to_bytes(8, "little") + storage.content)


def save_new(path, torch, content, order="little"):
    storages, pickled = {}, io.BytesIO()
    pickler = Pickler(pickled, torch, storages)
    pickler.further = ()
    pickler.dump(content)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("net/data.pkl", pickled.getvalue())
        archive.writestr("net/byteorder", order)
        for storage, key in storages.items():
            archive.writestr(f"net/data/{key}", storage.content)

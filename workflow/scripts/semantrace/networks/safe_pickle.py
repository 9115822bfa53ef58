"""Reads numpy arrays from pickles, and nothing else.

A pickle is a program that may call any function. Here, the few names that a pickled array needs
are answered by harmless stand-ins, so that not even numpy's own code is called with what the file
says; any other name ends the reading before anything happens.
"""

import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from semantrace.core.errors import InputError

NUMERIC_KINDS = "fiu"


def read_pickled_arrays(path: str | Path) -> dict[str, tuple[np.ndarray, ...]]:
    """Read a pickled dictionary of arrays.

    Parameters
    ----------
    path : path
        A pickle of any protocol: a dictionary from names to one array, or to a list or tuple of
        arrays, of real numbers.

    Returns
    -------
    dict of str to tuple of numpy.ndarray
        In the file's order.

    Raises
    ------
    InputError
        When the pickle names anything but numpy arrays, is damaged, or is built differently.
    """
    path = Path(path)
    with path.open("rb") as handle:
        try:
            content = _ArrayUnpickler(handle, path).load()
        except (InputError, MemoryError):
            raise
        except Exception as error:  # a damaged pickle raises almost any class
            reason = str(error).strip().split("\n")[0] or type(error).__name__
            raise InputError(
                f"{path}: the pickle is damaged or too unusual ({reason}); fetch it again"
            ) from error
    if not isinstance(content, dict):
        raise InputError(
            f"{path}: the pickle holds a {type(content).__name__} at its top; "
            "a dictionary from layer names to arrays is needed"
        )
    return {_layer_name(key, path): _arrays(value, key, path) for key, value in content.items()}


def _layer_name(key: object, path: Path) -> str:
    if not isinstance(key, str):
        raise InputError(f"{path}: key {key!r} is not text; the keys have to be names of layers")
    return key


def _arrays(value: object, key: str, path: Path) -> tuple[np.ndarray, ...]:
    items = value if isinstance(value, list | tuple) else [value]
    if not all(isinstance(item, _PickledArray) for item in items):
        odd = next(item for item in items if not isinstance(item, _PickledArray))
        raise InputError(
            f"{path}: {key!r} holds a {type(odd).__name__}; only arrays or lists of arrays are read"
        )
    try:
        return tuple(item.array() for item in items)
    except (ValueError, TypeError) as error:
        raise InputError(f"{path}: {key!r} is no array of numbers ({error})") from error


class _ArrayUnpickler(pickle.Unpickler):
    """An unpickler to which the names of a pickled array are known, and no others."""

    def __init__(self, handle, path: Path):
        # text from Python 2 holds the bytes of its arrays
        super().__init__(handle, encoding="latin1")
        self._path = path

    def find_class(self, module: str, name: str) -> object:
        """Return the stand-in for a name that the pickle asks for."""
        stand_in = _STAND_INS.get((module, name))
        if stand_in is None:
            raise InputError(
                f"{self._path}: this pickle holds {f'{module}.{name}'!r}, and only numpy arrays "
                "are read from a pickle; save the weights as arrays"
            )
        return stand_in()

    def persistent_load(self, pid: object) -> object:
        """Refuse objects that are kept outside of the pickle."""
        raise InputError(
            f"{self._path}: this pickle refers to an object outside of it; save arrays only"
        )


class _PickledType:
    """What a pickle says of a dtype: its code, and later its byte order."""

    __slots__ = ("code", "order")

    def __init__(self, code: object):
        self.code, self.order = code, "="

    def __setstate__(self, state: Sequence[object]) -> None:
        self.order = state[1]

    def dtype(self) -> np.dtype:
        """Return the numpy type, which has to be one of plain numbers."""
        if not isinstance(self.code, str) or self.code[:1] not in NUMERIC_KINDS:
            raise ValueError(f"type {self.code!r}")
        order = self.order if self.order in ("<", ">") else "="
        return np.dtype(self.code).newbyteorder(order)


class _PickledArray:
    """What a pickle says of an array: shape, type, order and bytes."""

    __slots__ = ("code", "data", "order", "shape")

    def __setstate__(self, state: Sequence[object]) -> None:
        _, self.shape, self.code, fortran, self.data = state
        self.order = "F" if fortran else "C"

    def array(self) -> np.ndarray:
        """Return a copy in native byte order; numpy checks that bytes and shape agree."""
        data = self.data.encode("latin1") if isinstance(self.data, str) else self.data
        if not isinstance(data, bytes | bytearray):
            raise ValueError("its data are no bytes")
        flat = np.frombuffer(data, dtype=self.code.dtype())
        whole = flat.reshape(tuple(int(n) for n in self.shape), order=self.order)
        return np.ascontiguousarray(whole.astype(whole.dtype.newbyteorder("="))).reshape(
            whole.shape
        )


# The stand-ins are instances without attributes, so that a pickle cannot alter them either.


class _ArrayClass:
    """Stands for the class numpy.ndarray, which a pickle names but need not call."""

    __slots__ = ()


class _Reconstruct:
    """Stands for numpy's maker of an empty array, filled by `__setstate__` afterwards."""

    __slots__ = ()

    def __call__(self, *_: object) -> _PickledArray:
        return _PickledArray()


class _FromBuffer:
    """Stands for numpy's maker of an array from bytes, used by protocol 5."""

    __slots__ = ()

    def __call__(self, data: object, dtype: _PickledType, shape: tuple, order: str):
        array = _PickledArray()
        array.__setstate__((1, shape, dtype, order == "F", data))
        return array


class _MakeType:
    """Stands for numpy.dtype."""

    __slots__ = ()

    def __call__(self, code: object, *_: object) -> _PickledType:
        return _PickledType(code)


class _EncodeText:
    """Stands for the codec by which old protocols write bytes as text."""

    __slots__ = ()

    def __call__(self, text: str, encoding: str = "latin1") -> bytes:
        return str.encode(text, "latin1")


_STAND_INS = {
    ("numpy", "ndarray"): _ArrayClass,
    ("numpy", "dtype"): _MakeType,
    ("numpy.core.multiarray", "_reconstruct"): _Reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _Reconstruct,
    ("numpy.core.numeric", "_frombuffer"): _FromBuffer,
    ("numpy._core.numeric", "_frombuffer"): _FromBuffer,
    ("_codecs", "encode"): _EncodeText,
}

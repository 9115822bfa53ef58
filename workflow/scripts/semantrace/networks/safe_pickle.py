"""Reads numpy arrays from pickles, and nothing else.

A pickle is a program that may call any function. Here it may call those in `ALLOWED`, by which
numpy makes arrays; any other name ends the reading before anything happens.
"""

import codecs
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from semantrace.core.errors import InputError

NUMERIC_KINDS = "fiu"

_reconstruct = np.empty(0).__reduce__()[0]
_from_buffer = np.empty(1).__reduce_ex__(5)[0]
ALLOWED = {
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    # An empty array, which is filled afterwards; from numpy 1 and from numpy 2.
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    # An array of bytes, as protocol 5 has it.
    ("numpy.core.numeric", "_frombuffer"): _from_buffer,
    ("numpy._core.numeric", "_frombuffer"): _from_buffer,
    # By which old protocols write bytes as text.
    ("_codecs", "encode"): codecs.encode,
}
"""What a pickled array consists of, by the names that it has in pickles."""


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
            # text from Python 2 holds the bytes of its arrays
            content = _ArrayUnpickler(handle, path, encoding="latin1").load()
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
    items: Sequence[object] = value if isinstance(value, list | tuple) else [value]
    arrays = []
    for item in items:
        if not isinstance(item, np.ndarray):
            raise InputError(
                f"{path}: {key!r} holds a {type(item).__name__}; only arrays or lists of arrays "
                "are read"
            )
        if item.dtype.kind not in NUMERIC_KINDS:
            raise InputError(f"{path}: {key!r} is no array of numbers (type {item.dtype})")
        arrays.append(np.array(item, dtype=item.dtype.newbyteorder("="), order="C"))
    return tuple(arrays)


class AllowedUnpickler(pickle.Unpickler):
    """An unpickler to which some names are known, and no others.

    Attributes
    ----------
    allowed : mapping
        What the pickle may ask for, by module and name.
    holder, advice : str
        For the message about anything else: what holds it, why it is refused and what to do.
    """

    allowed: Mapping[tuple[str, str], Any]
    holder: str
    advice: str

    def __init__(self, handle: IO[bytes], path: Path, encoding: str):
        super().__init__(handle, encoding=encoding)
        self.path = path

    def find_class(self, module: str, name: str) -> Any:
        """Return what the pickle asks for, if it is allowed."""
        if (module, name) not in self.allowed:
            asked = f"{module}.{name}"
            raise InputError(f"{self.path}: this {self.holder} holds {asked!r}, {self.advice}")
        return self.allowed[module, name]


class _ArrayUnpickler(AllowedUnpickler):
    allowed = ALLOWED
    holder = "pickle"
    advice = "and only numpy arrays are read from a pickle; save the weights as arrays"

    def persistent_load(self, pid: object) -> Any:
        """Refuse objects that are kept outside of the pickle."""
        raise InputError(
            f"{self.path}: this pickle refers to an object outside of it; save arrays only"
        )

"""Arrays of equal shape that stay in HDF5 files until they are asked for, one by one."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np

from semantrace.io.files import open_hdf5


@dataclass(frozen=True, eq=False)
class ArrayPlace:
    """Where an array is.

    Attributes
    ----------
    path : path
        An HDF5 file.
    dataset : str
    entry : int, optional
        The place along the first axis of the dataset, where that holds several arrays.
    order : (k,) int array, optional
        The order that the rows and columns of a k×k matrix are to have, where it is another.
    """

    path: Path
    dataset: str
    entry: int | None = None
    order: np.ndarray | None = None

    def read(self) -> np.ndarray:
        """Read the array.

        Raises
        ------
        InputError
            When the file is missing or damaged.
        """
        with open_hdf5(self.path) as file:
            values = file[self.dataset][... if self.entry is None else self.entry]
        return values if self.order is None else values[np.ix_(self.order, self.order)]


class StoredArrays(Sequence[np.ndarray]):
    """Arrays of equal shape, each of which is read anew whenever it is asked for.

    Used as an array of one axis more: by number, by a slice or list of numbers, which gives
    arrays that are still stored, and in turn. Only `numpy.asarray` reads all of them at once.

    Parameters
    ----------
    places : sequence of ArrayPlace
        In their order.
    shape : tuple of int
        Of each array.
    """

    def __init__(self, places: Sequence[ArrayPlace], shape: tuple[int, ...]):
        self._places = list(places)
        self.shape = (len(self._places), *shape)

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, which: int) -> np.ndarray: ...

    @overload
    def __getitem__(self, which: slice | list[int]) -> "StoredArrays": ...

    def __getitem__(self, which: int | slice | list[int]) -> "np.ndarray | StoredArrays":
        if isinstance(which, slice):
            return StoredArrays(self._places[which], self.shape[1:])
        if isinstance(which, list):
            return StoredArrays([self._places[number] for number in which], self.shape[1:])
        return self._places[operator.index(which)].read()

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.stack(list(self)).astype(dtype or np.float64, copy=False)


Arrays = np.ndarray | StoredArrays
"""Arrays of equal shape, in memory or stored."""


def total_of(arrays: Arrays) -> np.ndarray:
    """Return the sum of arrays, (n, …) or n stored ones, of which one is held at a time."""
    total = np.zeros(arrays.shape[1:])
    for one in arrays:
        total += one
    return total


def mean_of(arrays: Arrays) -> np.ndarray:
    """Return the mean of arrays; see `total_of`."""
    return total_of(arrays) / len(arrays)

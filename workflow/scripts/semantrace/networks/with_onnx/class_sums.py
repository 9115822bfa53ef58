"""Sums of the activations of each class's images, in NumPy."""

import numpy as np


def sum_rows(rows: np.ndarray, carried: np.ndarray, ends: np.ndarray, complete: int) -> np.ndarray:
    """Sum one layer's rows class by class, beginning with the sum that was carried over.

    The sum that is carried over changes in place.
    """
    sums = np.empty((complete, carried.size))
    start = 0
    for number, end in enumerate(ends):
        for row in rows[start:end]:
            carried += row
        start = end
        if number < complete:
            sums[number] = carried
            carried[:] = 0
    return sums

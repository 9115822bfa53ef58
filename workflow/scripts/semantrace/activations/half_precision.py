"""Activations of which half precision keeps nothing: too small for it, or too much alike.

Half precision has eleven binary digits down to 2⁻¹⁴ = 6.1e-5. Below, it has fewer, and from 3e-8 on
none. An image whose activations all lie there, or become one value by rounding, would be told as
constant, or be compared by what rounding left of it.
"""

import numpy as np

from semantrace.core.errors import InputError

LEAST_NORMAL = 2.0**-14
LEAST_NORMAL_BITS = np.float16(LEAST_NORMAL).view(np.uint16)
MAGNITUDE_BITS = np.uint16(0x7FFF)
FIRST_FEATURES = 4096
"""Nearly every row shows within these that it is not one of those, so that a look costs nothing."""

NOISE = 1e-6
"""Values of a row in single precision that differ by less, relative to the largest, are equal."""


def doubtful_rows(block: np.ndarray) -> np.ndarray:
    """Return the rows of which half precision may have kept nothing.

    Parameters
    ----------
    block : (n, features) float16 array

    Returns
    -------
    (m,) int array
        Rows whose values are all equal, or all smaller than 2⁻¹⁴.
    """
    bits = np.ascontiguousarray(block).view(np.uint16)
    rows = np.flatnonzero(_are_doubtful(bits[:, :FIRST_FEATURES]))
    return rows[_are_doubtful(bits[rows])]


def _are_doubtful(bits: np.ndarray) -> np.ndarray:
    too_small = (bits & MAGNITUDE_BITS).max(axis=1) < LEAST_NORMAL_BITS
    return too_small | (bits.max(axis=1) == bits.min(axis=1))


def check_single_precision(values: np.ndarray, where: str) -> None:
    """Refuse to store a doubtful row in half precision, unless single precision has no more of it.

    Parameters
    ----------
    values : (features,) float32 array
        The same row before it was rounded.
    where : str
        Layer and image, for the message.

    Raises
    ------
    InputError
        When the values are not all equal.
    """
    least, most = float(values.min()), float(values.max())
    largest = max(abs(least), abs(most))
    if most - least <= NOISE * largest:
        return
    why = (
        f"are too small for float16 (the largest is {largest:.1e}, and below {LEAST_NORMAL:.1e} "
        "it loses digits)"
        if largest < LEAST_NORMAL
        else f"differ too little for float16 (they lie between {least:.7g} and {most:.7g})"
    )
    raise InputError(f"{where}: the activations {why}; set `dtype: float32` under `storage`")

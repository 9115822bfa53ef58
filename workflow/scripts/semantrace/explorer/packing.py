"""How numbers travel in the page: as JSON, or deflated in base64, the same bytes each time."""

import base64
import zlib
from dataclasses import dataclass, field

import numpy as np

LEVEL = 6
"""Of deflate; higher ones take thrice the time for a hundredth of the size."""


@dataclass
class Blocks:
    """Parts of the page that are unpacked when a view asks for them.

    Attributes
    ----------
    texts : dict of str to str
        Base64 of deflated bytes, by name, in the order in which they came.
    """

    texts: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, values: bytes) -> str:
        """Take bytes under a name that no other block has, and return the name."""
        if name in self.texts:
            raise ValueError(f"two blocks of the page are called {name}")
        self.texts[name] = base64.b64encode(zlib.compress(values, LEVEL)).decode("ascii")
        return name


@dataclass(frozen=True)
class Levels:
    """Numbers in equal steps.

    Attributes
    ----------
    low, step : float
        A code c stands for ``low + c · step``, which is within half a step of the number.
    bits : {8, 16}
    codes : bytes
        Of 16 bits, first all high bytes, then all low ones, which deflates better.
    """

    low: float
    step: float
    bits: int
    codes: bytes


def in_levels(values: np.ndarray, bits: int) -> Levels:
    """Return numbers in as many equal steps as fit between the lowest and the highest.

    Parameters
    ----------
    values : array of float
        Finite, one or more.
    bits : {8, 16}
        Of each code.
    """
    low, high = float(values.min()), float(values.max())
    steps = 2**bits - 1
    step = (high - low) / steps
    codes = np.zeros(values.shape, np.uint16)
    if step > 0:
        codes = np.rint((values - low) / step).clip(0, steps).astype(np.uint16)
    parts = [(codes >> 8).astype(np.uint8)] if bits == 16 else []
    parts.append((codes & 255).astype(np.uint8))
    return Levels(low, step, bits, b"".join(part.tobytes() for part in parts))

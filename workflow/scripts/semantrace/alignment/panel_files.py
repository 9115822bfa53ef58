"""The scores of one network by every measure, and the files that keep them until all are joined."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

from semantrace.io.files import create_hdf5, open_hdf5

TEXTS = ("network", "layer", "group", "measure")


@dataclass(frozen=True)
class Panel:
    """The scores of some layers by every measure, beside what chance gives.

    Attributes
    ----------
    rows : DataFrame
        `semantrace.core.tables.ALIGNMENT` without the word model and the family-wise p-value.
    maxima : mapping of (str, str) to (N,) array
        For a measure and group, the highest score of all layers but the pixels under each
        permutation.
    """

    rows: pd.DataFrame
    maxima: Mapping[tuple[str, str], np.ndarray]


def write_panel(path: str | Path, panel: Panel) -> None:
    """Write the scores of a network, to the last digit."""
    with create_hdf5(path) as file:
        for name, column in panel.rows.items():
            text = {"dtype": h5py.string_dtype()} if name in TEXTS else {}
            file.create_dataset(f"rows/{name}", data=column.tolist(), **text)
        for (measure, group), maxima in panel.maxima.items():
            file.create_dataset(f"maxima/{measure}/{group}", data=maxima)


def read_panel(path: str | Path) -> Panel:
    """Read what `write_panel` wrote.

    Raises
    ------
    InputError
        When the file is missing or damaged.
    """
    with open_hdf5(path) as file:
        columns = {
            name: values.asstr()[:] if name in TEXTS else values[:]
            for name, values in file["rows"].items()
        }
        maxima = {
            (measure, group): values[:]
            for measure, groups in file["maxima"].items()
            for group, values in groups.items()
        }
    return Panel(pd.DataFrame(columns), maxima)

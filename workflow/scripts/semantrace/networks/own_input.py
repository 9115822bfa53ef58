"""The input of a user's own network, as its file and the study tell it."""

from collections.abc import Sequence
from pathlib import Path

from semantrace.core.errors import InputError


def chosen_size(
    sides: Sequence[int | None], given: int | Sequence[int] | None, path: Path, told: str
) -> tuple[int, int]:
    """Return height and width of an input, which its file or the study fixes.

    Parameters
    ----------
    sides : sequence of int or None
        Height and width in the file; None where they are open.
    given : int or sequence of int, optional
        The study's `input_size`: one side of a square, or height and width.
    path : path
        The file, for messages.
    told : str
        The input's shape in the file, for messages.

    Raises
    ------
    InputError
        When a side is open in both, or the study contradicts the file.
    """
    wanted = (given, given) if isinstance(given, int) else tuple(given or sides)
    if None in wanted:
        raise InputError(
            f"{path}: its input has no fixed height and width ({told}); add input_size to the "
            "network in the study, such as input_size: 224 or input_size: [224, 224]"
        )
    height, width = map(int, filter(None, wanted))
    if any(side not in (None, one) for side, one in zip(sides, (height, width), strict=True)):
        raise InputError(
            f"{path}: input_size is {height}×{width} but its input is {told}; leave input_size "
            "out or correct it"
        )
    return height, width


def refuse_cut_values(is_real: bool, dtype: str, kind: object, path: Path) -> None:
    """Refuse to scale what enters an input of whole numbers, which cuts 0.5 to 0.

    Parameters
    ----------
    is_real : bool
        Whether the input holds real numbers.
    dtype : str
        Its type, for messages.
    kind : object
        The study's `preprocessing`.
    path : path
        The file, for messages.
    """
    if not is_real and kind not in (None, "none"):
        raise InputError(
            f"{path}: the input has the type {dtype}, which cannot hold values that "
            f"preprocessing: {kind} scales; say preprocessing: none, or save the network with an "
            "input of float32"
        )

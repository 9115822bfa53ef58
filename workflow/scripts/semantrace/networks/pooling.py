"""What is kept of a layer's places or tokens: their mean, their maximum, or the first token."""

import numpy as np

CLS = "cls"


def pooling_problem(layer: str, pooling: str, sides: int, is_map: bool) -> str | None:
    """Say why a layer cannot be pooled, or return None.

    Parameters
    ----------
    layer, pooling : str
        Such as fire9 and mean.
    sides : int
        Of one image's activation.
    is_map : bool
        Whether three sides are channels and two of places.
    """
    if sides == 2 or (sides == 3 and is_map and pooling != CLS):
        return None
    if sides == 3 and is_map:
        return f"layer {layer!r} has places and no tokens; pool it by mean or max"
    return f"layer {layer!r} has neither places nor tokens to pool over; name it without .{pooling}"


def pooled(values: np.ndarray, pooling: str, is_channels_first: bool = False) -> np.ndarray:
    """Pool the activations of some images.

    Parameters
    ----------
    values : numpy.ndarray
        batch × tokens × width, batch × height × width × channels, or with the channels first.
    pooling : str
        One of `semantrace.core.names.POOLINGS`; empty for the values as they are.
    is_channels_first : bool
        Whether channels come before places.

    Returns
    -------
    numpy.ndarray, batch × width or batch × channels
    """
    if not pooling:
        return values
    if pooling == CLS:
        return values[:, 0]
    axes: int | tuple[int, int] = 1
    if values.ndim == 4:
        axes = (2, 3) if is_channels_first else (1, 2)
    wide = values.astype(np.float32, copy=False)
    return wide.mean(axis=axes) if pooling == "mean" else wide.max(axis=axes)

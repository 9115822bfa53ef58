"""What is kept of a layer's places or tokens: their mean, their maximum, or the first token."""

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

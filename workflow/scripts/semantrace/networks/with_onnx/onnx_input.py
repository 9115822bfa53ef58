"""The input of an ONNX graph: which of its inputs takes images, and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto

from semantrace.core.errors import InputError
from semantrace.networks.own_input import chosen_size

FLOATS = {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.BFLOAT16}
INPUT_TYPES = FLOATS | {TensorProto.UINT8}
CHANNELS = 3


@dataclass(frozen=True)
class OnnxInput:
    """The graph's input.

    Attributes
    ----------
    name : str
    element_type : int
        A type of `onnx.TensorProto`.
    has_channels_first : bool
        Whether it is batch × channels × height × width, and not batch × height × width × channels.
    size : (int, int)
        Height and width.
    batch : int or None
        The number of images that the graph takes at once; None where it is open.
    """

    name: str
    element_type: int
    has_channels_first: bool
    size: tuple[int, int]
    batch: int | None

    @property
    def dtype(self) -> np.dtype:
        """Type of its values."""
        return onnx.helper.tensor_dtype_to_np_dtype(self.element_type)

    @property
    def is_real(self) -> bool:
        """Whether its values are real numbers, not whole ones."""
        return self.element_type in FLOATS

    def shape(self, batch: int) -> tuple[int, int, int, int]:
        """Return the shape of so many images."""
        height, width = self.size
        if self.has_channels_first:
            return batch, CHANNELS, height, width
        return batch, height, width, CHANNELS

    def laid_out(self, images: np.ndarray) -> np.ndarray:
        """Return preprocessed images, their channels last, as the input takes them."""
        values = np.moveaxis(images, -1, 1) if self.has_channels_first else images
        return np.ascontiguousarray(values, self.dtype)


def find_input(
    model: onnx.ModelProto, path: Path, given: int | Sequence[int] | None = None
) -> OnnxInput:
    """Return the input that takes the images.

    Parameters
    ----------
    model : onnx.ModelProto
    path : path
        The file, for messages.
    given : int or (height, width), optional
        The size that the study gives an input of open size.

    Raises
    ------
    InputError
        When the graph has no input of images of three channels, or its size is open and not given.
    """
    stored = {tensor.name for tensor in model.graph.initializer}
    inputs = [item for item in model.graph.input if item.name not in stored]
    told = ", ".join(f"{item.name} {_told_shape(item)}" for item in inputs)
    if len(inputs) != 1:
        raise InputError(
            f"{path}: has {len(inputs)} inputs ({told}), and a network has one, which takes "
            "images; export the part that sees them"
        )
    (item,) = inputs
    sides = sides_of(item)
    if len(sides) != 4 or item.type.tensor_type.elem_type not in INPUT_TYPES:
        raise InputError(
            f"{path}: its input is {told}, which takes no images; a batch of images of three "
            "channels is needed"
        )
    if CHANNELS not in (sides[1], sides[3]):
        raise InputError(
            f"{path}: its input is {told}; three channels are needed, as batch × 3 × height × "
            "width or batch × height × width × 3, and exported with a fixed number"
        )
    first = sides[1] == CHANNELS
    size = chosen_size(sides[2:] if first else sides[1:3], given, path, told)
    return OnnxInput(item.name, item.type.tensor_type.elem_type, first, size, sides[0])


def sides_of(item: onnx.ValueInfoProto) -> list[int | None]:
    """Return the sides of a tensor; None where they are open, which some exporters write as -1."""
    sides = (side.dim_value for side in item.type.tensor_type.shape.dim)
    return [side if side > 0 else None for side in sides]


def _told_shape(item: onnx.ValueInfoProto) -> str:
    return " × ".join(
        str(side.dim_param or (side.dim_value if side.dim_value > 0 else "?"))
        for side in item.type.tensor_type.shape.dim
    )

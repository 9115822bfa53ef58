"""An ONNX graph as a network: its inner tensors as layers, and what cannot be used.

An ONNX file is data in protobuf: reading it runs nothing. What its arrays keep in further files is
not followed.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import onnx

from semantrace.core.errors import InputError
from semantrace.io.user_files import require_file
from semantrace.networks.with_onnx.onnx_input import FLOATS, OnnxInput, sides_of

STANDARD, RUNTIME = ("", "ai.onnx"), ("com.microsoft", "ai.onnx.ml")
"""Domains whose operators onnx defines, and those that ONNX Runtime has besides."""

NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9_.-]")
UNCHANGED = frozenset({"Identity", "Dropout"})
"""Operators that hand their input on, so that they are no layers of their own."""

OF_SHAPES = frozenset({"Shape", "Size"})
"""Operators whose output is the same for every image of a size."""

OF_MAPS = frozenset(
    {
        *("AveragePool", "BatchNormalization", "Conv", "ConvTranspose", "DepthToSpace", "LRN"),
        *("GlobalAveragePool", "GlobalMaxPool", "InstanceNormalization", "MaxPool", "SpaceToDepth"),
    }
)
"""Operators whose outputs are maps, channels × height × width for each image."""

REARRANGING = frozenset(
    {
        *("Einsum", "Expand", "Flatten", "Gather", "Gemm", "MatMul", "Reshape", "Squeeze"),
        *("Transpose", "Unsqueeze"),
    }
)
"""Operators after which axes mean something else; all others leave maps maps."""


@dataclass(frozen=True)
class OnnxLayer:
    """An inner tensor that depends on the image.

    Attributes
    ----------
    name : str
        Readable, unique, and fit for a file's name.
    tensor : str
        Its name in the graph.
    kind : str
        The operator that makes it.
    shape : tuple of int
        Of one image, without the batch.
    parents : tuple of str
        Names of the layers that it is made from, in their order.
    parameters : int
        The number of weights that its operator takes.
    is_map : bool
        Whether its axes are channels, height and width.
    """

    name: str
    tensor: str
    kind: str
    shape: tuple[int, ...]
    parents: tuple[str, ...]
    parameters: int
    is_map: bool

    @property
    def shown_shape(self) -> tuple[int, ...]:
        """Its shape with the channels last, as Keras has them."""
        return (*self.shape[1:], self.shape[0]) if self.is_map else self.shape


def load_model(path: Path) -> onnx.ModelProto:
    """Read an ONNX file, and refuse what no network can be run from.

    Raises
    ------
    InputError
        When the file is missing, is no ONNX model, keeps arrays in other files, or has operators
        that are not known.
    """
    require_file(path, "architecture", "check the network's `architecture`")
    try:
        model = onnx.load_model_from_string(path.read_bytes())
    except Exception as error:  # a class of protobuf, which onnx does not name
        raise InputError(f"{path}: not an ONNX model, or a damaged one; fetch it again") from error
    if not model.graph.node:
        raise InputError(f"{path}: not an ONNX model, or one without nodes; fetch it again")
    for tensor in model.graph.initializer:
        if onnx.external_data_helper.uses_external_data(tensor):
            raise InputError(
                f"{path}: its array {tensor.name!r} lies in another file, which is not followed; "
                "save the model as one file, with onnx.save(onnx.load(…), …)"
            )
    unknown = sorted(_unknown_operators(model))
    if unknown:
        raise InputError(
            f"{path}: has operators that ONNX Runtime does not know: {', '.join(unknown)}; export "
            "the network with standard operators"
        )
    return model


def _unknown_operators(model: onnx.ModelProto) -> set[str]:
    own = {(function.domain, function.name) for function in model.functions}
    return {
        f"{node.domain}.{node.op_type}" if node.domain else node.op_type
        for node in model.graph.node
        if (node.domain, node.op_type) not in own
        and node.domain not in RUNTIME
        and not (node.domain in STANDARD and onnx.defs.has(node.op_type))
    }


def infer_shapes(model: onnx.ModelProto, source: OnnxInput, batch: int = 1) -> onnx.ModelProto:
    """Return a copy of a model that says of its inner tensors which type and shape they have."""
    fixed = onnx.ModelProto()
    fixed.CopyFrom(model)
    for item in fixed.graph.input:
        if item.name == source.name:
            for side, value in zip(
                item.type.tensor_type.shape.dim, source.shape(source.batch or batch), strict=True
            ):
                side.dim_value = value
    del fixed.graph.value_info[:]  # what the exporter said of an open batch
    for item in fixed.graph.output:
        item.type.tensor_type.ClearField("shape")
    return onnx.shape_inference.infer_shapes(fixed, data_prop=True)


def find_layers(
    model: onnx.ModelProto, source: OnnxInput, measured: Mapping[str, tuple[int, ...]]
) -> tuple[OnnxLayer, ...]:
    """Return the inner tensors that can be layers, in the graph's order.

    Parameters
    ----------
    model : onnx.ModelProto
    source : OnnxInput
    measured : mapping of str to tuple of int
        The shapes of tensors, the batch first, by their names: of all that hold real numbers.
    """
    names = _Names()
    arrays = {tensor.name: math.prod(tensor.dims) for tensor in model.graph.initializer}
    above: dict[str, tuple[str, ...]] = {source.name: ()}  # tensors that depend on the image
    maps = {source.name} if source.has_channels_first else set()
    found = []
    for node in model.graph.node:
        inputs = [name for name in node.input if name]
        if node.op_type in OF_SHAPES or not any(name in above for name in inputs):
            continue
        parents = tuple(dict.fromkeys(one for name in inputs for one in above.get(name, ())))
        is_map = (
            node.op_type in OF_MAPS
            or (node.op_type not in REARRANGING and any(name in maps for name in inputs))
            or _puts_channels_first(node)
        )
        for number, tensor in enumerate(filter(None, node.output)):
            above[tensor] = parents
            maps |= {tensor} if is_map else set()
            shape = measured.get(tensor)
            if shape is None or not _is_batch(shape, source) or node.op_type in UNCHANGED:
                continue
            name = names.of(node, tensor, number)
            parameters = sum(arrays.get(one, 0) for one in inputs)
            seen = is_map and len(shape) == 4
            made = OnnxLayer(name, tensor, node.op_type, shape[1:], parents, parameters, seen)
            found.append(made)
            above[tensor] = (name,)
    return tuple(found)


def _puts_channels_first(node: onnx.NodeProto) -> bool:
    """Return whether a node turns batch × height × width × channels into maps."""
    return any(one.name == "perm" and list(one.ints) == [0, 3, 1, 2] for one in node.attribute)


def _is_batch(shape: Sequence[int], source: OnnxInput) -> bool:
    return len(shape) > 1 and shape[0] == (source.batch or 1) and all(shape)


def real_tensors(model: onnx.ModelProto) -> Iterator[tuple[str, tuple[int, ...] | None]]:
    """Yield the tensors of real numbers in a model of inferred shapes; None for what is open."""
    known = {item.name: item for item in (*model.graph.value_info, *model.graph.output)}
    for node in model.graph.node:
        for tensor in filter(None, node.output):
            item = known.get(tensor)
            if item is None:
                yield tensor, None
            elif item.type.tensor_type.elem_type in FLOATS:
                has_shape = item.type.tensor_type.HasField("shape")
                sides = sides_of(item) if has_shape else [None]
                is_known = None not in sides
                yield tensor, tuple(side or 0 for side in sides) if is_known else None


class _Names:
    """Readable names of tensors, each given once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def of(self, node: onnx.NodeProto, tensor: str, number: int) -> str:
        """Name a tensor by its node, or by itself where the node has no name."""
        text = node.name if node.name and number == 0 else tensor
        name = NOT_IN_FILE_NAMES.sub("_", text.strip("/").replace("/", ".")).lstrip(".")
        name = name or f"{node.op_type}"
        unique, count = name, 1
        while unique in self._given:
            count += 1
            unique = f"{name}.{count}"
        self._given.add(unique)
        return unique

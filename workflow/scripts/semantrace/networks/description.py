"""A network described layer by layer, from its Keras model: what a diagram needs to draw it."""

from collections.abc import Iterator, Sequence

import keras
import pandas as pd

from semantrace.networks.architecture import Network

SEPARATOR = ", "
"""Between the parents of a layer."""

SIDES = "×"
"""Between the sides of a shape or of a kernel."""


def describe_network(network: Network) -> pd.DataFrame:
    """Return one row a layer of a network, in the model's topological order.

    Parameters
    ----------
    network : Network
        With any weights.

    Returns
    -------
    DataFrame
        ``layer``; ``kind``, its class in Keras; ``shape`` of one picture's output, such as
        56×56×64; ``kernel``, the window of a convolution or pool, such as 3×3; ``activation``, the
        function that the layer itself applies; ``parents``, the layers whose outputs it takes,
        separated by commas; ``parameters``, their number.
    """
    rows = []
    earlier: set[str] = set()  # a layer that is used twice must not become its own ancestor
    for operation in _operations_of(network.model):
        parents = dict.fromkeys(name for name in _parents_of(operation) if name in earlier)
        rows.append(
            {
                "layer": operation.name,
                "kind": type(operation).__name__,
                "shape": _shape_of(operation),
                "kernel": _kernel_of(operation),
                "activation": _activation_of(operation),
                "parents": SEPARATOR.join(parents),
                "parameters": operation.count_params() if hasattr(operation, "weights") else 0,
            }
        )
        earlier.add(operation.name)
    return pd.DataFrame(rows)


def _operations_of(model: keras.Model) -> Sequence[keras.Operation]:
    """Return layers and bare operations, such as a sum, parents before children."""
    if isinstance(model, keras.Sequential):
        return [*model._functional.operations]
    return [*model.operations]


def _parents_of(operation: keras.Operation) -> Iterator[str]:
    for node in operation._inbound_nodes:
        for parent in node.parent_nodes:
            yield parent.operation.name


def _shape_of(operation: keras.Operation) -> str:
    """Return the shape without the batch; of several outputs the first, unknown sides as ?."""
    output = operation.output
    first = output if isinstance(output, keras.KerasTensor) else keras.tree.flatten(output)[0]
    return _joined("?" if side is None else side for side in first.shape[1:])


def _kernel_of(operation: keras.Operation) -> str:
    window = getattr(operation, "kernel_size", None) or getattr(operation, "pool_size", None)
    if isinstance(window, int):
        window = (window,)
    return _joined(window or ())


def _joined(numbers: Iterator[object] | Sequence[int]) -> str:
    return SIDES.join(str(number) for number in numbers)


def _activation_of(operation: keras.Operation) -> str:
    if isinstance(operation, keras.layers.ReLU):
        return "relu"
    if isinstance(operation, keras.layers.Softmax):
        return "softmax"
    function = getattr(operation, "activation", None)
    name = getattr(function, "__name__", "")
    return "" if name == "linear" else name

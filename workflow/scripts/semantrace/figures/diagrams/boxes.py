"""A network's layers as the boxes of its diagram.

Layers that only finish what another does (batch normalisation, activation, padding) join its box.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from semantrace.core.errors import InputError, suggest

FINISHING_KINDS = frozenset(
    {
        "Activation",
        "BatchNormalization",
        "Dropout",
        "ELU",
        "Flatten",
        "Functional",
        "GaussianNoise",
        "GroupNormalization",
        "LayerNormalization",
        "LayerScale",
        "LeakyReLU",
        "LocalResponseNormalization",
        "Normalization",
        "PReLU",
        "ReLU",
        "Rescaling",
        "Reshape",
        "Sequential",
        "Softmax",
        "SpatialDropout2D",
        "UnitNormalization",
    }
)
"""Layers that join the box of the one layer before them, if it leads nowhere else."""

PREPARING_KINDS = frozenset({"Cropping2D", "ZeroPadding2D"})
"""Layers that join the box of the layer after them."""

SAME_KINDS = {
    **dict.fromkeys(("Clip", "Relu"), "ReLU"),
    **dict.fromkeys(
        ("Elu", "Erf", "Gelu", "HardSigmoid", "HardSwish", "LeakyRelu", "PRelu", "Sigmoid", "Tanh"),
        "Activation",
    ),
    "AveragePool": "AveragePooling2D",
    "Concat": "Concatenate",
    "Gemm": "Dense",
    "GlobalAveragePool": "GlobalAveragePooling2D",
    "GlobalMaxPool": "GlobalMaxPooling2D",
    "InstanceNormalization": "GroupNormalization",
    "LRN": "LocalResponseNormalization",
    "MaxPool": "MaxPooling2D",
    "Mul": "Multiply",
    "Pad": "ZeroPadding2D",
    "ReduceMean": "Mean",
    "Sub": "Subtract",
    "Transpose": "Permute",
}
"""What operators of ONNX are drawn as: the kinds of Keras that do the same."""

ARITHMETIC = frozenset({"Add", "Div", "Mul", "Sub"})
"""Operators that only scale or shift where their other operand is a constant."""


@dataclass(frozen=True)
class Box:
    """One or more layers that follow each other and are drawn as one.

    Attributes
    ----------
    layers : tuple of str
        In the network's order.
    kind : str
        Class of the layer that the others finish.
    kernel : str
        Its window, such as 3×3, or empty.
    shape : str
        Of one image's output of the last layer, such as 56×56×64.
    parents : tuple of int
        Numbers of the boxes whose output it takes, all smaller than its own.
    used : str
        The layer among them that the study uses, or empty.
    """

    layers: tuple[str, ...]
    kind: str
    kernel: str
    shape: str
    parents: tuple[int, ...]
    used: str = ""

    @property
    def extent(self) -> str:
        """What of the shape is space: 56×56, or empty for a vector."""
        sides = self.shape.split("×")
        return "×".join(sides[:-1])

    @property
    def channels(self) -> str:
        """Number of channels, or of values of a vector."""
        return self.shape.split("×")[-1]


def make_boxes(description: pd.DataFrame, used: Sequence[str]) -> list[Box]:
    """Join the layers of a network into boxes.

    Parameters
    ----------
    description : DataFrame
        `semantrace.core.tables.NETWORK`.
    used : sequence of str
        Layers that the study uses; a box never holds two of them.

    Raises
    ------
    InputError
        When a used layer is not among the network's.
    """
    names = _names_in_use(description, used)
    for layer in used:
        if layer not in names:
            raise InputError(f"the network has no layer {layer!r}; {suggest(layer, names)}")
    number_of = {str(name): number for number, name in enumerate(description["layer"])}
    parents = [
        [number_of[name] for name in str(cell).split(", ") if name]
        for cell in description["parents"]
    ]
    kinds = _drawn_kinds(description, parents)
    group = _join_finishing(kinds, parents, {names.index(layer) for layer in used})
    members: dict[int, list[int]] = {}
    for number, head in enumerate(group):
        members.setdefault(head, []).append(number)
    ordered = sorted(members.values(), key=lambda numbers: numbers[-1])
    box_of = {number: box for box, numbers in enumerate(ordered) for number in numbers}
    rows = list(description.itertuples())
    boxes = []
    for box, numbers in enumerate(ordered):
        main = next((n for n in numbers if _is_main(kinds[n])), numbers[0])
        above = {box_of[parent] for number in numbers for parent in parents[number]} - {box}
        boxes.append(
            Box(
                layers=tuple(names[number] for number in numbers),
                kind=kinds[main],
                kernel=str(rows[main].kernel),
                shape=str(rows[numbers[-1]].shape),
                parents=tuple(sorted(above)),
                used=next((names[number] for number in numbers if names[number] in used), ""),
            )
        )
    return boxes


def _names_in_use(description: pd.DataFrame, used: Sequence[str]) -> list[str]:
    """Return the layers' names: the short one where the study uses that."""
    full = [str(name) for name in description["layer"]]
    if "short_name" not in description:
        return full
    return [
        str(short) if short and str(short) in used else name
        for name, short in zip(full, description["short_name"], strict=True)
    ]


def _drawn_kinds(description: pd.DataFrame, parents: Sequence[Sequence[int]]) -> list[str]:
    """Return what each layer is drawn as."""
    kinds = []
    for kind, weights, above in zip(
        description["kind"], description["parameters"], parents, strict=True
    ):
        if kind in ARITHMETIC and len(above) == 1:
            kinds.append("Rescaling")
        elif kind == "MatMul" and weights:
            kinds.append("Dense")
        else:
            kinds.append(SAME_KINDS.get(str(kind), str(kind)))
    return kinds


def _is_main(kind: str) -> bool:
    return kind not in FINISHING_KINDS and kind not in PREPARING_KINDS


def _join_finishing(
    kinds: Sequence[str], parents: Sequence[Sequence[int]], used: set[int]
) -> list[int]:
    """Return for each layer the first layer of its box."""
    children = [0] * len(kinds)
    for above in parents:
        for parent in above:
            children[parent] += 1
    group = list(range(len(kinds)))
    holds_used = [number in used for number in range(len(kinds))]
    is_open = [not _is_main(kind) for kind in kinds]  # holds no layer worth a box yet
    for number, above in enumerate(parents):
        if len(above) != 1 or children[above[0]] != 1 or kinds[above[0]] == "InputLayer":
            continue
        head = group[above[0]]
        finishes = kinds[number] in FINISHING_KINDS
        prepared = is_open[head] and not holds_used[head]
        if prepared or (finishes and not (holds_used[head] and number in used)):
            group[number] = head
            holds_used[head] |= number in used
            is_open[head] &= not _is_main(kinds[number])
    return group

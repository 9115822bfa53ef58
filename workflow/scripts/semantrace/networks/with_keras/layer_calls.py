"""The layers of a network by name: bare operations, shared layers and models inside it as well.

A Keras model may contain other models as layers, and may apply one layer several times. Here it
becomes one flat graph in which every output that a study can ask for has a name of its own:
``backbone.conv2`` for a layer of the model ``backbone`` inside it, and ``shared.1``, ``shared.2``
for the uses of a layer that is used twice.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import keras
from keras.src.models.functional import Functional

NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9_.-]|^\.")
"""Characters of a layer's name that a file's name, and a study, cannot have: _ stands for them."""


@dataclass(frozen=True)
class LayerCall:
    """One use of a layer, of a bare operation, or of a model inside the network.

    Attributes
    ----------
    name : str
        Unique in the network.
    own_name : str
        The last part of the name: without the models that the layer is inside of.
    operation : keras.Operation
        The layer.
    outputs : tuple of KerasTensor
        In the network's graph.
    parents : tuple of str
        Names of the calls whose outputs it takes, in their order, each once.
    """

    name: str
    own_name: str
    operation: keras.Operation
    outputs: tuple[keras.KerasTensor, ...]
    parents: tuple[str, ...]

    @property
    def is_model(self) -> bool:
        """Whether it is a model inside the network, whose outputs are those of its last layers."""
        return as_functional(self.operation) is not None

    @property
    def is_input(self) -> bool:
        """Whether it only stands for the network's input."""
        return isinstance(self.operation, keras.layers.InputLayer)

    @property
    def is_extractable(self) -> bool:
        """Whether it has one output of known shape, other than the network's input."""
        return not self.is_input and len(self.outputs) == 1 and all(self.outputs[0].shape[1:])


def as_functional(operation: keras.Operation) -> Functional | None:
    """Return the graph of a functional or sequential model, or None for anything else."""
    if isinstance(operation, keras.Sequential):
        return operation._functional
    return operation if isinstance(operation, Functional) else None


def trace(
    model: keras.Model, input_size: tuple[int, int] | None = None
) -> tuple[keras.Model, tuple[LayerCall, ...]]:
    """Return a model as one flat graph, and its layers in topological order.

    Parameters
    ----------
    model : keras.Model
        Functional or sequential. Where it contains models, or where a size is given, its layers are
        called anew, and layers inside of others are renamed.
    input_size : (height, width), optional
        Of the new graph's input, for a model whose input is of open size.

    Returns
    -------
    keras.Model, tuple of LayerCall
        The model itself, where its graph is flat already.
    """
    graph = as_functional(model)
    if graph is None:
        return model, ()
    walk = _Walk(called_anew=input_size is not None or not _is_flat(graph))
    if not walk.called_anew:
        walk.follow(graph, graph.inputs, "", "")
        return model, tuple(walk.calls)
    old = graph.inputs[0]
    shape = (*(input_size or old.shape[1:3]), *old.shape[3:])
    start = keras.Input(shape, dtype=old.dtype, name=old._keras_history.operation.name)
    outputs = walk.follow(graph, [start], "", "")
    flat = keras.Model(start, outputs if len(outputs) > 1 else outputs[0], name=model.name)
    return flat, tuple(walk.calls)


def _is_flat(graph: Functional) -> bool:
    return not any(
        as_functional(operation) is not None or NOT_IN_FILE_NAMES.search(_given_name(operation))
        for operation in graph.operations
    )


class _Walk:
    """A walk through a model's graph and those inside it, which notes every call."""

    def __init__(self, called_anew: bool) -> None:
        self.called_anew = called_anew
        self.calls: list[LayerCall] = []
        self._source: dict[int, str] = {}  # the call that an output comes from
        self._renamed: set[int] = set()

    def follow(
        self, graph: Functional, inputs: Sequence[keras.KerasTensor], prefix: str, path: str
    ) -> list[keras.KerasTensor]:
        """Walk through a graph, and return its outputs for some inputs.

        `prefix` is what names of calls begin with; `path` is the same less numbers of uses.
        """
        nodes = list(_nodes_of(graph))
        uses = Counter(id(node.operation) for node in nodes)
        used: Counter[int] = Counter()
        named = {_given_name(operation): operation for operation in graph.operations}
        values = {id(old): new for old, new in zip(graph.inputs, inputs, strict=True)}
        for node in nodes:
            operation = node.operation
            used[id(operation)] += 1
            base = NOT_IN_FILE_NAMES.sub("_", _given_name(operation))
            while named.setdefault(base, operation) is not operation:  # "a b" beside "a_b"
                base += "_"
            own = f"{base}.{used[id(operation)]}" if uses[id(operation)] > 1 else base
            taken = [values[id(old)] for old in node.input_tensors]
            outputs = self._outputs(node, values, f"{prefix}{own}.", f"{path}{base}.")
            values |= {id(old): new for old, new in zip(node.outputs, outputs, strict=True)}
            through = outputs if as_functional(operation) is not None else taken
            parents = dict.fromkeys(
                self._source[id(tensor)] for tensor in through if id(tensor) in self._source
            )
            self._rename(operation, path + base)
            if node.is_input and prefix:
                continue
            self._source |= {id(tensor): prefix + own for tensor in outputs}
            self.calls.append(
                LayerCall(prefix + own, own, operation, tuple(outputs), tuple(parents))
            )
        return [values[id(old)] for old in graph.outputs]

    def _outputs(
        self, node, values: dict[int, keras.KerasTensor], prefix: str, path: str
    ) -> Sequence[keras.KerasTensor]:
        if node.is_input:
            return [values[id(tensor)] for tensor in node.outputs]
        if not self.called_anew:
            return node.outputs
        args, kwargs = node.arguments.fill_in(values)
        inner = as_functional(node.operation)
        if inner is None:
            return keras.tree.flatten(node.operation(*args, **kwargs))
        taken = [values[id(tensor)] for tensor in node.input_tensors]
        return self.follow(inner, taken, prefix, path)

    def _rename(self, operation: keras.Operation, name: str) -> None:
        """Give a layer its unique name, once: it may be inside of a model that is used twice."""
        if self.called_anew and id(operation) not in self._renamed:
            self._renamed.add(id(operation))
            operation.given_name = _given_name(operation)
            operation.name = name


def _given_name(operation: keras.Operation) -> str:
    """Return the name that a layer was built with, also once another trace has renamed it."""
    return getattr(operation, "given_name", operation.name)


def _nodes_of(graph: Functional) -> Iterator:
    """Yield the nodes of a graph, parents before children, as Keras lists its operations."""
    place = {id(operation): number for number, operation in enumerate(graph.operations)}
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        yield from sorted(graph._nodes_by_depth[depth], key=lambda node: place[id(node.operation)])


def short_names(calls: Sequence[LayerCall]) -> dict[str, str]:
    """Return the calls inside of other models that their own name tells from all others.

    Returns
    -------
    dict of str to str
        The full name by the own name.
    """
    count = Counter(call.own_name for call in calls)
    return {
        call.own_name: call.name
        for call in calls
        if call.name != call.own_name and count[call.own_name] == 1
    }

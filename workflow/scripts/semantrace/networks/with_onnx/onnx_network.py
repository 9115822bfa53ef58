"""An ONNX graph as a network, run by ONNX Runtime."""

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
from scipy.special import softmax

from semantrace.core.errors import InputError, suggest
from semantrace.core.names import split_pooling
from semantrace.images.class_lists import read_classes
from semantrace.networks.network import ClassSums, ForwardPass, Network
from semantrace.networks.own_input import refuse_cut_values
from semantrace.networks.pooling import pooling_problem
from semantrace.networks.preprocessing import CHOICES, PREPROCESSING, Scaling, preprocessing_of
from semantrace.networks.with_onnx.class_sums import sum_rows
from semantrace.networks.with_onnx.onnx_graph import (
    UNCHANGED,
    OnnxLayer,
    find_layers,
    infer_shapes,
    load_model,
    real_tensors,
)
from semantrace.networks.with_onnx.onnx_input import find_input
from semantrace.networks.with_onnx.onnx_pooling import pooled_tensor, pooling_nodes
from semantrace.networks.with_onnx.onnx_session import (
    Run,
    in_batches,
    measured_shapes,
    open_session,
    rows_of_images,
    run_session,
    with_outputs,
)

RECTIFIERS = frozenset({"Relu", "Clip"})
KEEPS_PROBABILITIES = UNCHANGED | {"Cast"}
"""What may follow the softmax of an output."""


class OnnxNetwork(Network):
    """The network of an ONNX file.

    Parameters
    ----------
    path : path
        The file.
    scaling : Scaling
        What is done to RGB images 0…255.
    classes : tuple of str, optional
        What the classes of the output are.
    input_size : int or (height, width), optional
        For an input of open size.

    Raises
    ------
    InputError
        When no network can be run from the file, or its output has not as many classes.
    """

    def __init__(
        self,
        path: str | Path,
        scaling: Scaling = PREPROCESSING["none"],
        classes: tuple[str, ...] | None = None,
        input_size: int | Sequence[int] | None = None,
    ):
        self.path = Path(path)
        self._scaling, self._classes = scaling, classes
        self._model = load_model(self.path)
        self.input = find_input(self._model, self.path, input_size)
        self._output = self._model.graph.output[0].name
        shapes = self._shapes()
        self._layers = find_layers(self._model, self.input, shapes)
        self._by_name = {layer.name: layer for layer in self._layers}
        if not self._layers:
            raise InputError(
                f"{self.path}: none of its tensors has a row for each image; export the network "
                "with a batch as its first axis"
            )
        if classes is not None and shapes.get(self._output, ())[1:] != (len(classes),):
            found = "×".join(map(str, shapes.get(self._output, ("unknown",))[1:]))
            raise InputError(
                f"{self.path}: the output is {found} but classes has {len(classes)}; give a list "
                "with a class a line, in the order of the outputs, or leave `classes` out"
            )

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem

    @property
    def classes(self) -> tuple[str, ...] | None:
        """What the output's classes are, in its order, or None where it has no classes."""
        return self._classes

    @property
    def input_size(self) -> tuple[int, int]:
        """Height and width of the input in pixels."""
        return self.input.size

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of the layers that a study may list, in the graph's order."""
        return tuple(layer.name for layer in self._layers)

    @property
    def preprocessing(self) -> str:
        """How the network's input is made of resized images, in words."""
        return self._scaling.words

    @property
    def parameters(self) -> int:
        """The number of weights."""
        return sum(int(np.prod(tensor.dims)) for tensor in self._model.graph.initializer)

    def shape_of(self, layer: str) -> tuple[int, ...]:
        """Return the shape of one image's activation at a layer, in the graph's order of axes."""
        self.check_layers([layer])
        found, pooling = self._layer(layer), self._split(layer)[1]
        if not pooling:
            return found.shape
        return found.shape[:1] if found.is_map else found.shape[-1:]

    def _split(self, layer: str) -> tuple[str, str]:
        return split_pooling(layer, self._by_name)

    def _layer(self, layer: str) -> OnnxLayer:
        return self._by_name[self._split(layer)[0]]

    def other_names(self, layer: str) -> tuple[str, ...]:
        """Return the name of the layer's tensor."""
        return (self._by_name[layer].tensor,)

    def problem_of(self, layer: str) -> str | None:
        """Say why a layer cannot be extracted, or return None."""
        name, pooling = self._split(layer)
        if name not in self._by_name:
            of_tensor = [other.name for other in self._layers if other.tensor == layer]
            return f"no layer {layer!r}; " + (
                f"the layer of this tensor is called {of_tensor[0]!r}"
                if of_tensor
                else suggest(layer, self.layers)
            )
        found = self._by_name[name]
        return pooling_problem(name, pooling, len(found.shape), found.is_map) if pooling else None

    def describe(self) -> pd.DataFrame:
        """Return one row a layer."""
        return pd.DataFrame(
            {
                "layer": layer.name,
                "kind": layer.kind,
                "shape": "×".join(map(str, layer.shown_shape)),
                "kernel": self._kernel_of(layer),
                "activation": "relu" if layer.kind == "Relu" else "",
                "parents": ", ".join(layer.parents),
                "parameters": layer.parameters,
                "short_name": "",
            }
            for layer in self._layers
        )

    def _kernel_of(self, layer: OnnxLayer) -> str:
        node = self._makers[layer.tensor]
        sides = next((item.ints for item in node.attribute if item.name == "kernel_shape"), ())
        if node.op_type == "Conv":  # whose weights tell it too
            sides = sides or self._weights.get(node.input[1], ())[2:]
        return "×".join(map(str, sides))

    @functools.cached_property
    def _weights(self) -> dict[str, tuple[int, ...]]:
        return {tensor.name: tuple(tensor.dims) for tensor in self._model.graph.initializer}

    @functools.cached_property
    def _makers(self) -> dict[str, onnx.NodeProto]:
        return {tensor: node for node in self._model.graph.node for tensor in node.output}

    def rectifier_after(self, layer: str) -> str | None:
        """Return the name of the ReLU that directly follows a layer, if that is so."""
        found = self._layer(layer)
        if found.kind in RECTIFIERS:
            return None
        while True:
            following = [other for other in self._layers if found.name in other.parents]
            if len(following) != 1:
                return None
            (found,) = following
            if found.kind in RECTIFIERS:
                return found.name
            if found.kind != "BatchNormalization":
                return None

    def forward_pass(self, layers: Sequence[str], dtype: str, batch_size: int) -> ForwardPass:
        """Return a function that computes some layers in one pass; see `Network`."""
        outputs = [] if self.classes is None else [self._output]
        compute = self._rows_of(layers, outputs)

        def forward(images: np.ndarray) -> list[np.ndarray]:
            rows = compute(images)
            return [
                *(array.astype(dtype, copy=False) for array in rows[: len(layers)]),
                *map(self._probabilities, rows[len(layers) :]),
            ]

        return forward

    def _rows_of(self, layers: Sequence[str], outputs: Sequence[str] = ()) -> Run:
        """Return a function from images to the rows of some layers, and of tensors after them."""
        made = [(self._layer(layer), self._split(layer)[1]) for layer in layers]
        tensors = [pooled_tensor(layer, pooling) for layer, pooling in made]
        run = self._run_of([*tensors, *outputs], pooling_nodes(made))
        return lambda images: [
            rows_of_images(array, len(images), self.path) for array in run(images)
        ]

    def _probabilities(self, scores: np.ndarray) -> np.ndarray:
        """Return the output's probabilities; most networks are exported without their softmax."""
        scores = scores.astype(np.float32, copy=False)
        maker = self._makers[self._output]
        while maker.op_type in KEEPS_PROBABILITIES and maker.input[0] in self._makers:
            maker = self._makers[maker.input[0]]
        return scores if maker.op_type == "Softmax" else softmax(scores, axis=1)

    def class_summing(self, layers: Sequence[str], batch_size: int) -> ClassSums:
        """Return a function that sums activations over classes; see `Network`."""
        compute = self._rows_of(layers)
        carried = [np.zeros(self.features_of(layer)) for layer in layers]

        def add(images: np.ndarray, ends: np.ndarray, complete: int) -> list[np.ndarray]:
            return [
                sum_rows(rows.astype(np.float32, copy=False), total, ends, complete)
                for rows, total in zip(compute(images), carried, strict=True)
            ]

        return add

    def _run_of(self, tensors: Sequence[str], nodes: Sequence[onnx.NodeProto]) -> Run:
        """Return a function from images to some tensors of the graph, or of nodes that follow."""
        session = open_session(with_outputs(self._model, tensors, nodes), self.path)

        def run(images: np.ndarray) -> list[np.ndarray]:
            prepared = self.input.laid_out(self._scaling.preprocess(images.astype(np.float32)))
            return run_session(session, tensors, {self.input.name: prepared}, self.path)

        return in_batches(run, self.input)

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shapes of all tensors of real numbers; an image is run for what is open."""
        inferred = dict(real_tensors(infer_shapes(self._model, self.input)))
        unknown = [tensor for tensor, shape in inferred.items() if shape is None]
        if unknown:
            inferred |= measured_shapes(self._model, self.input, unknown, self.path)
        return {tensor: shape for tensor, shape in inferred.items() if shape is not None}


def onnx_network(spec: Mapping[str, Any]) -> OnnxNetwork:
    """Open the ONNX network that a study describes.

    Parameters
    ----------
    spec : mapping
        The study's network: the path of the file as `architecture`; `preprocessing`, which no file
        tells; `input_size`, where the graph leaves it open; and `classes`, where its output tells
        probabilities or scores of classes.

    Raises
    ------
    InputError
        When the file cannot be used, or is not as the study says.
    """
    path, kind = Path(spec["architecture"]), spec.get("preprocessing")
    if kind is None:
        raise InputError(
            f"{path}: an ONNX file does not tell how RGB values are scaled; say what the network "
            f"was trained with, as preprocessing: {CHOICES}"
        )
    source = spec.get("classes")
    network = OnnxNetwork(
        path,
        preprocessing_of(kind, path),
        None if source is None else read_classes(str(source)),
        spec.get("input_size"),
    )
    refuse_cut_values(network.input.is_real, network.input.dtype.name, kind, path)
    return network

"""Sessions of ONNX Runtime that give tensors inside a graph."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from semantrace.core.errors import InputError
from semantrace.core.job import study_threads
from semantrace.networks.with_onnx.onnx_input import OnnxInput

CUDA, PROCESSOR = "CUDAExecutionProvider", "CPUExecutionProvider"

Run = Callable[[np.ndarray], list[np.ndarray]]
"""From uint8 images to some tensors of each."""


def measured_shapes(
    model: onnx.ModelProto, source: OnnxInput, tensors: Sequence[str], path: Path
) -> dict[str, tuple[int, ...] | None]:
    """Run one image and return the shapes of tensors; None for those of other than real numbers."""
    session = open_session(with_outputs(model, tensors), path)
    image = np.zeros(source.shape(source.batch or 1), source.dtype)
    arrays = run_session(session, tensors, {source.name: image}, path)
    return {
        tensor: array.shape if isinstance(array, np.ndarray) and array.dtype.kind == "f" else None
        for tensor, array in zip(tensors, arrays, strict=True)
    }


def with_outputs(
    model: onnx.ModelProto, tensors: Sequence[str], nodes: Sequence[onnx.NodeProto] = ()
) -> onnx.ModelProto:
    """Return a model that gives some of its inner tensors, or of nodes after it, and no others."""
    extended = onnx.ModelProto()
    extended.CopyFrom(model)
    extended.graph.node.extend(nodes)
    known = {item.name: item for item in model.graph.output}
    del extended.graph.output[:]
    extended.graph.output.extend(
        known.get(tensor) or onnx.ValueInfoProto(name=tensor) for tensor in dict.fromkeys(tensors)
    )
    return extended


def open_session(model: onnx.ModelProto, path: Path) -> onnxruntime.InferenceSession:
    """Open a session that computes the same bits each time, on a GPU where there is one.

    Raises
    ------
    InputError
        When ONNX Runtime refuses the graph.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = study_threads(), 1
    options.use_deterministic_compute = True
    options.log_severity_level = 4
    providers = [one for one in (CUDA, PROCESSOR) if one in onnxruntime.get_available_providers()]
    with _explained(path):
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers)


def run_session(
    session: onnxruntime.InferenceSession, tensors: Sequence[str], given: dict, path: Path
) -> list[np.ndarray]:
    """Return what a graph computes of some tensors.

    Raises
    ------
    InputError
        When its operators do not fit each other, which shows only now.
    """
    with _explained(path):
        return session.run(list(tensors), given)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say in a line what ONNX Runtime refuses."""
    try:
        yield
    except Exception as error:  # its classes are several, and not public
        reason = " ".join(str(error).split())
        raise InputError(
            f"{path}: ONNX Runtime cannot run this graph ({reason}); export the network anew"
        ) from error


def rows_of_images(array: np.ndarray, images: int, path: Path) -> np.ndarray:
    """Return a layer's values, one row an image.

    Raises
    ------
    InputError
        When its first axis is not that of the images.
    """
    if len(array) != images:
        raise InputError(
            f"{path}: a layer has {len(array)} rows for {images} images; name another layer"
        )
    return array.reshape(images, -1)


def in_batches(run: Run, source: OnnxInput) -> Run:
    """Return a function that gives a graph as many images at once as it takes.

    Parameters
    ----------
    run : callable
        From images to arrays with a row for each, by one run of the graph.
    source : OnnxInput
    """
    step = source.batch or _largest_batch(run, source)

    def run_in_parts(images: np.ndarray) -> list[np.ndarray]:
        if step is None or len(images) == step:
            return run(images)
        starts = range(0, len(images), step)
        parts = [_filled_up(images[start : start + step], step) for start in starts]
        found = zip(*map(run, parts), strict=True)
        return [np.concatenate(arrays)[: len(images)] for arrays in found]

    return run_in_parts


def _largest_batch(run: Run, source: OnnxInput) -> int | None:
    """Return 1 where a graph of open batch takes no second image after all, or else None."""
    try:
        arrays = run(np.zeros((2, *source.size, 3), np.uint8))
    except InputError:  # where a reshape has the number of images inside
        return 1
    return None if all(len(array) == 2 for array in arrays) else 1


def _filled_up(images: np.ndarray, count: int) -> np.ndarray:
    """Return as many images, filled up with black."""
    missing = count - len(images)
    return np.concatenate([images, np.zeros((missing, *images.shape[1:]), np.uint8)])

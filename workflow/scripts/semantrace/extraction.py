"""Extraction of activations: one forward pass gives every layer, written as it is computed.

Three things go on at once: threads decode and resize the pictures of the next batches, the network
computes a batch, and the batch before is checked and written. At most two batches of activations
are in memory, whatever the number of images.
"""

import collections
import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import tensorflow as tf
from keras import Model

from semantrace.activation_writer import ActivationWriter, StoredLayer
from semantrace.chunk_compression import find_compression
from semantrace.errors import InputError
from semantrace.files import atomic_path, write_table
from semantrace.images import load_picture, resize_picture
from semantrace.names import PIXELS
from semantrace.networks.architecture import Network, warn_of_unrectified
from semantrace.predictions import predictions_table, rank_classes
from semantrace.progress import progress

BATCH_SIZE = 16
BATCH_BYTES = 1 << 28
"""What the activations of one batch may take as float32: larger batches are made smaller."""

DECODING_THREADS = 2

STORAGE_TYPES = ("float16", "float32")


@dataclass(frozen=True)
class Extraction:
    """What to extract and how to store it.

    Attributes
    ----------
    layers : tuple of str
        Layers of the network, in the study's order.
    resize : str
        How a picture becomes the network's input: "stretch" or "center_crop".
    dtype : str
        "float16" or "float32", the type that activations are stored in.
    compression : str
        "none", "lz4" or "zstd".
    batch_size : int
        Pictures in one forward pass, if their activations fit into `BATCH_BYTES`.
    labels : mapping
        What every file says of itself besides: network, weights_sha256, code.
    """

    layers: tuple[str, ...]
    resize: str = "stretch"
    dtype: str = "float16"
    compression: str = "none"
    batch_size: int = BATCH_SIZE
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.dtype not in STORAGE_TYPES:
            raise InputError(f"storage: dtype {self.dtype!r} is unknown; give float16 or float32")
        if self.batch_size < 1:
            raise InputError(f"batch size {self.batch_size} is too small; give 1 or more")
        find_compression(self.compression)


def prepare_devices(require_gpu: bool = False) -> None:
    """Let GPUs take memory as they need it, and compute deterministically in full single precision.

    Has to run before TensorFlow first uses a device.

    Parameters
    ----------
    require_gpu : bool
        Whether to refuse to go on without a GPU.

    Raises
    ------
    InputError
        When a GPU is required and TensorFlow sees none.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if require_gpu and not gpus:
        raise InputError(
            "a GPU is demanded but TensorFlow sees none; check the driver and the installation of "
            "tensorflow[and-cuda], or do not demand a GPU"
        )
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    if gpus:  # a CPU gives the same bytes as it is
        tf.config.experimental.enable_op_determinism()
    tf.config.experimental.enable_tensor_float_32_execution(False)


def forward_pass(
    network: Network, layers: Sequence[str], dtype: str, batch_size: int
) -> Callable[[np.ndarray], list[tf.Tensor]]:
    """Return a compiled function from pictures to the activations of several layers.

    Parameters
    ----------
    network : Network
        The network.
    layers : sequence of str
        Its layers whose activations are wanted.
    dtype : str
        Type of the activations that are returned.
    batch_size : int
        Number of pictures that the function takes, so that it is compiled once.

    Returns
    -------
    callable
        From uint8 RGB pictures (batch × height × width × 3) to one (batch × features) tensor for
        each layer, and, where the network has classes, their float32 probabilities
        (batch × classes) at the end.
    """
    outputs = [network.model.get_layer(layer).output for layer in layers]
    if network.classes is not None:
        outputs.append(network.model.outputs[0])
    model = Model(network.model.inputs[0], outputs)
    types = [dtype] * len(layers) + ["float32"] * (len(outputs) - len(layers))
    signature = tf.TensorSpec((batch_size, *network.input_size, 3), tf.uint8)

    @tf.function(input_signature=[signature])
    def forward(pictures: tf.Tensor) -> list[tf.Tensor]:
        prepared = network.architecture.preprocess(tf.cast(pictures, tf.float32))
        activations = tf.nest.flatten(model(prepared, training=False))
        return [
            tf.reshape(tf.cast(values, kind), (batch_size, -1))
            for values, kind in zip(activations, types, strict=True)
        ]

    return forward


def extract_activations(
    network: Network,
    images: Sequence[str],
    paths: Sequence[str | Path],
    folder: str | Path,
    extraction: Extraction,
) -> None:
    """Write the activations of all layers, the resized pictures, and predictions, to a folder.

    Parameters
    ----------
    network : Network
        The network, with its weights.
    images : sequence of str
        Ids of the images.
    paths : sequence of path
        Their files, in the same order.
    folder : path
        Gets one HDF5 file for each layer, `pixels.h5`, and, where the network has classes,
        `predictions.tsv` with the five most probable ones. It appears once it is whole.
    extraction : Extraction
        What to extract and how to store it.

    Raises
    ------
    InputError
        When a layer does not exist, a picture cannot be read, or a value is not finite as it
        would be stored (naming image and layer).
    """
    network.check_layers(extraction.layers)
    warn_of_unrectified(network, extraction.layers)
    if not images:
        raise InputError(f"{folder}: there is no image to extract; choose fewer shards")
    batch_size = _batch_size(network, extraction)
    forward = forward_pass(network, extraction.layers, extraction.dtype, batch_size)
    ranked = []
    with contextlib.ExitStack() as stack:
        temporary = stack.enter_context(atomic_path(folder))
        temporary.mkdir()
        writer = stack.enter_context(
            ActivationWriter(
                temporary, images, _stored_layers(network, extraction), extraction.compression
            )
        )
        advance = stack.enter_context(
            progress(len(images), extraction.labels.get("network", network.name), "images")
        )

        def write(start: int, pictures: np.ndarray, outputs: list[tf.Tensor]) -> None:
            count = min(batch_size, len(images) - start)
            arrays = [np.asarray(output)[:count] for output in outputs]
            if network.classes is not None:
                ranked.append(rank_classes(arrays.pop()))
            writer.write(start, [pictures[:count].reshape(count, -1), *arrays])
            advance(count)

        batches = _batches(paths, network.input_size, extraction.resize, batch_size)
        _compute_and_write(forward, batches, write)
        if ranked:
            classes, probabilities = (np.concatenate(parts) for parts in zip(*ranked, strict=True))
            table = predictions_table(images, classes, probabilities)
            write_table(table, temporary / "predictions.tsv")


def _batch_size(network: Network, extraction: Extraction) -> int:
    """Return the wanted batch size, or what fits into the memory that a batch may take."""
    values = sum(network.features_of(layer) for layer in extraction.layers)
    return max(1, min(extraction.batch_size, BATCH_BYTES // (4 * values)))


def _stored_layers(network: Network, extraction: Extraction) -> list[StoredLayer]:
    """Return what each file holds: the resized pictures as layer zero, then the layers."""
    height, width = network.input_size
    resized = f"{extraction.resize} to {height}×{width}"
    stored = [
        StoredLayer(
            PIXELS,
            (height, width, 3),
            "uint8",
            {**extraction.labels, "layer_index": 0, "preprocessing": resized},
        )
    ]
    words = f"{resized}; {network.architecture.preprocessing}"
    for index, layer in enumerate(extraction.layers, start=1):
        attributes = {**extraction.labels, "layer_index": index, "preprocessing": words}
        stored.append(StoredLayer(layer, network.shape_of(layer), extraction.dtype, attributes))
    return stored


def _batches(
    paths: Sequence[str | Path], size: tuple[int, int], resize: str, batch_size: int
) -> Iterator[np.ndarray]:
    """Yield full batches of resized pictures, decoded ahead of their use by other threads.

    The last batch is filled up with black, so that every image is computed in a batch of the same
    size, whichever shard it is in.
    """

    def picture(path: str | Path) -> np.ndarray:
        return resize_picture(load_picture(path), size, resize)

    ahead: collections.deque[Future[np.ndarray]] = collections.deque()
    waiting = iter(paths)
    with ThreadPoolExecutor(DECODING_THREADS) as pool:
        try:
            while True:
                following = itertools.islice(waiting, 2 * batch_size - len(ahead))
                ahead.extend(pool.submit(picture, path) for path in following)
                if not ahead:
                    return
                batch = np.zeros((batch_size, *size, 3), dtype=np.uint8)
                for row in range(min(batch_size, len(ahead))):
                    batch[row] = ahead.popleft().result()
                yield batch
        finally:
            pool.shutdown(cancel_futures=True)


def _compute_and_write(
    forward: Callable[[np.ndarray], list[tf.Tensor]],
    batches: Iterator[np.ndarray],
    write: Callable[[int, np.ndarray, list[tf.Tensor]], None],
) -> None:
    """Compute each batch while the one before is written, in their order."""
    writing: Future[None] | None = None
    start = 0
    with ThreadPoolExecutor(max_workers=1) as thread:
        for pictures in batches:
            outputs = forward(pictures)
            if writing is not None:
                writing.result()
            writing = thread.submit(write, start, pictures, outputs)
            start += len(pictures)
        if writing is not None:
            writing.result()

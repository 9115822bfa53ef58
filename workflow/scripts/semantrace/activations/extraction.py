"""Extraction of activations: one forward pass gives every layer, written as it is computed.

Three things go on at once: threads decode and resize the images of the next batches, the network
computes a batch, and the batch before is checked and written. At most two batches of activations
are in memory, whatever the number of images.
"""

import contextlib
import functools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from semantrace.activations.batches import (
    ImageBatch,
    compute_and_write,
    fitting_batch_size,
    image_batches,
)
from semantrace.activations.chunk_compression import find_compression
from semantrace.activations.half_precision import check_single_precision, doubtful_rows
from semantrace.activations.predictions import predictions_table, rank_classes
from semantrace.activations.stored_layers import PREDICTIONS_FILE, take_back
from semantrace.activations.writer import ActivationWriter, StoredLayer
from semantrace.core.errors import InputError
from semantrace.core.names import PIXELS
from semantrace.core.progress import progress
from semantrace.core.tables import PREDICTIONS
from semantrace.images.resizing import Setting
from semantrace.io.files import atomic_path
from semantrace.io.tables import write_table
from semantrace.networks.network import ForwardPass, Network

NOTHING: Mapping[str, Path] = MappingProxyType({})
STORAGE_TYPES = ("float16", "float32")


@dataclass(frozen=True)
class Extraction:
    """What to extract and how to store it.

    Attributes
    ----------
    layers : tuple of str
        Layers of the network, in the study's order.
    resize : str or mapping
        How an image becomes the network's input; see `semantrace.images.resizing.Resizing.of`.
    dtype : str
        "float16" or "float32", the type that activations are stored in.
    compression : str
        "none", "lz4" or "zstd".
    batch_size : int
        Images in one forward pass, if their activations fit into `BATCH_BYTES`.
    decoding_threads : int
        Threads that decode images ahead of the network.
    labels : mapping
        What every file says of itself besides: network, weights_sha256, code, made_of.
    """

    layers: tuple[str, ...]
    resize: Setting
    dtype: str
    compression: str
    batch_size: int
    decoding_threads: int
    labels: Mapping[str, str]

    def __post_init__(self) -> None:
        if self.dtype not in STORAGE_TYPES:
            raise InputError(f"storage: dtype {self.dtype!r} is unknown; give float16 or float32")
        if self.batch_size < 1:
            raise InputError(f"batch size {self.batch_size} is too small; give 1 or more")
        find_compression(self.compression)


def extract_activations(
    network: Network,
    images: Sequence[str],
    paths: Sequence[str | Path],
    folder: str | Path,
    extraction: Extraction,
    kept: Mapping[str, Path] = NOTHING,
) -> None:
    """Write the activations of all layers, the resized images, and predictions, to a folder.

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
    kept : mapping of str to path, optional
        Files of layers, `pixels` among them, that are taken as they were written before.

    Raises
    ------
    InputError
        When a layer does not exist, an image cannot be read, or a value is not finite, or all of
        an image are lost, as they would be stored (naming image and layer).
    """
    network.check_layers(extraction.layers)
    network.warn_of_unrectified(extraction.layers)
    if not images:
        raise InputError(f"{folder}: there is no image to extract; choose fewer shards")
    batch_size = fitting_batch_size(network, extraction.layers, extraction.batch_size)
    new = [layer for layer in extraction.layers if layer not in kept]
    forward = network.forward_pass(new, extraction.dtype, batch_size)
    check_stored = _storage_check(network, images, new, extraction.dtype, batch_size)
    ranked: list = []
    files, name = _files(network, extraction, kept), extraction.labels["network"]
    with (
        _new_folder(folder) as temporary,
        ActivationWriter(temporary, images, files, extraction.compression) as writer,
        progress(len(images), name, "images") as advance,
    ):

        def write(batch: ImageBatch, outputs: list) -> None:
            arrays = [np.asarray(output)[: batch.count] for output in outputs]
            if network.classes is not None:
                ranked.append(rank_classes(arrays.pop()))
            check_stored(batch, arrays)
            if PIXELS not in kept:
                arrays.insert(0, batch.images[: batch.count].reshape(batch.count, -1))
            writer.write(batch.start, arrays)
            advance(batch.count)

        threads = extraction.decoding_threads
        batches = image_batches(paths, network.input_size, extraction.resize, batch_size, threads)
        compute_and_write(batches, lambda batch: forward(batch.images), write)
        if ranked:
            classes, shares = map(np.concatenate, zip(*ranked, strict=True))
            table = predictions_table(name, images, classes, shares, network.classes)
            write_table(table, temporary / PREDICTIONS_FILE, PREDICTIONS)
        take_back(kept.values(), temporary)


@contextlib.contextmanager
def _new_folder(folder: str | Path) -> Iterator[Path]:
    """Give a folder that appears under its name once it is whole."""
    with atomic_path(folder) as temporary:
        temporary.mkdir()
        yield temporary


def _storage_check(
    network: Network, images: Sequence[str], layers: Sequence[str], dtype: str, batch_size: int
) -> Callable[[ImageBatch, Sequence[np.ndarray]], None]:
    """Return a check of what half precision has kept of a batch, which is nearly always enough.

    Where it looks as if nothing was kept, the layer is computed again in single precision.
    """

    @functools.cache
    def single_precision(layer: str) -> ForwardPass:
        return network.forward_pass([layer], "float32", batch_size)

    def check(batch: ImageBatch, arrays: Sequence[np.ndarray]) -> None:
        for layer, array in zip(layers, arrays, strict=True):
            rows = doubtful_rows(array)
            if len(rows):
                values = np.asarray(single_precision(layer)(batch.images)[0])
                for row in rows:
                    image = images[batch.start + row]
                    check_single_precision(values[row], f"layer {layer}, image {image!r}")

    return check if dtype == "float16" else lambda batch, arrays: None


def _files(network: Network, extraction: Extraction, kept: Collection[str]) -> list[StoredLayer]:
    """Return what each new file holds: the resized images as layer zero, then the layers."""
    height, width = network.input_size
    resized = network.resizing_text(extraction.resize)
    stored = [
        StoredLayer(
            PIXELS,
            (height, width, 3),
            "uint8",
            {**extraction.labels, "preprocessing": resized},
        )
    ]
    words = network.preprocessing_text(extraction.resize)
    attributes = {**extraction.labels, "preprocessing": words}
    for layer in extraction.layers:
        stored.append(StoredLayer(layer, network.shape_of(layer), extraction.dtype, attributes))
    return [one for one in stored if one.name not in kept]

"""Class vectors made while the network runs: no activation of an image reaches the disk.

Gives the same files as extracting the activations in single precision and aggregating them.
Source: Garcia-Gasulla et al., A Visual Embedding for the Unsupervised Extraction of Abstract
Semantics, section 3.2.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from semantrace.activations.batches import (
    ImageBatch,
    compute_and_write,
    fitting_batch_size,
    image_batches,
)
from semantrace.core.errors import InputError
from semantrace.core.progress import progress
from semantrace.embedding.class_vector_files import (
    ClassVectorLayer,
    class_vector_bytes,
    create_class_vectors,
)
from semantrace.images.resizing import Setting
from semantrace.io.files import atomic_path, require_space
from semantrace.networks.network import Network


@dataclass(frozen=True)
class Streaming:
    """What to average and what the files say of themselves.

    Attributes
    ----------
    layers : tuple of str
        Layers of the network.
    resize : str or mapping
        How an image becomes the network's input; see `semantrace.images.resizing.Resizing.of`.
    batch_size : int
        Images in one forward pass, if their activations fit into memory.
    decoding_threads : int
        Threads that decode images ahead of the network.
    labels : mapping
        What every file says of itself besides: network, weights_sha256, code.
    """

    layers: tuple[str, ...]
    resize: Setting
    batch_size: int
    decoding_threads: int
    labels: Mapping[str, str]


@dataclass(frozen=True)
class ClassOrder:
    """Images in the order of their classes.

    Attributes
    ----------
    order : numpy.ndarray of int, images
        Which image comes first, second, …; images of a class keep the order they had.
    counts : mapping of str to int
        Number of images of each class, by its identifier.
    ends : numpy.ndarray of int, classes
        The place after the last image of each class.
    """

    order: np.ndarray
    counts: Mapping[str, int]
    ends: np.ndarray

    @classmethod
    def of(cls, classes: Sequence[str]) -> "ClassOrder":
        """Put images in the order of their classes' identifiers."""
        names, numbers, counts = np.unique(list(classes), return_inverse=True, return_counts=True)
        return cls(
            np.argsort(numbers, kind="stable"),
            dict(zip(names.tolist(), counts.tolist(), strict=True)),
            np.cumsum(counts),
        )

    def within(self, start: int, stop: int) -> range:
        """Return the numbers of the classes that have an image at the places start…stop−1."""
        first, last = np.searchsorted(self.ends, [start, stop - 1], side="right")
        return range(int(first), int(last) + 1)


def stream_class_vectors(
    network: Network,
    image_classes: Sequence[str],
    paths: Sequence[str | Path],
    folder: str | Path,
    streaming: Streaming,
) -> None:
    """Write the class vectors of some images, one file for each layer.

    Parameters
    ----------
    network : Network
        The network, with its weights.
    image_classes : sequence of str
        Identifier of the class of each image; all images of a class have to be among them.
    paths : sequence of path
        The images' files, in the same order.
    folder : path
        Gets one ``{layer}.h5`` for each layer, as `create_class_vectors` writes it. It appears once
        it is whole.
    streaming : Streaming
        What to average.

    Raises
    ------
    InputError
        When a layer does not exist, an image cannot be read, a class vector has no direction, or
        the disk has no room.
    """
    layers = streaming.layers
    network.check_layers(layers)
    network.warn_of_unrectified(layers)
    if not paths:
        raise InputError(f"{folder}: the shard has no images; choose fewer shards")
    classes = ClassOrder.of(image_classes)
    batch_size = fitting_batch_size(network, layers, streaming.batch_size)
    stored = _stored_layers(network, streaming)
    with (
        _create_folder(Path(folder), stored, classes.counts) as write_sums,
        progress(len(paths), streaming.labels["network"], "images") as advance,
    ):
        add = network.class_summing(layers, batch_size)

        def compute(batch: ImageBatch) -> tuple[range, list]:
            stop = batch.start + batch.count
            within = classes.within(batch.start, stop)
            ends = classes.ends[within.start : within.stop]
            complete = within[: np.count_nonzero(ends <= stop)]
            rows = np.minimum(ends, stop) - batch.start
            return complete, add(batch.images, rows.astype(np.int32), len(complete))

        def write(batch: ImageBatch, computed: tuple[range, list]) -> None:
            complete, sums = computed
            write_sums(complete, [np.asarray(layer_sums) for layer_sums in sums])
            advance(batch.count)

        ordered = [paths[image] for image in classes.order]
        batches = image_batches(
            ordered, network.input_size, streaming.resize, batch_size, streaming.decoding_threads
        )
        compute_and_write(batches, compute, write)


def _stored_layers(network: Network, streaming: Streaming) -> list[ClassVectorLayer]:
    labels = {
        **streaming.labels,
        "preprocessing": network.preprocessing_text(streaming.resize),
    }
    return [
        ClassVectorLayer(layer, network.shape_of(layer), {**labels, "layer": layer})
        for layer in streaming.layers
    ]


@contextlib.contextmanager
def _create_folder(
    folder: Path, layers: Sequence[ClassVectorLayer], counts: Mapping[str, int]
) -> Iterator[Callable[[range, Sequence[np.ndarray]], None]]:
    """Open the files of all layers, and give a function that writes the classes of some numbers.

    It takes their numbers and, for each layer, the sums of their images' activations
    (classes × features, float64).
    """
    images = list(counts.values())
    with contextlib.ExitStack() as stack:
        temporary = stack.enter_context(atomic_path(folder))
        require_space(folder, sum(class_vector_bytes(len(counts), layer) for layer in layers))
        temporary.mkdir()
        writers = [
            stack.enter_context(create_class_vectors(temporary, layer, counts)) for layer in layers
        ]

        def write(numbers: range, sums: Sequence[np.ndarray]) -> None:
            for write_vector, layer_sums in zip(writers, sums, strict=True):
                for number, total in zip(numbers, layer_sums, strict=True):
                    write_vector(number, total / images[number])

        yield write

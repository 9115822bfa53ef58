"""Images in full batches, decoded ahead of their use and computed while the last is written."""

import collections
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from semantrace.images.decoding import load_image
from semantrace.images.resizing import Setting, resize_image
from semantrace.networks.network import Network

BATCH_BYTES = 1 << 28
"""What the activations of one batch may take as float32: larger batches are made smaller."""

Computed = TypeVar("Computed")


@dataclass(frozen=True)
class ImageBatch:
    """Resized images that follow each other, filled up to the batch size with black.

    Attributes
    ----------
    start : int
        Place of the first one among all images.
    count : int
        Number of images, without the filling.
    images : numpy.ndarray, batch size x height x width x 3, uint8
    """

    start: int
    count: int
    images: np.ndarray


def fitting_batch_size(network: Network, layers: Sequence[str], wanted: int) -> int:
    """Return the wanted batch size, or what fits into the memory that a batch may take."""
    values = sum(network.features_of(layer) for layer in layers)
    return max(1, min(wanted, BATCH_BYTES // (4 * values)))


def image_batches(
    paths: Sequence[str | Path],
    size: tuple[int, int],
    resize: Setting,
    batch_size: int,
    decoding_threads: int,
) -> Iterator[ImageBatch]:
    """Yield full batches of resized images, decoded ahead of their use by other threads.

    The last batch is filled up with black, so that every image is computed in a batch of the same
    size, whichever shard it is in. (On processors without AVX-512, the last image of a batch may be
    rounded otherwise than the others.)

    Parameters
    ----------
    paths : sequence of path
        Files of the images.
    size : (int, int)
        Height and width they are resized to, in pixels.
    resize : str or mapping
        See `semantrace.images.resizing.Resizing.of`.
    batch_size : int
        Images in a batch.
    decoding_threads : int
        Threads that decode images.

    Raises
    ------
    InputError
        When an image cannot be read.
    """

    def image(path: str | Path) -> np.ndarray:
        return resize_image(load_image(path), size, resize)

    ahead: collections.deque[Future[np.ndarray]] = collections.deque()
    waiting = iter(paths)
    with ThreadPoolExecutor(decoding_threads) as pool:
        try:
            for start in range(0, len(paths), batch_size):
                following = itertools.islice(waiting, 2 * batch_size - len(ahead))
                ahead.extend(pool.submit(image, path) for path in following)
                count = min(batch_size, len(ahead))
                images = np.zeros((batch_size, *size, 3), dtype=np.uint8)
                for row in range(count):
                    images[row] = ahead.popleft().result()
                yield ImageBatch(start, count, images)
        finally:
            pool.shutdown(cancel_futures=True)


def compute_and_write(
    batches: Iterable[ImageBatch],
    compute: Callable[[ImageBatch], Computed],
    write: Callable[[ImageBatch, Computed], None],
) -> None:
    """Compute each batch while the one before is written by another thread, in their order."""
    writing: Future[None] | None = None
    with ThreadPoolExecutor(max_workers=1) as thread:
        for batch in batches:
            computed = compute(batch)
            if writing is not None:
                writing.result()
            writing = thread.submit(write, batch, computed)
        if writing is not None:
            writing.result()

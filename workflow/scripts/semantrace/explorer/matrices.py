"""The correlation matrices of the page, in one order of concepts, and the pairs that tests pass."""

from collections.abc import Iterable, Sequence

import numpy as np

from semantrace.explorer.layers import Catalogue
from semantrace.explorer.packing import Blocks, in_levels

EXACT_BYTES = 3_000_000
"""What all matrices together may take in 16 bits; of more, each takes 8."""

MOST_BYTES = 29_000_000
"""What matrices and passes of pairs may take in 8 bits; of more, some layers of each network are
held. The page is a third larger, in base64, and a sixth smaller, deflated."""


def bits_of(matrices: int, pairs: int) -> int:
    """Return how many bits a number of so many matrices gets."""
    return 16 if 2 * matrices * pairs <= EXACT_BYTES else 8


def held_layers(
    shown: Catalogue, groups: int, with_passes: int, best: tuple[str, str] | None = None
) -> set[tuple[str, str]]:
    """Return the layers, as network and layer, whose matrices and passes the page has room for.

    Parameters
    ----------
    shown : Catalogue
    groups : int
        Of images.
    with_passes : int
        Word models whose pairs are told apart.
    best : tuple of str, optional
        A layer that is held in any case.

    Returns
    -------
    set of tuple of str
        All, or of each network as many as of any other, spread evenly over its depth.
    """
    layer_bytes = shown.pairs * (1 + with_passes * np.log2(groups + 1) / 8)
    room = int((MOST_BYTES - len(shown.word_models) * shown.pairs) / max(1, layer_bytes))
    if sum(len(one.layers) for one in shown.networks) <= room:
        return {(one.name, layer) for one in shown.networks for layer in one.layers}
    share = max(1, room // len(shown.networks))
    held = {best} if best else set()
    for one in shown.networks:
        last = len(one.layers) - 1
        places = np.linspace(last, 0, min(share, last + 1)).round().astype(int)
        held |= {(one.name, one.layers[place]) for place in places.tolist()}
    return held


def pack_matrices(
    matrices: Iterable[tuple[str, np.ndarray]], order: Sequence[int], bits: int, blocks: Blocks
) -> dict[str, dict]:
    """Pack the upper triangles of matrices, and return how each is read.

    Parameters
    ----------
    matrices : iterable of str and (k, k) array
        Names that no other block has, and symmetric matrices; one is held at a time.
    order : sequence of int
        Which concept stands at each place of the page's matrices.
    bits : {8, 16}
    blocks : Blocks

    Returns
    -------
    dict of str to dict
        By name: low, step and bits.
    """
    upper = np.triu_indices(len(order), 1)
    found = {}
    for name, matrix in matrices:
        levels = in_levels(matrix[np.ix_(order, order)][upper], bits)
        blocks.add(name, levels.codes)
        found[name] = {"low": levels.low, "step": levels.step, "bits": levels.bits}
    return found


def pack_passes(
    passes: Iterable[tuple[str, np.ndarray]], order: Sequence[int], groups: int, blocks: Blocks
) -> None:
    """Pack in how many groups each pair passes, in the page's order of concepts.

    Parameters
    ----------
    passes : iterable of str and (k·(k − 1)/2,) int array
        Names that no other block has, and counts in the order of `numpy.triu_indices`.
    order : sequence of int
    groups : int
        Below 256 of them, a count takes one byte, else two.
    blocks : Blocks
    """
    k = len(order)
    upper = np.triu_indices(k, 1)
    for name, counts in passes:
        square = np.zeros((k, k), dtype="u1" if groups < 256 else "<u2")
        square[upper] = counts
        square += square.T
        blocks.add(name, square[np.ix_(order, order)][upper].tobytes())

"""Random numbers that do not depend on the order of jobs, the machine or Python's hash seed."""

import hashlib

import numpy as np


def random_generator(seed: int, *names: str) -> np.random.Generator:
    """Return the random stream that belongs to a seed and a list of names.

    Parameters
    ----------
    seed : int
        The study's seed.
    *names : str
        What the numbers are for: study, rule and wildcards. Names enter as sha256.

    Returns
    -------
    numpy.random.Generator
    """
    words: list[int] = []
    for name in names:
        digest = hashlib.sha256(name.encode()).digest()
        words.extend(int.from_bytes(digest[i : i + 4], "big") for i in range(0, 16, 4))
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))

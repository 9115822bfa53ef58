"""Work on many spaces side by side, the same bits whatever the number of threads."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from semantrace.alignment.measures.spaces import Space
from semantrace.core.blas_threads import one_blas_thread
from semantrace.core.job import study_threads

Result = TypeVar("Result")


def each_by_a_thread(work: Callable[[Space], Result], spaces: Sequence[Space]) -> list[Result]:
    """Return what some work gives for each space; products of matrices stay in its thread."""
    with one_blas_thread(), ThreadPoolExecutor(study_threads()) as pool:
        return list(pool.map(work, spaces))

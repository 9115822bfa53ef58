"""How many threads the linear algebra of NumPy, SciPy and Numba has."""

import functools

import scipy.linalg.cython_blas  # noqa: F401  (the library that Numba calls: found if it is loaded)
from threadpoolctl import ThreadpoolController


def one_blas_thread():
    """Return a context in which each product of matrices is computed by the thread that asks.

    For code that has threads of its own, which those of the products would only wait for.
    """
    return _controller().limit(limits=1, user_api="blas")


@functools.cache
def _controller() -> ThreadpoolController:
    """Find the libraries once: that takes milliseconds, as long as the products of small tests."""
    return ThreadpoolController()

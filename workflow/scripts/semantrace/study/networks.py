"""What a study may say of its networks, beyond what the schema checks. Needs no TensorFlow."""

from collections.abc import Mapping
from pathlib import Path

WEIGHTS = "imagenet, {package, file, sha256}, {file, sha256} or {seed}"

BUILT_BY = ("architecture", "architecture_source", "preprocessing", "input_size", "classes")
"""What of a study's network decides how it is built."""

FOR_FILES = ("preprocessing", "input_size", "classes")
"""Keys of networks in files; architectures that are known by name do not have them."""

SAVE_AS_KERAS = "load it in Keras and save the whole model with model.save('….keras')"

OTHER_FILES = {
    ".weights.h5": "holds weights only; name the architecture, and this file in `weights`, or "
    "build the model in Keras, load them and save it whole with model.save('….keras')",
    ".pth": "is a file of PyTorch, which is not read as an architecture; export the network with "
    "torch.onnx.export and name the .onnx file",
    ".pb": f"is a graph of TensorFlow, which is not read; {SAVE_AS_KERAS}",
    ".tflite": "is a file of TensorFlow Lite, which is not read; save the model that it was made "
    "from with model.save('….keras'), or convert it to ONNX",
}
OTHER_FILES |= dict.fromkeys((".pt", ".ckpt", ".safetensors", ".bin"), OTHER_FILES[".pth"])
OTHER_FILES |= dict.fromkeys((".json", ".yaml", ".pkl", ".index"), f"is not read; {SAVE_AS_KERAS}")
"""What to do with files of networks, by how their names end."""


def is_keras_file(architecture: str) -> bool:
    """Return whether an architecture is the path of a whole model of Keras, and not a name.

    Older versions of Keras wrote `.h5` files; those of weights alone end in `.weights.h5`.
    """
    return architecture.endswith((".keras", ".h5", ".hdf5")) and not architecture.endswith(
        (".weights.h5", ".weights.hdf5")
    )


def is_onnx_file(architecture: str) -> bool:
    """Return whether an architecture is the path of an ONNX file, and not a name."""
    return architecture.endswith(".onnx")


def is_network_file(architecture: str) -> bool:
    """Return whether an architecture is the path of a file that brings its own weights."""
    return is_keras_file(architecture) or is_onnx_file(architecture)


def named_architecture(architecture: str | Mapping[str, str]) -> str:
    """Return an architecture's name or path, which may be a file of a package."""
    return architecture if isinstance(architecture, str) else architecture.get("file", "")


def other_file_advice(architecture: str) -> str | None:
    """Return what to do about an architecture that is the path of another file, or a folder.

    Returns
    -------
    str or None
        A clause that follows the path; None where it is no path.
    """
    for suffix, advice in OTHER_FILES.items():
        if architecture.lower().endswith(suffix):
            return advice
    path = Path(architecture)
    if path.is_dir() and any((path / name).exists() for name in ("saved_model.pb", "variables")):
        return f"is a SavedModel of TensorFlow, which is not read; {SAVE_AS_KERAS}"
    for ending in (".keras", ".h5", ".onnx"):
        if architecture.lower().endswith(ending):
            return f"is not recognised by its name; let it end in {ending} in small letters"
    if "/" in architecture:
        return f"is no .keras, .h5 or .onnx file; {SAVE_AS_KERAS}"
    return None

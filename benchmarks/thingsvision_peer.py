"""Extract with THINGSvision what Semantrace extracted, and time it; prints JSON.

    build/peers/bin/python benchmarks/thingsvision_peer.py NETWORK BACKEND EXCHANGE

Runs in the peers' environment. EXCHANGE is what `extraction_stages.py` left: the same weights, the
same preprocessed images, and what the first activations have to be. BACKEND is `keras`, where the
network is that of Keras, or `torchvision`. All modules are asked for in one call of
`extract_features`, flattened, and saved as .npy batch by batch. Decoding is not part of its time.
"""

import os

THREADS = 2
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
    os.environ[variable] = str(THREADS)
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TQDM_DISABLE"] = "1"

import contextlib
import io
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import thingsvision
import torch

torch.set_num_threads(THREADS)
BATCH_SIZE = 16
MODULES = {
    "VGG16": [
        *(f"features.{n}" for n in (1, 3, 6, 8, 11, 13, 15, 18, 20, 22, 25, 27, 29)),
        *("classifier.1", "classifier.4", "classifier.6"),
    ],
    "SqueezeNet": [
        *(f"features.{n}" for n in (1, 3, 4, 6, 7, 9, 10, 11, 12)),
        *("classifier.2", "classifier.3"),
    ],
}
"""Torchvision's names of the layers of each network, in the study's order."""

TORCHVISION_NAMES = {"VGG16": "vgg16", "SqueezeNet": "squeezenet1_1"}


def convolution_kernel(kernel: np.ndarray) -> np.ndarray:
    """Turn height × width × in × out into out × in × height × width."""
    return kernel.transpose(3, 2, 0, 1)


def dense_kernel(kernel: np.ndarray, last_channels: int) -> np.ndarray:
    """Turn in × out into out × in, where the inputs are 7 × 7 × channels, channels first."""
    if kernel.shape[0] == 49 * last_channels:
        kernel = kernel.reshape(7, 7, last_channels, -1).transpose(2, 0, 1, 3)
        kernel = kernel.reshape(49 * last_channels, -1)
    return kernel.T


def set_torch_weights(name: str, model: torch.nn.Module, weights: dict) -> None:
    """Give torchvision's network the weights of Keras'."""
    if name == "SqueezeNet":
        for module in model.modules():  # the published network pools without padding
            if isinstance(module, torch.nn.MaxPool2d):
                module.ceil_mode = False
        order = ["conv1"]
        for number in range(2, 10):
            order += [f"fire{number}_{part}" for part in ("squeeze1x1", "expand1x1", "expand3x3")]
        order.append("conv10")
    else:
        order = list(dict.fromkeys(key.split("/")[0] for key in weights))
    held = [m for m in model.modules() if isinstance(m, torch.nn.Conv2d | torch.nn.Linear)]
    for module, layer in zip(held, order, strict=True):
        kernel, bias = weights[f"{layer}/0"], weights[f"{layer}/1"]
        turned = convolution_kernel(kernel) if kernel.ndim == 4 else dense_kernel(kernel, 512)
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(np.ascontiguousarray(turned)))
            module.bias.copy_(torch.from_numpy(bias))


def prepare(name: str, backend: str, exchange: Path, layers: list[str]):
    """Return the extractor, its modules and its batches."""
    weights = dict(np.load(exchange / "weights.npz"))
    inputs = np.load(exchange / "inputs.npy")
    starts = range(0, len(inputs), BATCH_SIZE)
    with contextlib.redirect_stdout(io.StringIO()):
        if backend == "keras":
            extractor = thingsvision.get_extractor(
                name, source="keras", device="cpu", pretrained=False
            )
            for layer in extractor.model.layers:
                count = len(layer.get_weights())
                layer.set_weights([weights[f"{layer.name}/{number}"] for number in range(count)])
            return extractor, layers, [inputs[s : s + BATCH_SIZE] for s in starts]
        extractor = thingsvision.get_extractor(
            TORCHVISION_NAMES[name], source="torchvision", device="cpu", pretrained=False
        )
    set_torch_weights(name, extractor.model, weights)
    tensors = torch.from_numpy(np.ascontiguousarray(inputs.transpose(0, 3, 1, 2)))
    return extractor, MODULES[name], [tensors[s : s + BATCH_SIZE] for s in starts]


def extract(extractor, modules: list[str], batches: list, folder: str) -> None:
    """Extract as THINGSvision's users do who have not the memory for all batches at once."""
    with contextlib.redirect_stdout(io.StringIO()):
        extractor.extract_features(
            batches=batches,
            module_names=list(modules),
            flatten_acts=True,
            output_type="ndarray",
            output_dir=folder,
            step_size=1,
        )


def check(modules: list[str], layers: list[str], folder: Path, exchange: Path) -> None:
    """Compare the first images' activations with ours."""
    expected = np.load(exchange / "expected.npz")
    for module, layer in zip(modules, layers, strict=True):
        ours = expected[layer].astype(np.float32)
        first = min(
            (folder / module).glob("features*.npy"), key=lambda path: int(path.stem.split("-")[1])
        )
        theirs = np.load(first)[: len(ours)].astype(np.float32)
        if module.startswith(("features", "classifier")):  # channels first
            if module == "classifier.6":
                theirs = np.exp(theirs - theirs.max(axis=1, keepdims=True))
                theirs /= theirs.sum(axis=1, keepdims=True)
            if ours.ndim == 4:
                ours = ours.transpose(0, 3, 1, 2)
        ours = ours.reshape(len(ours), -1)
        np.testing.assert_allclose(theirs, ours, rtol=5e-3, atol=2e-3 * np.abs(ours).max())


def main(name: str, backend: str, exchange: Path) -> None:
    """Extract, compare and print."""
    layers = json.loads((exchange / "layers.json").read_text())
    extractor, modules, batches = prepare(name, backend, exchange, layers)
    with tempfile.TemporaryDirectory(dir=exchange) as warm:
        extract(extractor, modules, batches[:1], warm)
        check(modules, layers, Path(warm), exchange)
    with tempfile.TemporaryDirectory(dir=exchange) as folder:
        start = time.perf_counter()
        extract(extractor, modules, batches, folder)
        seconds = time.perf_counter() - start
        stored = sum(path.stat().st_size for path in Path(folder).rglob("*.npy"))
    version = thingsvision.__version__
    print(json.dumps({"seconds": seconds, "disk_mb": stored / 1e6, "version": version}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))

"""What Semantrace is measured against in an environment of its own, see peers.txt.

Each function is run by `apart` with that environment's interpreter, imports what it measures itself
and compares its result with ours before it is timed. A network's folder is what
`bench_extraction.hand_over` left: the same weights, the same preprocessed images, and what the
first activations have to be. Decoding is not part of a peer's time.
"""

import contextlib
import io
import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from apart import BENCHMARKS, THREADS, Run, timed

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
Extract = Callable[[Sequence[Any], Path], object]
"""Extracts batches, and stores the activations of each module in a folder of its name."""


def peer_version(package: str) -> str:
    """Return the version of a peer."""
    text = (BENCHMARKS / "peers.txt").read_text()
    return re.search(rf"^{package}==(\S+)$", text, re.M)[1]


def correlation_distances(folder: str, tolerance: float) -> Run:
    """Compute rsatoolbox's correlation distances of stored activations."""
    import h5py
    from rsatoolbox.data import Dataset
    from rsatoolbox.rdm import calc_rdm

    with h5py.File(Path(folder, "float32.h5")) as file:
        activations = file["activations"][:].astype(np.float64)
    found = []
    run = timed(lambda: found.append(calc_rdm(Dataset(activations), method="correlation")))
    distances = found[0].get_matrices()[0]
    expected = np.load(Path(folder, "expected.npy"))
    np.testing.assert_allclose(1 - distances, expected, rtol=0, atol=tolerance)
    return run


def thingsvision_modules(name: str, backend: str, exchange: str) -> Run:
    """Extract all modules with one call of THINGSvision, where Keras or torchvision runs them.

    As its users do who have not the memory for all batches at once: flattened, and saved as .npy
    batch by batch.
    """
    import thingsvision

    source = name if backend == "keras" else TORCHVISION_NAMES[name]
    with contextlib.redirect_stdout(io.StringIO()):
        extractor = thingsvision.get_extractor(
            source, source=backend, device="cpu", pretrained=False
        )
    if backend == "keras":
        set_keras_weights(extractor.model, Path(exchange))
        modules, batches = layers_of(exchange), keras_batches(Path(exchange))
    else:
        set_torch_weights(name, extractor.model, Path(exchange))
        modules, batches = MODULES[name], torch_batches(Path(exchange))

    def extract(batches: Sequence[Any], folder: Path) -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            extractor.extract_features(
                batches=batches,
                module_names=list(modules),
                flatten_acts=True,
                output_type="ndarray",
                output_dir=str(folder),
                step_size=1,
            )

    return compared_and_timed(extract, batches, modules, Path(exchange))


def torchvision_features(name: str, exchange: str) -> Run:
    """Extract all modules in one pass of torchvision's `create_feature_extractor`.

    Activations become arrays, flattened, and are saved as .npy batch by batch.
    """
    import torch
    import torchvision
    from torchvision.models.feature_extraction import create_feature_extractor

    model = getattr(torchvision.models, TORCHVISION_NAMES[name])(weights=None).eval()
    set_torch_weights(name, model, Path(exchange))
    extractor = create_feature_extractor(model, {module: module for module in MODULES[name]})

    def extract(batches: Sequence[Any], folder: Path) -> None:
        stop = 0
        for batch in batches:
            start, stop = stop, stop + len(batch)
            with torch.no_grad():
                outputs = extractor(batch)
            for module, values in outputs.items():
                (folder / module).mkdir(exist_ok=True)
                array = values.flatten(start_dim=1).numpy()
                np.save(folder / module / f"features_{start}-{stop}.npy", array)

    return compared_and_timed(extract, torch_batches(Path(exchange)), MODULES[name], Path(exchange))


def compared_and_timed(
    extract: Extract, batches: Sequence[Any], modules: Sequence[str], exchange: Path
) -> Run:
    """Compare the activations of the first batch with ours, then time all of them."""
    folder = exchange / "peer"
    folder.mkdir()
    try:
        extract(batches[:1], folder)
        for module, layer in zip(modules, layers_of(exchange), strict=True):
            check(module, layer, folder, exchange)
        shutil.rmtree(folder)
        folder.mkdir()
        run = timed(lambda: extract(batches, folder))
        stored = sum(path.stat().st_size for path in folder.rglob("*.npy"))
    finally:
        shutil.rmtree(folder)
    return Run(run.seconds, run.processor_seconds, disk_mb=stored / 1e6)


def check(module: str, layer: str, folder: Path, exchange: Path) -> None:
    """Compare the first images' activations with ours."""
    ours = np.load(exchange / "expected.npz")[layer].astype(np.float32)
    (first,) = (folder / module).glob("features*.npy")
    theirs = np.load(first)[: len(ours)].astype(np.float32)
    if module == "classifier.6":  # ours is after the softmax
        theirs = np.exp(theirs - theirs.max(axis=1, keepdims=True))
        theirs /= theirs.sum(axis=1, keepdims=True)
    if module.startswith(("features", "classifier")) and ours.ndim == 4:  # channels first
        ours = ours.transpose(0, 3, 1, 2)
    ours = ours.reshape(len(ours), -1)
    np.testing.assert_allclose(theirs, ours, rtol=5e-3, atol=2e-3 * np.abs(ours).max())


def layers_of(exchange: str | Path) -> list[str]:
    """Return our names of the layers."""
    return json.loads(Path(exchange, "layers.json").read_text())


def keras_batches(exchange: Path) -> list[np.ndarray]:
    """Return the preprocessed images."""
    inputs = np.load(exchange / "inputs.npy")
    return [inputs[start : start + BATCH_SIZE] for start in range(0, len(inputs), BATCH_SIZE)]


def torch_batches(exchange: Path) -> list[Any]:
    """Return the preprocessed images with their channels first."""
    import torch

    torch.set_num_threads(THREADS)
    turned = (batch.transpose(0, 3, 1, 2) for batch in keras_batches(exchange))
    return [torch.from_numpy(np.ascontiguousarray(batch)) for batch in turned]


def set_keras_weights(model: Any, exchange: Path) -> None:
    """Give a network of Keras the weights of ours."""
    weights = np.load(exchange / "weights.npz")
    for layer in model.layers:
        count = len(layer.get_weights())
        layer.set_weights([weights[f"{layer.name}/{number}"] for number in range(count)])


def set_torch_weights(name: str, model: Any, exchange: Path) -> None:
    """Give torchvision's network the weights of ours."""
    import torch

    weights = np.load(exchange / "weights.npz")
    order = list(dict.fromkeys(key.split("/")[0] for key in weights))
    if name == "SqueezeNet":
        for module in model.modules():  # the published network pools without padding
            if isinstance(module, torch.nn.MaxPool2d):
                module.ceil_mode = False
        parts = ("squeeze1x1", "expand1x1", "expand3x3")
        fires = (f"fire{number}_{part}" for number in range(2, 10) for part in parts)
        order = ["conv1", *fires, "conv10"]
    held = [m for m in model.modules() if isinstance(m, torch.nn.Conv2d | torch.nn.Linear)]
    for module, layer in zip(held, order, strict=True):
        kernel, bias = weights[f"{layer}/0"], weights[f"{layer}/1"]
        turned = kernel.transpose(3, 2, 0, 1) if kernel.ndim == 4 else dense_kernel(kernel)
        with torch.no_grad():
            module.weight.copy_(torch.from_numpy(np.ascontiguousarray(turned)))
            module.bias.copy_(torch.from_numpy(bias))


def dense_kernel(kernel: np.ndarray, channels: int = 512) -> np.ndarray:
    """Turn in × out into out × in, where the inputs are 7 × 7 × channels, channels first."""
    if kernel.shape[0] == 49 * channels:
        kernel = kernel.reshape(7, 7, channels, -1).transpose(2, 0, 1, 3)
        kernel = kernel.reshape(49 * channels, -1)
    return kernel.T

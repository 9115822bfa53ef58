"""Layers that were stored before: which are taken back, and that their bytes stay the same."""

import numpy as np
import pytest
from PIL import Image
from small_onnx import images as random_images
from small_onnx import model, saved

from semantrace.activations.extraction import Extraction, extract_activations
from semantrace.activations.reader import open_layer
from semantrace.activations.stored_layers import StoredLayers, digest_of, forget, put_aside
from semantrace.core.names import PIXELS
from semantrace.networks.registry import build_network

LAYERS = ("body.conv", "body.relu", "head")


@pytest.fixture
def extracted(tmp_path):
    """A function that extracts layers to a folder, with those that are stored."""
    spec = {"architecture": str(saved(tmp_path, model())), "preprocessing": "torch"}
    names = [f"image{number}" for number in range(5)]
    paths = [tmp_path / f"{name}.png" for name in names]
    for path, image in zip(paths, random_images(), strict=True):
        Image.fromarray(image).save(path)
    (tmp_path / "classes.txt").write_text("cat\ndog\ncow\nbus\n")
    spec["classes"] = str(tmp_path / "classes.txt")

    def extract(folder, layers, digest="digest", kept=None, dtype="float32"):
        labels = {"network": "net", "weights_sha256": "w", "code": "c", "made_of": digest}
        extraction = Extraction(tuple(layers), "stretch", dtype, "none", 2, 1, labels)
        extract_activations(build_network(spec), names, paths, folder, extraction, kept or {})
        return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}

    return extract


def test_layers_one_after_the_other_are_those_of_all_at_once(extracted, tmp_path):
    """But for the rounding of operators that are fused where nobody asks for what is between."""
    together = extracted(tmp_path / "together", LAYERS)
    folder = tmp_path / "bit by bit"
    extracted(folder, LAYERS[1:2])
    for layers in (LAYERS[1:], LAYERS):
        put_aside(folder)
        stored = StoredLayers.of(folder, layers, "digest")
        assert set(stored.files) | set(stored.missing) == {PIXELS, *layers}
        assert len(stored.missing) == 1
        before = {name: file.read_bytes() for name, file in stored.files.items()}
        found = extracted(folder, layers, kept=stored.files)
        assert {name: found[f"{name}.h5"] for name in before} == before
        forget(folder)
    assert found.keys() == together.keys()
    assert found["predictions.tsv"] == together["predictions.tsv"]
    for layer in LAYERS:
        values = []
        for place in (folder, tmp_path / "together"):
            with open_layer([place], layer) as stored:
                values.append(stored.read())
        np.testing.assert_allclose(*values, rtol=1e-5, atol=1e-5 * np.abs(values[0]).max())
    assert not (tmp_path / "bit by bit.earlier").exists()


def test_fewer_layers_are_restored_without_the_network(extracted, tmp_path):
    folder = tmp_path / "layers"
    before = extracted(folder, LAYERS)
    put_aside(folder)
    assert not folder.exists()  # Snakemake would take an empty folder for a whole shard
    put_aside(folder)  # a run that was stopped before its job
    stored = StoredLayers.of(folder, LAYERS[:1], "digest")
    assert stored.missing == ()
    stored.restore()
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    kept = {"body.conv.h5", "pixels.h5", "predictions.tsv"}
    assert after == {name: content for name, content in before.items() if name in kept}


def test_what_is_made_of_something_else_or_damaged_is_made_again(extracted, tmp_path):
    folder = tmp_path / "layers"
    extracted(folder, LAYERS)
    put_aside(folder)
    assert StoredLayers.of(folder, LAYERS, "other").missing == (PIXELS, *LAYERS)
    earlier = tmp_path / "layers.earlier"
    content = (earlier / "head.h5").read_bytes()
    (earlier / "head.h5").write_bytes(content[: len(content) // 2])
    (earlier / "body.relu.h5").write_text("no HDF5")
    (earlier / "body.conv.h5").unlink()
    assert StoredLayers.of(folder, LAYERS, "digest").missing == LAYERS


def test_everything_but_the_layers_is_in_the_digest():
    made_of = {"code": "c", "images": [["a", "sha"]], "network": {"resize": "stretch"}}
    digest = digest_of(made_of)
    assert digest == digest_of(dict(reversed(made_of.items())))
    others = [
        made_of | {"code": "d"},
        made_of | {"images": [["a", "other"]]},
        made_of | {"images": [["b", "sha"]]},
        made_of | {"network": {"resize": "center_crop"}},
    ]
    assert len({digest, *map(digest_of, others)}) == 5


def test_a_file_system_without_second_names(extracted, tmp_path, monkeypatch):
    folder = tmp_path / "layers"
    before = extracted(folder, LAYERS)
    put_aside(folder)

    def refuse(*_):
        raise OSError

    monkeypatch.setattr("os.link", refuse)
    StoredLayers.of(folder, LAYERS, "digest").restore()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

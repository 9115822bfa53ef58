"""A user's own ONNX network, text encoder and norms, from their files to figures."""

import re
import shutil

import h5py
import numpy as np
import onnx
import onnxruntime
import pytest
import yaml
from PIL import Image
from small_encoder import SPELLING, write_encoder
from small_onnx import model, saved

pytestmark = pytest.mark.slow

LAYERS = ["body.conv", "body.relu"]
TARGETS = ("layer_map_small", "two_vs_two_by_layer", "word_model_quality")


@pytest.fixture(scope="module")
def own(repository, finished, tmp_path_factory, snakemake_command):
    """A study of models that are files of the user's, run to figures of it."""
    from project import Project

    folder = tmp_path_factory.mktemp("own_models") / "project"
    shutil.copytree(finished.folder, folder, symlinks=True)
    project = Project(folder, finished.command, "own")
    saved(folder, model())
    encoder = write_encoder(folder / "encoder", words=SPELLING)
    encoder |= {"layers": "all", "template": "a photo of {word}"}
    for key in ("file", "tokenizer", "config"):
        encoder[key] = encoder[key].removeprefix(f"{folder}/")
    study = yaml.safe_load((folder / "studies/small.yaml").read_text())
    del study["visual_embedding"]
    study["images"] = {"per_concept": 1, "groups": 1, "shards": 2}
    study["networks"] = {
        "net": {
            "title": "A network of PyTorch",
            "architecture": "net.onnx",
            "preprocessing": "torch",
            "layers": ["body.conv", "*relu"],
        }
    }
    study["word_vectors"] = {
        "small": encoder,
        "norms": {"title": "N", "format": "csv", "file": "norms.csv", "columns": ["b", "a", "c"]},
    }
    words = finished.table("concepts.tsv")["concept"]
    numbers = np.random.default_rng(0).normal(size=(len(words), 3)).round(3)
    rows = [f"{word},{a},{b},{c}" for word, (a, b, c) in zip(words, numbers, strict=True)]
    (folder / "norms.csv").write_text("\n".join(["word,a,b,c", *rows, ""]))
    (folder / "studies/own.yaml").write_text(yaml.safe_dump(study, sort_keys=False))
    project.edit("config.yaml", "study: small", "study: own")
    result = project.snakemake(*TARGETS)
    assert result.returncode == 0, result.stderr[-6000:]
    return project


def activations(project, layer):
    """The images of all shards of a layer, by their ids."""
    found = {}
    for shard in (0, 1):
        with h5py.File(project.results / f"activations/net/{shard}/{layer}.h5") as file:
            found |= dict(zip(file["images"].asstr()[:], file["activations"][:], strict=True))
    return found


def test_activations_are_those_of_a_session_of_ones_own(own):
    stored = activations(own, "body.relu")
    images = own.table("images.tsv")
    assert set(images["image"]) == set(stored)
    watched = onnx.load(own.folder / "net.onnx")
    watched.graph.output.append(onnx.helper.make_empty_tensor_value_info("/body/relu_output_0"))
    session = onnxruntime.InferenceSession(watched.SerializeToString())
    row = images[images["mode"] == "RGBA"].iloc[0]
    with Image.open(own.folder / "resources/images/own" / row["path"]) as image:
        white = Image.new("RGBA", image.size, "white")
        opaque = Image.alpha_composite(white, image).convert("RGB")
        resized = np.asarray(opaque.resize((12, 12), Image.Resampling.BICUBIC))
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    scaled = np.float32(np.moveaxis((resized / 255 - mean) / deviation, -1, 0))[None]
    expected = session.run(["/body/relu_output_0"], {"images": scaled})[0]
    np.testing.assert_allclose(stored[row["image"]], expected.ravel(), rtol=2e-3, atol=2e-3)


def test_each_layer_of_the_encoder_and_the_norms_are_scored(own):
    for word_model in ("small.0", "small.1", "small.2", "norms"):
        scores = own.table(f"two_vs_two/{word_model}/layers.tsv")
        assert scores["layer"].tolist() == ["pixels", *LAYERS]
        assert (scores["word_model"] == word_model).all()
    layer_map = own.table("layer_maps/small.tsv").set_index(["text_layer", "layer"])
    assert len(layer_map) == 9
    for layer in (0, 1, 2):
        scores = own.table(f"two_vs_two/small.{layer}/layers.tsv").set_index("layer")
        for column in ("accuracy", "p_value"):
            np.testing.assert_allclose(layer_map.loc[layer][column], scores[column])
    figure = own.table("figures/layer_map_small.tsv")
    assert len(figure) == 9
    assert (own.results / "figures/layer_map_small.pdf").read_bytes().startswith(b"%PDF")


def test_all_measures_are_taken_of_the_last_layer_of_the_encoder(own):
    planned = own.dry_run("alignment")
    scored = set(re.findall(r"results/own/alignment/(\S+?)\.tsv", planned))
    last = max(int(path.name.rpartition(".")[2]) for path in own.results.glob("two_vs_two/small.*"))
    assert scored == {f"small.{last}", "norms"}


def test_the_encoder_knows_all_names_and_the_norms_their_own(own):
    quality = own.table("tables/word_model_quality.tsv").set_index("word_model")
    assert (quality.loc["small.2", "imagenet_classes"] == 1000).all()
    assert (quality.loc["norms", "imagenet_classes"] < 50).all()
    matching = own.table("concept_matching.tsv")
    assert matching["in_small.1"].all()


def state(project, layer):
    return [
        (project.results / f"activations/net/{shard}/{layer}.h5").stat().st_ino for shard in (0, 1)
    ]


def log(project, shard):
    return (project.results / f"logs/extract_activations/net/{shard}.log").read_text()


def test_a_layer_more_is_extracted_alone_and_one_less_costs_nothing(own):
    """What is stored is kept, and is but for rounding what one extraction of all layers writes."""
    study = "studies/own.yaml"
    target = "results/own/correlations/net/0.h5"
    before = {layer: state(own, layer) for layer in (*LAYERS, "pixels")}
    own.edit(study, "- '*relu'", "- '*relu'\n    - pool")
    assert own.snakemake(target).returncode == 0
    assert {layer: state(own, layer) for layer in before} == before
    assert re.search("3 layers are stored already, 1 are extracted", log(own, 0))
    stored = activations(own, "pool")

    own.edit(study, "    - body.conv\n", "")
    assert own.snakemake(target).returncode == 0
    assert state(own, "body.relu") == before["body.relu"]
    assert "3 layers are stored already, 0 are extracted" in log(own, 1)
    assert not (own.results / "activations/net/0/body.conv.h5").exists()
    assert not list(own.results.glob("activations/net/*.earlier"))

    own.edit(study, "    layers:\n", "    layers:\n    - body.conv\n")
    assert own.snakemake("--forcerun", "extract_activations", "--", target).returncode == 0
    assert "stored already" not in log(own, 0)
    assert {layer: state(own, layer) for layer in before} != before
    for image, values in activations(own, "pool").items():
        np.testing.assert_allclose(values, stored[image], rtol=1e-3)


def test_what_the_layers_were_made_of_decides(own):
    """Other preprocessing makes all of them again; a run that fails keeps what there was."""
    target = "results/own/correlations/net/0.h5"
    stored = state(own, "body.relu")
    own.edit("studies/own.yaml", "preprocessing: torch", "preprocessing: tf")
    assert own.snakemake(target).returncode == 0
    assert "stored already" not in log(own, 0)
    changed = own.checksums()
    assert state(own, "body.relu") != stored
    assert own.planned_jobs(target) == {}
    assert own.checksums() == changed

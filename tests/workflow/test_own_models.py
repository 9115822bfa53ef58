"""The tutorial, run as written: own images, networks and words; and more models of one's own."""

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
from small_study import CONCEPTS
from tutorial import run_as_written, tutorial_blocks, tutorial_commands, tutorial_study

pytestmark = pytest.mark.slow

STUDY = "studies/mine.yaml"
LAYERS = 11
"""That each of the tutorial's two networks is asked for, beside the pixels."""

PLANNED = ("jobs", "disk", "memory", "time")
"""What the tutorial's plan says of its own study, and not of the one with more word models."""


@pytest.fixture(scope="module")
def own(repository, finished, tmp_path_factory):
    """The project after the tutorial, whose study has two more word models here."""
    from project import Project

    folder = tmp_path_factory.mktemp("own_models") / "project"
    shutil.copytree(finished.folder, folder, symlinks=True)
    shutil.copytree(repository / "docs/examples", folder / "docs/examples")
    for name in ("demo.yaml", "demo.tsv"):
        shutil.copy(repository / "studies" / name, folder / "studies")
    path, study = tutorial_study(repository)
    assert path == STUDY
    (folder / path).write_text(study + more_word_models(folder))
    project = Project(folder, finished.command, "mine")
    for command in tutorial_commands(repository):
        if "check_study" in command:
            jobs = sum(project.planned_jobs("--config", "study=mine").values())
            (folder / "jobs.txt").write_text(f"jobs        {jobs} to run")
        result = run_as_written(command, folder)
        assert result.returncode == 0, command + result.stderr[-6000:]
        (folder / "told.txt").open("a").write(result.stdout + result.stderr)
    project.edit("config.yaml", "study: small", "study: mine")
    result = project.snakemake("layer_map_small", "word_model_quality")
    assert result.returncode == 0, result.stderr[-6000:]
    return project


def more_word_models(folder):
    """Write a text encoder and norms; return what goes to the end of the study, its word models."""
    encoder = write_encoder(folder / "encoder", words=SPELLING)
    encoder |= {"layers": [0, -1], "template": "a photo of {word}"}
    for key in ("file", "tokenizer", "config"):
        encoder[key] = encoder[key].removeprefix(f"{folder}/")
    norms = {"title": "N", "format": "csv", "file": "norms.csv", "columns": ["b", "a", "c"]}
    numbers = np.random.default_rng(0).normal(size=(len(CONCEPTS), 3)).round(3)
    rows = [f"{word},{a},{b},{c}" for word, (a, b, c) in zip(CONCEPTS, numbers, strict=True)]
    (folder / "norms.csv").write_text("\n".join(["word,a,b,c", *rows, ""]))
    text = yaml.safe_dump({"small": encoder, "norms": norms}, sort_keys=False)
    return "".join(f"  {line}\n" for line in text.splitlines())


def test_the_tutorial_shows_what_its_commands_tell(repository, own):
    told = (own.folder / "told.txt").read_text()
    (shown,) = [text for kind, _, text in tutorial_blocks(repository) if kind == "text"]
    for line in shown.splitlines():
        if not line.startswith(PLANNED):
            assert line in told
    for text in ("are free", "in the largest job", "without a GPU"):
        assert text in told
    assert (own.folder / "jobs.txt").read_text() in told
    for path in ("figures/two_vs_two_by_layer.png", "tables/best_layers.tsv", "layers.tsv"):
        assert (own.results / path).is_file()


def test_one_network_has_the_scores_that_the_tutorial_tells_in_both_formats(own):
    scores = own.table("two_vs_two/my_words/layers.tsv")
    keras, onnx_rows = (scores[scores["network"] == name] for name in ("keras_net", "onnx_net"))
    assert len(keras) == len(onnx_rows) == LAYERS + 1
    for column in ("accuracy", "matched_correlation", "accuracy_low"):
        np.testing.assert_allclose(keras[column], onnx_rows[column], atol=3e-3)
    found = keras.set_index("layer")["accuracy"].round(2)
    assert found[["pixels", "conv1", "fire9"]].tolist() == [0.88, 0.80, 0.88]


def activations(project, layer):
    """The images of a layer, by their ids."""
    with h5py.File(project.results / f"activations/onnx_net/0/{layer}.h5") as file:
        return dict(zip(file["images"].asstr()[:], file["activations"][:], strict=True))


def test_activations_are_those_of_a_session_of_ones_own(own):
    stored = activations(own, "conv1.Relu")
    images = own.table("images.tsv")
    assert set(images["image"]) == set(stored)
    watched = onnx.load(own.folder / "data/my_network.onnx")
    (output,) = [node.output[0] for node in watched.graph.node if node.name == "/conv1/Relu"]
    watched.graph.output.append(onnx.helper.make_empty_tensor_value_info(output))
    session = onnxruntime.InferenceSession(watched.SerializeToString())
    row = images[images["mode"] == "RGBA"].iloc[0]
    with Image.open(own.folder / "data/my_images" / row["path"]) as image:
        white = Image.new("RGBA", image.size, "white")
        opaque = Image.alpha_composite(white, image).convert("RGB")
        resized = np.asarray(opaque.resize((227, 227), Image.Resampling.BICUBIC))
    centred = np.float32(resized[..., ::-1] - np.array([103.939, 116.779, 123.68]))
    given = np.moveaxis(centred, -1, 0)[None]
    (expected,) = session.run([output], {watched.graph.input[0].name: given})
    np.testing.assert_allclose(stored[row["image"]], expected.ravel(), rtol=2e-3, atol=2e-3)


def test_each_layer_of_the_encoder_and_the_norms_are_scored(own):
    for word_model in ("small.0", "small.2", "norms"):
        scores = own.table(f"two_vs_two/{word_model}/layers.tsv")
        assert len(scores) == 2 * (LAYERS + 1)
        assert (scores["word_model"] == word_model).all()
    layer_map = own.table("layer_maps/small.tsv").set_index(["text_layer", "network", "layer"])
    assert len(layer_map) == 2 * 2 * (LAYERS + 1)
    for layer in (0, 2):
        scores = own.table(f"two_vs_two/small.{layer}/layers.tsv").set_index(["network", "layer"])
        for column in ("accuracy", "p_value"):
            np.testing.assert_allclose(
                layer_map.loc[layer].loc[scores.index][column], scores[column]
            )
    assert len(own.table("figures/layer_map_small.tsv")) == len(layer_map)
    assert (own.results / "figures/layer_map_small.pdf").read_bytes().startswith(b"%PDF")


def test_all_measures_are_taken_of_the_last_layer_of_the_encoder(own):
    planned = own.dry_run("alignment")
    scored = set(re.findall(r"results/mine/alignment/(\S+?)\.tsv", planned))
    last = max(int(path.name.rpartition(".")[2]) for path in own.results.glob("two_vs_two/small.*"))
    assert scored == {f"small.{last}", "norms", "my_words"}


def test_the_encoder_knows_all_names_and_the_norms_their_own(own):
    quality = own.table("tables/word_model_quality.tsv").set_index("word_model")
    assert (quality.loc["small.2", "imagenet_classes"] == 1000).all()
    assert (quality.loc["norms", "imagenet_classes"] < 50).all()
    matching = own.table("concept_matching.tsv")
    assert matching["in_small.0"].all()


def state(project, layer):
    return (project.results / f"activations/onnx_net/0/{layer}.h5").stat().st_ino


def log(project):
    return (project.results / "logs/extract_activations/onnx_net/0.log").read_text()


KEPT = ("pixels", "fire9.Concat", "conv10.Relu")
TARGET = "results/mine/correlations/onnx_net/0.h5"


def test_a_layer_more_is_extracted_alone_and_one_less_costs_nothing(own):
    """What is stored is kept, and is but for rounding what one extraction of all layers writes."""
    text = (own.folder / STUDY).read_text()
    (keras_net,) = re.findall(r"  keras_net:\n(?:    .*\n)+", text)
    own.edit(STUDY, keras_net, "")  # which every run would examine anew
    before = {layer: state(own, layer) for layer in KEPT}
    own.edit(STUDY, "conv10.Relu,", "conv10.Relu, pool1.MaxPool,")
    assert own.snakemake(TARGET).returncode == 0
    assert {layer: state(own, layer) for layer in KEPT} == before
    assert f"{LAYERS + 1} layers are stored already, 1 are extracted" in log(own)
    stored = activations(own, "pool1.MaxPool")

    own.edit(STUDY, "[conv1.Relu, ", "[")
    assert own.snakemake(TARGET).returncode == 0
    assert state(own, "conv10.Relu") == before["conv10.Relu"]
    assert f"{LAYERS + 1} layers are stored already, 0 are extracted" in log(own)
    assert not (own.results / "activations/onnx_net/0/conv1.Relu.h5").exists()
    assert not list(own.results.glob("activations/onnx_net/*.earlier"))

    own.edit(STUDY, '["fire?.Concat"', '[conv1.Relu, "fire?.Concat"')
    assert own.snakemake("--forcerun", "extract_activations", "--", TARGET).returncode == 0
    assert "stored already" not in log(own)
    assert {layer: state(own, layer) for layer in KEPT} != before
    for image, values in activations(own, "pool1.MaxPool").items():
        np.testing.assert_allclose(values, stored[image], rtol=1e-3, atol=1e-3)


def test_what_the_layers_were_made_of_decides(own):
    """Other preprocessing makes all of them again; a run that fails keeps what there was."""
    stored = state(own, "conv10.Relu")
    path = "data/my_network.onnx\n    preprocessing: "
    own.edit(STUDY, f"{path}caffe", f"{path}tf")
    assert own.snakemake(TARGET).returncode == 0
    assert "stored already" not in log(own)
    changed = own.checksums()
    assert state(own, "conv10.Relu") != stored
    assert own.planned_jobs(TARGET) == {}
    assert own.checksums() == changed

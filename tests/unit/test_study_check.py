"""A study is examined as a whole: every problem is told at once, by the rules that decide later."""

import shutil
from pathlib import Path

import keras
import numpy as np
import pytest
import yaml
from PIL import Image

from semantrace.examination.partial_study import further_problems
from semantrace.examination.report import cost_lines, study_lines, study_size
from semantrace.examination.study_check import check_study
from semantrace.examination.study_findings import StudyFiles
from semantrace.study.model import Study
from semantrace.study.reading import read_study

CLASSES = ("cat", "cow", "dog", "hammer", "horse", "guitar")
CONFIG = {
    "permutations": 100,
    "threads": 2,
    "storage": {"dtype": "float16", "keep_activations": True},
}


@pytest.fixture(scope="module")
def network(tmp_path_factory) -> Path:
    """A network of two layers, with its scaling inside."""
    image = keras.Input((16, 16, 3))
    flow = keras.layers.Rescaling(1 / 255, name="scaling")(image)
    flow = keras.layers.Conv2D(4, 3, name="conv", activation="relu")(flow)
    flow = keras.layers.Flatten()(flow)
    path = tmp_path_factory.mktemp("network") / "own.keras"
    keras.Model(image, keras.layers.Dense(5, name="dense")(flow)).save(path)
    return path


@pytest.fixture
def project(tmp_path, network, wordnet_folder, monkeypatch):
    """A folder with images, vectors and a study in which nothing is wrong."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(network, "own.keras")
    generator = np.random.default_rng(0)
    for name in CLASSES:
        for number in range(2):
            path = Path(f"images/{name}/{number}.png")
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(generator.integers(0, 256, (20, 20, 3), np.uint8)).save(path)
    lines = [f"{name} {' '.join(f'{x:.3f}' for x in generator.normal(size=8))}" for name in CLASSES]
    Path("vectors.txt").write_text("\n".join(lines) + "\n")
    Path("studies").mkdir()
    Path("resources").mkdir()
    Path("resources/wordnet").symlink_to(wordnet_folder)
    return {
        "title": "Own",
        "dataset": {"kind": "imagefolder", "root": "images"},
        "images": {"per_concept": 2, "groups": 1, "shards": 1},
        "networks": {
            "own": {"title": "Own", "architecture": "own.keras", "layers": ["conv", "dense"]}
        },
        "word_vectors": {"v": {"title": "V", "format": "glove_text", "file": "vectors.txt"}},
        "visual_embedding": {
            "clusters": {"from": 2, "to": 3},
            "networks": {"own": {"layer_sets": {"all": ["conv", "dense"]}}},
            "inversion": {"classes": ["dog"], "networks": {"own": ["conv"]}},
        },
    }


def examined(study, measure=False):
    Path("studies/own.yaml").write_text(yaml.safe_dump(study, sort_keys=False))
    whole, findings = read_study("own", with_files=True)
    assert not findings
    files = StudyFiles(
        "studies/own.yaml", "matching.tsv", Path("images"), Path("resources/wordnet"), {}
    )
    return whole, check_study(whole, "own", 1, files, threads=2, measure=measure)


def test_nothing_is_wrong_and_the_plan_says_what_the_study_is(project):
    study, check = examined(project, measure=True)
    assert check.problems.found == []
    assert list(check.matching.concepts["concept"]) == sorted(
        CLASSES, key=lambda name: check.matching.concepts.set_index("concept").wnid[name]
    )
    (network,) = check.networks
    assert network.layers == {"conv": (14, 14, 4), "dense": (5,)}
    assert network.seconds > 0
    assert check.decoding_seconds > 0
    study = Study.of(study, study)
    size = study_size(check, study, CONFIG)
    assert (size.concepts, size.images, size.matrices, size.inverted) == (6, 12, 3, 1)
    assert size.embedded_features == 14 * 14 * 4 + 5
    text = "\n".join([*study_lines(check, size, study), *cost_lines(size, 9, 2, ".")])
    for line in (
        "concepts    6 of 6 classes",
        "images      12 (2 of a concept), groups: 1, shards: 1",
        "network     own: input 16×16, layers: 2",
        "14×14×4          784 values",
        "jobs        9 to run",
        "words       v: no vector for 0",
    ):
        assert line in text


def test_all_problems_of_all_parts_are_told_at_once(project):
    for path in ("images/cat/0.png", "images/dog/1.png"):
        file = Path(path)
        file.write_bytes(file.read_bytes()[:60])
    project["networks"]["own"]["layers"] = ["conv", "dens"]
    project["networks"]["second"] = project["networks"]["own"] | {"layers": ["conf"]}
    del project["visual_embedding"]["networks"]
    project["visual_embedding"]["networks"] = {"own": {"layer_sets": {"all": ["conv"]}}}
    project["visual_embedding"]["clusters"]["to"] = 7
    project["visual_embedding"]["inversion"]["classes"] = ["zebra"]
    _, check = examined(project)
    found = "\n".join(check.problems.found)
    for line in (
        "studies/own.yaml: networks.own: no layer 'dens'; did you mean 'dense'?",
        "studies/own.yaml: networks.second: no layer 'conf'; did you mean 'conv'?",
        "studies/own.yaml: visual_embedding.clusters.to: 7 clusters of 6 classes; ask for 6",
        "studies/own.yaml: visual_embedding.inversion: the study has no class 'zebra'",
    ):
        assert line in found
    assert sum("images/cat/0.png" in line for line in check.problems.found) == 1
    assert sum("images/dog/1.png" in line for line in check.problems.found) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"shards": 7}, "images.shards: 7 shards for 6 concepts"),
        ({"per_concept": 3}, "class cat (n02121620) has 2 images"),
    ],
)
def test_draws_that_cannot_be(project, change, told):
    project["images"] |= change
    _, check = examined(project)
    assert any(told in line for line in check.problems.found)


@pytest.mark.parametrize("spoil", ["draw", "classes", "dataset"])
def test_damaged_images_are_told_whatever_else_is_wrong(project, spoil):
    Path("images/cow/1.png").write_bytes(b"no image")
    if spoil == "draw":
        project["images"]["shards"] = 7
    elif spoil == "classes":
        Path("images/cat").rename("images/7")
    else:
        Path("images/dog/2.png").symlink_to("/nowhere/2.png")
    _, check = examined(project)
    assert sum("images/cow/1.png" in line for line in check.problems.found) == 1
    assert len(check.problems.found) == 2


def test_words_that_a_model_lacks_are_listed_with_the_reason(project):
    text = Path("vectors.txt").read_text().replace("horse ", "Horse ").replace("guitar ", "lute ")
    Path("vectors.txt").write_text(text)
    _, check = examined(project)
    assert check.lost == {"v": ["horse (letter case: Horse)", "guitar"]} or check.lost == {
        "v": ["guitar", "horse (letter case: Horse)"]
    }
    assert len(check.matching.concepts) == 4


def test_a_study_with_a_key_that_is_not_valid_is_examined_in_its_other_parts(project):
    Path("images/cat/0.png").write_bytes(b"no image")
    project["networks"]["own"]["layers"] = ["conv", "dens", "c*.mean"]
    package = {"package": "nets==1.0", "file": "nets/net.onnx", "sha256": 64 * "0"}
    project["networks"]["to_come"] = project["networks"]["own"] | {
        "architecture": package,
        "preprocessing": "torch",
    }
    project["networks"]["second"] = project["networks"]["own"] | {"resize": "squash"}
    project["figures"] = ["two_vs_two_by_layr"]
    del project["visual_embedding"]
    Path("studies/own.yaml").write_text(yaml.safe_dump(project, sort_keys=False))
    study, findings = read_study("own", with_files=True)
    config = {"study": "own", "seed": 1, "resources": "resources"}
    config["extraction"] = {"decoding_threads": 1}
    told = further_problems(study, findings, config)
    for text in (
        "networks.second.resize: 'squash' is not valid",
        "figures",
        "networks.own: no layer 'dens'",
        "images/cat/0.png",
    ):
        assert sum(text in line for line in told) == 1, (text, told)
    assert not any("to_come" in line or "c*" in line for line in told), told

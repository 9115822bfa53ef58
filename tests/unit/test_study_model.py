"""The typed study against the files that studies are written in."""

import dataclasses

import pytest

from semantrace.study.model import NOTHING_EMBEDDED, Study
from semantrace.study.reading import load_study

NAMES = ("demo", "emergence", "visual_embedding")


@pytest.fixture(params=NAMES)
def document(request, repository):
    return load_study(request.param, repository / "studies")


def loaded(document):
    return Study.of(document, document.written)


def test_a_study_is_what_its_file_says(document):
    study = loaded(document)
    assert study.title == document["title"]
    assert dataclasses.asdict(study.images) == document["images"]
    given = {key: value for key, value in dataclasses.asdict(study.dataset).items() if value}
    assert given == document["dataset"]
    assert list(study.networks) == list(document["networks"])
    for name, network in study.networks.items():
        said = document["networks"][name]
        assert (network.title, network.resize) == (said["title"], said["resize"])
        assert list(network.shown_layers) == said["layers"]
        assert list(network.shown_layers.values()) == said.get("layer_titles", said["layers"])
    assert list(study.word_models) == list(document.get("word_vectors", {}))
    assert study.aliases == document.get("aliases", {})


def test_layers_that_need_class_vectors_are_those_of_sets_and_inversions(document):
    study, embedding = loaded(document), document.get("visual_embedding")
    if embedding is None:
        assert study.embedding == NOTHING_EMBEDDED
        assert study.embedded_layers == {}
        return
    inverted = embedding.get("inversion", {}).get("networks", {})
    for name, layers in study.embedded_layers.items():
        sets = embedding["networks"][name]["layer_sets"].values()
        wanted = {layer for part in (*sets, inverted.get(name, [])) for layer in part}
        assert layers == [one for one in document["networks"][name]["layers"] if one in wanted]
    clusters = embedding["clusters"]
    assert study.embedding.clusters == (clusters["from"], clusters["to"])


def test_a_study_cannot_be_changed(document):
    study = loaded(document)
    with pytest.raises(dataclasses.FrozenInstanceError):
        study.title = "another"
    with pytest.raises(dataclasses.FrozenInstanceError):
        study.images.groups = 7


@pytest.mark.parametrize(
    ("settings", "architecture", "weights"),
    [
        ({"architecture": "VGG16"}, (), ()),
        ({"architecture": "VGG16", "weights": "imagenet"}, (), ()),
        ({"architecture": "VGG16", "weights": {"seed": 1}}, (), ()),
        ({"architecture": "VGG16", "weights": {"file": "a.h5"}}, (), ("a.h5",)),
        ({"architecture": "VGG16", "weights": {"file": "a.h5", "package": "b==1"}}, (), ()),
        ({"architecture": "a.keras"}, ("a.keras",), ()),
        ({"architecture": "a.keras", "classes": "imagenet"}, ("a.keras",), ()),
        ({"architecture": "a.keras", "classes": "b.txt"}, ("a.keras", "b.txt"), ()),
    ],
)
def test_the_user_s_own_files_of_a_network(repository, settings, architecture, weights):
    document = load_study("emergence", repository / "studies")
    document["networks"] = {"own": {"title": "", "layers": ["a"], "resize": "stretch"} | settings}
    network = loaded(document).networks["own"]
    assert network.own_architecture == architecture
    assert network.own_weights == weights


@pytest.mark.parametrize(
    ("settings", "files", "packed"),
    [
        ({"file": "a.bin"}, ("a.bin",), False),
        ({"array": "a.npy", "vocabulary": "b.txt"}, ("a.npy", "b.txt"), False),
        ({"array": "a.npz", "vocabulary": "b.txt"}, ("a.npz", "b.txt"), True),
        ({"array": "a.npy", "vocabulary": "b.txt", "package": "c==1"}, (), False),
        ({"downloader": "glove"}, (), False),
    ],
)
def test_the_user_s_own_files_of_a_word_model(repository, settings, files, packed):
    document = load_study("emergence", repository / "studies")
    document["word_vectors"] = {"own": {"title": "", "format": "array", "case": "lower"} | settings}
    model = loaded(document).word_models["own"]
    assert (model.own_files, model.is_packed_array) == (files, packed)

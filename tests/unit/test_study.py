"""Every mistake in a configuration or study gets one line with the key's path."""

import copy

import pytest
import yaml

from semantrace.errors import InputError
from semantrace.study import check_config, load_study

CONFIG = {
    "study": "mine",
    "seed": 1,
    "results": "results",
    "resources": "resources",
    "threads": 1,
    "permutations": 10,
    "storage": {"dtype": "float32", "compression": "none"},
}
STUDY = {
    "title": "A study",
    "dataset": {"kind": "table", "root": "pictures", "table": "pictures.tsv"},
    "images": {"per_concept": 2, "groups": 2, "shards": 1},
    "networks": {
        "squeezenet": {
            "title": "SqueezeNet",
            "architecture": "SqueezeNet",
            "weights": {"seed": 1},
            "layers": ["fire2", "fire9"],
        }
    },
    "word_vectors": {"glove": {"title": "GloVe", "format": "glove_text", "file": "glove.txt"}},
    "visual_embedding": {
        "clusters": {"from": 2, "to": 4},
        "networks": {"squeezenet": {"layer_sets": {"all": ["fire2", "fire9"]}}},
    },
}
REMOVE = object()


def changed(document, path, value):
    """A copy of the document with one key set, or removed."""
    result = copy.deepcopy(document)
    *parents, last = path.split("/")
    place = result
    for part in parents:
        place = place[part]
    if value is REMOVE:
        del place[last]
    else:
        place[last] = value
    return result


def saved(tmp_path, study):
    text = study if isinstance(study, str) else yaml.safe_dump(study)
    (tmp_path / "mine.yaml").write_text(text)
    return tmp_path


def test_good_files_are_returned_with_their_defaults(tmp_path):
    assert check_config(CONFIG)["require_gpu"] is False
    study = load_study("mine", saved(tmp_path, STUDY))
    assert study["networks"]["squeezenet"]["resize"] == "stretch"


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("sede", 1, "config.yaml: unknown key 'sede'; did you mean 'seed'?"),
        ("seed", REMOVE, "config.yaml: key 'seed' is missing; add it: a whole number from 0"),
        ("seed", "one", "config.yaml: seed: 'one' will not do; expected a whole number from 0"),
        ("threads", 0, "config.yaml: threads: 0 will not do; expected a whole number from 1"),
        (
            "storage/dtype",
            "float61",
            "config.yaml: storage.dtype: 'float61' will not do; expected float16 or float32; "
            "did you mean 'float16'",
        ),
        ("storage/level", 3, "config.yaml: storage: unknown key 'level'"),
    ],
)
def test_mistakes_in_the_configuration(path, value, message):
    with pytest.raises(InputError) as caught:
        check_config(changed(CONFIG, path, value))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("networkz", {}, "unknown key 'networkz'; did you mean 'networks'?"),
        ("title", REMOVE, "key 'title' is missing"),
        ("networks", {}, "networks: {} will not do; expected at least one network"),
        (
            "networks/squeezenet/resize",
            "strech",
            "networks.squeezenet.resize: 'strech' will not do; expected stretch or center_crop; "
            "did you mean 'stretch'?",
        ),
        ("networks/squeezenet/layers", [], "networks.squeezenet.layers: [] will not do"),
        ("networks/squeezenet/layers", ["a", "a"], "networks.squeezenet.layers: ['a', 'a']"),
        (
            "networks/squeezenet/layers",
            ["pixels", "fire2", "fire9"],
            "networks.squeezenet.layers: 'pixels' is the layer zero",
        ),
        (
            "networks/squeezenet/weights",
            "imaginet",
            "networks.squeezenet.weights: 'imaginet' will not do; expected imagenet, {package",
        ),
        (
            "networks/squeezenet/weights",
            {"file": "a.h5", "sha256": "12"},
            "networks.squeezenet.weights: ",
        ),
        ("dataset/kind", "folder", "dataset.kind: 'folder' will not do; expected table"),
        ("dataset/root", REMOVE, "dataset: key 'root' is missing"),
        ("images/groups", 3, "images.groups: 3 groups need as many pictures of a concept"),
        (
            "visual_embedding/networks/squeezenet/layer_sets/all",
            ["fire2", "fire8"],
            "visual_embedding.networks.squeezenet.layer_sets.all: 'fire8' is not among the "
            "network's layers; did you mean",
        ),
        (
            "visual_embedding/networks",
            {"squeeznet": {"layer_sets": {"all": ["fire2"]}}},
            "visual_embedding.networks.squeeznet: no such network; did you mean 'squeezenet'?",
        ),
        ("visual_embedding/clusters", {"from": 5, "to": 4}, "visual_embedding.clusters: from 5"),
        ("word_vectors/glove/file", REMOVE, "word_vectors.glove: format glove_text needs the key"),
        (
            "word_vectors/glove/url",
            "glove.gz",
            "word_vectors.glove: 'sha256' is needed by 'url'; add it",
        ),
        ("word_vectors/bad name", {}, "word_vectors: "),
    ],
)
def test_mistakes_in_a_study(tmp_path, path, value, message):
    with pytest.raises(InputError) as caught:
        load_study("mine", saved(tmp_path, changed(STUDY, path, value)))
    assert str(caught.value).startswith(f"{tmp_path}/mine.yaml: {message}")
    assert "\n" not in str(caught.value)


def test_a_study_that_does_not_exist_gets_the_nearest_name(tmp_path):
    with pytest.raises(InputError, match="there is no .*/mien.yaml; did you mean 'mine'"):
        load_study("mien", saved(tmp_path, STUDY))


@pytest.mark.parametrize("text", ["title: [", "- a list", "", "title: \x00"])
def test_a_study_that_is_no_mapping_is_refused(tmp_path, text):
    with pytest.raises(InputError, match="mine.yaml: "):
        load_study("mine", saved(tmp_path, text))


def test_the_studies_of_the_project_are_valid(repository):
    studies = sorted((repository / "studies").glob("*.yaml"))
    assert studies
    for path in studies:
        load_study(path.stem, path.parent)
    check_config(yaml.safe_load((repository / "config.yaml").read_text()))

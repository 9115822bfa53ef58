"""Every mistake in a configuration or study gets one line with the key's path."""

import copy

import pytest
import yaml

from semantrace.errors import InputError
from semantrace.study import load_config, load_study, study_problems

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
    "published": {"squeezenet": {"layer": "fire9", "accuracy": 0.9, "source": "us"}},
    "aliases": {"figure_1": "two_vs_two_by_layer"},
    "visual_embedding": {
        "clusters": {"from": 2, "to": 4},
        "networks": {"squeezenet": {"layer_sets": {"all": ["fire2", "fire9"]}}},
        "inversion": {"classes": ["n02793495"], "networks": {"squeezenet": ["fire9"]}},
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
    text = study if isinstance(study, str) else yaml.safe_dump(study, sort_keys=False)
    (tmp_path / "mine.yaml").write_text(text)
    return tmp_path


def checked_config(tmp_path, config, *entries):
    path = tmp_path / "config.yaml"
    path.write_text(config if isinstance(config, str) else yaml.safe_dump(config, sort_keys=False))
    return load_config([path], entries, tmp_path)


def test_good_files_are_returned_with_their_defaults(tmp_path):
    assert checked_config(tmp_path, CONFIG)["require_gpu"] is False
    for kept in (True, False):
        config = changed(CONFIG, "storage/keep_activations", kept)
        assert checked_config(tmp_path, config)["storage"]["keep_activations"] is kept
    study = load_study("mine", saved(tmp_path, STUDY))
    assert study["networks"]["squeezenet"]["resize"] == "stretch"
    assert study["concepts"] == {"match": "word", "lowercase": True}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("sede", 1, "config.yaml: unknown key 'sede'; did you mean 'seed'?"),
        ("seed", REMOVE, "config.yaml: key 'seed' is missing; add it: a whole number from 0"),
        ("seed", "one", "config.yaml: seed: 'one' is not valid; expected a whole number from 0"),
        ("threads", 0, "config.yaml: threads: 0 is not valid; expected a whole number from 1"),
        (
            "storage/dtype",
            "float61",
            "config.yaml: storage.dtype: 'float61' is not valid; expected float16 or float32; "
            "did you mean 'float16'",
        ),
        ("storage/level", 3, "config.yaml: storage: unknown key 'level'"),
        (
            "storage/keep_activations",
            "no",
            "config.yaml: storage.keep_activations: 'no' is not valid; expected true or false",
        ),
    ],
)
def test_mistakes_in_the_configuration(tmp_path, path, value, message):
    with pytest.raises(InputError) as caught:
        checked_config(tmp_path, changed(CONFIG, path, value))
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("networkz", {}, "unknown key 'networkz'; did you mean 'networks'?"),
        ("title", REMOVE, "key 'title' is missing"),
        ("images/shards", 1.0, "images.shards: 1.0 is not valid; expected a whole number from 1"),
        (
            "networks/words",
            STUDY["networks"]["squeezenet"],
            "networks.words: the name is taken by the word vectors",
        ),
        (
            "networks/squeezenet/preprocessing",
            "tf",
            "networks.squeezenet.preprocessing: it is for .keras files only",
        ),
        ("networks", {}, "networks: {} is not valid; expected at least one network"),
        (
            "networks/squeezenet/resize",
            "strech",
            "networks.squeezenet.resize: 'strech' is not valid; expected stretch or center_crop; "
            "did you mean 'stretch'?",
        ),
        ("networks/squeezenet/layers", [], "networks.squeezenet.layers: [] is not valid"),
        ("networks/squeezenet/layers", ["a", "a"], "networks.squeezenet.layers: ['a', 'a']"),
        (
            "networks/squeezenet/layers",
            ["pixels", "fire2", "fire9"],
            "networks.squeezenet.layers: 'pixels' is the layer zero",
        ),
        (
            "networks/squeezenet/layer_titles",
            ["one"],
            "networks.squeezenet.layer_titles: 1 titles for 2 layers; give each layer one",
        ),
        (
            "networks/squeezenet/layer_titles",
            ["one", "one"],
            "networks.squeezenet.layer_titles: ['one', 'one'] is not valid; expected a list of",
        ),
        (
            "networks/squeezenet/layer_titles",
            ["one", ["two"]],
            "networks.squeezenet.layer_titles.1: ['two'] is not valid; expected what figures call",
        ),
        (
            "word_vectors",
            REMOVE,
            "'word_vectors' is needed by 'published'; add it",
        ),
        (
            "published",
            {"vgg": {"layer": "fire2", "accuracy": 0.9, "source": "us"}},
            "published.vgg: no such network; known: squeezenet",
        ),
        (
            "published",
            {"squeezenet": {"layer": "fire8", "accuracy": 0.9, "source": "us"}},
            "published.squeezenet.layer: 'fire8' is not among the network's layers; did you mean",
        ),
        (
            "published",
            {"squeezenet": {"layer": "fire9", "accuracy": 94, "source": "us"}},
            "published.squeezenet.accuracy: 94 is not valid; expected a number from 0 to 1",
        ),
        (
            "published",
            {
                "squeezenet": {
                    **{"layer": "fire9", "accuracy": 0.9, "source": "us"},
                    "word_model": "glowe",
                }
            },
            "published.squeezenet.word_model: no such word vectors 'glowe'; did you mean 'glove'?",
        ),
        (
            "aliases",
            {"figure_1": None},
            "aliases.figure_1: null is not valid; expected the name of a figure or table",
        ),
        ("aliases", {"figure 1": "two_vs_two_by_layer"}, "aliases: "),
        (
            "networks/squeezenet/weights",
            "imaginet",
            "networks.squeezenet.weights: 'imaginet' is not valid; expected imagenet, {package",
        ),
        (
            "networks/squeezenet/weights",
            {"file": "a.h5", "sha256": "12"},
            "networks.squeezenet.weights.sha256: '12' is not valid; expected 64 hexadecimal digits",
        ),
        (
            "networks/squeezenet/weights",
            REMOVE,
            "networks.squeezenet: key 'weights' is missing; add it: imagenet",
        ),
        ("dataset/kind", "folder", "dataset.kind: 'folder' is not valid; expected table"),
        ("dataset/root", REMOVE, "dataset: key 'root' is missing"),
        ("images/groups", 3, "images.groups: 3 groups need as many images of a concept"),
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
        (
            "visual_embedding/class_vectors",
            "stream",
            "visual_embedding.class_vectors: 'stream' is not valid; expected from_activations",
        ),
        (
            "visual_embedding/inversion/networks",
            {"squeeznet": ["fire9"]},
            "visual_embedding.inversion.networks.squeeznet: no such network in "
            "visual_embedding.networks; did you mean 'squeezenet'?",
        ),
        (
            "visual_embedding/inversion/networks/squeezenet",
            ["fire8"],
            "visual_embedding.inversion.networks.squeezenet: 'fire8' is not among the network's",
        ),
        (
            "visual_embedding/inversion/classes",
            ["barn"],
            "visual_embedding.inversion.classes.0: 'barn' is not valid; expected a wnid",
        ),
        (
            "visual_embedding/inversion/step",
            10,
            "visual_embedding.inversion: unknown key 'step'; did you mean 'steps'?",
        ),
        ("word_vectors/glove/file", REMOVE, "word_vectors.glove: format glove_text needs the key"),
        (
            "word_vectors/glove/url",
            "glove.gz",
            "word_vectors.glove: 'sha256' is needed by 'url'; add it",
        ),
        (
            "word_vectors/glove/downloader",
            "glove-wiki-gigaword-300",
            "word_vectors.glove: file and downloader each say where the model is; keep one",
        ),
        (
            "word_vectors/glove/format",
            "array",
            "word_vectors.glove: format array needs the key 'ar",
        ),
        (
            "word_vectors/glove/case",
            "uper",
            "word_vectors.glove.case: 'uper' is not valid; expected as_is, lower, upper or title",
        ),
        ("word_vectors/glove/downloader", "../x", "word_vectors.glove.downloader: '../x' is not"),
        ("dataset/kind", "ilsvrc", "dataset: key 'ground_truth' is missing"),
        ("word_vectors/bad name", {}, "word_vectors: "),
    ],
)
def test_mistakes_in_a_study(tmp_path, path, value, message):
    with pytest.raises(InputError) as caught:
        load_study("mine", saved(tmp_path, changed(STUDY, path, value)))
    assert caught.value.problems[0].startswith(f"{tmp_path}/mine.yaml: {message}")


def test_defaults_of_the_visual_embedding_are_written_out(tmp_path):
    embedding = load_study("mine", saved(tmp_path, STUDY))["visual_embedding"]
    assert embedding["class_vectors"] == "from_activations"
    assert embedding["inversion"]["steps"] > 0
    own = changed(STUDY, "visual_embedding/class_vectors", "streamed")
    own = changed(own, "visual_embedding/inversion/steps", 3)
    embedding = load_study("mine", saved(tmp_path, own))["visual_embedding"]
    assert embedding["class_vectors"] == "streamed"
    assert embedding["inversion"]["steps"] == 3


@pytest.mark.parametrize(
    "place",
    [
        {"downloader": "glove-wiki-gigaword-300"},
        {"url": "http://127.0.0.1/glove.gz", "sha256": "0" * 64},
        {"file": "glove.txt", "case": "upper", "source": "a library"},
    ],
)
def test_a_model_may_be_anywhere(tmp_path, place):
    model = {"title": "GloVe", "format": "glove_text", **place}
    load_study("mine", saved(tmp_path, changed(STUDY, "word_vectors/glove", model)))


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
    load_config([repository / "config.yaml"])


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("dataset/table", "gone.tsv", "dataset.table"),
        ("networks/squeezenet/architecture", "gone.keras", "networks.squeezenet.architecture"),
        (
            "networks/squeezenet/weights",
            {"file": "gone.h5", "sha256": 64 * "0"},
            "networks.squeezenet.weights.file",
        ),
        ("word_vectors/glove/file", "gone.txt", "word_vectors.glove.file"),
    ],
)
def test_a_file_of_the_user_that_is_missing_is_named(tmp_path, monkeypatch, path, value, key):
    monkeypatch.chdir(tmp_path)
    for name in ("pictures.tsv", "glove.txt"):
        (tmp_path / name).touch()
    (problem,) = study_problems("mine", saved(tmp_path, STUDY))
    assert "mine.yaml: dataset.root: there is no folder pictures; " in problem
    (tmp_path / "pictures").mkdir()
    assert study_problems("mine", tmp_path) == []
    (problem,) = study_problems("mine", saved(tmp_path, changed(STUDY, path, value)))
    assert f"mine.yaml: {key}: there is no file gone" in problem


def test_a_missing_model_is_told_where_it_can_be_had(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures.tsv").touch()
    study = changed(STUDY, "word_vectors/glove/source", "http://there/glove.zip")
    (problem,) = study_problems("mine", saved(tmp_path, study))
    assert "glove.txt; get it from http://there/glove.zip and put it there, or set file" in problem
    (tmp_path / "glove.text").touch()
    weights = {"file": "net.onnx", "sha256": "0" * 64, "source": "http://zoo/net.onnx"}
    study = changed(study, "networks/squeezenet/weights", weights)
    missing = study_problems("mine", saved(tmp_path, study))
    assert "networks.squeezenet.weights.file: there is no file net.onnx; get it from" in missing[0]
    assert "did you mean 'glove.text'? Otherwise get it from http" in missing[1]

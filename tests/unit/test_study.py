"""Every mistake in a configuration or study gets one line with the key's path."""

import copy

import pytest
import yaml

from semantrace.errors import InputError
from semantrace.study import check_config, check_files, load_study

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
    text = study if isinstance(study, str) else yaml.safe_dump(study)
    (tmp_path / "mine.yaml").write_text(text)
    return tmp_path


def test_good_files_are_returned_with_their_defaults(tmp_path):
    assert check_config(CONFIG)["require_gpu"] is False
    for kept in (True, False):
        config = changed(CONFIG, "storage/keep_activations", kept)
        assert check_config(config)["storage"]["keep_activations"] is kept
    study = load_study("mine", saved(tmp_path, STUDY))
    assert study["networks"]["squeezenet"]["resize"] == "stretch"
    assert study["concepts"] == {"match": "word", "lowercase": True}


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
        (
            "storage/keep_activations",
            "no",
            "config.yaml: storage.keep_activations: 'no' will not do; expected true or false",
        ),
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
        ("images/shards", 1.0, "images.shards: 1.0 will not do; expected a whole number from 1"),
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
            "networks/squeezenet/layer_titles",
            ["one"],
            "networks.squeezenet.layer_titles: 1 titles for 2 layers; give each layer one",
        ),
        (
            "networks/squeezenet/layer_titles",
            ["one", "one"],
            "networks.squeezenet.layer_titles: ['one', 'one'] will not do; expected a list of what",
        ),
        (
            "networks/squeezenet/layer_titles",
            ["one", 2],
            "networks.squeezenet.layer_titles.1: 2 will not do; expected what figures call a layer",
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
            "published.squeezenet.accuracy: 94 will not do; expected a number from 0 to 1",
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
            {"figure_1": 1},
            "aliases.figure_1: 1 will not do; expected the name of a figure or table",
        ),
        ("aliases", {"figure 1": "two_vs_two_by_layer"}, "aliases: "),
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
        (
            "networks/squeezenet/weights",
            REMOVE,
            "networks.squeezenet: key 'weights' is missing; add it: imagenet",
        ),
        ("dataset/kind", "folder", "dataset.kind: 'folder' will not do; expected table"),
        ("dataset/root", REMOVE, "dataset: key 'root' is missing"),
        ("images/groups", 3, "images.groups: 3 groups need as many images of a concept"),
        ("images/per_concept", {"at_most": 1}, "images.groups: 2 groups need as many images"),
        ("images/per_concept", {"at_most": 0}, "images.per_concept: {'at_most': 0} "),
        ("images/per_concept", {"most": 5}, "images.per_concept: {'most': 5} "),
        ("images/damaged", "leave_ot", "images.damaged: 'leave_ot' "),
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
            "visual_embedding.class_vectors: 'stream' will not do; expected from_activations",
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
            "visual_embedding.inversion.classes.0: 'barn' will not do; expected a wnid",
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
            "word_vectors.glove.case: 'uper' will not do; expected as_is, lower or upper",
        ),
        ("word_vectors/glove/downloader", "../x", "word_vectors.glove.downloader: '../x' will not"),
        ("dataset/kind", "ilsvrc", "dataset: key 'ground_truth' is missing"),
        ("word_vectors/bad name", {}, "word_vectors: "),
    ],
)
def test_mistakes_in_a_study(tmp_path, path, value, message):
    with pytest.raises(InputError) as caught:
        load_study("mine", saved(tmp_path, changed(STUDY, path, value)))
    assert str(caught.value).startswith(f"{tmp_path}/mine.yaml: {message}")
    assert "\n" not in str(caught.value)


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
    check_config(yaml.safe_load((repository / "config.yaml").read_text()))


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
    with pytest.raises(InputError, match="mine.yaml: dataset.root: there is no folder pictures; "):
        check_files(STUDY, "mine.yaml")
    (tmp_path / "pictures").mkdir()
    check_files(STUDY, "mine.yaml")
    with pytest.raises(InputError, match=f"mine.yaml: {key}: there is no file gone"):
        check_files(changed(STUDY, path, value), "mine.yaml")


def test_a_missing_model_is_told_where_it_can_be_had(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures.tsv").touch()
    study = changed(STUDY, "word_vectors/glove/source", "http://there/glove.zip")
    message = "glove.txt; get it from http://there/glove.zip and put it there, or set file to"
    with pytest.raises(InputError, match=message):
        check_files(study, "mine.yaml")
    weights = {"file": "net.onnx", "sha256": "0" * 64, "source": "http://zoo/net.onnx"}
    message = "networks.squeezenet.weights.file: .*net.onnx; get it from http://zoo/net.onnx and"
    with pytest.raises(InputError, match=message):
        check_files(changed(STUDY, "networks/squeezenet/weights", weights), "mine.yaml")
    (tmp_path / "glove.text").touch()
    with pytest.raises(InputError, match="did you mean 'glove.text'. Otherwise get it from http"):
        check_files(study, "mine.yaml")

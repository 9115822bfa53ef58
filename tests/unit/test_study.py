"""Every mistake in a configuration or study gets one line with the key's path."""

import copy

import pytest
import yaml

from semantrace.core.errors import InputError
from semantrace.study.checks import check_published
from semantrace.study.reading import check_config, load_config, load_study, read_study

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
    "dataset": {"kind": "table", "root": "images", "table": "images.tsv"},
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


def study_problems(name, folder):
    return [item.text for item in read_study(name, folder, with_files=True)[1]]


def test_good_files_are_returned_with_their_defaults(tmp_path):
    assert checked_config(tmp_path, CONFIG)["require_gpu"] is False
    for kept in (True, False):
        config = changed(CONFIG, "storage/keep_activations", kept)
        assert checked_config(tmp_path, config)["storage"]["keep_activations"] is kept
    study = load_study("mine", saved(tmp_path, STUDY))
    assert study["networks"]["squeezenet"]["resize"] == "stretch"
    assert study["concepts"] == {
        "senses": "photograph",
        "exclude": [],
        "match": "word",
        "lowercase": True,
    }


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
    assert str(caught.value).removeprefix(f"{tmp_path}/").startswith(message)
    assert "\n" not in str(caught.value)


def test_a_mistake_is_told_where_it_stands(tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text("threads: none\nstorage: {dtype: float61}\n")
    base = tmp_path / "config.yaml"
    base.write_text(yaml.safe_dump(changed(CONFIG, "permutations", "many"), sort_keys=False))
    with pytest.raises(InputError) as caught:
        load_config([base, other], ["seed=one"], tmp_path)
    told = dict(line.split(": ")[:2] for line in caught.value.problems)
    assert told == {str(base): "permutations", str(other): "storage.dtype", "--config": "seed"}
    with pytest.raises(InputError, match=r"^config: seed: 'one' is not valid"):
        check_config(CONFIG | {"seed": "one"})
    assert check_config(CONFIG) == checked_config(tmp_path, CONFIG)


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
            "networks.squeezenet.preprocessing: it is for .keras, .h5 and .onnx files only",
        ),
        ("networks", {}, "networks: {} is not valid; expected at least one network"),
        (
            "networks/squeezenet/resize",
            "strech",
            "networks.squeezenet.resize: 'strech' is not valid; expected stretch, center_crop "
            "(the central 0.875 of the shorter side), or {rule, filter, crop}; did you "
            "mean 'stretch'?",
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
            "aliases.figure_1: null is not valid; expected the name of a figure or table; if it is "
            "a name, quote it: 'null'",
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
        ("images/per_concept", {"at_most": 1}, "images.groups: 2 groups need as many images"),
        ("images/per_concept", {"at_most": 0}, "images.per_concept.at_most: 0 is not valid"),
        (
            "images/per_concept",
            {"most": 5},
            "images.per_concept: unknown key 'most'; did you mean 'at_most'",
        ),
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
            [["barn"]],
            "visual_embedding.inversion.classes.0: ['barn'] is not valid; expected a class, by its",
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
        (
            "word_vectors/glove/format",
            "text_encoder",
            "word_vectors.glove: format text_encoder needs the key 'tokenizer'; add it",
        ),
        (
            "word_vectors/glove",
            {"title": "T", "format": "text_encoder", "url": "http://x", "sha256": "0" * 64},
            "word_vectors.glove: format text_encoder needs the key 'file'; add it",
        ),
        (
            "word_vectors/glove/template",
            "a photo",
            "word_vectors.glove.template: 'a photo' is not valid; expected for a text_encoder",
        ),
        ("word_vectors/glove/layers", ["all"], "word_vectors.glove.layers.0: 'all' is not valid"),
        ("dataset/kind", "ilsvrc", "dataset: key 'ground_truth' is missing"),
        ("word_vectors/bad name", {}, "word_vectors: "),
        (
            "word_vectors/glove/columns",
            ["a"],
            "word_vectors.glove.columns: is for format csv and not for glove_text; remove it",
        ),
        (
            "word_vectors/glove/template",
            "a {word}",
            "word_vectors.glove.template: is for format text_encoder and not for glove_text",
        ),
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


def test_all_layers_are_written_with_and_without_a_list(tmp_path):
    for layers in ("all", ["all"]):
        study = changed(STUDY, "networks/squeezenet/layers", layers)
        loaded = load_study("mine", saved(tmp_path, study))
        assert loaded["networks"]["squeezenet"]["layers"] == ["all"]


def test_a_published_value_may_be_of_one_layer_of_a_text_encoder(tmp_path):
    encoder = {"title": "E", "format": "text_encoder", "layers": [0, 6]}
    encoder |= dict.fromkeys(("file", "tokenizer", "config"), "glove.txt")
    study = changed(STUDY, "word_vectors/minilm", encoder)
    study = changed(study, "published/squeezenet/word_model", "minilm.6")
    load_study("mine", saved(tmp_path, study))


def test_what_was_published_is_held_against_all_layers_and_models():
    study = {
        "networks": {"net": {"layers": ["fire2", "fire9"]}},
        "word_vectors": {"glove": {}, "minilm.0": {}, "minilm.6": {}},
        "published": {"net": {"layer": "fire99", "word_model": "minilm.9"}},
    }
    with pytest.raises(InputError) as caught:
        check_published(study)
    layer, model = caught.value.problems
    assert layer.startswith(
        "published.net.layer: 'fire99' is not among the network's layers; did you mean 'fire9'"
    )
    assert model.startswith(
        "published.net.word_model: no such word vectors 'minilm.9'; did you mean 'minilm."
    )
    study["published"] = {"net": {"layer": "fire9", "word_model": "minilm.6"}}
    check_published(study)


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
    for name in ("images.tsv", "glove.txt"):
        (tmp_path / name).touch()
    (problem,) = study_problems("mine", saved(tmp_path, STUDY))
    assert "mine.yaml: dataset.root: there is no folder images; " in problem
    (tmp_path / "images").mkdir()
    assert study_problems("mine", tmp_path) == []
    (problem,) = study_problems("mine", saved(tmp_path, changed(STUDY, path, value)))
    assert f"mine.yaml: {key}: there is no file gone" in problem


def test_a_missing_model_is_told_where_it_can_be_had(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "images").mkdir()
    (tmp_path / "images.tsv").touch()
    study = changed(STUDY, "word_vectors/glove/source", "http://there/glove.zip")
    (problem,) = study_problems("mine", saved(tmp_path, study))
    assert "glove.txt; get it from http://there/glove.zip and put it there, or set file" in problem
    (tmp_path / "glove.text").touch()
    weights = {"file": "net.onnx", "sha256": "0" * 64, "source": "http://zoo/net.onnx"}
    study = changed(study, "networks/squeezenet/weights", weights)
    missing = study_problems("mine", saved(tmp_path, study))
    assert "networks.squeezenet.weights.file: there is no file net.onnx; get it from" in missing[0]
    assert "did you mean 'glove.text'? Otherwise get it from http" in missing[1]


def test_all_problems_are_told_at_once_in_the_order_of_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    study = changed(STUDY, "title", ["a"])
    study = changed(study, "images/groups", 3)
    study = changed(study, "networks/squeezenet/resize", "crop")
    study = changed(study, "networks/squeezenet/weights", {"sed": 1})
    study = changed(study, "networks/squeezenet/layer", [])
    study = changed(study, "word_vectors/glove/case", "uper")
    study = changed(study, "published/squeezenet/layer", "fire8")
    study = changed(study, "aliases/figure_1", "two_vs_two_by_layr")
    lines = [
        line.split("mine.yaml: ")[1] for line in study_problems("mine", saved(tmp_path, study))
    ]
    assert [line.split(";")[0] for line in lines] == [
        "title: ['a'] is not valid",
        "dataset.root: there is no folder images",
        "dataset.table: there is no file images.tsv",
        "images.groups: 3 groups need as many images of a concept, and per_concept is 2",
        "networks.squeezenet.weights: unknown key 'sed'",
        "networks.squeezenet.weights: key 'seed' is missing",
        "networks.squeezenet.resize: 'crop' is not valid",
        "networks.squeezenet: unknown key 'layer'",
        "word_vectors.glove.file: there is no file glove.txt",
        "word_vectors.glove.case: 'uper' is not valid",
        "published.squeezenet.layer: 'fire8' is not among the network's layers",
        "aliases.figure_1: the study has no figure or table 'two_vs_two_by_layr'",
    ]


def test_what_a_wrong_key_entails_is_not_told_as_well(tmp_path):
    study = changed(STUDY, "networks/squeezenet/layers", ["fire 2"])
    with pytest.raises(InputError) as caught:
        load_study("mine", saved(tmp_path, study))
    assert len(caught.value.problems) == 1


def test_numbers_and_truth_values_are_names_where_names_are_due(tmp_path):
    text = yaml.safe_dump(STUDY, sort_keys=False).replace("fire2", "1").replace("fire9", "on")
    text = text.replace("squeezenet:", "50:").replace("glove:", "no:").replace("all:", "1e3:")
    text = text.replace("title: A study", "title: 2024_11").replace("title: GloVe", "title: yes")
    study = load_study("mine", saved(tmp_path, text))
    assert study["networks"]["50"]["layers"] == ["1", "on"]
    assert study["visual_embedding"]["networks"]["50"]["layer_sets"] == {"1e3": ["1", "on"]}
    assert (study["title"], study["word_vectors"]["no"]["title"]) == ("2024_11", "yes")


@pytest.mark.parametrize("typed", ["2024", "2024_11", "1e3", "on", "007", "null", "1.0", "nan"])
def test_a_study_is_named_as_it_is_typed(tmp_path, typed):
    assert checked_config(tmp_path, CONFIG, f"study={typed}")["study"] == typed
    text = yaml.safe_dump(CONFIG).replace("study: mine", f"study: {typed}")
    assert checked_config(tmp_path, text)["study"] == typed


def test_a_study_may_be_named_by_its_file(tmp_path):
    for typed in ("mine.yaml", f"{tmp_path}/mine.yaml"):
        assert checked_config(tmp_path, CONFIG, f"study={typed}")["study"] == "mine"
    with pytest.raises(InputError, match="--config: study: 'my study' is not valid"):
        checked_config(tmp_path, CONFIG, "study=my study")


def test_the_command_line_goes_before_the_file_and_is_read_like_it(tmp_path):
    entries = ("storage={dtype: float16, keep_activations: false}", "require_gpu=true")
    config = checked_config(tmp_path, CONFIG, *entries)
    assert config["storage"] == {
        "dtype": "float16",
        "compression": "none",
        "keep_activations": False,
    }
    assert config["require_gpu"] is True


@pytest.mark.parametrize("given", ["AB" * 32, f" {'ab' * 32}\n"])
def test_a_checksum_may_be_in_capitals_or_have_space_around(tmp_path, given):
    weights = {"file": "a.h5", "sha256": given}
    study = changed(STUDY, "networks/squeezenet/weights", weights)
    study = changed(study, "word_vectors/glove/sha256", given)
    study = load_study("mine", saved(tmp_path, study))
    assert study["networks"]["squeezenet"]["weights"]["sha256"] == "ab" * 32
    assert study["word_vectors"]["glove"]["sha256"] == "ab" * 32


def test_homes_and_variables_are_expanded_in_paths_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("DATA", "/data")
    study = changed(STUDY, "dataset/root", "~/images/")
    study = changed(study, "dataset/table", "$HOME/t.tsv")
    study = changed(study, "word_vectors/glove/file", "${DATA}/glove.txt")
    study = changed(study, "title", "$DATA")
    loaded = load_study("mine", saved(tmp_path, study))
    assert loaded["dataset"]["root"] == f"{tmp_path}/images/"
    assert loaded["dataset"]["table"] == f"{tmp_path}/t.tsv"
    assert loaded["word_vectors"]["glove"]["file"] == "/data/glove.txt"
    assert loaded["title"] == "$DATA"
    assert loaded.written["dataset"]["root"] == "~/images/"
    monkeypatch.delenv("DATA")
    with pytest.raises(InputError, match="word_vectors.glove.file: .* DATA is not defined; "):
        load_study("mine", tmp_path)


@pytest.mark.parametrize(
    ("path", "name", "message"),
    [
        ("networks", "by_network", "its figure would be cluster_quality_by_network"),
        ("networks", "SqueezeNet", "differs from 'squeezenet' in the case of letters alone"),
        ("networks", "Words", "the name is taken by the word vectors"),
        ("networks", "agreement.tsv", "the name is taken by the agreement of clusters"),
        ("word_vectors", "GloVe", "differs from 'glove' in the case of letters alone"),
    ],
)
def test_names_that_would_share_a_file_are_refused(tmp_path, path, name, message):
    value = next(iter(STUDY[path].values()))
    with pytest.raises(InputError, match=message):
        load_study("mine", saved(tmp_path, changed(STUDY, f"{path}/{name}", value)))


def test_a_figure_that_the_study_has_not_is_refused_with_the_reason(tmp_path):
    study = changed(STUDY, "figures", ["reliability_by_layer", "partition_agreement"])
    study = changed(study, "images/groups", 1)
    with pytest.raises(InputError) as caught:
        load_study("mine", saved(tmp_path, study))
    assert [line.split("figures: ")[1].split(";")[0] for line in caught.value.problems] == [
        "'reliability_by_layer' needs images.groups of 2 or more",
        "'partition_agreement' needs two layer sets or more in visual_embedding.networks",
    ]

"""The study emergence: the whole of it planned, and a scaled-down run from images to figures."""

import re
import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
import yaml
from gensim.models import KeyedVectors
from project import Project, jobs_in
from scaled_down import IMAGES, write
from scaled_down_emergence import WORDLESS, make_scaled_down
from scipy.io import savemat

from semantrace.study.reading import load_study

pytestmark = pytest.mark.slow

CONCEPTS = len(IMAGES) - 1
KERAS_NETWORKS = ("vgg16", "inception_v3", "resnet50")
WORD_MODELS = ("skipgram", "glove", "rnn", "crosslingual")


@pytest.fixture(scope="module")
def unrun(repository, tmp_path_factory, compiled) -> Path:
    """The scaled-down study before its first run."""
    folder = tmp_path_factory.mktemp("emergence") / "unrun"
    folder.mkdir()
    make_scaled_down(repository, folder)
    return folder


@pytest.fixture(scope="module")
def finished(unrun, snakemake_command):
    """The scaled-down study, run to its last figure."""
    folder = shutil.copytree(unrun, unrun.parent / "finished", symlinks=True)
    project = Project(folder, tuple(snakemake_command), "emergence")
    result = project.snakemake()
    assert result.returncode == 0, result.stderr[-6000:]
    yield project
    shutil.rmtree(project.results / "activations")  # gigabytes, and pytest keeps three runs


@pytest.fixture
def planned(unrun, repository, tmp_path, snakemake_command):
    """The real study file, with something at every path that it names; it is only planned."""
    folder = shutil.copytree(unrun, tmp_path / "planned", symlinks=True)
    shutil.copy(repository / "studies/emergence.yaml", folder / "studies")
    dataset = yaml.safe_load((repository / "studies/emergence.yaml").read_text())["dataset"]
    savemat(folder / dataset["class_order"], {"synsets": np.zeros(1)})
    return Project(folder, tuple(snakemake_command), "emergence")


# The whole study, planned


def test_a_dry_run_of_the_whole_study_lists_its_jobs(planned):
    plan = planned.planned_jobs()
    study = planned.study()
    networks, models = len(study["networks"]), len(study["word_vectors"])
    assert (networks, models) == (3, 4)
    expected = {
        "get_weights": networks,
        "extract_activations": networks * study["images"]["shards"],
        "correlate_images": networks * study["images"]["groups"],
        "get_word_vectors": models,
        "correlate_words": models,
        "score_two_vs_two": networks * models,
        "score_alignment": networks * models,
        "join_two_vs_two": models,
        "join_alignment": models,
        "compare_layers": models,
        "score_one_vs_two": networks,
        "plot_two_vs_two_by_layer_of_network": networks,
        "plot_network_diagram": networks,
        "tabulate_paper_comparison": 1,
    }
    assert {rule: plan.get(rule) for rule in expected} == expected


@pytest.mark.parametrize(
    ("name", "rule", "wildcard"),
    [
        ("figure_1", "plot_two_vs_two_by_layer_of_network", "vgg16"),
        ("figure_4", "plot_one_vs_two_by_layer", ""),
        ("supplementary_3", "plot_network_diagram", "resnet50"),
        ("supplementary_4", "plot_matched_and_mismatched_by_layer", ""),
    ],
)
def test_the_papers_names_of_figures_are_targets(planned, name, rule, wildcard):
    plan = planned.dry_run(name)
    assert [job for job in jobs_in(plan) if job.startswith("plot_")] == [rule]
    suffix = f"_{wildcard}" if wildcard else ""
    assert f"{suffix}.pdf" in plan


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "figure_4: one_vs_two_by_layer",
            "figure_4: one_vs_two_by_layers",
            "aliases.figure_4: the study has no figure or table 'one_vs_two_by_layers'; did you "
            "mean 'one_vs_two_by_layer'",
        ),
        (
            "figure_4: one",
            "best_layers: one",
            "aliases.best_layers: 'best_layers' is taken by a figure or table; choose",
        ),
        (
            "figure_4: one",
            "get_weights: one",
            "aliases.get_weights: 'get_weights' is the name of a rule; choose",
        ),
        ("figure_4: one", "all: one", "aliases.all: 'all' is the name of a rule; choose"),
    ],
)
def test_aliases_that_cannot_be(planned, old, new, message):
    planned.edit("studies/emergence.yaml", old, new)
    result = planned.snakemake("--dry-run")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert f"error: studies/emergence.yaml: {message}" in result.stderr


# The scaled-down study, run


def test_images_have_the_classes_of_the_ground_truth(finished):
    images = finished.table("images.tsv")
    assert len(images) == 2 * CONCEPTS
    wnids = list(IMAGES)
    for row in images.itertuples():
        number = int(re.fullmatch(r"ILSVRC2012_val_(\d{8})\.JPEG", Path(row.path).name)[1])
        assert row.wnid == wnids[(number - 1) % len(wnids)]
    assert images.groupby("group")["wnid"].nunique().tolist() == [CONCEPTS, CONCEPTS]
    matching = finished.table("concept_matching.tsv").set_index("wnid")
    (lost,) = matching.index[~matching["kept"].astype(bool)]
    assert IMAGES[lost].endswith(f"{WORDLESS}.png")
    assert "rnn" in matching.loc[lost, "reason"]


@pytest.mark.parametrize("model", WORD_MODELS)
def test_every_format_of_word_vectors_gives_the_correlations_of_its_file(finished, model):
    settings = finished.study()["word_vectors"][model]
    file = finished.folder / settings["file"]
    vectors = KeyedVectors.load_word2vec_format(
        str(file),
        binary=settings["format"] == "word2vec_binary",
        no_header=model in ("glove", "crosslingual"),
    )
    with h5py.File(finished.results / f"correlations/words/{model}.h5") as stored:
        concepts = stored["concepts"].asstr()[:]
        spelled = [word.upper() if model == "rnn" else word for word in concepts]
        expected = np.corrcoef([vectors[word] for word in spelled])
        np.testing.assert_allclose(stored["correlations"][:], expected, atol=1e-5)
    assert len(concepts) == CONCEPTS


@pytest.mark.parametrize("network", [*KERAS_NETWORKS, "squeezenet"])
def test_every_layer_of_the_study_is_scored_against_every_model(finished, repository, network):
    study = load_study("emergence", repository / "studies")
    settings = study["networks"].get(network) or finished.study()["networks"][network]
    for model in WORD_MODELS:
        scores = finished.table(f"two_vs_two/{model}/layers.tsv")
        scores = scores[scores["network"] == network]
        assert scores["layer"].tolist() == ["pixels", *settings["layers"]]
        assert (scores["groups"] == 2).all()
        assert (scores["concepts"] == CONCEPTS).all()
        assert scores["accuracy"].between(0, 1).all()


def test_trained_weights_agree_with_words_and_random_ones_do_not(finished):
    scores = finished.table("two_vs_two/skipgram/layers.tsv")
    best = scores.groupby("network")["accuracy"].max()
    assert best["squeezenet"] > 0.75
    assert best["squeezenet"] > best[list(KERAS_NETWORKS)].max()
    family_wise = scores.groupby("network")["p_family_wise"].min()
    assert family_wise[list(KERAS_NETWORKS)].min() > 0.05


def test_every_figure_of_the_paper_is_drawn(finished):
    aliases = finished.study()["aliases"]
    assert len(aliases) == 8
    for figure in aliases.values():
        path = finished.results / "figures" / f"{figure}.png"
        assert path.stat().st_size > 10_000
        assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    first = finished.table("figures/two_vs_two_by_layer_vgg16.tsv")
    assert set(first["network"]) == {"vgg16"}
    assert tuple(dict.fromkeys(first["word_model"])) == WORD_MODELS
    diagram = finished.table("figures/network_diagram_resnet50.tsv")
    assert diagram["title"].dropna().tolist() == [
        *(f"activation {number}" for number in range(1, 50)),
        "predictions",
    ]


def test_figure_4_has_real_tests_of_squeezenet_and_says_why_others_have_none(finished):
    trained = finished.table("one_vs_two/squeezenet/skipgram.tsv")
    assert (trained["images"] > 0).all()
    assert trained["accuracy"].between(0, 1).all()
    for network in KERAS_NETWORKS:
        untrained = finished.table(f"one_vs_two/{network}/skipgram.tsv")
        assert (untrained["images"] == 0).all()
        assert untrained["accuracy"].isna().all()
        assert untrained["note"].str.contains("10 are needed").all()


def test_the_papers_values_stand_beside_ours(finished):
    table = finished.table("tables/paper_comparison.tsv")
    assert len(table) == len(WORD_MODELS) * 4
    published = table.dropna(subset="published_accuracy").set_index("network")
    assert published["word_model"].unique().tolist() == ["skipgram"]
    assert published["published_accuracy"].to_dict() == {
        "vgg16": 0.94,
        "inception_v3": 0.90,
        "resnet50": 0.93,
    }
    scores = finished.table("two_vs_two/skipgram/layers.tsv").set_index(["network", "layer"])
    for network, row in published.iterrows():
        here = scores.loc[(network, row["published_layer"]), "accuracy"]
        assert row["accuracy_at_published_layer"] == pytest.approx(here)
        best = scores.loc[network].drop("pixels")["accuracy"].max()
        assert row["accuracy"] == pytest.approx(best)


def test_nothing_is_left_to_do_and_titles_compute_nothing(finished):
    assert finished.planned_jobs() == {}
    study = finished.folder / "studies/emergence.yaml"
    text = study.read_text()
    try:
        write(study, text.replace("- activation 16\n", "- the sixteenth activation\n", 1))
        plan = finished.planned_jobs()
    finally:
        write(study, text)
    assert plan
    drawn = ("plot_", "tabulate_", "show_tables", "summarise_study", "build_explorer", "all")
    assert all(rule.startswith(drawn) for rule in plan), plan

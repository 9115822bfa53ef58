"""The study visual_embedding: all of it planned, and a scaled-down run from images to figures."""

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest
import yaml
from project import Project
from scaled_down import IMAGES, write
from scaled_down_visual_embedding import INVERTED, make_scaled_down
from scipy.cluster.hierarchy import linkage
from scipy.io import loadmat, savemat
from scipy.spatial.distance import squareform
from scipy.stats import pearsonr

pytestmark = pytest.mark.slow

CLASSES = len(IMAGES)
TABLE_1 = {
    "inception_3a_output": 200_704,
    "inception_3b_output": 376_320,
    "inception_4a_output": 100_352,
    "inception_4b_output": 100_352,
    "inception_4c_output": 100_352,
    "inception_4d_output": 103_488,
    "inception_4e_output": 163_072,
    "inception_5a_output": 40_768,
    "inception_5b_output": 50_176,
}
TABLE_2 = {
    "block2_conv2": 1_605_632,
    "block3_conv4": 802_816,
    "block4_conv4": 401_408,
    "block5_conv4": 100_352,  # the paper prints the size of conv4_4 a second time
}


@pytest.fixture(scope="module")
def unrun(repository, tmp_path_factory, compiled) -> Path:
    """The scaled-down study before its first run."""
    folder = tmp_path_factory.mktemp("visual_embedding") / "unrun"
    folder.mkdir()
    make_scaled_down(repository, folder)
    return folder


@pytest.fixture(scope="module")
def finished(unrun, snakemake_command):
    """The scaled-down study, run to its last figure."""
    folder = shutil.copytree(unrun, unrun.parent / "finished", symlinks=True)
    project = Project(folder, tuple(snakemake_command), "visual_embedding")
    result = project.snakemake()
    assert result.returncode == 0, result.stderr[-6000:]
    yield project
    shutil.rmtree(project.results / "class_vectors")


@pytest.fixture
def planned(unrun, repository, tmp_path, snakemake_command):
    """The real study file, with something at every path that it names; it is only planned."""
    folder = shutil.copytree(unrun, tmp_path / "planned", symlinks=True)
    shutil.copy(repository / "studies/visual_embedding.yaml", folder / "studies")
    study = yaml.safe_load((repository / "studies/visual_embedding.yaml").read_text())
    savemat(folder / study["dataset"]["class_order"], {"synsets": np.zeros(1)})
    weights = folder / study["networks"]["googlenet"]["weights"]["file"]
    weights.parent.mkdir(parents=True)
    weights.touch()
    return Project(folder, tuple(snakemake_command), "visual_embedding")


# The whole study, planned


def test_a_dry_run_of_the_whole_study_lists_its_jobs(planned):
    plan = planned.planned_jobs()
    study = planned.study()
    expected = {
        "get_weights": 2,
        "stream_class_vectors": 2 * study["images"]["shards"],
        "extract_activations": None,
        "aggregate_class_vectors": None,
        "compare_class_vectors": 2,
        "cluster_classes": 2,
        "compare_partitions": 1,
        "correlate_wordnet": 2,
        "invert_class_vectors": 1,
    }
    assert {rule: plan.get(rule) for rule in expected} == expected


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("figure_1", "plot_cluster_quality_of_network"),
        ("figure_2", "plot_cluster_quality_by_network"),
        ("figure_3", "plot_inversions"),
        ("table_3", "tabulate_cluster_names"),
    ],
)
def test_the_papers_names_are_targets(planned, name, rule):
    shown = [job for job in planned.planned_jobs(name) if job.startswith(("plot_", "tabulate_"))]
    assert shown == [rule]


def test_missing_weights_are_told_where_they_can_be_had(planned):
    (planned.folder / planned.study()["networks"]["googlenet"]["weights"]["file"]).unlink()
    result = planned.snakemake("--dry-run")
    assert result.returncode == 1
    assert "networks.googlenet.weights.file: " in result.stderr
    assert "get it from the ONNX Model Zoo" in result.stderr
    assert "Traceback" not in result.stderr


# The scaled-down study, run


@pytest.mark.parametrize(("network", "sizes"), [("googlenet", TABLE_1), ("vgg19", TABLE_2)])
def test_class_vectors_have_the_sizes_of_the_papers_tables(finished, network, sizes):
    assert sum(TABLE_1.values()) == 1_235_584
    shards = sorted((finished.results / "class_vectors" / network).iterdir())
    assert len(shards) == 1
    classes = []
    for shard in shards:
        assert sorted(path.stem for path in shard.glob("*.h5")) == sorted(sizes)
        for layer, size in sizes.items():
            with h5py.File(shard / f"{layer}.h5") as file:
                assert file["class_vectors"].shape[1] == size
                norms = np.linalg.norm(file["class_vectors"][:].astype(float), axis=1)
                np.testing.assert_allclose(norms, 1, atol=1e-6)
                assert (file["image_counts"][:] == 2).all()
        with h5py.File(shard / f"{layer}.h5") as file:
            classes += list(file["classes"].asstr()[:])
    assert sorted(classes) == sorted(IMAGES)


def test_no_activation_of_an_image_reaches_the_disk(finished):
    assert not (finished.results / "activations").exists()


@pytest.mark.parametrize("layer_set", ["all", "5a-5b"])
def test_scipy_reads_the_distance_matrix(finished, layer_set):
    stored = loadmat(finished.results / f"distances/googlenet/{layer_set}.mat", squeeze_me=True)
    assert [str(wnid) for wnid in stored["classes"]] == sorted(IMAGES)
    with h5py.File(finished.results / "similarity/googlenet.h5") as file:
        cosine = file[f"sets/{layer_set}"][:]
    np.testing.assert_allclose(squareform(stored["distances"]), 1 - cosine, atol=1e-12)
    assert linkage(stored["distances"], "average").shape == (CLASSES - 1, 4)


def test_every_k_is_named_and_stands_beside_its_null(finished):
    for network in ("googlenet", "vgg19", "squeezenet"):
        quality = finished.table(f"clusters/{network}/quality.tsv")
        sets = finished.study()["visual_embedding"]["networks"][network]["layer_sets"]
        assert len(quality) == len(sets) * 7
        assert quality["null_mean_f1"].between(0, 1).all()
        assert quality["p_value"].between(0.99 / 201, 1).all()
    trained = quality.set_index(["layer_set", "k"])
    assert trained.loc[("high", 2), "mean_f1"] > trained.loc[("high", 2), "null_mean_f1"]
    assert trained.loc["high", "p_value"].min() < 0.05


def test_cosines_are_correlated_with_wordnet(finished):
    table = finished.table("wordnet_correlations/squeezenet.tsv")
    layers = table[table["scope"] == "layer"].set_index(["name", "measure"])
    with h5py.File(finished.results / "similarity/squeezenet.h5") as file:
        cosine = file["layers/fire9"][:]
    pairs = np.triu_indices(CLASSES, 1)
    with h5py.File(finished.results / "wordnet_similarity.h5") as file:
        assert len(file["classes"]) == CLASSES
        for measure in layers.index.unique("measure"):
            similarity = file[measure][:]
            expected = pearsonr(cosine[pairs], similarity[pairs]).statistic
            assert layers.loc[("fire9", measure), "pearson"] == pytest.approx(expected)
    assert layers.index.unique("measure").size == 6
    assert layers.loc[("fire9", "path"), "pearson_p_value"] < 0.05


def test_table_3_names_the_clusters(finished):
    table = finished.table("tables/cluster_names.tsv")
    rows = table[(table["network"] == "googlenet") & (table["layer_set"] == "all")]
    assert rows["k"].tolist() == list(range(2, 9))
    for _, row in rows.iterrows():
        assert row.filter(like="cluster_").notna().sum() == row["k"]


def test_every_figure_and_table_is_drawn(finished):
    networks = ("googlenet", "vgg19", "squeezenet")  # only one has an alias for its quality
    figures = {
        *("cluster_quality", "cluster_quality_by_network", "cluster_labels", "cluster_hierarchy"),
        *("cluster_montage", "partition_agreement", "wordnet_correlation", "inversions"),
        "cluster_quality_googlenet",
        *(f"network_diagram_{network}" for network in networks),
    }
    drawn = {path.stem: path for path in finished.results.glob("figures/*.png")}
    assert set(drawn) == figures
    for path in drawn.values():
        assert path.stat().st_size > 10_000
        assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
        assert len(finished.table(f"figures/{path.stem}.tsv"))
    tables = {path.stem for path in finished.results.glob("tables/*.tsv")}
    assert tables == {"cluster_names", "cluster_labels"}
    assert set(finished.table("figures/inversions.tsv")["wnid"]) == set(INVERTED)


def test_a_layers_title_is_drawn_whether_its_network_is_inverted_or_not(finished):
    study = finished.folder / "studies/visual_embedding.yaml"
    text = study.read_text()
    settings = yaml.safe_load(text)
    settings["networks"]["vgg19"]["layer_titles"][-1] = "the last convolution"
    try:
        write(study, yaml.safe_dump(settings, sort_keys=False))
        plan = finished.planned_jobs("wordnet_correlation")
    finally:
        write(study, text)
    assert plan == {"plot_wordnet_correlation": 1, "wordnet_correlation": 1}


def test_the_other_way_to_class_vectors_is_planned_when_the_key_changes(finished):
    study = finished.folder / "studies/visual_embedding.yaml"
    text = study.read_text()
    try:
        write(study, text.replace("class_vectors: streamed", "class_vectors: from_activations"))
        plan = finished.planned_jobs()
    finally:
        write(study, text)
    assert plan["extract_activations"] == plan["aggregate_class_vectors"] == 3
    assert plan["compare_class_vectors"] == 3
    assert "stream_class_vectors" not in plan


@pytest.mark.parametrize("place", [0, 9])
def test_a_layer_more_in_the_list_runs_no_network_again(finished, place):
    study = finished.folder / "studies/visual_embedding.yaml"
    text = study.read_text()
    settings = yaml.safe_load(text)
    settings["networks"]["googlenet"]["layers"].insert(place, "conv2_3x3")
    settings["networks"]["googlenet"]["layer_titles"].insert(place, "conv2")
    try:
        write(study, yaml.safe_dump(settings, sort_keys=False))
        plan = finished.planned_jobs()
    finally:
        write(study, text)
    assert "stream_class_vectors" not in plan, plan
    assert "invert_class_vectors" not in plan, plan


def test_nothing_is_left_to_do_and_titles_compute_nothing(finished):
    assert finished.planned_jobs() == {}
    study = finished.folder / "studies/visual_embedding.yaml"
    text = study.read_text()
    try:
        write(study, text.replace("title: GoogLeNet\n", "title: Inception v1\n", 1))
        plan = finished.planned_jobs()
    finally:
        write(study, text)
    assert plan
    drawn = ("plot_", "tabulate_", "show_tables", "summarise_study", "build_explorer", "all")
    assert all(rule.startswith(drawn) for rule in plan), plan

"""What a user who made a mistake sees: one clear line, exit 1, and nothing half-written."""

import re

import h5py
import pytest

pytestmark = pytest.mark.slow


def complaint(result):
    """What a failed run says: no traceback, and one line that explains, once."""
    output = result.stdout + result.stderr
    assert result.returncode == 1, output
    assert "Traceback" not in output
    errors = re.findall(r"^error: \S.*; \S.*$", output, re.MULTILINE)
    assert errors, output
    assert len(set(errors)) == len(errors), output
    return output


@pytest.mark.parametrize(
    "target",
    ["correlations/squeezenett/0.h5", "two_vs_two/glov/layers.tsv", "similarity/untrained.h5"],
)
def test_a_network_or_model_that_the_study_does_not_have(fresh, target):
    result = fresh.snakemake("-n", f"results/small/{target}")
    assert result.returncode == 1
    output = result.stdout + result.stderr
    assert "Traceback" not in output
    assert re.search(rf"No rule to produce results/small/{re.escape(target)}", output)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("config.yaml", "seed:", "sede:", "config.yaml: unknown key 'sede'; did you mean 'seed'?"),
        ("config.yaml", "study: small", "study: smal", "there is no studies/smal.yaml"),
        (
            "studies/small.yaml",
            "resize: stretch",
            "resize: strech",
            "resize: 'strech' will not do; expected stretch or center_crop; did you mean 'stretch'",
        ),
        (
            "studies/small.yaml",
            "  - fire9\n",
            "  - fire99\n",
            "'fire9' is not among the network's layers; did you mean 'fire99'",
        ),
    ],
)
def test_mistakes_in_yaml_files_stop_before_any_job(fresh, file, old, new, message):
    fresh.edit(file, old, new)
    output = complaint(fresh.snakemake())
    assert message in output
    assert not fresh.results.exists() or not list(fresh.results.rglob("*.h5"))


def test_an_architecture_that_does_not_exist(fresh):
    fresh.edit("studies/small.yaml", "architecture: SqueezeNet", "architecture: SqueezNet")
    assert "did you mean 'SqueezeNet'" in complaint(fresh.snakemake("two_vs_two_by_layer"))


def test_a_figure_that_the_study_does_not_have(fresh):
    fresh.edit("studies/small.yaml", "images:", "figures: [cluster_qualty]\nimages:")
    assert "did you mean 'cluster_quality'" in complaint(fresh.snakemake("-n"))


def test_a_target_that_does_not_exist(fresh):
    result = fresh.snakemake("two_vs_tow_by_layer")
    assert result.returncode == 1
    assert "two_vs_tow_by_layer" in result.stderr


def test_weights_that_are_not_the_ones_named(fresh):
    study = fresh.folder / "studies/small.yaml"
    text = study.read_text()
    start = text.index("sha256: ") + len("sha256: ")
    study.write_text(text[:start] + 64 * "f" + text[start + 64 :])
    assert f"but {64 * 'f'} is expected" in complaint(fresh.snakemake("two_vs_two_by_layer"))
    assert not list(fresh.results.rglob("predictions.tsv"))


def test_a_table_that_names_a_missing_picture(fresh):
    fresh.edit("studies/small.tsv", ".png\t", ".pgn\t")
    output = complaint(fresh.snakemake("two_vs_two_by_layer"))
    assert ".pgn" in output


def test_a_word_that_no_vocabulary_knows_falls_out_and_is_told(fresh):
    for _ in range(len((fresh.folder / "studies/small.tsv").read_text().split("\ttiger\t")) - 1):
        fresh.edit("studies/small.tsv", "\ttiger\t", "\ttigerzebra\t")
    result = fresh.snakemake("results/small/concepts.tsv")
    assert result.returncode == 0, result.stderr
    row = next(
        line
        for line in (fresh.results / "concept_matching.tsv").read_text().splitlines()
        if "tigerzebra" in line
    )
    assert "glove" in row.split("\t")[-1]
    assert "tigerzebra" not in (fresh.results / "concepts.tsv").read_text()


def test_too_few_concepts(fresh):
    table = fresh.folder / "studies/small.tsv"
    lines = table.read_text().splitlines(keepends=True)
    table.write_text("".join(lines[:3]))
    output = complaint(fresh.snakemake("two_vs_two_by_layer"))
    assert "concepts: only 2 of 2 classes have a word in every model, and 4 are" in output


def test_more_clusters_than_classes(fresh):
    fresh.edit("studies/small.yaml", "to: 8", "to: 30")
    assert "30 clusters" in complaint(fresh.snakemake("cluster_quality"))


def test_a_damaged_activation_file_is_named_and_nothing_is_lost(project):
    path = project.results / "activations/squeezenet/0/fire9.h5"
    path.write_bytes(path.read_bytes()[:1000])
    (project.results / "correlations/squeezenet/0.h5").unlink()
    output = complaint(project.snakemake("results/small/correlations/squeezenet/0.h5"))
    assert "fire9.h5: cannot be read as HDF5" in output
    assert not (project.results / "correlations/squeezenet/0.h5").exists()
    with h5py.File(project.results / "activations/squeezenet/0/fire2.h5") as file:
        assert len(file["images"]) > 0

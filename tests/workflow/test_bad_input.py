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
    output = complaint(fresh.snakemake("-n", f"results/small/{target}"))
    assert f"error: target 'results/small/{target}': the study small has no such" in output


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        ("config.yaml", "seed:", "sede:", "config.yaml: unknown key 'sede'; did you mean 'seed'?"),
        ("config.yaml", "study: small", "study: smal", "there is no studies/smal.yaml"),
        (
            "studies/small.yaml",
            "resize: stretch",
            "resize: strech",
            "resize: 'strech' is not valid; expected stretch, center_crop",
        ),
        (
            "studies/small.yaml",
            "  - fire9\n",
            "  - fire10*\n",
            "networks.squeezenet.layers: 'fire10*' stands for no layer; did you mean 'fire",
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


def test_a_figure_that_the_study_does_not_have(fresh):
    fresh.edit("studies/small.yaml", "images:", "figures: [cluster_qualty]\nimages:")
    assert "did you mean 'cluster_quality'" in complaint(fresh.snakemake("-n"))


def test_targets_that_do_not_exist(fresh):
    output = complaint(fresh.snakemake("two_vs_tow_by_layer", "reliability_by_layer"))
    assert "did you mean 'two_vs_two_by_layer'" in output
    assert "reliability_by_layer needs images.groups of 2 or more" in output


def test_a_target_behind_the_configuration(fresh):
    output = complaint(fresh.snakemake("--config", "study=small", "two_vs_two_by_layer"))
    assert "snakemake two_vs_two_by_layer --config study=" in output


def test_mistakes_in_all_parts_of_a_study_are_told_at_once(fresh):
    study = fresh.folder / "studies/small.yaml"
    text = study.read_text()
    start = text.index("sha256: ") + len("sha256: ")
    study.write_text(text[:start] + 64 * "f" + text[start + 64 :])
    fresh.edit("studies/small.yaml", "architecture: SqueezeNet", "architecture: SqueezNet")
    fresh.edit("studies/small.yaml", "to: 8", "to: 30")
    output = complaint(fresh.snakemake("two_vs_two_by_layer"))
    for message in (
        f"but {64 * 'f'} is expected",
        "did you mean 'SqueezeNet'",
        "30 clusters",
    ):
        assert message in output
    assert not list(fresh.results.rglob("*.h5"))


def test_a_table_that_names_a_missing_image(fresh):
    fresh.edit("studies/small.tsv", ".png\t", ".pgn\t")
    assert ".pgn" in complaint(fresh.snakemake("two_vs_two_by_layer"))


def test_a_study_named_by_a_number_runs_and_tells_of_a_word_that_no_vocabulary_knows(fresh):
    """Snakemake takes 2024_11 for 202411, in the jobs that it starts as well."""
    (fresh.folder / "studies/small.yaml").rename(fresh.folder / "studies/2024_11.yaml")
    for _ in range(len((fresh.folder / "studies/small.tsv").read_text().split("\ttiger\t")) - 1):
        fresh.edit("studies/small.tsv", "\ttiger\t", "\ttigerzebra\t")
    targets = [f"results/2024_11/{name}.tsv" for name in ("networks/squeezenet", "concepts")]
    result = fresh.snakemake(*targets, "--config", "study=2024_11")
    assert result.returncode == 0, result.stderr
    network, concepts = ((fresh.folder / target).read_text() for target in targets)
    assert network
    assert "tigerzebra" not in concepts
    matching = (fresh.folder / "results/2024_11/concept_matching.tsv").read_text()
    (row,) = (line for line in matching.splitlines() if "tigerzebra" in line)
    assert "glove" in row.split("\t")[-1]


def test_too_few_concepts(fresh):
    table = fresh.folder / "studies/small.tsv"
    lines = table.read_text().splitlines(keepends=True)
    table.write_text("".join(lines[:3]))
    output = complaint(fresh.snakemake("two_vs_two_by_layer"))
    assert "concepts: only 2 of 2 classes have a word in every model, and 4 are" in output


def test_a_damaged_activation_file_is_named_and_nothing_is_lost(project):
    path = project.results / "activations/squeezenet/0/fire9.h5"
    path.write_bytes(path.read_bytes()[:1000])
    (project.results / "correlations/squeezenet/0.h5").unlink()
    output = complaint(project.snakemake("results/small/correlations/squeezenet/0.h5"))
    assert "fire9.h5: the file is truncated or damaged" in output
    assert not (project.results / "correlations/squeezenet/0.h5").exists()
    with h5py.File(project.results / "activations/squeezenet/0/fire2.h5") as file:
        assert len(file["images"]) > 0

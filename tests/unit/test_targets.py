"""Targets that cannot be made get a line with the nearest names, or with what the study lacks."""

import pytest

from semantrace.study.command_line import swallowed_by_options
from semantrace.study.figures import offers
from semantrace.study.targets import Targets

STUDY = {
    "images": {"groups": 1},
    "networks": {"tiny": {}},
    "word_vectors": {"own": {}},
    "visual_embedding": {"networks": {"tiny": {"layer_sets": {"all": [], "top": []}}}},
}
FILES = [f"results/mine/figures/two_vs_two_by_layer.{kind}" for kind in ("png", "pdf", "tsv")]
TARGETS = Targets(
    study="mine",
    results="results/mine",
    offers=offers(STUDY),
    names=["all", "figure_1", "match_concepts"],
    patterns=["extract_activations"],
    files=lambda: FILES,
    makes=lambda path: path in FILES,
)


@pytest.mark.parametrize(
    "target",
    ["two_vs_two_by_layer", "distances", "figure_1", "all", FILES[0], f"./{FILES[1]}", "s3://x/y"],
)
def test_what_can_be_made_is_no_problem(target):
    assert TARGETS.problems([target]) == []


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("two_vs_two_by_layr", "did you mean 'two_vs_two_by_layer'"),
        ("two_vs_two_by_layr.png", "did you mean 'two_vs_two_by_layer'"),
        ("results/mine/figures/two_vs_two_by_layr.png", f"did you mean {FILES[0]!r}"),
        ("reliability_by_layer", "needs images.groups of 2 or more"),
        ("results/mine/figures/reliability_by_layer.pdf", "needs images.groups of 2 or more"),
        ("inversions", "needs visual_embedding.inversion"),
        ("cluster_quality_by_network", "two networks or more in visual_embedding.networks"),
        ("paper_comparison", "needs published values"),
        ("extract_activations", "makes many files; ask for one of them by its path"),
        ("results/other/figures/inversions.png", "--config study=other"),
        ("", "a target is empty; leave it out"),
        ("xyz", "figures and tables are two_vs_two_by_layer, "),
    ],
)
def test_what_cannot_be_made_is_explained_in_a_line(target, message):
    (problem,) = TARGETS.problems([target])
    assert message in problem
    assert "; " in problem


def test_an_absolute_path_is_told_as_snakemake_wants_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (problem,) = TARGETS.problems([str(tmp_path / FILES[0])])
    assert f"say {FILES[0]!r}" in problem


def test_rules_of_many_files_may_bound_a_run():
    assert TARGETS.problems(["extract_activations"], rules_allowed=True) == []
    (problem,) = TARGETS.problems(["extract_activation"], rules_allowed=True)
    assert "did you mean 'extract_activations'" in problem


@pytest.mark.parametrize(
    ("line", "swallowed"),
    [
        ("--config study=mine two_vs_two_by_layer", ["two_vs_two_by_layer"]),
        ("-C study=mine a b -n", ["a", "b"]),
        ("a --config study=mine", []),
        ("--config study=mine -- a", []),
        ("--config study=mine --cores 2 a", []),
        ("a -n", []),
        ("--configfile other.yaml a b", ["a", "b"]),
        ("--configfiles other.yaml --cores 2 a", []),
    ],
)
def test_targets_behind_options_that_take_them(tmp_path, monkeypatch, line, swallowed):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.yaml").touch()
    assert [argument for argument, _ in swallowed_by_options(line.split())] == swallowed

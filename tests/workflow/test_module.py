"""The workflow as a module of another one: another folder, configuration, results and names."""

import subprocess

import pandas as pd
import pytest
import yaml
from project import jobs_in

OUTER = """
configfile: "settings.yaml"


module semantrace:
    snakefile:
        "{snakefile}"
    config:
        config["semantrace"]


use rule * from semantrace as semantrace_*


rule words:
    input:
        "made/small/concepts.tsv",
    output:
        "words.txt",
    shell:
        "cut -f 1 {{input}} > {{output}}"
"""


@pytest.fixture
def outer(fresh, tmp_path):
    """Another workflow in another folder, with the small study and its resources."""
    folder = tmp_path / "outer"
    folder.mkdir()
    snakefile = fresh.folder / "workflow/Snakefile"
    (folder / "Snakefile").write_text(OUTER.format(snakefile=snakefile))
    config = yaml.safe_load((fresh.folder / "config.yaml").read_text()) | {"results": "made"}
    (folder / "settings.yaml").write_text(yaml.safe_dump({"semantrace": config, "other": 1}))
    for name in ("studies", "resources"):
        (folder / name).symlink_to(fresh.folder / name, target_is_directory=True)
    return folder


def run(outer, command, *arguments):
    return subprocess.run(
        [*command, "--cores", "2", *arguments],
        cwd=outer,
        capture_output=True,
        text=True,
        check=False,
    )


def test_another_workflow_takes_all_rules_under_its_own_names(outer, snakemake_command):
    result = run(outer, snakemake_command, "words")
    assert result.returncode == 0, result.stdout + result.stderr
    concepts = pd.read_csv(outer / "made/small/concepts.tsv", sep="\t")["concept"]
    assert (outer / "words.txt").read_text().split() == ["concept", *concepts]
    planned = run(outer, snakemake_command, "--dry-run", "semantrace_two_vs_two_by_layer")
    assert planned.returncode == 0, planned.stdout + planned.stderr
    jobs = jobs_in(planned.stdout)
    assert all(name.startswith("semantrace_") for name in jobs)
    assert jobs["semantrace_plot_two_vs_two_by_layer"] == 1
    assert "semantrace_match_concepts" not in jobs


def test_a_mistake_in_its_configuration_is_one_line(outer, snakemake_command):
    settings = yaml.safe_load((outer / "settings.yaml").read_text())
    settings["semantrace"]["permutations"] = "many"
    (outer / "settings.yaml").write_text(yaml.safe_dump(settings))
    result = run(outer, snakemake_command, "--dry-run", "words")
    assert result.returncode == 1
    assert result.stderr.strip().splitlines()[-1].startswith("error: config: permutations: ")

"""Activations that are deleted once they have been used, and extracted again when needed."""

import re
import shutil

import pytest
from project import Project

pytestmark = pytest.mark.slow

KEPT, TEMPORARY = "keep_activations: true", "keep_activations: false"
CORRELATIONS = "results/small/correlations/squeezenet/0.h5"
READERS = (
    CORRELATIONS,
    "results/small/one_vs_two/squeezenet/glove.tsv",
    "results/small/one_vs_two/untrained/glove.tsv",
    "results/small/similarity/squeezenet.h5",
)
"""Results of every kind of job that reads activations, of both networks."""

EVENTS = re.compile(r"Finished jobid: \d+ \(Rule: (extract)_activations\)|(Removing) temporary")
SHARDS = 2


def folders(project: Project) -> list[str]:
    """The shards of all networks whose activations are there."""
    return sorted(
        str(path.relative_to(project.results)) for path in project.results.glob("activations/*/*")
    )


def bytes_of(project: Project) -> dict[str, str]:
    """Every result but the activations, with its checksum."""
    return {
        path: checksum
        for path, checksum in project.checksums().items()
        if not path.startswith("activations/")
    }


@pytest.fixture(scope="module")
def temporary(finished, tmp_path_factory) -> Project:
    """The finished small study once the key has been changed and the old folders are deleted."""
    folder = tmp_path_factory.mktemp("temporary") / "project"
    shutil.copytree(finished.folder, folder, symlinks=True)
    project = Project(folder, finished.command)
    project.edit("config.yaml", KEPT, TEMPORARY)
    assert project.planned_jobs() == {}
    assert folders(project) == folders(finished) != []
    assert project.snakemake("--delete-temp-output").returncode == 0
    assert folders(project) == []
    return project


@pytest.fixture
def changeable(temporary, tmp_path) -> Project:
    """A copy of it that a test may change."""
    shutil.copytree(temporary.folder, tmp_path / "project", symlinks=True)
    return Project(tmp_path / "project", temporary.command)


def test_nothing_is_left_to_do_without_activations(changeable):
    assert changeable.planned_jobs() == {}
    changeable.edit("config.yaml", TEMPORARY, KEPT)
    assert changeable.planned_jobs() == {}


def test_titles_and_clusterings_extract_nothing(changeable):
    changeable.edit("studies/small.yaml", "title: untrained", "title: Untrained")
    changeable.edit("studies/small.yaml", "to: 8", "to: 7")
    plan = changeable.planned_jobs()
    assert plan["cluster_classes"] == plan["plot_two_vs_two_by_layer"] == 1
    for untouched in ("extract_activations", "correlate_images", "aggregate_class_vectors"):
        assert untouched not in plan


def test_a_formula_extracts_what_it_reads_and_can_leave_other_uses_alone(changeable):
    changeable.edit("workflow/scripts/semantrace/embedding/class_vectors.py", "1 << 26", "1 << 25")
    extracted = {"extract_activations": SHARDS, "aggregate_class_vectors": SHARDS}
    plan = changeable.planned_jobs()
    assert extracted.items() <= plan.items()
    assert plan["correlate_images"] == 1  # Snakemake runs whatever reads a file that is made again
    plan = changeable.planned_jobs("--omit-from", "correlate_images")
    assert extracted.items() <= plan.items()
    assert "correlate_images" not in plan
    assert "score_one_vs_two" not in plan


def test_what_is_made_again_has_the_same_bytes_and_is_on_disk_for_a_while(finished, changeable):
    # As after a changed formula, whose digest would stand in the files.
    result = changeable.snakemake(*READERS, "--forcerun", "correlate_images")
    assert result.returncode == 0, result.stderr[-4000:]
    present, peak = 0, 0
    for extracted, _ in EVENTS.findall(result.stderr):
        present += 1 if extracted else -1
        peak = max(peak, present)
    assert present == 0
    assert peak <= SHARDS + 1  # those of one network, and the first of the next one
    assert folders(changeable) == []
    assert bytes_of(changeable) == bytes_of(finished)
    assert changeable.planned_jobs(*READERS) == {}

    (changeable.folder / CORRELATIONS).unlink()
    wanted = {"extract_activations": SHARDS, "correlate_images": 1}
    assert changeable.planned_jobs(CORRELATIONS) == wanted
    assert changeable.snakemake(CORRELATIONS).returncode == 0
    assert folders(changeable) == []
    assert bytes_of(changeable) == bytes_of(finished)
    assert changeable.planned_jobs(*READERS) == {}

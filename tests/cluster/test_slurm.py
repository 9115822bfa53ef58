"""The small study on a real SLURM, through the profile that the documentation names."""

import os
import re
import shutil
import signal
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from project import Project
from single_node_slurm import GPUS, Job, clean_environment, command, wait_until
from small_study import make_project

pytestmark = pytest.mark.slow

TARGETS = (
    "network_diagram_squeezenet",
    *(f"results/small/correlations/{network}/0.h5" for network in ("squeezenet", "untrained")),
    "results/small/permutations.h5",
)
SHARDS = [f"{network}_{shard}" for network in ("squeezenet", "untrained") for shard in (0, 1)]
# As a user says it, but for waiting: jobs here take seconds, and there is one file system.
PROFILE = ("--workflow-profile", "profiles/slurm", "--latency-wait", "5")
LOOK_EVERY = "--slurm-init-seconds-before-status-checks"
TOO_LITTLE_MB = 400
# TensorFlow alone takes more than that, and SLURM kills the job that is given no more.
ONE_STARVED = (
    "--set-resources",
    f"extract_activations:mem_mb={TOO_LITTLE_MB} if attempt == 1 and wildcards.shard == '1'"
    " and wildcards.network == 'untrained' else 2500",
)
RUN_SECONDS = 3000  # what is downloaded on a first run included


@dataclass(frozen=True)
class ClusterRun:
    """The small study after its run on SLURM.

    Attributes
    ----------
    project : Project
        Where it ran.
    output : str
        What Snakemake said.
    jobs : list of Job
        What SLURM recorded.
    """

    project: Project
    output: str
    jobs: list[Job]

    def of_rule(self, rule: str) -> list[Job]:
        return [job for job in self.jobs if job.rule == rule]


def started(project: Project, *arguments: str) -> subprocess.Popen:
    """Start Snakemake in a process group of its own; what it says goes to output.log."""
    with (project.folder / "output.log").open("w") as output:
        return subprocess.Popen(
            [*project.command, *arguments],
            cwd=project.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=clean_environment(),
        )


def run(project: Project, *arguments: str) -> str:
    """Run Snakemake to its good end and return what it said."""
    process = started(project, *arguments)
    try:
        status = process.wait(RUN_SECONDS)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    output = (project.folder / "output.log").read_text()
    assert status == 0, output[-8000:]
    return output


@pytest.fixture(scope="module")
def on_slurm(slurm, repository, tmp_path_factory, snakemake_command) -> ClusterRun:
    """The small study, run on SLURM with a network job that is given too little memory at first."""
    project = make_project(repository, tmp_path_factory.mktemp("slurm"), snakemake_command)
    output = run(project, *PROFILE, LOOK_EVERY, "14", *ONE_STARVED, "--", *TARGETS)
    name = re.search(r"^SLURM run ID: (\S+)$", output, re.M)[1]
    assert name.startswith("semantrace_")
    return ClusterRun(project, output, [job for job in slurm.jobs() if job.name == name])


def test_every_job_of_a_network_asks_for_one_gpu_and_no_other_does(on_slurm):
    networks = on_slurm.of_rule("extract_activations")
    assert {job.gpus for job in networks} == {1}
    assert {job.gpus for job in on_slurm.jobs if job not in networks} == {0}
    done = [job.comment for job in networks if job.state == "COMPLETED"]
    assert sorted(done) == [f"rule_extract_activations_wildcards_{shard}" for shard in SHARDS]


def test_as_many_networks_run_at_once_as_there_are_gpus_and_never_more(on_slurm):
    networks = on_slurm.of_rule("extract_activations")
    at_once = [sum(other.start <= job.start < other.end for other in networks) for job in networks]
    assert max(at_once) == GPUS
    assert len(SHARDS) > GPUS  # so some had to wait


def test_a_job_killed_for_its_memory_is_tried_again_with_more_memory_and_time(on_slurm):
    killed, retried = [
        job
        for job in on_slurm.jobs
        if job.comment == "rule_extract_activations_wildcards_untrained_1"
    ]
    assert killed.state != "COMPLETED"
    assert retried.state == "COMPLETED"
    assert (killed.memory_mb, retried.memory_mb) == (TOO_LITTLE_MB, 2500)
    assert retried.minutes == 2 * killed.minutes == 2 * 720  # from the rule itself
    log = slurm_log(on_slurm.project, killed)
    assert re.search(r"[Ee]xceeded .*memory limit", log.read_text())


def slurm_log(project: Project, job: Job) -> Path:
    rule, _, wildcards = job.comment.partition("_wildcards_")
    return project.folder / ".snakemake/slurm_logs" / rule / wildcards / f"{job.number}.log"


def test_logs_arrive(on_slurm):
    for shard in SHARDS:
        log = (
            on_slurm.project.results / "logs/extract_activations" / f"{shard.replace('_', '/')}.log"
        )
        assert "100%" in log.read_text()
    kept = sorted((on_slurm.project.folder / ".snakemake/slurm_logs").rglob("*.log"))
    assert kept == [slurm_log(on_slurm.project, j) for j in on_slurm.jobs if j.state != "COMPLETED"]


def test_downloads_and_jobs_of_seconds_run_beside_snakemake(on_slurm):
    assert Counter(job.rule for job in on_slurm.jobs) == {
        "describe_network": 1,
        "match_concepts": 1,
        "sample_images": 1,
        "extract_activations": len(SHARDS) + 1,
        "correlate_images": 2,
    }
    finished = set(re.findall(r"^Finished jobid: \d+ \(Rule: (\w+)\)", on_slurm.output, re.M))
    beside = finished - {job.rule for job in on_slurm.jobs} - set(TARGETS)
    assert beside >= {"get_images", "draw_permutations", "plot_network_diagram"}


def test_results_are_those_of_a_local_run_byte_for_byte(on_slurm, finished):
    found, expected = on_slurm.project.checksums(), finished.checksums()
    for path in ("images.tsv", "activations/untrained/1/fire9.h5", "correlations/untrained/0.h5"):
        assert path in found
    assert found == {path: expected[path] for path in found}


def test_jobs_of_a_killed_snakemake_are_found_by_name_and_the_same_command_goes_on(
    slurm, on_slurm, tmp_path
):
    folder = tmp_path / "killed"
    shutil.copytree(on_slurm.project.folder, folder, symlinks=True)
    project = Project(folder, on_slurm.project.command)
    before = project.checksums()
    removed = project.results / "correlations/untrained/0.h5"
    removed.unlink()
    arguments = (*PROFILE, LOOK_EVERY, "8", "--", str(removed.relative_to(folder)))
    snakemake = started(project, *arguments)
    try:
        wait_until(slurm.unfinished, 600, "no job is submitted")
    finally:
        snakemake.kill()
        snakemake.wait()
    (orphan,) = slurm.unfinished()
    name = re.search(r"^SLURM run ID: (\S+)$", (folder / "output.log").read_text(), re.M)[1]
    command("scancel", "--name", name)
    wait_until(lambda: not slurm.unfinished(), 180, "the orphan does not end")
    assert {job.number: job.state for job in slurm.jobs()}[orphan] == "CANCELLED"
    run(project, "--unlock")
    run(project, *arguments)
    assert project.checksums() == before

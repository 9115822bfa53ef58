"""Runs that are killed or fill the disk, and go on by the documented commands."""

import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Iterator

import psutil
import pytest
from project import Project

pytestmark = pytest.mark.slow

TARGETS = ("two_vs_two_by_layer", "cluster_quality", "layer_comparisons")
"""What the runs ask for: with what comes before, every kind of stage."""

KILLS_OF_A_KIND, FEWEST_KILLS_OF_A_KIND = 3, 2
ASKED = 4
"""Results that each run is asked for; with what comes before, its jobs are of many kinds."""

MOST_JOBS = 2
"""Jobs that end before a kill; with those that run beside them, a run may do twice as many."""

MOST_SECONDS = 1.0
"""From the start of the next job to the kill."""

STEPS = re.compile(r"^(\d+) of \d+ steps", re.M)


def running_jobs(snakemake: subprocess.Popen) -> list[psutil.Process]:
    """Return the processes that compute a script of the workflow."""
    found = []
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in psutil.Process(snakemake.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if any("/.snakemake/scripts/" in part for part in process.cmdline()):
                    found.append(process)
    return found


def next_job(
    snakemake: subprocess.Popen, known: Collection[psutil.Process] = ()
) -> psutil.Process | None:
    """Wait for a running job that is not known yet; None once the run has ended."""
    while snakemake.poll() is None:
        for job in running_jobs(snakemake):
            if job not in known:
                return job
        time.sleep(0.01)
    return None


def kill_job(snakemake: subprocess.Popen) -> None:
    """Kill one job as the system does when memory runs out; Snakemake then stops by itself.

    Where Snakemake starts another one, the job had ended before it was killed.
    """
    known: list[psutil.Process] = []
    while (job := next_job(snakemake, known)) is not None:
        known = [job, *running_jobs(snakemake)]
        with contextlib.suppress(psutil.NoSuchProcess):
            job.kill()


def kill_snakemake(snakemake: subprocess.Popen) -> None:
    """Kill Snakemake alone; its jobs go on without it."""
    snakemake.kill()


def kill_group(snakemake: subprocess.Popen) -> None:
    """Kill everything at once, as a power cut does."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(snakemake.pid, signal.SIGKILL)


def killed_run(
    project: Project,
    kill: Callable[[subprocess.Popen], None],
    jobs: int,
    seconds: float,
    *arguments: str,
) -> int:
    """Kill something some seconds after so many jobs are done and the next one runs.

    Returns
    -------
    int
        The status that Snakemake ended with.
    """
    log = project.folder / "killed.log"
    with log.open("w") as output:
        run = subprocess.Popen(
            [*project.command, *arguments],
            cwd=project.folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while run.poll() is None and jobs_done(log.read_text()) < jobs:
            time.sleep(0.02)
        next_job(run)
        time.sleep(seconds)
        kill(run)
        return run.wait()


@pytest.fixture
def no_orphans(fresh) -> Iterator[None]:
    """Jobs that were left without Snakemake end with the test."""
    yield
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(str(fresh.folder) in part for part in process.cmdline()):
                process.kill()


def jobs_done(text: str) -> int:
    """Return how many jobs are done, by what Snakemake says."""
    return max(map(int, STEPS.findall(text)), default=0)


def leftovers(project: Project) -> list[str]:
    """What a killed job had begun to write."""
    return [str(path) for name in ("*.partial", "*.lock") for path in project.results.rglob(name)]


def test_neither_kills_nor_cores_nor_the_order_of_jobs_change_a_byte(finished, fresh, no_orphans):
    """One study, made bit by bit: in any order, on one core or two, and killed again and again."""
    moments = random.Random("kills")
    folders = ("activations/", "class_vectors/")  # asked for as a whole only
    targets = [path for path in finished.checksums() if not path.startswith(folders)]
    moments.shuffle(targets)
    killed: list[Callable] = []
    for kill in [kill_job, kill_snakemake, kill_group] * KILLS_OF_A_KIND:
        missing = [path for path in targets if not (fresh.results / path).exists()]
        asked = [f"results/small/{path}" for path in missing[:ASKED]]
        jobs, seconds = moments.randint(0, MOST_JOBS), moments.uniform(0, MOST_SECONDS)
        cores = moments.choice(("1", "2"))
        status = killed_run(fresh, kill, jobs, seconds, "--cores", cores, *asked)
        if status == 0:  # it had ended before it could be killed
            continue
        assert status == (1 if kill is kill_job else -signal.SIGKILL)
        killed.append(kill)
        if kill is not kill_job:
            unlock(fresh, as_documented=killed.count(kill) == 1)
    assert all(killed.count(kill) >= FEWEST_KILLS_OF_A_KIND for kill in set(killed))
    assert len(set(killed)) == 3
    result = fresh.snakemake(*TARGETS)
    assert result.returncode == 0, result.stderr[-6000:]
    assert fresh.planned_jobs(*TARGETS) == {}
    assert_same_bytes(fresh, finished, 40)
    assert leftovers(fresh) == []


def unlock(project: Project, as_documented: bool) -> None:
    """Unlock after a killed Snakemake: by its own command, or by what that removes, in no time."""
    locks = project.folder / ".snakemake/locks"
    if as_documented:
        assert project.snakemake("--unlock").returncode == 0
        assert not any(locks.glob("*"))
    else:
        shutil.rmtree(locks, ignore_errors=True)


def assert_same_bytes(project: Project, whole: Project, fewest: int) -> None:
    """Hold every result of a project against that of another one, which may have more."""
    results, expected = project.checksums(), whole.checksums()
    assert len(results) >= fewest
    assert results == {path: expected[path] for path in results}


@pytest.fixture
def small_disk(fresh) -> Iterator[Callable[[str], None]]:
    """A disk for the results, and a way to change its size."""
    folder = fresh.results
    folder.mkdir(parents=True, exist_ok=True)

    def mount(options: str) -> int:
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        return subprocess.run(command, capture_output=True, check=False).returncode

    if mount("size=8m"):
        pytest.skip("a small disk can be mounted by root only")
    yield lambda size: mount(f"remount,size={size}")
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_fills_up_is_one_line_and_the_run_goes_on_after_room_is_made(
    finished, fresh, small_disk
):
    target = "results/small/correlations/squeezenet/0.h5"
    result = fresh.snakemake(target)
    assert result.returncode == 1
    complaint = (
        r"^error: results/small/activations/\S+: the disk is full; make room and run the same"
    )
    assert re.search(complaint, result.stderr, re.M), result.stderr[-4000:]
    assert not list(fresh.results.glob("activations/*/*"))
    assert leftovers(fresh) == []
    small_disk("1g")
    result = fresh.snakemake(target)
    assert result.returncode == 0, result.stderr[-4000:]
    assert_same_bytes(fresh, finished, 12)

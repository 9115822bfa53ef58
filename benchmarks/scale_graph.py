"""The jobs of a study as Snakemake plans them, without running any."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from bench_workflow import REPOSITORY, prepare
from snakemake.api import SnakemakeApi
from snakemake.settings import types as settings


@dataclass(frozen=True)
class Job:
    """One job.

    Attributes
    ----------
    rule, name : str
        `name` is its wildcards, as its log file and the table of the demo's jobs have them.
    wildcards : mapping of str to str
    threads, gpus, memory_mb, minutes : int
        What the rule asks for, at the first attempt.
    needs : tuple of int
        Places of the jobs whose output it reads.
    priority : float
        Of the jobs that are ready, those with the highest go first.
    """

    rule: str
    name: str
    wildcards: Mapping[str, str]
    threads: int
    gpus: int
    memory_mb: int
    minutes: int
    needs: tuple[int, ...]
    priority: float = 0.0


def planning_folder(folder: Path, images: Mapping[str, Mapping] | None = None) -> None:
    """Make a folder in which studies can be planned, with pictures and files that are empty.

    Parameters
    ----------
    folder : path
        Exists and is empty.
    images : mapping, optional
        Studies to add: by name, what replaces the `images` of the study that the name begins with,
        up to a hyphen.
    """
    prepare(folder)
    (folder / "studies").unlink()
    shutil.copytree(REPOSITORY / "studies", folder / "studies")
    for name, changed in (images or {}).items():
        study = yaml.safe_load((folder / f"studies/{name.split('-')[0]}.yaml").read_text())
        study["images"] |= changed
        (folder / f"studies/{name}.yaml").write_text(yaml.safe_dump(study, sort_keys=False))


def planned_jobs(study: str, folder: Path) -> list[Job]:
    """Return all jobs of a study, each after those that it needs.

    Parameters
    ----------
    study : str
    folder : path
        As `planning_folder` makes it.
    """
    here = Path.cwd()
    output = settings.OutputSettings(quiet={settings.Quietness.ALL})
    try:
        with SnakemakeApi(output) as api:
            workflow = api.workflow(
                resource_settings=settings.ResourceSettings(cores=2),
                config_settings=settings.ConfigSettings(config={"study": study}),
                snakefile=REPOSITORY / "Snakefile",
                workdir=folder,
            )
            workflow.dag(settings.DAGSettings(forceall=True)).execute_workflow(
                executor="dryrun", execution_settings=settings.ExecutionSettings(lock=False)
            )
            # the API has no other way to the jobs themselves
            graph = workflow._workflow.dag
    finally:
        os.chdir(here)
    # what has no log only gathers files, such as `all`; within a level, jobs have no order
    levels = [sorted((job.log[0], job) for job in level if job.log) for level in graph.toposorted()]
    ordered = [job for level in levels for _, job in level]
    places = {job: place for place, job in enumerate(ordered)}
    return [
        Job(
            rule=job.rule.name,
            name=name_of(job.rule.name, job.log[0]),
            wildcards=dict(job.wildcards.items()),
            threads=job.resources["_cores"],
            gpus=job.resources.get("gpu", 0),
            memory_mb=job.resources["mem_mb"],
            minutes=job.resources["runtime"],
            needs=tuple(sorted(places[needed] for needed in graph.dependencies[job])),
            priority=float(job.priority),
        )
        for job in ordered
    ]


def name_of(rule: str, log: str) -> str:
    """Return what a job's log file is called after its rule: the job's wildcards."""
    return str(log).partition(f"/{rule}")[2].removesuffix(".log")[1:]

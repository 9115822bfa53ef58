"""A whole study really run, for what was predicted of it: class vectors of 1000 photographs.

    python benchmarks/scale_check.py PICTURES FOLDER

Copies the project to FOLDER with a study like visual_embedding, on one picture of each of
ImageNet's 1000 classes (the folders of PICTURES), with random weights, and runs it on two cores.
Writes docs/scale_check.tsv: what each job took, beside what the measured costs predict. None of the
costs was measured here. FOLDER must be new, so that the jobs are of one run.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import yaml
from bench_workflow import REPOSITORY
from scale_costs import Costs, Study
from scale_graph import Job, name_of, planned_jobs

CHECK = REPOSITORY / "docs/scale_check.tsv"
SHARDS = 10
CLASSES = 1000
MEASURED = {"processor_seconds": "cpu_time", "memory_mb": "max_rss"}
"""Columns of the table, and of what Snakemake leaves; other work on the machine hardly changes
them."""


def study_of(pictures: Path) -> dict:
    """Return the study: the published one's networks and layers, untrained."""
    study = yaml.safe_load((REPOSITORY / "studies/visual_embedding.yaml").read_text())
    for network in study["networks"].values():
        network["weights"] = {"seed": 1}
    study["images"]["shards"] = SHARDS
    study["dataset"] = {"kind": "imagefolder", "root": str(pictures)}
    inversion = study["visual_embedding"]["inversion"]
    inversion["classes"] = inversion["classes"][:2]
    del study["aliases"]
    return study


def prepare(pictures: Path, folder: Path) -> None:
    """Copy the project, with this study in the place of the demo and the demo's WordNet."""
    for name in ("workflow", "profiles", "envs"):
        shutil.copytree(REPOSITORY / name, folder / name)
    for name in ("Snakefile", "config.yaml"):
        shutil.copy(REPOSITORY / name, folder)
    shutil.copytree(REPOSITORY / "resources/debian", folder / "resources/debian")
    (folder / "studies").mkdir()
    (folder / "studies/demo.yaml").write_text(yaml.safe_dump(study_of(pictures), sort_keys=False))


def main(pictures: Path, folder: Path) -> None:
    """Run it and write the table."""
    folder.mkdir(parents=True)
    prepare(pictures.resolve(), folder)
    jobs = planned_jobs("demo", folder)
    subprocess.run([sys.executable, "-m", "snakemake", "--cores", "2"], cwd=folder, check=True)
    write_check(jobs, folder)


def write_check(jobs: list[Job], folder: Path) -> None:
    """Write what was predicted beside what was measured."""
    study = Study.of(yaml.safe_load((folder / "studies/demo.yaml").read_text()), CLASSES, 1)
    costs, measured = Costs(), measured_jobs(folder)
    begun = min(start for start, _ in measured.values())
    rows = []
    for job in jobs:
        start, end = measured[job.rule, job.name]
        rows.append(
            {
                "rule": job.rule,
                "job": job.name,
                "threads": job.threads,
                "gpus": job.gpus,
                "needs": " ".join(map(str, job.needs)),
                "priority": job.priority,
                "start_seconds": round(start - begun, 2),
                "seconds": round(end - start, 2),
                **left_by(job, folder),
                **{
                    f"predicted_{column}": round(costs.of_job(job, study, column), 1)
                    for column in MEASURED
                },
            }
        )
    pd.DataFrame(rows).to_csv(CHECK, sep="\t", index=False)


def measured_jobs(folder: Path) -> dict[tuple[str, str], tuple[float, float]]:
    """Return when each job began and ended, by rule and name, from what Snakemake notes."""
    found = {}
    for path in (folder / ".snakemake/metadata").rglob("*"):
        if path.is_file():
            noted = json.loads(path.read_text())
            name = name_of(noted["rule"], noted["log"][0])
            found[noted["rule"], name] = (noted["starttime"], noted["endtime"])
    return found


def left_by(job: Job, folder: Path) -> dict[str, float]:
    """Return a job's processor time and peak memory.

    Not known of a job that was over before Snakemake looked, or has no benchmark.
    """
    path = folder / f"results/demo/benchmarks/{job.rule}{'/' * bool(job.name)}{job.name}.tsv"
    if not path.is_file():
        return dict.fromkeys(MEASURED)
    measured = pd.read_csv(path, sep="\t").iloc[-1]
    return {column: measured[name] for column, name in MEASURED.items()}


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))

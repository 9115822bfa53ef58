"""Examine a study before its first job: all its problems at once, or the plan of its run."""

from semantrace.job import show, start, tell

start(snakemake)

from pathlib import Path

from semantrace.files import write_lines
from semantrace.study_check import StudyFiles, check_study
from semantrace.study_report import cost_lines, plan_warnings, study_lines, study_size
from semantrace.study_runs import jobs_to_run

params = snakemake.params
is_plan = not snakemake.output
check = check_study(
    params.study,
    params.config["study"],
    params.config["seed"],
    StudyFiles(
        params.source,
        params.matching,
        Path(params.folder),
        Path(snakemake.input.wordnet),
        {name: tuple(map(Path, paths)) for name, paths in params.word_vectors.items()},
    ),
    threads=snakemake.threads,
    measure=is_plan,
)
if is_plan:
    for line in check.warnings:
        tell(line)
check.problems.raise_if_any()
size = study_size(check, params.study, params.config)
lines = list(study_lines(check, size, params.study["images"]["shards"]))
if is_plan:
    jobs = jobs_to_run(params.config)
    show(
        [
            f"study       {params.source}",
            *lines,
            *cost_lines(size, jobs, params.cores, params.results),
        ]
    )
    for line in plan_warnings(size, params.results):
        tell(line)
else:
    write_lines(lines, snakemake.output[0])

"""Examine a study on demand: all its problems at once, or the plan of its run."""

from semantrace.core.job import show, start, tell

start(snakemake)

from pathlib import Path

from semantrace.examination.report import cost_lines, plan_warnings, study_lines, study_size
from semantrace.examination.study_check import check_study
from semantrace.examination.study_findings import StudyFiles
from semantrace.study.model import Study
from semantrace.study.runs import jobs_to_run

params = snakemake.params
config = params.config
check = check_study(
    params.study,
    config["study"],
    config["seed"],
    StudyFiles(
        f"studies/{config['study']}.yaml",
        params.matching,
        Path(params.folder),
        Path(snakemake.input.wordnet),
        params.word_vectors,
    ),
    threads=params.threads,
    measure=True,
)
for line in check.warnings:
    tell(line)
check.problems.raise_if_any()
study = Study.of(params.study, params.study)
size = study_size(check, study, config)
costs = cost_lines(size, jobs_to_run(config), params.cores, config["results"])
show([*study_lines(check, size, study), *costs])
for line in plan_warnings(size, config["results"]):
    tell(line)

"""Examine the study before the first job of a run."""

import subprocess
from importlib.util import find_spec

from semantrace.study.reading import own_files

UNEXAMINED = {
    f"../scripts/{name}.py"
    for name in (
        "check_study",
        "get_images",
        "get_package",
        "get_weights",
        "get_word_vectors",
        "get_wordnet",
        "list_layers",
    )
}
"""What a run may do before its study is examined: fetch, list layers, and examine it."""

CHECKED = f"{RESULTS}/checked.txt"
# Where a study's own and fetched files are, as its examination needs them.
EXAMINED = {
    "study": STUDY.settings,
    "config": CONFIG,
    "folder": DATASET_FOLDER,
    "word_vectors": {model: word_vector_paths(model) for model in WORD_MODELS},
}


def before_first_job():
    """What a run begins with, before Snakemake removes what its jobs are about to make."""
    examine_before_first_job()
    keep_stored_layers()


def keep_stored_layers():
    """Put aside the layers that jobs would make again only because others are wanted beside them.

    Those that --forcerun asks for are made again, and what an earlier run put aside of them goes.
    """
    if workflow.touch or not workflow.is_main_process:
        return
    extractions = [
        job
        for job in workflow.dag.needrun_jobs()
        if job.rule.script == "../scripts/extract_activations.py"
    ]
    if extractions:
        from semantrace.activations.stored_layers import forget, put_aside  # loads h5py

        for job in extractions:
            (forget if workflow.dag.reason(job).forced else put_aside)(job.output[0])


def examine_before_first_job():
    """Stop a run before its first job where something is wrong with the study.

    This is not a job, since whatever depends on one is done again with it or else, by ancient(),
    not looked at while it is to run.
    """
    # Where jobs have environments of their own, that of Snakemake may lack what networks need.
    is_able = find_spec("tensorflow") is not None
    if workflow.touch or not workflow.is_main_process or not is_able:
        return
    if all(job.rule.script in UNEXAMINED for job in workflow.dag.needrun_jobs()):
        return
    settings = {
        **EXAMINED,
        "stamp": stamp_of_images(),
        "own": contents_of(
            *(path for _, path, _ in own_files(STUDY.settings) if Path(path).is_file())
        ),
        "code": code_digest(SCRIPTS / "semantrace/examination/check_before_run.py"),
    }
    digest = settings_digest(settings)
    if Path(CHECKED).is_file() and Path(CHECKED).read_text().strip() == digest:
        return
    print("Examining the study before its first job.", file=sys.stderr)
    places = {"wordnet": f"{RESOURCES}/wordnet", "noted": CHECKED, "digest": digest}
    examined = subprocess.run(
        [sys.executable, "-m", "semantrace.examination.check_before_run"],
        input=json.dumps(settings | places),
        text=True,
        env={**os.environ, "PYTHONPATH": str(SCRIPTS)},
    )
    if examined.returncode:
        sys.exit(1)

"""Examine a study before the first job of a run, in a process of its own.

So Snakemake, which runs for long, stays without TensorFlow. What is examined comes as JSON on
standard input.
"""

import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from semantrace.core.errors import Problems
from semantrace.core.job import set_up_libraries
from semantrace.examination.study_check import check_study
from semantrace.examination.study_findings import StudyFiles
from semantrace.io.files import write_lines
from semantrace.taxonomy.wordnet_sources import fetch_wordnet

MOST_DECODED = 5000
"""Images of a larger study are decoded by the job that draws them."""


def check_before_run(settings: Mapping) -> None:
    """Examine a study, and note that it was if nothing is wrong with it.

    Parameters
    ----------
    settings : mapping
        `study`, `config`, `folder` (of the images), `wordnet`, `word_vectors` (vectors
        and vocabulary of each model), and `noted` (the file to write) with its `digest`.

    Raises
    ------
    InputError
        With a line for each problem.
    """
    study, config = settings["study"], settings["config"]
    name, folder = config["study"], Path(settings["folder"])
    if not folder.is_dir():  # of a package that has not been fetched yet
        study = {key: value for key, value in study.items() if key != "dataset"}
    with _wordnet(settings, is_needed="dataset" in study) as wordnet:
        stored = settings["word_vectors"]
        files = StudyFiles(f"studies/{name}.yaml", "", folder, wordnet, stored)
        threads = config["extraction"]["decoding_threads"]
        check = check_study(study, name, config["seed"], files, threads, MOST_DECODED)
    check.problems.raise_if_any()
    write_lines([settings["digest"]], settings["noted"])


@contextlib.contextmanager
def _wordnet(settings: Mapping, is_needed: bool) -> Iterator[Path]:
    """Give the folder of WordNet, or one for the time being where it has not been made yet."""
    folder = Path(settings["wordnet"])
    if folder.is_dir() or not is_needed:
        yield folder
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "wordnet"
        fetch_wordnet(settings["config"]["wordnet"], settings["config"]["resources"], folder)
        yield folder


if __name__ == "__main__":
    set_up_libraries()
    problems = Problems()
    with problems.collected():
        check_before_run(json.load(sys.stdin))
    for line in dict.fromkeys(problems.found):
        print(f"error: {line}", file=sys.stderr)
    sys.exit(bool(problems.found))

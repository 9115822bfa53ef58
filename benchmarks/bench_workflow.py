"""What the workflow itself costs: planning, finding nothing to do, and starting a script.

The demo is planned in this checkout, where it has been run: there is nothing to do. The two studies
on ImageNet are planned in a folder that has an empty file at every path they name, and 50,000 empty
images: everything is to do. Then every file that their jobs would make is put there, empty, and
marked as made: nothing is to do. The floor is Snakemake with a Snakefile of no rules. A script is
started up to its last import, each time in a process of its own. How long the demo takes is read
from what its jobs left.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from apart import LIBRARY, REPOSITORY, LeftOut, Run, apart
from demo_timeline import read_jobs
from measuring import Benchmark, Contender, Measurement, scaled
from script_opening import open_scripts

from semantrace.core import code_digest
from semantrace.core.errors import InputError
from semantrace.images.dataset_stamp import dataset_stamp
from semantrace.study.reading import load_study, own_files

LARGE_STUDIES = ("emergence", "visual_embedding")
IMAGES = 50_000
START_ROUNDS = 3
OURS = "Semantrace"
FLOOR = "Snakemake alone, with no rules"
NOTHING_TARGET = "≤ 2 s"

SCRIPTS = {
    "draw_permutations": "draws random numbers",
    "score_two_vs_two": "scores, compiled by Numba",
    "match_concepts": "reads WordNet by NLTK",
    "plot_two_vs_two_by_layer": "draws by Matplotlib",
    "extract_activations": "runs a network, which loads what it needs",
    "invert_class_vectors": "follows gradients in TensorFlow",
}
WITH_NETWORK = "invert_class_vectors"


def run(scale: float = 1.0) -> list[Measurement]:
    """Measure it all, with a part of the images."""
    images = scaled(IMAGES, scale)
    jobs = finished_jobs()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        prepare(scratch, images)
        return [
            *planning(jobs, scratch, f"{images:,} images"),
            *nothing_to_do(jobs, scratch, f"{images:,} images"),
            *parts_of_planning(scratch),
            *starting(),
            *Benchmark("The demo, after installation: make demo", "", [demo(jobs)], 1, False).run(),
        ]


def prepare(folder: Path, count: int) -> None:
    """Make a folder in which the large studies can be planned, and one with no rules."""
    shutil.copy(REPOSITORY / "config.yaml", folder)
    (folder / "studies").symlink_to(REPOSITORY / "studies", target_is_directory=True)
    for name in LARGE_STUDIES:
        study = load_study(name, REPOSITORY / "studies")
        images = folder / study["dataset"]["root"]
        if not images.is_dir():
            images.mkdir(parents=True)
            for number in range(1, count + 1):
                (images / f"ILSVRC2012_val_{number:08d}.JPEG").touch()
        for _, path, _ in own_files(study):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).touch()
    (folder / "empty").mkdir()
    (folder / "empty/Snakefile").write_text("rule all:\n    input: []\n")


def planning(jobs: int, scratch: Path, images: str) -> list[Measurement]:
    """Time dry runs of all studies and of no study in turn."""
    contenders = [demo_contender(jobs, "--dry-run", against=FLOOR)]
    for name in LARGE_STUDIES:
        plan = partial(study_run, scratch, name, "--dry-run")
        given = f"{name}, {planned_jobs(plan())} jobs to do, {images}"
        contenders.append(Contender(OURS, plan, FLOOR, "≤ 1.5 s", given=given))
    alone = partial(snakemake, scratch / "empty", "--dry-run")
    contenders.append(Contender(FLOOR, alone, given="no study"))
    return Benchmark("Planning a study: snakemake --dry-run", "", contenders).run()


def nothing_to_do(jobs: int, scratch: Path, images: str) -> list[Measurement]:
    """Time runs that find all of a study done."""
    contenders = [demo_contender(jobs, "--cores=2")]
    for name in LARGE_STUDIES:
        mark_as_made(scratch, name)
        forced = study_run(scratch, name, "--dry-run", "--forceall")
        given = f"{name}, all {planned_jobs(forced)} jobs done, {images}"
        call = partial(study_run, scratch, name, "--cores=2")
        if "Nothing to be done" not in call():
            raise RuntimeError(f"{name} in {scratch} found something to do")
        contenders.append(Contender(OURS, call, target=NOTHING_TARGET, given=given))
    return Benchmark("Nothing to do: snakemake", "", contenders).run()


def demo_contender(jobs: int, *options: str, against: str = "") -> Contender:
    """Run the demo where it has been run."""

    def call() -> None:
        require(jobs)
        study_run(REPOSITORY, "demo", *options)

    given = f"demo, all {jobs} jobs done" if jobs else "demo"
    return Contender(OURS, call, against, NOTHING_TARGET, given=given)


def require(jobs: int) -> None:
    """Leave a contender out where the demo has not been run."""
    if not jobs:
        raise LeftOut("left out: results/demo is not up to date; say make demo first")


def mark_as_made(folder: Path, study: str) -> None:
    """Put an empty file wherever a job of a study writes, and let Snakemake take it for made."""
    summary = study_run(folder, study, "--cores=2", "--summary")
    for name in re.findall(r"^(\S+)\t-\t", summary, re.M):
        path = folder / name
        if path.suffix:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        else:
            path.mkdir(parents=True, exist_ok=True)
    study_run(folder, study, "--cores=2", "--touch")


def parts_of_planning(scratch: Path) -> list[Measurement]:
    """Time what the Snakefile computes whenever it is read."""
    scripts = sorted(LIBRARY.glob("*.py"))
    dataset = load_study(LARGE_STUDIES[0], REPOSITORY / "studies")["dataset"]
    root = scratch / dataset["root"]
    names = [item.name for item in root.iterdir()]
    stamp = partial(dataset_stamp, dataset, root, root.parent / "fingerprints")
    stamp()
    time.sleep(3)  # digests of files that changed just now are not kept
    library = len(list(code_digest.PACKAGE.rglob("*.py")))
    title = "Planning a study: the stamp of the images"
    floor = "looking at each image alone"
    digests = Contender(
        OURS,
        partial(digest_anew, scripts),
        given=f"{len(scripts)} scripts, {library} modules",
        benchmark="Planning a study: digests of the code",
    )
    looking = Contender(floor, lambda: [os.stat(f"{root}/{name}") for name in names])  # noqa: PTH116
    contenders = [digests, Contender(OURS, stamp, floor), looking]
    return Benchmark(title, f"{len(names):,} images", contenders).run()


def digest_anew(scripts: list[Path]) -> None:
    """Digest scripts as a new process does, which knows what is kept of modules."""
    for cached in (code_digest._known, code_digest._examined, code_digest._files_of):
        cached.cache_clear()
    for script in scripts:
        code_digest.code_digest(script)


def starting() -> list[Measurement]:
    """Time the openings of scripts, with what they load and the memory it takes."""

    def loads(runs: Sequence[Run]) -> str:
        return f"loads {', '.join(runs[-1].found)}"

    contenders = []
    for name, given in SCRIPTS.items():
        call = partial(apart, open_scripts, LIBRARY / f"{name}.py")
        call()  # reads the libraries from the disk
        others = {} if name == WITH_NETWORK else {"against": WITH_NETWORK, "target": "≤ 1 s"}
        contenders.append(Contender(name, call, given=given, note=loads, **others))
    title = "Starting a script: its log, threads and imports"
    return Benchmark(title, "", contenders, START_ROUNDS).run()


def demo(jobs: int) -> Contender:
    """Read how long the demo took from what its jobs left."""

    def call() -> Run:
        require(jobs)
        try:
            run = read_jobs(REPOSITORY)
        except InputError as error:
            raise LeftOut(f"left out: {error}") from error
        seconds, computing = run["seconds"].sum(), run["processor_seconds"].sum()
        note = (
            f"from the first job's start to the last one's end; {len(run)} jobs, but for shared "
            f"downloads, took {seconds:.0f} s, and {computing:.0f} s of one core; memory is that "
            "of the largest; see demo_timeline.png"
        )
        whole = (run["start_seconds"] + run["seconds"]).max()
        return Run(whole, memory_mb=run["memory_mb"].max(), note=note)

    return Contender(OURS, call, target="≤ 5 minutes", given=f"{jobs} jobs" if jobs else "")


def study_run(folder: Path, study: str, *options: str) -> str:
    """Run Snakemake in a folder for a study, by this checkout's code."""
    snakefile = ("--snakefile", str(REPOSITORY / "Snakefile"))
    return snakemake(folder, *snakefile, *options, "--config", f"study={study}")


def snakemake(folder: Path, *arguments: str) -> str:
    """Run Snakemake and return what it printed."""
    command = [sys.executable, "-m", "snakemake", *arguments]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{result.stderr[-2000:]}")
    return result.stdout + result.stderr


def planned_jobs(output: str) -> int:
    """Return the number of jobs of a dry run, without the target `all`, which does nothing."""
    return int(re.search(r"^total\s+(\d+)$", output, re.M)[1]) - 1


def finished_jobs() -> int:
    """Return how many jobs the demo has, or none if any of them is left to do."""
    if "Nothing to be done" not in study_run(REPOSITORY, "demo", "--dry-run"):
        return 0
    return planned_jobs(study_run(REPOSITORY, "demo", "--dry-run", "--forceall"))

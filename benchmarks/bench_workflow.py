"""What the workflow itself costs: planning, finding nothing to do, and starting a script.

    python benchmarks/bench_workflow.py [PROJECT]

The demo is planned where it has been run, by default in this checkout: there is nothing to do. The
two studies on ImageNet are planned in a folder that has an empty file at every path they name, and
50,000 empty images: everything is to do. Then every file that their jobs would make is put there,
empty, and marked as made: nothing is to do. The floor is Snakemake with a Snakefile of no rules. A
script is started up to its last import, each time in a process of its own. How long the demo takes
is read from what its jobs left.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "workflow/scripts"), str(REPOSITORY / "benchmarks")]

from demo_timeline import read_jobs
from measuring import Measurement, apart, in_turn, print_rows, ratio

from semantrace.core import code_digest
from semantrace.core.errors import InputError
from semantrace.images.dataset_stamp import dataset_stamp
from semantrace.study.reading import load_study, own_files

SNAKEMAKE = (sys.executable, "-m", "snakemake", "--snakefile")
LARGE_STUDIES = ("emergence", "visual_embedding")
IMAGES = 50_000
ROUNDS = 5
START_ROUNDS = 3

PLANNING = "Planning a study: snakemake --dry-run"
NOTHING = "Nothing to do: snakemake"
STARTING = "Starting a script: its log, threads and imports"
DEMO = "The demo, after installation: make demo"
OURS = "Semantrace"
FLOOR = "Snakemake alone, with no rules"
NOTHING_TARGET = "≤ 10 s"
DEMO_TARGET = "≤ 5 minutes"
UNFINISHED = "left out: results/demo is not up to date; say make demo first"

SCRIPTS = {
    "draw_permutations": "draws random numbers",
    "score_two_vs_two": "scores, compiled by Numba",
    "match_concepts": "reads WordNet by NLTK",
    "plot_two_vs_two_by_layer": "draws by Matplotlib",
    "extract_activations": "runs a network in TensorFlow",
}
WITH_NETWORK = "extract_activations"


def run(project: Path = REPOSITORY) -> list[Measurement]:
    """Measure it all.

    Parameters
    ----------
    project : path
        A checkout in which the demo has been run.
    """
    jobs = finished_jobs(project)
    with tempfile.TemporaryDirectory() as scratch:
        prepare(Path(scratch))
        return [
            *planning(project, jobs, Path(scratch)),
            *nothing_to_do(project, jobs, Path(scratch)),
            *parts_of_planning(Path(scratch)),
            *starting(),
            *demo(project, jobs),
        ]


def prepare(folder: Path) -> None:
    """Make a folder in which the large studies can be planned, and one with no rules."""
    shutil.copy(REPOSITORY / "config.yaml", folder)
    (folder / "studies").symlink_to(REPOSITORY / "studies", target_is_directory=True)
    for name in LARGE_STUDIES:
        study = load_study(name, REPOSITORY / "studies")
        images = folder / study["dataset"]["root"]
        if not images.is_dir():
            images.mkdir(parents=True)
            for number in range(1, IMAGES + 1):
                (images / f"ILSVRC2012_val_{number:08d}.JPEG").touch()
        for _, path, _ in own_files(study):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).touch()
    (folder / "empty").mkdir()
    (folder / "empty/Snakefile").write_text("rule all:\n    input: []\n")


def planning(project: Path, jobs: int, scratch: Path) -> list[Measurement]:
    """Time dry runs of all studies and of no study in turn."""
    empty = scratch / "empty"
    floor = (sys.executable, "-m", "snakemake", "--dry-run")
    plans = {name: (scratch, dry_run(REPOSITORY, name)) for name in LARGE_STUDIES}
    given = {
        name: f"{name}, {planned_jobs(snakemake(*plan))} jobs to do, {IMAGES:,} images"
        for name, plan in plans.items()
    }
    if jobs:
        plans["demo"] = (project, dry_run(project, "demo"))
        given["demo"] = f"demo, all {jobs} jobs done"
    times = in_turn(
        {
            FLOOR: lambda: snakemake(empty, floor),
            **{name: lambda plan=plan: snakemake(*plan) for name, plan in plans.items()},
        },
        rounds=ROUNDS,
    )
    return [
        *(
            Measurement(
                PLANNING,
                given[name],
                OURS,
                times[name],
                against=FLOOR,
                ratio=ratio(times[name], times[FLOOR]),
                target=NOTHING_TARGET,
            )
            for name in sorted(plans)
        ),
        Measurement(PLANNING, "no study", FLOOR, times[FLOOR]),
    ]


def nothing_to_do(project: Path, jobs: int, scratch: Path) -> list[Measurement]:
    """Time runs that find all of a study done."""
    runs, given = {}, {}
    for name in LARGE_STUDIES:
        mark_as_made(scratch, name)
        forced = snakemake(scratch, (*dry_run(REPOSITORY, name), "--forceall"))
        given[name] = f"{name}, all {planned_jobs(forced)} jobs done, {IMAGES:,} images"
        runs[name] = (scratch, whole_run(REPOSITORY, name))
    if jobs:
        given["demo"] = f"demo, all {jobs} jobs done"
        runs["demo"] = (project, whole_run(project, "demo"))
    for run in runs.values():
        if "Nothing to be done" not in snakemake(*run):
            raise RuntimeError(f"{' '.join(map(str, run[1]))} in {run[0]} found something to do")
    times = in_turn(
        {name: lambda run=run: snakemake(*run) for name, run in runs.items()}, rounds=ROUNDS
    )
    measured = [
        Measurement(NOTHING, given[name], OURS, times[name], target=NOTHING_TARGET)
        for name in sorted(runs)
    ]
    if not jobs:
        measured.append(Measurement(NOTHING, "demo", OURS, target=NOTHING_TARGET, note=UNFINISHED))
    return measured


def mark_as_made(folder: Path, study: str) -> None:
    """Put an empty file wherever a job of a study writes, and let Snakemake take it for made."""
    summary = snakemake(folder, (*whole_run(REPOSITORY, study), "--summary"))
    for name in re.findall(r"^(\S+)\t-\t", summary, re.M):
        path = folder / name
        if path.suffix:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        else:
            path.mkdir(parents=True, exist_ok=True)
    snakemake(folder, (*whole_run(REPOSITORY, study), "--touch"))


def parts_of_planning(scratch: Path) -> list[Measurement]:
    """Time what the Snakefile computes whenever it is read."""
    scripts = sorted((REPOSITORY / "workflow/scripts").glob("*.py"))
    dataset = load_study(LARGE_STUDIES[0], REPOSITORY / "studies")["dataset"]
    root = scratch / dataset["root"]
    names = [item.name for item in root.iterdir()]
    kept_in = root.parent / "fingerprints"
    dataset_stamp(dataset, root, kept_in)
    time.sleep(3)  # digests of files that changed just now are not kept
    dataset_stamp(dataset, root, kept_in)
    parts = {
        "digests of the code": lambda: digests(scripts),
        "the stamp of the images": lambda: dataset_stamp(dataset, root, kept_in),
        "looking at each image alone": lambda: [os.stat(f"{root}/{name}") for name in names],  # noqa: PTH116
    }
    times = in_turn(parts, rounds=ROUNDS)
    digest, stamp, floor = parts
    library = len(list(code_digest.PACKAGE.rglob("*.py")))
    return [
        Measurement(
            f"Planning a study: {digest}",
            f"{len(scripts)} scripts, {library} modules",
            OURS,
            times[digest],
        ),
        Measurement(
            f"Planning a study: {stamp}",
            f"{IMAGES:,} images",
            OURS,
            times[stamp],
            against=floor,
            ratio=ratio(times[stamp], times[floor]),
        ),
        Measurement(f"Planning a study: {stamp}", f"{IMAGES:,} images", floor, times[floor]),
    ]


def digests(scripts: list[Path]) -> list[str]:
    """Digest scripts as a new process does, which knows what is kept of modules."""
    for cached in (code_digest._known, code_digest._examined, code_digest._files_of):
        cached.cache_clear()
    return [code_digest.code_digest(script) for script in scripts]


def starting() -> list[Measurement]:
    """Time the openings of scripts, with what they load and the memory it takes."""
    times: dict[str, list[float]] = {name: [] for name in SCRIPTS}
    found = {}
    for turn in range(START_ROUNDS + 1):
        for name in SCRIPTS:
            script = REPOSITORY / f"workflow/scripts/{name}.py"
            found[name] = apart(REPOSITORY / "benchmarks/script_opening.py", script)
            if turn:  # the first one reads the libraries from the disk
                times[name].append(found[name]["seconds"])
    return [
        Measurement(
            STARTING,
            SCRIPTS[name],
            name,
            times[name],
            against="" if name == WITH_NETWORK else WITH_NETWORK,
            ratio=None if name == WITH_NETWORK else ratio(times[name], times[WITH_NETWORK]),
            memory_mb=found[name]["peak_mb"],
            note=f"loads {', '.join(found[name]['packages'])}",
        )
        for name in SCRIPTS
    ]


def demo(project: Path, jobs: int) -> list[Measurement]:
    """Read how long the demo took from what its jobs left."""
    if not jobs:
        return [Measurement(DEMO, "", OURS, target=DEMO_TARGET, note=UNFINISHED)]
    try:
        run = read_jobs(project)
    except InputError as error:
        return [Measurement(DEMO, "", OURS, target=DEMO_TARGET, note=f"left out: {error}")]
    seconds, computing = run["seconds"].sum(), run["processor_seconds"].sum()
    note = (
        f"from the first job's start to the last one's end; the jobs took {seconds:.0f} s, and "
        f"{computing:.0f} s of one core; memory is that of the largest; see demo_timeline.png"
    )
    if len(run) < jobs:
        note += "; shared downloads are not timed"
    return [
        Measurement(
            DEMO,
            f"{len(run)} of {jobs} jobs",
            OURS,
            [(run["start_seconds"] + run["seconds"]).max()],
            target=DEMO_TARGET,
            memory_mb=run["memory_mb"].max(),
            note=note,
        )
    ]


def dry_run(project: Path, study: str) -> tuple:
    """Return the command that plans a study by a checkout's code."""
    return (*SNAKEMAKE, project / "Snakefile", "--dry-run", "--config", f"study={study}")


def whole_run(project: Path, study: str) -> tuple:
    """Return the command that runs a study by a checkout's code."""
    return (*SNAKEMAKE, project / "Snakefile", "--cores", "2", "--config", f"study={study}")


def snakemake(folder: Path, command: tuple) -> str:
    """Run Snakemake and return what it printed."""
    result = subprocess.run(
        list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{result.stderr[-2000:]}")
    return result.stdout + result.stderr


def planned_jobs(output: str) -> int:
    """Return the number of jobs of a dry run, without the target `all`, which does nothing."""
    return int(re.search(r"^total\s+(\d+)$", output, re.M)[1]) - 1


def finished_jobs(project: Path) -> int:
    """Return how many jobs the demo has, or none if any of them is left to do."""
    command = dry_run(project, "demo")
    if "Nothing to be done" not in snakemake(project, command):
        return 0
    return planned_jobs(snakemake(project, (*command, "--forceall")))


if __name__ == "__main__":
    begun = time.perf_counter()
    print_rows(run(*map(Path, sys.argv[1:2])))
    print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr)

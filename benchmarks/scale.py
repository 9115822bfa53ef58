"""What the large studies ask for: jobs, disk, memory and processor time, from measured costs.

    python benchmarks/scale.py

The costs of the rules are those by which `check_study` plans a study; what an image costs in each
network is measured here. Nothing is downloaded: networks have random weights. Writes docs/scale.md.
"""

import sys
from dataclasses import replace
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "workflow/scripts"))

from semantrace.examination import plan
from semantrace.examination.network_check import check_networks
from semantrace.examination.plan import StudySize, readable_bytes, readable_time
from semantrace.examination.report import planned_size
from semantrace.examination.study_findings import StudyCheck
from semantrace.io.files import write_lines
from semantrace.study.model import Study
from semantrace.study.reading import load_config, load_study

PAGE = REPOSITORY / "docs/scale.md"
CORES = (2, 16)
DECODING_SECONDS = 0.0022
"""Of one photograph of ImageNet."""

CONFIG = load_config([REPOSITORY / "config.yaml"], folder=REPOSITORY / "studies")

CASES = (
    ("emergence", "166 concepts × 5", {"concepts": 166, "images": 830, "groups": 5}, 137),
    ("emergence", "166 concepts × 50", {"concepts": 166, "images": 8300, "groups": 50}, 542),
    ("emergence", "1000 concepts × 50", {"concepts": 1000, "images": 50_000, "groups": 50}, 1742),
    (
        "visual_embedding",
        "1000 classes × 50",
        {"concepts": 1000, "images": 50_000, "groups": 1},
        143,
    ),
)
"""Study, its size in words and in numbers, and the jobs that Snakemake plans for it."""


def base_size(name: str) -> StudySize:
    """Return the size of a study but for its images, its networks measured."""
    study = load_study(name, REPOSITORY / "studies")
    for network in study["networks"].values():
        network["weights"] = {"seed": 1}
    check = StudyCheck()
    check_networks(check, study, measure=True)
    check.problems.raise_if_any()
    whole = Study.of(study, study.written)
    return planned_size(whole, CONFIG, check.networks, 0, 0, DECODING_SECONDS)


def page(sizes: dict[str, StudySize]) -> str:
    """Return the page."""
    columns = [replace(sizes[name], **numbers) for name, _, numbers, _ in CASES]
    jobs = [count for *_, count in CASES]
    rows = {
        "jobs": [f"{count:,}" for count in jobs],
        "images": [f"{size.images:,}" for size in columns],
        "activations, two networks at a time": [_disk(size.activation_bytes()) for size in columns],
        "activations, all kept": [
            _disk(replace(size, keeps_activations=True).activation_bytes()) for size in columns
        ],
        "correlations and class vectors": [_disk(size.other_bytes()) for size in columns],
        "memory of the largest job": [readable_bytes(size.memory_bytes()) for size in columns],
    }
    for cores in CORES:
        rows[f"time on {cores} cores, no GPU"] = [
            readable_time(size.processor_seconds(count) / cores)
            for size, count in zip(columns, jobs, strict=True)
        ]
    networks = {network.name: network for size in sizes.values() for network in size.networks}
    return TEXT.format(
        studies=_table(["", *(f"`{name}`, {words}" for name, words, *_ in CASES)], rows),
        networks=_table(
            ["an image", *networks],
            {
                "features of the study's layers": [f"{n.features:,}" for n in networks.values()],
                "processor time": [f"{1000 * n.seconds:.0f} ms" for n in networks.values()],
            },
        ),
        costs=_table(
            ["cost", "processor time"],
            {
                "a job that does little: imports, a figure": [f"{plan.JOB_SECONDS:g} s"],
                "2 vs. 2 and its comparisons, a matrix of 166 concepts, 1000 permutations": [
                    f"{plan.SCORE_SECONDS:g} s"
                ],
                "the other measures, a matrix of 166 concepts": [f"{plan.PANEL_SECONDS:g} s"],
                "correlations of 100,000 features between 166 concepts": [
                    f"{plan.CORRELATION_SECONDS:g} s"
                ],
                "clusters of one layer set of 1000 classes": [f"{plan.CLUSTERING_SECONDS:g} s"],
                "inversion of one class": [f"{plan.INVERSION_SECONDS:g} s"],
                "decoding an image": [f"{1000 * DECODING_SECONDS:g} ms"],
            },
        ),
    )


def _disk(number: float) -> str:
    return readable_bytes(number) if number else ""


def _table(heading: list[str], rows: dict[str, list[str]]) -> str:
    lines = [heading, ["---", *["---:"] * (len(heading) - 1)]]
    lines += [[name, *cells] for name, cells in rows.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


TEXT = """# What the large studies ask for

`make scale` writes this page: the plan that `make check` tells of a study before it runs, for the
studies of the two papers. Networks have random weights, which take as long as trained ones.

## The studies

{studies}

The time is the processor time of all jobs, divided by the cores; what waits for others, and disks,
take more. `visual_embedding` streams its class vectors, so that no activation reaches the disk.
The time of scores grows with the cube of the concepts, and with layers × groups × word models; a
cluster shares it among the networks and word models. Their memory grows with the square of the
concepts alone, but for a thousandth of it: matrices of layers and groups are read in parts. 1000
concepts are an upper bound, since no set of word models knows all of ImageNet's classes. No GPU was
measured.

## The networks

{networks}

## The costs

Measured on AMD EPYC, two cores.

{costs}
"""

if __name__ == "__main__":
    sizes = {name: base_size(name) for name in dict.fromkeys(name for name, *_ in CASES)}
    write_lines(page(sizes).splitlines(), PAGE)
    print(PAGE.relative_to(REPOSITORY))

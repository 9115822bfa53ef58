"""Where the demo's time goes: every job of a finished run, by stage, on the cores it used.

    python benchmarks/demo_timeline.py [PROJECT [IMAGE]]

Reads results/demo/benchmarks, which Snakemake writes, of a run from nothing to the last figure, and
writes an image, by default docs/demo_timeline.png, and its table beside it.
"""

import os
import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "workflow/scripts"))

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from semantrace.core.errors import InputError
from semantrace.figures.base.style import (
    GREY,
    INK,
    PAGE_WIDTH,
    PALE,
    PNG_RESOLUTION,
    SERIES_COLOURS,
    SMALL,
    new_figure,
    theme,
)
from semantrace.io.files import atomic_path, write_tsv

STAGES = {
    "Downloads, words, concepts": ("software", "check", "word_vectors", "dataset"),
    "Weights, extraction": ("networks", "activations"),
    "Correlations": ("correlations",),
    "Scores": ("scoring", "one_vs_two"),
    "Class vectors, similarity": ("class_vectors", "similarity"),
    "Clusters, WordNet": ("clustering", "wordnet"),
    "Inversion": ("inversion",),
    "Figures, tables": (),
}
"""Stages in the order that data flows, with the rule files that they are in."""

SHOWN = ("plot_", "tabulate_", "show_", "summarise_study")
"""What the names of rules of the last stage begin with."""

LONGEST_PAUSE = 30.0
"""Seconds between two jobs of one run, at most."""

TOUCHING = 0.02
"""Seconds that two jobs may overlap in the same place: one ends while the next one begins."""

DEFAULTS = (REPOSITORY, REPOSITORY / "docs/demo_timeline.png")

BOX = (0.2, 0.13, 0.46, 0.74)
"""Where the axes lie in the figure; texts fill the rest."""

COLUMNS = (1.06, 1.19, 1.23)
SIDES = ("right", "right", "left")
"""Places of the columns of text, in widths of the axes."""

FILLED = 0.8
"""How much of a stage's row a job fills that keeps all cores busy."""

COLOURS = (*SERIES_COLOURS[:6], GREY, INK)
CORES = os.cpu_count() or 1


def read_jobs(project: Path) -> pd.DataFrame:
    """Read what each job of the demo took.

    Parameters
    ----------
    project : path
        A checkout in which the demo has been run.

    Returns
    -------
    DataFrame
        One row a job, by its start: `stage`, `rule`, `job` (its wildcards), `start_seconds` (after
        that of the first), `seconds`, `processor_seconds` and `memory_mb`. Snakemake looks at a job
        every half second: of one that was over sooner, the last two are not known.

    Raises
    ------
    InputError
        When there is no demo, or when its jobs were not run at one go.
    """
    folder = project / "results/demo/benchmarks"
    stages = stages_of_rules()
    rows = []
    for path in folder.rglob("*.tsv"):
        rule, *wildcards = path.relative_to(folder).with_suffix("").parts
        measured = pd.read_csv(path, sep="\t").iloc[-1]
        unseen = measured["max_rss"] == 0 or pd.isna(measured["max_rss"])
        rows.append(
            {
                "stage": stages.get(rule, ""),
                "rule": rule,
                "job": "/".join(wildcards),
                "start_seconds": path.stat().st_mtime - measured["s"],
                "seconds": measured["s"],
                "processor_seconds": None if unseen else measured["cpu_time"],
                "memory_mb": None if unseen else measured["max_rss"],
            }
        )
    if not rows:
        raise InputError(f"{folder}: no measured jobs; say make demo first")
    jobs = pd.DataFrame(rows).sort_values("start_seconds", ignore_index=True)
    ends = (jobs["start_seconds"] + jobs["seconds"]).cummax()
    pauses = jobs["start_seconds"] - ends.shift(1)
    if pauses.max() > LONGEST_PAUSE:
        raise InputError(
            f"{folder}: the jobs are not of one run; remove results/demo and say make demo"
        )
    jobs["start_seconds"] -= jobs["start_seconds"].min()
    return jobs.round(2)


def stages_of_rules() -> dict[str, str]:
    """Return the stage of each rule."""
    stage_of = {file: stage for stage, files in STAGES.items() for file in files}
    last = list(STAGES)[-1]
    found = {}
    for file in (REPOSITORY / "workflow/rules").glob("*.smk"):
        text = file.read_text(encoding="utf-8")
        for rule in re.findall(r"^ *(?:rule|use rule base as) (?!base:)(\w+)", text, re.M):
            found[rule] = last if rule.startswith(SHOWN) else stage_of.get(file.stem, last)
    return found


@theme()
def draw_timeline(jobs: pd.DataFrame) -> Figure:
    """Draw each job as a block as long as it took and as high as the cores that it kept busy.

    Parameters
    ----------
    jobs : DataFrame
        As `read_jobs` gives it.
    """
    figure = new_figure(PAGE_WIDTH, 0.8 + 0.34 * len(STAGES), layout=None)
    axis = figure.add_axes(BOX)
    top = len(STAGES)
    for row, stage in enumerate(STAGES):
        chosen = jobs[jobs["stage"] == stage]
        colour = COLOURS[row]
        base = top - 1 - row
        axis.axhline(base, color=PALE, linewidth=0.5, zorder=0)
        for job, lane in zip(chosen.itertuples(), lanes(chosen), strict=True):
            used = job.processor_seconds / job.seconds if job.processor_seconds > 0 else 1
            height = min(used, CORES - lane) / CORES * FILLED
            place = (job.start_seconds, height, job.seconds, base + lane / CORES * FILLED)
            axis.bar(*place, align="edge", color=colour, edgecolor="white", linewidth=0.2)
        _describe_stage(axis, chosen, base + FILLED / 2)
    whole = (jobs["start_seconds"] + jobs["seconds"]).max()
    axis.set_xlim(0, whole)
    axis.set_ylim(0, top)
    axis.set_yticks([top - row - 1 + FILLED / 2 for row in range(top)], list(STAGES))
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="x")
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.set_xlabel("Seconds since the first job began")
    busy = jobs["processor_seconds"].sum() / (whole * CORES)
    axis.set_title(
        f"The demo: {len(jobs)} jobs in {whole:.0f} s; {CORES} cores, {busy:.0%} busy", pad=16
    )
    small = {"transform": axis.transAxes, "fontsize": SMALL, "color": GREY, "va": "bottom"}
    axis.text(0, 1.01, f"blocks are as high as cores were busy, {CORES} fill a row", **small)
    for place, name, side in zip(COLUMNS, ("jobs", "seconds", "longest"), SIDES, strict=True):
        axis.text(place, 1.01, name, ha=side, **small)
    return figure


def lanes(jobs: pd.DataFrame) -> list[int]:
    """Give each job the first place that no earlier one holds."""
    free_from: list[float] = []
    places = []
    for job in jobs.itertuples():
        latest = job.start_seconds + TOUCHING
        free = (lane for lane, end in enumerate(free_from) if end <= latest)
        place = next(free, len(free_from))
        free_from[place : place + 1] = [job.start_seconds + job.seconds]
        places.append(place)
    return places


def _describe_stage(axis: Axes, jobs: pd.DataFrame, height: float) -> None:
    """Write a stage's jobs, seconds and longest job beside it."""
    longest = jobs.loc[jobs["seconds"].idxmax()] if len(jobs) else None
    texts = (
        f"{len(jobs)}",
        f"{jobs['seconds'].sum():.0f}",
        "" if longest is None else f"{longest['rule']}, {longest['seconds']:.0f} s",
    )
    for place, text, side in zip(COLUMNS, texts, SIDES, strict=True):
        transform = axis.get_yaxis_transform()
        axis.text(place, height, text, transform=transform, ha=side, va="center", fontsize=6.5)


def main(arguments: list[str]) -> None:
    """Write the image and its table."""
    project, image = map(Path, [*arguments, *DEFAULTS[len(arguments) :]])
    jobs = read_jobs(project)
    figure = draw_timeline(jobs)
    with theme(), atomic_path(image) as temporary:
        figure.savefig(temporary, format="png", dpi=PNG_RESOLUTION, metadata={"Software": None})
    write_tsv(jobs, image.with_suffix(".tsv"))
    print(f"{image}\n{image.with_suffix('.tsv')}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except InputError as error:
        sys.exit(f"error: {error}")

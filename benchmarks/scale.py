"""What the two studies on ImageNet ask of a machine, from measured costs and a simulated run.

    python benchmarks/scale.py

Plans each study with Snakemake, gives every job the cost that `scale_measurements.py` measured for
its rule, and lets the jobs run in a simulation. Checks the simulation against the demo's timeline,
and the costs against the run that `scale_check.py` made. Writes docs/scale.md and docs/scale.tsv.
"""

import statistics
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import yaml
from bench_workflow import REPOSITORY
from scale_costs import (
    BENCHMARKS,
    DEMO,
    NETWORK_CORES,
    ON_GPU,
    Costs,
    Gpu,
    Study,
    activation_bytes,
)
from scale_graph import Job, planned_jobs, planning_folder
from scale_simulation import Machine, Run, critical_path, in_any_order, simulate

CHECK = REPOSITORY / "docs/scale_check.tsv"
PAGE = REPOSITORY / "docs/scale.md"
TABLE = REPOSITORY / "docs/scale.tsv"
ORDERS = 20
GPU = Gpu()
CORES = 32
MEASURED, EXACT, PREDICTED, ESTIMATE = "measured", "exact", "from measured costs", "estimate"
COLUMNS = ("table", "of", "quantity", "value", "unit", "basis")
SIMULATED = "simulated from measured jobs"
LEAST_CHECKED = 5.0
"""Seconds of a rule whose prediction is worth a line."""


@dataclass(frozen=True)
class Case:
    """A study at one size."""

    title: str
    concepts: int
    images_of_each: int
    changed: Mapping[str, int] | None = None


CASES = {
    "emergence": Case("`emergence`, as published: 166 concepts × 5 images", 166, 5),
    "emergence-8300": Case(
        "`emergence`, all 8,300 images of the 166 concepts",
        166,
        50,
        {"per_concept": 50, "groups": 50, "shards": 100},
    ),
    "emergence-50000": Case(
        "`emergence`, all 50,000 images, were all 1000 classes concepts",
        1000,
        50,
        {"per_concept": 50, "groups": 50, "shards": 500},
    ),
    "visual_embedding": Case("`visual_embedding`: 1000 classes × 50 images", 1000, 50),
}
MACHINES = {
    "2 cores, no GPU": Machine(2, 1),
    "16 cores, no GPU": Machine(16, 8),
    "64 cores, no GPU": Machine(64, 32),
    **{
        f"{CORES} cores, {gpus} GPU{'s' * (gpus > 1)}": Machine(CORES, gpus)
        for gpus in (1, 2, 4, 8)
    },
}


class Planned:
    """A study at one size, its jobs and their costs."""

    def __init__(self, name: str, folder: Path, costs: Costs):
        self.name, self.case, self.costs = name, CASES[name], costs
        settings = yaml.safe_load((folder / f"studies/{name}.yaml").read_text())
        self.jobs = planned_jobs(name, folder)
        self.study = Study.of(settings, self.case.concepts, self.case.images_of_each)
        self.memory = [costs.of_job(job, self.study, "memory_mb") for job in self.jobs]
        self.disk = [self.study.disk(job) for job in self.jobs]

    def seconds(self, machine: str) -> list[float]:
        """Return how long each job takes on a machine."""
        if "no GPU" in machine:
            return [self.costs.of_job(job, self.study, "seconds") for job in self.jobs]
        gpus = MACHINES[machine].gpus
        return [self.costs.with_gpu(job, self.study, GPU, gpus) for job in self.jobs]

    def runs(self, machine: str, temporary: Iterable[str] = ()) -> list[Run]:
        """Simulate runs whose jobs begin in orders drawn at random."""
        return in_any_order(
            self.jobs,
            self.seconds(machine),
            MACHINES[machine],
            ORDERS,
            disk=self.disk,
            temporary=set(temporary),
        )

    def by_rule(self) -> pd.DataFrame:
        """Return what the jobs of each rule ask for, the dearest first."""
        processor, graphics = self.seconds("2 cores, no GPU"), self.seconds(f"{CORES} cores, 1 GPU")
        rows = [
            {
                "rule": job.rule,
                "jobs": 1,
                "core_hours": seconds * job.threads / 3600,
                "longest": seconds,
                "gpu_hours": estimate / 3600 if job.rule in ON_GPU else 0.0,
                "memory_mb": memory,
                "asked_mb": job.memory_mb,
                "asked_seconds": 60 * job.minutes,
                "disk": disk,
            }
            for job, seconds, estimate, memory, disk in zip(
                self.jobs, processor, graphics, self.memory, self.disk, strict=True
            )
        ]
        largest = ("longest", "memory_mb", "asked_mb", "asked_seconds")
        ways = {column: "max" if column in largest else "sum" for column in rows[0]}
        del ways["rule"]
        table = pd.DataFrame(rows).groupby("rule", as_index=False).agg(ways)
        return table.sort_values("core_hours", ascending=False, ignore_index=True)

    def activations(self, value_bytes: int) -> float:
        """Return the bytes of all activations, were they stored."""
        return sum(
            activation_bytes(size, self.study.images, value_bytes)
            for size in self.study.sizes.values()
        )


def rows_of_demo(folder: Path) -> list[dict]:
    """Return what the simulation makes of the demo's measured jobs, and how long it really took."""
    table = pd.read_csv(DEMO, sep="\t").fillna({"job": ""})
    measured = {(one.rule, one.job): one for one in table.itertuples()}
    jobs = planned_jobs("demo", folder)
    # shared downloads are not timed
    there = SimpleNamespace(start_seconds=0.0, seconds=0.0)
    return rows_of_real_run(
        "demo", jobs, [measured.get((job.rule, job.name), there) for job in jobs]
    )


def rows_of_real_run(name: str, jobs: Sequence[Job], measured: Sequence) -> list[dict]:
    """Return how long two cores took, and what the simulation makes of the same jobs.

    Parameters
    ----------
    name : str
    jobs : sequence of Job
    measured : sequence of named tuple
        For each job its start_seconds and seconds.
    """
    seconds = [one.seconds for one in measured]
    whole = max(one.start_seconds + one.seconds for one in measured)
    machine, order = Machine(2, 1), [one.start_seconds for one in measured]
    same = simulate(jobs, seconds, machine, order).seconds
    times = [run.seconds for run in in_any_order(jobs, seconds, machine, ORDERS)]
    facts = [
        ("measured wall time", whole, "s", MEASURED),
        ("simulated, same order", same, "s", SIMULATED),
        ("error, same order", 100 * (same / whole - 1), "%", SIMULATED),
        ("simulated, any order, least", times[0], "s", SIMULATED),
        ("simulated, any order, median", statistics.median(times), "s", SIMULATED),
        ("simulated, any order, most", times[-1], "s", SIMULATED),
        ("error, any order, median", 100 * (statistics.median(times) / whole - 1), "%", SIMULATED),
    ]
    return [row("check", name, *fact) for fact in facts]


def rows_of_check() -> list[dict]:
    """Return what was predicted of the study of `scale_check.py`, and what it took."""
    name = "1000 photographs"
    table = pd.read_csv(CHECK, sep="\t", dtype={"needs": str}).fillna({"job": "", "needs": ""})
    jobs = [
        Job(
            *(one.rule, one.job, {}, one.threads, one.gpus, 0, 0),
            tuple(map(int, one.needs.split())),
            one.priority,
        )
        for one in table.itertuples()
    ]
    found = rows_of_real_run(name, jobs, list(table.itertuples()))
    known = table.dropna(subset="processor_seconds")
    whole, predicted = known[["processor_seconds", "predicted_processor_seconds"]].sum()
    found += [
        row("check", name, "measured processor time", whole, "s", MEASURED),
        row("check", name, "predicted processor time", predicted, "s", PREDICTED),
        row(
            "check", name, "error of the prediction", 100 * (predicted / whole - 1), "%", PREDICTED
        ),
    ]
    for rule, ones in known.groupby("rule"):
        sums = ones[["processor_seconds", "predicted_processor_seconds"]].sum()
        most = ones[["memory_mb", "predicted_memory_mb"]].max()
        if sums.max() >= LEAST_CHECKED:
            found += [
                row("checked rule", rule, "jobs", len(ones), "", EXACT),
                row("checked rule", rule, "measured", sums.iloc[0], "s", MEASURED),
                row("checked rule", rule, "predicted", sums.iloc[1], "s", PREDICTED),
                row("checked rule", rule, "measured memory", most.iloc[0], "MB", MEASURED),
                row("checked rule", rule, "predicted memory", most.iloc[1], "MB", PREDICTED),
            ]
    return found


def rows_of_benchmark(costs: Costs) -> list[dict]:
    """Return what is predicted of more images than the costs were measured on, and what it took."""
    table = pd.read_csv(BENCHMARKS, sep="\t")
    (measured,) = table.loc[table["input"] == "VGG16, 400 pictures", "seconds"]
    fixed, each = costs.line("extract_activations", "VGG16", "processor_seconds")
    predicted = (fixed + 400 * each) / NETWORK_CORES["VGG16"]
    name = "400 images through VGG16, stored"
    return [
        row("check", name, "measured wall time", measured, "s", MEASURED),
        row("check", name, "predicted wall time", predicted, "s", PREDICTED),
        row(
            "check",
            name,
            "error of the prediction",
            100 * (predicted / measured - 1),
            "%",
            PREDICTED,
        ),
    ]


def rows_of_study(planned: Planned) -> list[dict]:
    """Return the rows of the table that tell what a study asks for as a whole."""
    rules = planned.by_rule()
    largest = rules.loc[rules["memory_mb"].idxmax()]
    stored = bool(planned.case.changed) or planned.name == "emergence"
    facts = [
        ("jobs", len(planned.jobs), "", EXACT),
        ("images", planned.study.images, "", EXACT),
        ("core hours, all jobs", rules["core_hours"].sum(), "core hours", PREDICTED),
        ("GPU time of network jobs", rules["gpu_hours"].sum(), "GPU hours", ESTIMATE),
        ("largest memory of a job", largest["memory_mb"] / 1000, "GB", PREDICTED),
        ("all outputs kept, float16", sum(planned.disk) / 1e9, "GB", EXACT),
    ]
    for value_bytes, dtype in ((2, "float16"), (4, "float32")):
        name = f"activations, {dtype}" + ("" if stored else ", if they were stored")
        facts.append((name, planned.activations(value_bytes) / 1e9, "GB", EXACT))
    if not stored:
        streamed = rules.loc[rules["rule"] == "stream_class_vectors", "disk"].sum()
        facts.append(("streamed class vectors, float32", streamed / 1e9, "GB", EXACT))
    return [row("study", planned.name, *fact) for fact in facts]


def rows_of_rules(planned: Planned) -> list[dict]:
    """Return the rows that tell what each rule's jobs ask for."""
    found = []
    for one in planned.by_rule().itertuples():
        of = f"{planned.name}: {one.rule}"
        basis = PREDICTED if planned.costs.grows(one.rule) else "as in the demo"
        found += [
            row("rule", of, "jobs", one.jobs, "", EXACT),
            row("rule", of, "core hours", one.core_hours, "core hours", basis),
            row("rule", of, "longest job without GPU", one.longest / 3600, "hours", basis),
            row("rule", of, "memory of a job", one.memory_mb / 1000, "GB", basis),
            row("rule", of, "memory asked for", one.asked_mb / 1000, "GB", EXACT),
            row("rule", of, "outputs", one.disk / 1e9, "GB", EXACT),
        ]
        if one.rule in ON_GPU:
            found.append(row("rule", of, "GPU time", one.gpu_hours, "GPU hours", ESTIMATE))
    return found


def rows_of_runs(planned: Planned) -> list[dict]:
    """Return the rows that tell how long the study takes on each machine."""
    found = []
    for machine in MACHINES:
        kept = planned.runs(machine)
        given_up = planned.runs(machine, ["extract_activations"])
        of = f"{planned.name}: {machine}"
        basis = PREDICTED if "no GPU" in machine else ESTIMATE
        quarters = [kept[0], kept[len(kept) // 2], kept[-1]]
        names = ("least wall time", "median wall time", "most wall time")
        found += [
            row("run", of, name, run.seconds / 3600, "hours", basis)
            for name, run in zip(names, quarters, strict=True)
        ]
        median = quarters[1]
        bound = critical_path(planned.jobs, planned.seconds(machine)) / 3600
        found += [
            row("run", of, "longest chain of jobs", bound, "hours", basis),
            row("run", of, "cores busy", median.busy_cores, "", basis),
            row("run", of, "network slots busy", median.busy_gpus, "", basis),
            row(
                "run", of, "peak disk, kept", max(run.peak_disk for run in kept) / 1e9, "GB", basis
            ),
            *(
                row("run", of, f"{name} peak disk, temporary", peak / 1e9, "GB", basis)
                for name, peak in (
                    ("least", min(run.peak_disk for run in given_up)),
                    ("most", max(run.peak_disk for run in given_up)),
                )
            ),
        ]
    return found


def rows_of_networks(planned: Planned) -> list[dict]:
    """Return the rows that tell what an image costs in each network."""
    found = []
    for job in planned.jobs:
        if job.rule not in ON_GPU[:2] or not job.name.endswith("/0"):
            continue
        study, costs = planned.study, planned.costs
        of = study.architectures[job.wildcards["network"]]
        size = study.sizes[job.wildcards["network"]]
        units = study.units(job)[1]
        facts = [
            ("multiply-adds", size.flops / 2e9, "× 10⁹", EXACT),
            ("features of the study's layers", size.total / 1e6, "× 10⁶", EXACT),
            ("written: float16, class vectors float32", study.disk(job) / units / 1e6, "MB", EXACT),
            ("forward pass alone, 2 cores", 1000 * costs.forward_pass(of), "ms", MEASURED),
            ("all of the job, 2 cores", 1000 * costs.of_image(job.rule, of), "ms", MEASURED),
        ]
        basis = {"computing": ESTIMATE, "disk": ESTIMATE}
        facts += [
            (f"with a GPU: {stage}", 1000 * seconds, "ms", basis.get(stage, MEASURED))
            for stage, seconds in costs.stages(job, study, GPU, 1).items()
        ]
        found += [row("network", of, *fact) for fact in facts]
    return found


def rows_that_outgrow(planned: Planned) -> list[dict]:
    """Return the rules whose jobs need more memory or time than they ask for at first."""
    return [
        row("outgrown", f"{planned.name}: {one.rule}", *fact)
        for one in planned.by_rule().itertuples()
        for fact in (
            ("memory of a job over what it asks for", one.memory_mb / one.asked_mb, "×", PREDICTED),
            (
                "time of a job over what it asks for",
                one.longest / one.asked_seconds,
                "×",
                PREDICTED,
            ),
        )
        if fact[1] > 1
    ]


def row(table: str, of: str, quantity: str, value: float, unit: str, basis: str) -> dict:
    """Return one number as a row."""
    value = float(f"{value:.4g}") if isinstance(value, float) else value
    return dict(zip(COLUMNS, (table, of, quantity, value, unit, basis), strict=True))


def main() -> None:
    """Write the table and the page."""
    from scale_page import page

    costs = Costs()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        planning_folder(
            folder, {name: case.changed for name, case in CASES.items() if case.changed}
        )
        studies = [Planned(name, folder, costs) for name in CASES]
        checks = [*rows_of_demo(folder), *rows_of_check(), *rows_of_benchmark(costs)]
    rows = [
        *(found for one in studies for found in rows_of_study(one)),
        *(found for one in studies for found in rows_of_runs(one)),
        *(found for one in (studies[0], studies[-1]) for found in rows_of_networks(one)),
        *(found for one in studies for found in rows_of_rules(one)),
        *(found for one in studies for found in rows_that_outgrow(one)),
        *checks,
    ]
    table = pd.DataFrame(rows)
    table.to_csv(TABLE, sep="\t", index=False)
    PAGE.write_text(page(table), encoding="utf-8")


if __name__ == "__main__":
    main()

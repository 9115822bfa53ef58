"""The page that tells what the table of `scale.py` holds."""

import pandas as pd
from measuring import machine
from scale_costs import MISCLASSIFIED, ON_GPU, Gpu

SHORT = {
    "emergence": "166 concepts × 5",
    "emergence-8300": "166 concepts × 50",
    "emergence-50000": "1000 concepts × 50",
    "visual_embedding": "1000 classes × 50",
}
SHARE = 0.01
"""Of a study's processor time: rules with less have no line of their own."""


class Numbers:
    """Looks numbers up, and writes them as one reads them."""

    def __init__(self, table: pd.DataFrame):
        self.table = table
        self._values = {(one.table, one.of, one.quantity): one for one in table.itertuples()}

    def value(self, table: str, of: str, quantity: str) -> float:
        """Return a number."""
        return self._values[table, of, quantity].value

    def text(self, table: str, of: str, quantity: str) -> str:
        """Return a number with its unit, an estimate in italics; nothing where there is none."""
        one = self._values.get((table, of, quantity))
        if one is None or (one.value == 0 and one.unit == "GB"):
            return ""
        text = readable(one.value, one.unit)
        return f"*{text}*" if one.basis == "estimate" else text

    def names(self, table: str) -> list[str]:
        """Return what a table tells of."""
        return list(dict.fromkeys(self.table.loc[self.table["table"] == table, "of"]))


def readable(value: float, unit: str) -> str:
    """Return a number with its unit as one says it."""
    if unit == "hours":
        return duration(3600 * value)
    if unit in ("core hours", "GPU hours"):
        return f"{digits(value)} h"
    if unit == "GB":
        return f"{digits(value / 1000)} TB" if value >= 1000 else f"{digits(value)} GB"
    if unit == "" and isinstance(value, float) and value < 1:
        return f"{value:.0%}"
    return f"{digits(value)} {unit}".strip()


def duration(seconds: float) -> str:
    """Return seconds in the unit that suits them."""
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= (2 if unit == "days" else 1) * length:
            return f"{digits(seconds / length)} {unit}"
    return f"{digits(seconds)} s"


def digits(value: float) -> str:
    """Return a number with two digits or all before the point."""
    if abs(value) >= 10 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 1 else f"{value:.2g}"


def markdown(header: list[str], rows: list[list[str]]) -> str:
    """Return a table whose columns but the first stand to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(table: pd.DataFrame) -> str:
    """Return docs/scale.md."""
    numbers, gpu = Numbers(table), Gpu()
    return f"""# What the large studies ask for

`python benchmarks/scale.py` writes this page, and [scale.tsv](scale.tsv) with all numbers and the
basis of each. The jobs are those that Snakemake plans; sizes of files follow from the layers'.
What jobs cost was measured ([scale_costs.tsv](scale_costs.tsv), by
`python benchmarks/scale_measurements.py`) as time of the processor and becomes seconds through the
cores that the same rules kept busy in the demo. Wall times come from a simulation of the jobs on
cores and GPUs. *What stands in italics is an estimate*: GPUs were not measured, see
[below](#an-image-in-each-network). Downloads, the conversion of word vectors and a cluster's queue
are not counted.

Measured on {machine()};
two threads a job.

## In all

{_studies(numbers)}

Core hours are the cores that jobs ask for times what they take without a GPU. 1000 concepts are an
upper bound, since no set of word models knows all of ImageNet's classes: scores grow with the cube
of the concepts, and with layers × groups × word models.

## How long it takes

The median of 20 orders in which jobs that are ready may start; Snakemake leaves open which, but for
their priority. Without a GPU, networks run on all pairs of cores at once (on 16 cores that is
`--resources gpu=8`; the `gpu: 1` of the default profile runs one at a time).

{_runs(numbers)}

The peak is that of the activations and all other outputs, over the orders. `visual_embedding`
streams its class vectors, so that no activation reaches the disk. Temporary
(`storage: {{keep_activations: false}}`), a network's activations go after its last 1 vs. 2 test.

## An image in each network

{_networks(numbers)}

Decoding, computing and writing go on at once: a GPU job takes as long as the slowest of them.
Computing takes two operations for each multiply-add at {gpu.efficiency:.0%} of the
{gpu.peak_flops / 1e12:g} TFLOP/s (single precision) that the {gpu.name} is sold with. That share is
what published times on it come to with as few pictures as our batches have: VGG16 with 4 takes
23 ms (34 %), ResNet50 with 8 takes 12.6 ms (31 %), in PaddlePaddle's float16 benchmark. The disk
is taken to write {gpu.disk_bytes_per_second / 1e9:g} GB/s, for all GPUs. **Where activations are
stored, the disk and the processor that checks and writes them are the bound, not the GPU.**

## Where the time goes

Rules with at least {SHARE:.0%} of a study's core hours, or with a network. Memory is that of the
largest job, of what the rule asks for at the first attempt.

{_rules(numbers)}

### Jobs that outgrow what their rule asks for

Each further attempt asks for as much again as the first.

{_outgrown(numbers)}

## Checked

{_checks(numbers)}

## What is not covered

* One machine was measured. Others differ, also in how well two threads share memory, and jobs side
  by side slow each other where memory or disk is the bound. Only the GPUs' disk is modelled.
* Of GPUs nothing was measured: not their start (the processor's is taken), nor copying.
* Scores of 1000 concepts are extrapolated from 30 to 50 layers × groups to 4,100.
* Figures and tables take what they took in the demo, also where a study has more concepts.
* 1 vs. 2 is taken to have {MISCLASSIFIED:.0%} of the images misclassified; `compare_layers` to find
  all layers good enough to be compared.
* Reading activations that are no longer in the page cache from a slow disk.
"""


def _studies(numbers: Numbers) -> str:
    return markdown(["", *map(_title, numbers.names("study"))], _by_quantity(numbers, "study"))


def _title(study: str) -> str:
    return f"`{study.split('-')[0]}`, {SHORT[study]}"


def _by_quantity(numbers: Numbers, table: str) -> list[list[str]]:
    """Return a row for each quantity that a table tells of, with a column for each thing."""
    chosen = numbers.table[numbers.table["table"] == table]
    return [
        [quantity, *(numbers.text(table, name, quantity) for name in numbers.names(table))]
        for quantity in dict.fromkeys(chosen["quantity"])
    ]


def _runs(numbers: Numbers) -> str:
    studies = numbers.names("study")
    machines = list(dict.fromkeys(name.split(": ")[1] for name in numbers.names("run")))
    rows = [
        [which, *(numbers.text("run", f"{name}: {which}", "median wall time") for name in studies)]
        for which in machines
    ]
    rows.append(
        [
            "peak disk, activations kept",
            *(_peak(numbers, name, machines[0], KEPT) for name in studies),
        ]
    )
    for which in (machines[0], machines[-2]):
        peaks = (_peak(numbers, name, which, TEMPORARY) for name in studies)
        rows.append([f"peak disk, temporary: {which}", *peaks])
    return markdown(["", *map(_title, studies)], rows)


KEPT = ("peak disk, kept",) * 2
TEMPORARY = ("least peak disk, temporary", "most peak disk, temporary")


def _peak(numbers: Numbers, study: str, machine: str, edges: tuple[str, str]) -> str:
    texts = [numbers.text("run", f"{study}: {machine}", edge) for edge in edges]
    low, high = (text.strip("*") for text in texts)
    peak = low if low == high else f"{low} – {high}"
    return f"*{peak}*" if texts[0].startswith("*") else peak


def _networks(numbers: Numbers) -> str:
    return markdown(["an image", *numbers.names("network")], _by_quantity(numbers, "network"))


def _rules(numbers: Numbers) -> str:
    parts = []
    for study in numbers.names("study"):
        whole = numbers.value("study", study, "core hours, all jobs")
        rows = []
        for of in numbers.names("rule"):
            name, rule = of.split(": ")
            share = numbers.value("rule", of, "core hours") / whole
            if name == study and (share >= SHARE or rule in ON_GPU):
                cells = [numbers.text("rule", of, column) for column in COLUMNS]
                memory, asked, outputs = cells[-3:]
                rows.append([f"`{rule}`", *cells[:-3], f"{memory} of {asked}", outputs])
        header = ["rule", "jobs", "core hours", "longest job", "GPU hours", "memory", "outputs"]
        parts.append(f"{_title(study)}:\n\n{markdown(header, rows)}")
    return "\n\n".join(parts)


COLUMNS = (
    *("jobs", "core hours", "longest job without GPU", "GPU time"),
    *("memory of a job", "memory asked for", "outputs"),
)


def _outgrown(numbers: Numbers) -> str:
    rows = []
    for of in numbers.names("outgrown"):
        study, rule = of.split(": ")
        cells = [
            numbers.text("outgrown", of, f"{what} of a job over what it asks for")
            for what in ("memory", "time")
        ]
        rows.append([f"{_title(study)}: `{rule}`", *cells])
    if not rows:
        return "None, at these sizes."
    return markdown(["rule", "memory over what it asks for", "time, without GPU"], rows)


def _checks(numbers: Numbers) -> str:
    header = ["on two cores", *numbers.names("check")]
    rules = [
        [f"`{rule}`", *(numbers.text("checked rule", rule, column) for column in CHECKED)]
        for rule in numbers.names("checked rule")
    ]
    ratios = [
        numbers.value("checked rule", rule, "predicted")
        / numbers.value("checked rule", rule, "measured")
        for rule in numbers.names("checked rule")
    ]
    return f"""The simulation, fed with the measured time of each job, against the measured
whole; the costs against more images than they were measured on, and against a whole study run:
`visual_embedding` on 1000 photographs, one a class, with random weights and two inversions
(`python benchmarks/scale_check.py PICTURES FOLDER`).

{markdown(header, _by_quantity(numbers, "check"))}

Other work shared the machine then, and while the costs were measured; it hardly changes the
processor's time, which is compared here. The sum is met better than the single rules, of which
{min(ratios):.1f} to {max(ratios):.1f} times the measured time was predicted. Streaming holds
more class vectors at once where a class has one image than with the fifty of the study. Rules that
take 5 seconds or more ([all jobs](scale_check.tsv)):

{markdown(["rule", *CHECKED], rules)}"""


CHECKED = ("jobs", "measured", "predicted", "measured memory", "predicted memory")

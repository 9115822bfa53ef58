"""How benchmarks declare what they compare, and how it is measured: in turn, as medians.

A benchmark is a module bench_NAME with a function `run(scale)` that returns `Measurement`s; a scale
below 1 takes less input, for a quick look. A module declares a `Benchmark` for each input::

    Benchmark("2 vs. 2", "k = 166", [
        Contender("Semantrace", partial(score, spaces), against="products", target="≤ 1.0 × them"),
        Contender("products", partial(multiply, spaces)),
        Contender("a peer", partial(apart, peer, path, python=PEERS), against="Semantrace"),
    ]).run()
"""

import importlib
import os
import platform
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from apart import LeftOut, Run, apart, timed

LIBRARIES = ("numpy", "scipy", "numba", "tensorflow", "h5py", "scikit-learn", "snakemake")
NUMBERS = ("seconds", "fastest", "slowest", "ratio", "memory_mb", "disk_mb")
"""The columns of the table that hold numbers, but for the number of runs."""


@dataclass(frozen=True)
class Measurement:
    """What one contender took; `ratio` is its time over that of the one it stands `against`.

    The other attributes are those of `Contender`, `Benchmark` and `apart.Run`, with a time for each
    run.
    """

    benchmark: str
    given: str
    contender: str
    seconds: Sequence[float] = ()
    against: str = ""
    ratio: float | None = None
    target: str = ""
    memory_mb: float | None = None
    disk_mb: float | None = None
    note: str = ""

    def row(self) -> dict[str, object]:
        """Return what the table shows of it."""
        median = statistics.median(self.seconds) if self.seconds else None
        row = {"benchmark": self.benchmark, "input": self.given, "contender": self.contender}
        row |= {"seconds": median, "fastest": min(self.seconds, default=None)}
        row |= {"slowest": max(self.seconds, default=None), "runs": len(self.seconds)}
        rest = ("ratio", "against", "target", "memory_mb", "disk_mb", "note")
        return row | {name: getattr(self, name) for name in rest}


@dataclass(frozen=True)
class Contender:
    """One way to do the work of a benchmark.

    Attributes
    ----------
    name : str
    call : callable, optional
        Does the work in this process, or in another one: `partial(apart, function, …)`. It may
        return a `Run` with what it knows of its cost, and raise `LeftOut`.
    against : str
        The contender whose time its own is divided by: the floor for ours, ours for peers.
    target : str
        What is aimed at, such as "≤ 1.2 × the forward pass"; see `bench.verdict`.
    note : str or callable
        What a reader has to know, or a function that returns it, given the runs.
    given, benchmark : str
        Input and title, where they are not those of the benchmark.
    factor : float
        What times are multiplied by: more than 1 where a sample is timed.
    of : mapping of str to float
        In the place of `call`: the contenders whose times its own is the sum of, with weights.
    memory : callable, optional
        Measures its memory in a process of its own, where `call` runs in this one.
    rounds : int, optional
        How often it is timed at most.
    """

    name: str
    call: Callable[[], object] | None = None
    against: str = ""
    target: str = ""
    note: str | Callable[[Sequence[Run]], str] = ""
    given: str = ""
    benchmark: str = ""
    factor: float = 1.0
    of: Mapping[str, float] = field(default_factory=dict)
    memory: Callable[[], Run] | None = None
    rounds: int | None = None

    def measure(self) -> Run:
        """Do the work once."""
        try:
            return timed(self.call) if self.call else Run()
        except LeftOut as reason:
            return Run(note=str(reason))

    def described(self, runs: Sequence[Run]) -> str:
        """Return the note, after what the last run said."""
        if runs and runs[-1].seconds is None:
            return runs[-1].note
        own = self.note if isinstance(self.note, str) else self.note(runs)
        return "; ".join(filter(None, [*(run.note for run in runs[-1:]), own]))


@dataclass(frozen=True)
class Benchmark:
    """Contenders that do the same work on the same input.

    Attributes
    ----------
    name, given : str
        What is measured, on which input.
    contenders : sequence of Contender
    rounds : int
        How often each is timed.
    warm_up : bool
        Whether those of this process are called once before, untimed: compiled code is then
        compiled.
    """

    name: str
    given: str
    contenders: Sequence[Contender]
    rounds: int = 5
    warm_up: bool = True

    def run(self) -> list[Measurement]:
        """Measure all contenders."""
        return self.rows(self.in_turn())

    def in_turn(self) -> list[list[Run]]:
        """Measure each contender once a round, each round beginning with the next one."""
        places = [place for place, one in enumerate(self.contenders) if one.call]
        for place in places if self.warm_up else ():
            if getattr(self.contenders[place].call, "func", None) is not apart:
                self.contenders[place].measure()
        runs: list[list[Run]] = [[] for _ in self.contenders]
        for turn in range(self.rounds):
            first = turn % len(places)
            for place in places[first:] + places[:first]:
                if turn < (self.contenders[place].rounds or self.rounds):
                    runs[place].append(self.contenders[place].measure())
        return runs

    def rows(self, runs: Sequence[Sequence[Run]]) -> list[Measurement]:
        """Return what the table says of each contender, given its runs."""
        measured = [
            [run.seconds * one.factor for run in own if run.seconds is not None]
            for one, own in zip(self.contenders, runs, strict=True)
        ]
        times = dict(zip((one.name for one in self.contenders), measured, strict=True))
        for place, one in enumerate(self.contenders):
            if one.of:
                measured[place] = times[one.name] = weighted_sum(one.of, times)
        return [
            self._row(one, own, seconds, times.get(one.against, []))
            for one, own, seconds in zip(self.contenders, runs, measured, strict=True)
        ]

    def _row(
        self, one: Contender, runs: Sequence[Run], seconds: list[float], others: list[float]
    ) -> Measurement:
        comparable = bool(seconds and others)
        known = [one.memory()] if one.memory and seconds else runs
        return Measurement(
            one.benchmark or self.name,
            one.given or self.given,
            one.name,
            seconds,
            against=one.against if comparable else "",
            ratio=ratio(seconds, others) if comparable else None,
            target=one.target,
            memory_mb=max((run.memory_mb for run in known if run.memory_mb), default=None),
            disk_mb=max((run.disk_mb for run in runs if run.disk_mb), default=None),
            note=one.described(runs),
        )


def weighted_sum(weights: Mapping[str, float], times: Mapping[str, Sequence[float]]) -> list[float]:
    """Return the sum of some contenders' times, round by round."""
    rounds = zip(*(times[name] for name in weights), strict=True)
    return [sum(w * t for w, t in zip(weights.values(), one, strict=True)) for one in rounds]


def ratio(numerator: Sequence[float], denominator: Sequence[float]) -> float:
    """Return the median over the rounds of one contender's time over another's.

    Where one was not timed in all rounds, the ratio of their medians.
    """
    if len(numerator) == len(denominator):
        return statistics.median(n / d for n, d in zip(numerator, denominator, strict=True))
    return statistics.median(numerator) / statistics.median(denominator)


def rows_apart(function: Callable[..., Run], *arguments: object) -> list[Measurement]:
    """Return the measurements that a function makes in a process of its own; see `as_run`."""
    return [Measurement(**row) for row in apart(function, *arguments).found]


def as_run(rows: Iterable[Measurement]) -> Run:
    """Return measurements as what a process can hand over."""
    return Run(found=[asdict(row) for row in rows])


def run_module(name: str, scale: float = 1.0) -> Run:
    """Run the module bench_NAME."""
    return as_run(importlib.import_module(f"bench_{name}").run(scale))


def scaled(number: int, scale: float, least: int = 1) -> int:
    """Return a part of a number."""
    return max(least, round(number * scale))


def table_of(measurements: Iterable[Measurement]) -> pd.DataFrame:
    """Return measurements as a table, numbers with four digits."""
    table = pd.DataFrame([measurement.row() for measurement in measurements])
    for column in NUMBERS:
        table[column] = [float(f"{value:.4g}") for value in table[column].astype(float)]
    return table


def machine() -> str:
    """Describe the machine and the libraries in one line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{next(names, platform.processor())}, {os.cpu_count()} cores, {memory:.0f} GiB; "
        f"Python {platform.python_version()}, {libraries}"
    )

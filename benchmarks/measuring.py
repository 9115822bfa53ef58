"""How benchmarks measure: side by side on the same input, in turn, several times, as medians.

A benchmark is a module of this folder with a function `run` that returns `Measurement`s.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pandas as pd

REPOSITORY = Path(__file__).parents[1]
PEERS = Path(os.environ.get("SEMANTRACE_PEERS", REPOSITORY / "build/peers/bin/python"))
"""The interpreter of the environment that holds the peers."""

LAUNCHER = """
import os, subprocess, sys
child = subprocess.Popen(sys.argv[1:])
_, status, usage = os.wait4(child.pid, 0)
print(usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A small process between: the peak memory of a child begins with that of its parent."""

LIBRARIES = ("numpy", "scipy", "numba", "tensorflow", "h5py", "scikit-learn", "snakemake")


@dataclass(frozen=True)
class Measurement:
    """One contender of one benchmark.

    Attributes
    ----------
    benchmark, given, contender : str
        What is measured, on which input, done by what.
    seconds : list of float
        Time of each run; empty where only memory or size was measured.
    against : str
        The contender that the ratio is taken to, ours for peers and the floor for ours; may be
        empty.
    ratio : float or None
        Median over the rounds of a contender's time over another's, for a peer that of ours.
    target : str
        What was aimed at, such as "≤ 1.25 × the forward pass".
    memory_mb : float or None
        Peak resident set of the process that did it.
    disk_mb : float or None
        What it left on the disk.
    note : str
        What a reader has to know, such as from how many pairs a time is extrapolated.
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
        times = sorted(self.seconds)
        return {
            "benchmark": self.benchmark,
            "input": self.given,
            "contender": self.contender,
            "seconds": statistics.median(times) if times else None,
            "fastest": times[0] if times else None,
            "slowest": times[-1] if times else None,
            "runs": len(times),
            "ratio": self.ratio,
            "against": self.against,
            "target": self.target,
            "memory_mb": self.memory_mb,
            "disk_mb": self.disk_mb,
            "note": self.note,
        }


def in_turn(
    contenders: Mapping[str, Callable[[], object]], rounds: int = 5, warm_up: bool = True
) -> dict[str, list[float]]:
    """Time each contender once a round, each round beginning with the next one.

    Parameters
    ----------
    contenders : mapping of str to callable
        What to time, by name.
    rounds : int
        How often.
    warm_up : bool
        Whether each is called once before, untimed: compiled code is then compiled.

    Returns
    -------
    dict of str to list of float
        Seconds of each round.
    """
    names = list(contenders)
    times: dict[str, list[float]] = {name: [] for name in names}
    if warm_up:
        for call in contenders.values():
            call()
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            start = time.perf_counter()
            contenders[name]()
            times[name].append(time.perf_counter() - start)
    return times


def ratio(numerator: Sequence[float], denominator: Sequence[float]) -> float:
    """Return the median over the rounds of one contender's time over another's."""
    return statistics.median(n / d for n, d in zip(numerator, denominator, strict=True))


def apart(script: str | Path, *arguments: object, python: str | Path = sys.executable) -> dict:
    """Run a script in a process of its own, whose peak memory is nobody else's.

    Parameters
    ----------
    script : path
        Prints a JSON object as its last line.
    arguments : object
        Its arguments.
    python : path
        The interpreter, such as that of the peers' environment.

    Returns
    -------
    dict
        What it printed, and `memory_mb`, its peak resident set.
    """
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"}
    command = [sys.executable, "-c", LAUNCHER, str(python), str(script), *map(str, arguments)]
    finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=environment)
    if finished.returncode:
        raise RuntimeError(f"{script} {' '.join(map(str, arguments))} failed; see above")
    *_, answer, kilobytes = finished.stdout.splitlines()
    return {**json.loads(answer), "memory_mb": int(kilobytes) / 1024}


def table_of(measurements: Iterable[Measurement]) -> pd.DataFrame:
    """Return measurements as a table, numbers with four digits."""
    table = pd.DataFrame([measurement.row() for measurement in measurements])
    numbers = table.select_dtypes("number").columns.drop("runs")
    for column in numbers:
        table[column] = [float(f"{value:.4g}") for value in table[column]]
    return table


def print_rows(measurements: Iterable[Measurement]) -> None:
    """Print measurements as a tab-separated table."""
    print(table_of(measurements).to_csv(sep="\t", index=False), end="")


def machine() -> str:
    """Describe the machine and the libraries in one line."""
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB; "
        f"Python {platform.python_version()}, {libraries}"
    )

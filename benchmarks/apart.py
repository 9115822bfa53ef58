"""Run a function of a benchmark in a process of its own, whose peak memory is its own.

Needs only the standard library, so that nothing is loaded but what the function loads, and any
interpreter can run it, such as that of the peers' environment.
"""

import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).resolve().parent
REPOSITORY = BENCHMARKS.parent
LIBRARY = REPOSITORY / "workflow/scripts"
PEERS = Path(os.environ.get("SEMANTRACE_PEERS", REPOSITORY / "build/peers/bin/python"))
"""The interpreter of the environment that holds the peers."""

THREADS = 2
CHILD = f"import sys; sys.path[0] = {str(BENCHMARKS)!r}; import apart; apart.answer(*sys.argv[1:])"


class LeftOut(Exception):  # noqa: N818
    """A contender cannot be measured here; the text says why."""


@dataclass(frozen=True)
class Run:
    """What a run cost: its times, peak resident set and files; with a note, and what it found."""

    seconds: float | None = None
    processor_seconds: float | None = None
    memory_mb: float | None = None
    disk_mb: float | None = None
    note: str = ""
    found: Any = None


def timed(call: Callable[[], object]) -> Run:
    """Call and time it, unless it returns a `Run` that tells its own time."""
    start, busy = time.perf_counter(), time.process_time()
    run = call()
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    run = run if isinstance(run, Run) else Run()
    return run if run.seconds is not None else replace(run, seconds=seconds, processor_seconds=busy)


def apart(
    function: Callable, *arguments: object, python: str | Path = sys.executable, **environment: str
) -> Run:
    """Run a function in a process of its own, on two threads.

    Parameters
    ----------
    function : callable
        Function of a module of this folder that returns a `Run`, or prepares the work and returns
        a function, which is then timed.
    arguments : object
        Its arguments; JSON must be able to hold them, paths become strings.
    python : path
        The interpreter.
    environment : str
        Variables of its environment.

    Raises
    ------
    LeftOut
        When there is no such interpreter.
    RuntimeError
        When the function fails.
    """
    from semantrace.core.job import THREAD_VARIABLES  # which a peer's environment has not

    if not Path(python).exists():
        raise LeftOut("not measured: the peers are not installed (make peers installs them)")
    module, name = function.__module__, function.__name__
    threads = dict.fromkeys(THREAD_VARIABLES, str(THREADS))
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "TQDM_DISABLE": "1", "KERAS_BACKEND": "tensorflow"}
    finished = subprocess.run(
        [str(python), "-c", CHILD, module, name, json.dumps(arguments, default=str)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | threads | quiet | environment,
        check=False,
    )
    if finished.returncode:
        raise RuntimeError(f"{module}.{name} failed; see above")
    return Run(**json.loads(finished.stdout))


def answer(module: str, name: str, arguments: str) -> None:
    """Run a function in this process and print what it cost; all else goes to standard error."""
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    sys.path.append(str(LIBRARY))
    found = getattr(importlib.import_module(module), name)(*json.loads(arguments))
    run = found if isinstance(found, Run) else timed(found)
    with output:
        print(json.dumps(asdict(replace(run, memory_mb=peak_memory_mb()))), file=output)


def peak_memory_mb() -> float:
    """Return the most memory that this process had resident.

    `ru_maxrss` would begin with the peak of the process that started this one.
    """
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024

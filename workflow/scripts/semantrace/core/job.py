"""What every script of the workflow does first: log, threads, and one clear line on bad input.

Imports nothing heavy, so that a log exists before TensorFlow starts to load.
"""

import atexit
import contextlib
import logging
import os
import re
import sys
import time
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from semantrace.core.errors import InputError
from semantrace.core.job_log import heading, summary
from semantrace.core.system_errors import system_problem

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
)

# What TensorFlow's C++ code says on its way, which no variable of the environment keeps quiet.
NOISE = re.compile(
    rb"^(WARNING: All log messages before absl::InitializeLog\(\)"
    rb"|[IWE]\d{4} \d\d:\d\d:\S+ +\d+ \S+:\d+\]).*\n",
    re.MULTILINE,
)

_first_stderr: TextIO | None = None
"""Where standard error led before it was sent to the log."""


def start(job) -> None:
    """Send all output of this process to the job's log and fix its numerical threads.

    Parameters
    ----------
    job : object
        Snakemake's job object: ``job.log[0]`` is the path of the log. ``job.params.threads``,
        where it is given, is the number of threads of the numerical libraries; it comes from the
        configuration and not from the scheduler, since a product's last bits change with it.

    Notes
    -----
    The log begins with the rule and ends with what `job_log.summary` says of the job. An uncaught
    `InputError` leaves a line a problem there, and so does what the system answers about a file;
    any other error leaves its traceback, as the last lines. All end the process with status 1. The
    terminal gets the error from Snakemake, which shows the logs of failed jobs, wherever they ran;
    from here it would stand there twice.
    """
    threads = job.params.get("threads")
    if threads is not None:
        for variable in THREAD_VARIABLES:
            os.environ[variable] = str(threads)
    set_up_libraries()
    global _first_stderr
    _first_stderr = os.fdopen(os.dup(2), "w", buffering=1, errors="backslashreplace")
    _redirect_output(Path(job.log[0]))
    started = time.monotonic()
    _say(heading(job, study_threads()))
    end = _Ending(job, started)
    sys.excepthook = end.with_error
    atexit.register(end.without_error)


def tell(line: str) -> None:
    """Say something that the user should look at: on the terminal, whatever it is, and in the log.

    Parameters
    ----------
    line : str
        What, where and what to do, in one line.
    """
    for stream in dict.fromkeys((_first_stderr, sys.stderr)):
        if stream is not None:
            with contextlib.suppress(OSError):  # a terminal that has been closed
                print(f"warning: {line}", file=stream)


def show(lines: Iterable[str]) -> None:
    """Show lines that the user asked for, in the log and on the terminal; see `tell`."""
    for stream in filter(None, (sys.stderr, _first_stderr)):
        print(*lines, sep="\n", file=stream)


def set_up_libraries() -> None:
    """Say to libraries that are not loaded yet how to compute, draw and complain."""
    # TensorFlow reports missing drivers and the processor's instructions as errors; what does fail
    # comes as an exception, and `devices.prepare_devices` says when a GPU is missing.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "1"
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["MPLBACKEND"] = "Agg"


def study_threads() -> int:
    """Return how many threads the numerical libraries have; without a job, one for each core."""
    return int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)


def terminal() -> TextIO | None:
    """Return the terminal that the job was started from, or None where there is none.

    For what a person wants to watch, such as a progress bar, beside the log.
    """
    watched = _first_stderr is not None and _first_stderr.isatty()
    return _first_stderr if watched else None


def _redirect_output(log: Path) -> None:
    """Point file descriptors 1 and 2 at the log, so that C libraries write there too."""
    log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    # File names need not be UTF-8, and Snakemake shows no log that is not.
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = os.fdopen(
            number, "w", buffering=1, closefd=False, encoding="utf-8", errors="backslashreplace"
        )
        setattr(sys, name, stream)


def _say(*lines: str) -> bool:
    """Write lines to the log; return whether its disk had room for them."""
    try:
        for line in lines:
            print(line, file=sys.stderr)
    except OSError:
        return False
    return True


def _remove_noise(log: Path) -> None:
    """Remove from the log what TensorFlow says of itself."""
    if not log.is_file():  # such as a device
        return
    text = log.read_bytes()
    kept = NOISE.sub(b"", text)
    if kept != text:
        os.ftruncate(2, 0)
        os.lseek(2, 0, os.SEEK_SET)
        os.write(2, kept)


class _Ending:
    """Writes the end of a log once, with the error if there is one."""

    def __init__(self, job, started: float):
        self.job, self.started = job, started

    def without_error(self) -> None:
        _remove_noise(Path(self.job.log[0]))
        _say(*summary(self.job, self.started, failed=False))

    def with_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        atexit.unregister(self.without_error)
        problem = system_problem(error) if isinstance(error, OSError) else None
        if problem is not None:
            error = InputError(problem)
        if isinstance(error, InputError):
            lines = [f"error: {problem}" for problem in error.problems]
            before = []
            _remove_noise(Path(self.job.log[0]))
        else:
            lines = [f"error: {kind.__name__}: {' '.join(str(error).split())}"]
            before = "".join(traceback.format_exception(kind, error, trace)).splitlines()
        _say(*summary(self.job, self.started, failed=True), *before)
        if not _say(*lines):  # the disk that is full may be the log's
            print(*lines, sep="\n", file=_first_stderr)

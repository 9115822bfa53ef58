"""What every script of the workflow does first: log, threads, and one clear line on bad input.

Imports nothing heavy, so that a log exists before TensorFlow starts to load.
"""

import contextlib
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

from semantrace.errors import InputError

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
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
    An uncaught `InputError` leaves its one line in the log and on the terminal; any other error
    leaves its traceback. Both end the process with status 1.
    """
    threads = job.params.get("threads")
    if threads is not None:
        for variable in THREAD_VARIABLES:
            os.environ[variable] = str(threads)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["MPLBACKEND"] = "Agg"
    global _first_stderr
    _first_stderr = os.fdopen(os.dup(2), "w", buffering=1)
    _redirect_output(Path(job.log[0]))
    sys.excepthook = _reporter(_first_stderr)


def study_threads() -> int:
    """Return how many threads the numerical libraries have; without a job, one for each core."""
    return int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)


def terminal() -> TextIO | None:
    """Return the terminal that the job was started from, or None where there is none.

    For what a person wants to watch, such as a progress bar, beside the log.
    """
    watched = _first_stderr is not None and _first_stderr.isatty()
    return _first_stderr if watched else None


def tell(line: str) -> None:
    """Say something that the user should look at: on the terminal, whatever it is, and in the log.

    Parameters
    ----------
    line : str
        What, where and what to do, in one line.
    """
    for stream in dict.fromkeys((_first_stderr, sys.stderr)):
        if stream is not None:
            print(f"warning: {line}", file=stream)


def _redirect_output(log: Path) -> None:
    """Point file descriptors 1 and 2 at the log, so that C libraries write there too."""
    log.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)


def _reporter(terminal):
    """Return an exception hook that writes to the log and tells the terminal the last line."""

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None):
        if isinstance(error, InputError):
            lines = for_log = "\n".join(f"error: {problem}" for problem in error.problems)
        else:
            lines = f"error: {kind.__name__}: {' '.join(str(error).split())}"
            for_log = "".join(traceback.format_exception(kind, error, trace)).rstrip()
        print(lines, file=terminal)
        with contextlib.suppress(OSError):  # the disk that is full may be the log's
            print(for_log, file=sys.stderr)

    return report

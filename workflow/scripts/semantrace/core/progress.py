"""A progress bar in the log and, where a person watches, on the terminal."""

import contextlib
import sys
from collections.abc import Callable, Collection, Iterator
from typing import TextIO, TypeVar

from tqdm import tqdm

from semantrace.core.job import terminal

SECONDS_BETWEEN_LOG_LINES = 10.0

Item = TypeVar("Item")


@contextlib.contextmanager
def progress(total: int | None, what: str, unit: str, done: int = 0) -> Iterator[Callable]:
    """Give a function that is told how many more items are done.

    Parameters
    ----------
    total : int or None
        Number of items; None where it is not known.
    what : str
        Text before the bar, such as the network's name.
    unit : str
        What an item is called, such as "images"; "B" for bytes, which are told in kB and MB, or
        "%" of a total of 100.
    done : int
        How many were done before.
    """
    with contextlib.ExitStack() as stack:

        def bar(stream) -> tqdm:
            watched = stream.isatty()
            return stack.enter_context(
                tqdm(
                    total=total,
                    initial=done,
                    desc=what,
                    unit=unit if unit == "B" else f" {unit}",
                    unit_scale=unit == "B",
                    file=stream if watched else _Lines(stream),
                    mininterval=0.1 if watched else SECONDS_BETWEEN_LOG_LINES,
                    dynamic_ncols=watched,
                    ascii=not watched,
                )
            )

        streams = [sys.stderr, terminal()]
        bars = [bar(stream) for stream in streams if stream is not None]

        def advance(count: int) -> None:
            for item in bars:
                item.update(count)

        yield advance


def tracked(items: Collection[Item], what: str, unit: str) -> Iterator[Item]:
    """Yield items and show how many are done; see `progress`."""
    with progress(len(items), what, unit) as advance:
        for item in items:
            yield item
            advance(1)


class _Lines:
    """Gives a log a line for each state of a bar, where a terminal would have one overwritten."""

    def __init__(self, stream: TextIO):
        self.stream = stream

    def write(self, text: str) -> None:
        if state := text.strip():
            self.stream.write(f"{state}\n")

    def flush(self) -> None:
        self.stream.flush()

"""A progress bar in the log and, where a person watches, on the terminal."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from tqdm import tqdm

from semantrace.job import terminal

SECONDS_BETWEEN_LOG_LINES = 10.0


@contextlib.contextmanager
def progress(total: int, what: str, unit: str) -> Iterator[Callable[[int], None]]:
    """Give a function that is told how many more items are done.

    Parameters
    ----------
    total : int
        Number of items.
    what : str
        Text before the bar, such as the network's name.
    unit : str
        What an item is called, such as "images".
    """
    with contextlib.ExitStack() as stack:

        def bar(stream, seconds: float) -> tqdm:
            return stack.enter_context(
                tqdm(
                    total=total,
                    desc=what,
                    unit=f" {unit}",
                    file=stream,
                    mininterval=seconds,
                    dynamic_ncols=stream.isatty(),
                )
            )

        bars = [bar(sys.stderr, 0.1 if sys.stderr.isatty() else SECONDS_BETWEEN_LOG_LINES)]
        if (screen := terminal()) is not None:
            bars.append(bar(screen, 0.1))

        def advance(count: int) -> None:
            for item in bars:
                item.update(count)

        yield advance

"""The error that a user's input causes, and help for writing its message."""

import contextlib
import difflib
from collections.abc import Iterable, Iterator


class InputError(Exception):
    """Something the user gave cannot be used.

    Each argument is one problem: a line that says what is wrong, where, and what to do about it.
    Scripts print these lines without a traceback and exit with status 1.
    """

    @property
    def problems(self) -> tuple[str, ...]:
        """The problems, each in one line."""
        return tuple(" ".join(str(problem).split()) for problem in self.args)

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


class Problems:
    """Problems of checks that do not depend on each other, so that all are told at once.

    Attributes
    ----------
    found : list of str
        A line each, in the order in which they were found.
    """

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, problem: str) -> None:
        """Note a problem."""
        self.found.append(problem)

    @contextlib.contextmanager
    def collected(self) -> Iterator[None]:
        """Note the problems of an `InputError` that the block raises, and go on after it."""
        try:
            yield
        except InputError as error:
            self.found.extend(error.problems)

    def raise_if_any(self) -> None:
        """Raise one `InputError` with all problems, if there are any."""
        if self.found:
            raise InputError(*dict.fromkeys(self.found))


def suggest(name: str, known: Iterable[str]) -> str:
    """Return a clause naming the known names nearest to `name`, or all when none is near.

    Parameters
    ----------
    name : str
        What the user wrote.
    known : iterable of str
        What would have been understood.

    Returns
    -------
    str
        ``did you mean 'fire9'?`` or ``known: a, b, c``.
    """
    names = [str(item) for item in known]
    near = difflib.get_close_matches(str(name), names, n=3, cutoff=0.6)
    if near:
        return "did you mean " + " or ".join(repr(item) for item in near) + "?"
    listed = ", ".join(names[:40]) + (", …" if len(names) > 40 else "")
    return f"known: {listed}" if names else "none is known"

"""The error that a user's input causes, and help for writing its message."""

import difflib
from collections.abc import Iterable


class InputError(Exception):
    """Something the user gave cannot be used.

    The message is one line that says what is wrong, where, and what to do about it. Scripts print
    it without a traceback and exit with status 1.
    """


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

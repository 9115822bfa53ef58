"""Mistakes on Snakemake's command line that it would answer with a traceback.

The profiles call this before Snakemake looks at its configuration; it imports nothing else.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

CONFIG = ("--config", "-C")
FILES = ("--configfile", "--configfiles")
"""Options that take whatever follows, up to the next option, and so a target as well."""


def swallowed_by_options(arguments: Sequence[str]) -> list[tuple[str, str]]:
    """Return what stands behind one of these options and is no value for it, each with the option.

    Parameters
    ----------
    arguments : sequence of str
        The command line.
    """
    swallowed = []
    option = ""
    for argument in arguments:
        if argument == "--":
            break
        if argument.startswith("-"):
            option = argument
        elif (option in CONFIG and "=" not in argument) or (
            option in FILES and not Path(argument).is_file()
        ):
            swallowed.append((argument, option))
    return swallowed


def refuse_swallowed(arguments: Sequence[str]) -> None:
    """Exit with a line of its own for each target that stands behind such an option."""
    swallowed = swallowed_by_options(arguments)
    for argument, option in swallowed:
        value = "study=…" if option in CONFIG else "FILE"
        what = "key=value" if option in CONFIG else "an existing file"
        print(
            f"error: {argument} stands behind {option}, where only {what} can; put targets "
            f"first: snakemake {argument} {option} {value}",
            file=sys.stderr,
        )
    if swallowed:
        sys.exit(1)

"""Mistakes on Snakemake's command line that it would answer with a traceback.

The profiles call this before Snakemake looks at its configuration; it imports nothing else.
"""

import sys
from collections.abc import Sequence


def swallowed_by_config(arguments: Sequence[str]) -> list[str]:
    """Return what stands behind ``--config`` and is not ``key=value``.

    Parameters
    ----------
    arguments : sequence of str
        The command line. Whatever follows ``--config`` up to the next option is an entry of the
        configuration to Snakemake, also a target.
    """
    swallowed = []
    behind_config = False
    for argument in arguments:
        if argument.startswith("-"):
            if argument == "--":
                break
            behind_config = argument in ("--config", "-C")
        elif behind_config and "=" not in argument:
            swallowed.append(argument)
    return swallowed


def refuse_swallowed(arguments: Sequence[str]) -> None:
    """Exit with a line of its own for each target that stands behind ``--config``."""
    swallowed = swallowed_by_config(arguments)
    for argument in swallowed:
        print(
            f"error: {argument} stands behind --config, where only key=value can; put targets "
            f"first: snakemake {argument} --config study=…",
            file=sys.stderr,
        )
    if swallowed:
        sys.exit(1)

"""Loading a library without the packages that it would use, but not here."""

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def hidden(*packages: str) -> Iterator[None]:
    """Let imports of packages fail for a while, unless they are loaded already.

    Libraries import what is installed for features that nothing here uses, and take seconds for it.

    Parameters
    ----------
    packages : str
        Names, for libraries that do without them.
    """
    names = [name for name in packages if name not in sys.modules]
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]

"""Numbers as the pages of the report write them."""

import math
from collections.abc import Iterable, Sequence

SIGNIFICANCE = 0.05
SMALLEST_SHOWN = 0.0005
"""Below this, three decimals would show a p-value as zero."""

NOTHING = "–"


def score(value: float) -> str:
    """Return a score with three decimals, or a dash where there is none."""
    return NOTHING if math.isnan(value) else f"{value:.3f}".replace("-", "−")


def interval(low: float, high: float) -> str:
    """Return the two ends of an interval, or a dash where there is none."""
    return NOTHING if math.isnan(low) or math.isnan(high) else f"{score(low)} to {score(high)}"


def p_value(value: float) -> str:
    """Return a p-value: three decimals, or one digit where it is less than they can show."""
    if math.isnan(value):
        return NOTHING
    return f"{value:.3f}" if value >= SMALLEST_SHOWN else f"{value:.0e}"


def says_p(value: float, name: str = "p") -> str:
    """Return a p-value for a sentence, such as p = 0.012."""
    return f"no {name}" if math.isnan(value) else f"{name} = {p_value(value)}"


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with what it counts: 1 image, 1,000 images."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def cut(names: Iterable[str], most: int) -> str:
    """Return the first names, and how many more there are."""
    names = list(names)
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")

"""Headings of blocks on pages that are laid out in inches."""

from dataclasses import dataclass

from matplotlib.axes import Axes

from semantrace.figures.base.style import new_figure, theme, wrap

SIZE = 8.0
"""Points."""

LINE_HEIGHT = 0.14
FIRST_MIDDLE = 0.17
SPACE_BELOW = 0.13
"""Inches."""


@dataclass(frozen=True)
class Heading:
    """A heading in as many lines as its block is narrow.

    Attributes
    ----------
    lines : tuple of str
    """

    lines: tuple[str, ...]

    @classmethod
    def wrapped(cls, text: str, width: float) -> "Heading":
        """Break a heading into lines no wider than `width` inches."""
        with theme():
            return cls(tuple(wrap(new_figure(1, 1, layout=None), text, width, SIZE, "bold")))

    @property
    def height(self) -> float:
        """Inches from the top of the block to what stands below the heading."""
        return FIRST_MIDDLE + SPACE_BELOW + LINE_HEIGHT * (len(self.lines) - 1)

    def draw(self, page: Axes, left: float, top: float) -> None:
        """Write the heading on axes whose unit is the inch."""
        for number, line in enumerate(self.lines):
            middle = top + FIRST_MIDDLE + number * LINE_HEIGHT
            page.text(left, middle, line, fontsize=SIZE, fontweight="bold", va="center")

r"""Draw the site's formulas when it is built.

A formula stands in a page between two lines of ``$$``, in the part of LaTeX that Matplotlib knows.
It becomes an SVG inside the page, so that no script and no other host is needed to show it.
"""

import html
import io
import re

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser

FORMULA = re.compile(r"^\$\$\n(.+?)\n\$\$$", re.MULTILINE | re.DOTALL)
SIZE = 14.0
"""In points; the text of the page has 12."""

FONT = FontProperties(size=SIZE, math_fontfamily="stix")


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put drawings in place of a page's formulas; called by MkDocs."""
    return FORMULA.sub(lambda found: drawn(found[1]), markdown)


def drawn(formula: str) -> str:
    """Return a block of HTML that shows a formula, line by line.

    Parameters
    ----------
    formula : str
        One or more lines of LaTeX.

    Raises
    ------
    ValueError
        When Matplotlib does not know a command.
    """
    lines = "".join(_svg(line) for line in formula.splitlines())
    label = html.escape(formula.replace("\n", "; "), quote=True)
    return f'<div class="formula" role="img" aria-label="{label}">{lines}</div>'


def _svg(line: str) -> str:
    text = f"${line}$".replace("\\frac", "\\dfrac")  # as displayed formulas have them
    width, height, depth, _, _ = MathTextParser("path").parse(text, prop=FONT)
    figure = Figure(figsize=(width / 72, (height + depth) / 72))
    figure.text(0, depth / (height + depth), text, fontproperties=FONT)
    drawing = io.StringIO()
    settings = {"format": "svg", "transparent": True, "metadata": {"Date": None}}
    figure.savefig(drawing, **settings)
    svg = drawing.getvalue()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    return re.sub(r"\s*\n\s*", " ", svg)

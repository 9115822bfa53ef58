"""Pieces of HTML; whatever text goes into them is escaped here and nowhere else."""

import base64
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path


def paragraph(*sentences: str) -> str:
    """Return sentences as one paragraph; an empty one is left out."""
    text = " ".join(filter(None, sentences))
    return f"<p>{escape(text)}</p>\n" if text else ""


def bullets(items: Iterable[str]) -> str:
    """Return a list, or nothing where it is empty."""
    points = "".join(f"<li>{escape(item)}</li>\n" for item in items)
    return f"<ul>\n{points}</ul>\n" if points else ""


def grid(header: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> str:
    """Return a table, or nothing where it has no rows.

    Parameters
    ----------
    header : sequence of str
    rows : iterable of sequence of str
    texts : int
        How many columns at the left are text; the others are numbers.
    """
    body = "".join(f"<tr>{_cells('td', row, texts)}</tr>\n" for row in rows)
    head = f"<thead><tr>{_cells('th', header, texts)}</tr></thead>\n"
    return (
        f'<div class="wide"><table>\n{head}<tbody>\n{body}</tbody></table></div>\n' if body else ""
    )


def _cells(tag: str, values: Sequence[str], texts: int) -> str:
    return "".join(
        f"<{tag}{'' if number < texts else ' class=number'}>{escape(value)}</{tag}>"
        for number, value in enumerate(values)
    )


def section(title: str, *parts: str) -> str:
    """Return parts below a heading, or nothing where all are empty."""
    body = "".join(parts)
    return f"<section>\n<h2>{escape(title)}</h2>\n{body}</section>\n" if body else ""


def note(text: str) -> str:
    """Return a remark on what stands above it."""
    return f'<p class="note">{escape(text)}</p>\n'


def embedded_image(path: str | Path, description: str) -> str:
    """Return a PNG file as a part of the page itself."""
    data = base64.b64encode(Path(path).read_bytes()).decode()
    return f'<img alt="{escape(description)}" src="data:image/png;base64,{data}">\n'

"""Write the page: its texts, its style, what draws, and the data, all in one file."""

import html
from pathlib import Path

from semantrace.explorer.packing import Blocks
from semantrace.explorer.page_files import SCRIPTS, STYLES, page_text
from semantrace.io.files import atomic_path
from semantrace.io.html_files import json_text


def write_page(
    path: str | Path, title: str, data: dict[str, dict], library: str, blocks: Blocks
) -> None:
    """Write the explorer as one HTML file that asks no network for anything.

    Parameters
    ----------
    path : path
    title : str
        Of the study.
    data : dict of str to dict
        What the page reads as JSON: ``first``, what its first view needs, stands before all else;
        ``parts`` is the rest.
    library : str
        The JavaScript that draws: Vega-Embed with Vega-Lite and Vega, as ``vl_convert`` bundles
        them.
    blocks : Blocks
        What views unpack when they are shown.
    """
    packed = (
        f'<script type="text/plain" id="block-{name}">{text}</script>'
        for name, text in blocks.texts.items()
    )
    filled = {
        "TITLE": html.escape(title),
        "STYLE": "\n".join(page_text(f"{name}.css") for name in STYLES),
        "FIRST": json_text(data["first"]),
        "NOTICES": page_text("notices.txt"),
        "LIBRARY": in_script(library),
        "SCRIPT": in_script("\n".join(page_text(f"{name}.js") for name in SCRIPTS)),
        "PARTS": json_text(data["parts"]),
        "BLOCKS": "\n".join(packed),
    }
    pieces = page_text("index.html").split("@@")
    with (
        atomic_path(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as file,
    ):
        for place, piece in enumerate(pieces):
            file.write(filled[piece] if place % 2 else piece)


def in_script(text: str) -> str:
    """Return a program in which no text ends its element of HTML early."""
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")

"""The files that the page is put together of, which are part of this package."""

import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent / "page"
SCRIPTS = (
    *("dom", "data", "store", "thumbnails", "charts", "score_chart", "scores", "matrix_canvas"),
    *("matrices", "concept", "cluster_tree", "clusters", "misclassified", "search", "main"),
)
"""In the order in which the page runs them."""

STYLES = ("base", "views")


def page_text(name: str) -> str:
    """Return the text of one of the files."""
    return (FOLDER / name).read_text(encoding="utf-8")


def page_digest() -> str:
    """Return a digest of all the files, with which the page changes."""
    names = [
        "index.html",
        "notices.txt",
        *(f"{name}.css" for name in STYLES),
        *(f"{name}.js" for name in SCRIPTS),
    ]
    texts = "\0".join(page_text(name) for name in names)
    return hashlib.sha256(texts.encode()).hexdigest()[:16]

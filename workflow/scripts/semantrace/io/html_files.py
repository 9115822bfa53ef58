"""Pages: the data that their scripts read, and how their files are written."""

import json
import math
from pathlib import Path

import numpy as np

from semantrace.io.files import atomic_path


def json_text(value: object) -> str:
    """Return a value as JSON that can stand in a script element, without a number that is none.

    Numbers that are not finite become null. No letter begins an element or a comment of HTML.
    """
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def write_html(html: str, path: str | Path) -> None:
    """Write a page or a part of one.

    Raises
    ------
    InputError
        When the disk is full, or the system refuses to write there for another reason.
    """
    with atomic_path(path) as temporary:
        temporary.write_text(html, encoding="utf-8")

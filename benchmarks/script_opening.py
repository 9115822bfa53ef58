"""Run the openings of workflow scripts: all that stands there up to the last import.

Imports nothing that takes long to load, so that what is loaded afterwards is what scripts load.
"""

import ast
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from apart import THREADS, Run, timed

IMPORTS = (ast.Import, ast.ImportFrom)
HEAVY = (
    *("gensim", "keras", "matplotlib", "nltk", "numba", "onnx", "pandas", "scipy", "seaborn"),
    *("sklearn", "tensorflow", "torch"),
)


def opening(script: str | Path) -> str:
    """Return a script's text up to its last import."""
    text = Path(script).read_text(encoding="utf-8")
    statements = ast.parse(text).body
    last = max(node.end_lineno for node in statements if isinstance(node, IMPORTS))
    return "\n".join(text.splitlines()[:last])


def open_scripts(*scripts: str) -> Run:
    """Run the openings one after the other, and find the packages that are loaded then."""
    with tempfile.TemporaryDirectory() as scratch:
        job = SimpleNamespace(log=[f"{scratch}/log"], params={"threads": THREADS})

        def run() -> None:
            for script in scripts:
                exec(compile(opening(script), script, "exec"), {"snakemake": job})

        seconds = timed(run).seconds
    return Run(seconds, found=[name for name in HEAVY if name in sys.modules])

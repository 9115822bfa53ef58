"""Run the openings of workflow scripts: all that stands there up to the last import.

    python benchmarks/script_opening.py SCRIPT …

Prints a JSON object: how many `seconds` it took, `peak_mb`, the peak of its memory, and which
`packages` are loaded afterwards, of those that take long to load. Imports none of them itself.
"""

import ast
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from peak_memory import peak_memory_bytes

SCRIPTS = Path(__file__).parents[1] / "workflow/scripts"
THREADS = 2
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


def main() -> None:
    """Run the openings one after the other."""
    output = os.fdopen(os.dup(1), "w")
    sys.path.append(str(SCRIPTS))
    with tempfile.TemporaryDirectory() as scratch:
        job = SimpleNamespace(log=[f"{scratch}/log"], params={"threads": THREADS})
        start = time.perf_counter()
        for script in sys.argv[1:]:
            exec(compile(opening(script), script, "exec"), {"snakemake": job})
        seconds = time.perf_counter() - start
    packages = [name for name in HEAVY if name in sys.modules]
    found = {"seconds": seconds, "peak_mb": peak_memory_bytes() / 2**20, "packages": packages}
    print(json.dumps(found), file=output)


if __name__ == "__main__":
    main()

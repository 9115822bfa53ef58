"""Run the benchmarks and write their results as a table and as a page.

    python benchmarks/bench.py [--only NAME …] [--scale SCALE]

Each benchmark runs in a process of its own, so that none's threads and memory disturb the next.
Writes docs/benchmarks.tsv and docs/benchmarks.md, where the results of benchmarks that were not run
stay as they were; with a scale, such as 0.1, it takes less input and only prints them. One that
fails is named and the rest go on; the status at the end is then 1.
"""

import argparse
import ast
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "workflow/scripts"), str(REPOSITORY / "benchmarks")]

import pandas as pd
from measuring import machine, rows_apart, run_module, table_of

from semantrace.io.files import atomic_path, write_tsv

NAMES = ("two_vs_two", "extraction", "onnx", "storage", "memory", "correlations", "clustering")
NAMES += ("workflow", "determinism")
"""The benchmarks in the order in which they are run and read; each is a module bench_NAME."""

TABLE = REPOSITORY / "docs/benchmarks.tsv"
PAGE = REPOSITORY / "docs/benchmarks.md"

INTRODUCTION = """# Benchmarks

`make bench` measures these and writes this page; [benchmarks.tsv](benchmarks.tsv) has the numbers.
Contenders take turns on the same input, and a time is the median of several runs, with the
fastest and the slowest. Their results are compared with ours before they are timed. A ratio is a
contender's time over that of the one named after it.
"""

TEXTS = ("module", "benchmark", "input", "contender", "against", "target", "verdict", "note")
TEXTS += ("measured", "machine")
"""The columns that hold no numbers."""

TARGET = re.compile(r"([≤≥])\s*([\d.,]*\d)\s*(×|s\b|seconds?|minutes?|MB|GB)")
UNITS = {"×": "ratio", "s": "seconds", "minute": "seconds", "second": "seconds"}
UNITS |= {"MB": "memory_mb", "GB": "memory_mb"}
FACTORS = {"minute": 60, "GB": 1000}


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, metavar="NAME")
    parser.add_argument("--scale", type=float, help="take less input, and print what was measured")
    chosen = parser.parse_args()
    results = read_results(TABLE)
    failed = []
    for name in sorted(chosen.only, key=NAMES.index):
        print(f"{name} …", file=sys.stderr, flush=True)
        start = time.perf_counter()
        measured = measure_apart(name, chosen.scale or 1.0)
        if measured is None:
            failed.append(name)
            continue
        print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr)
        if chosen.scale:
            shown = measured.drop(columns=["verdict", "machine"])  # targets are for the whole
            print(shown.to_csv(sep="\t", index=False), flush=True)
            continue
        results = replaced(results, measured)
        write_tsv(results, TABLE)
        write_page(results, PAGE)
    for name in failed:
        print(f"error: benchmarks/bench_{name}.py failed; see above", file=sys.stderr)
    return 1 if failed else 0


def measure_apart(name: str, scale: float = 1.0) -> pd.DataFrame | None:
    """Run a benchmark in a process of its own and return its rows, or None where it failed."""
    try:
        table = table_of(rows_apart(run_module, name, scale))
    except RuntimeError as error:
        return print(error, file=sys.stderr)
    table["verdict"] = [verdict(row) for row in table.to_dict("records")]
    table.insert(0, "module", name)
    table["measured"] = datetime.now(UTC).strftime("%Y-%m-%d")
    table["machine"] = machine()
    return table


def read_results(path: Path) -> pd.DataFrame:
    """Return the rows of earlier runs; texts that are not there are empty."""
    if not path.is_file():
        return pd.DataFrame()
    table = pd.read_csv(path, sep="\t", dtype=dict.fromkeys(TEXTS, str))
    return table.fillna(dict.fromkeys(TEXTS, ""))


def replaced(results: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Put the rows of one benchmark in the place of its earlier ones."""
    (name,) = measured["module"].unique()
    others = results[results["module"] != name] if len(results) else results
    joined = measured if others.empty else pd.concat([others, measured])
    return joined.sort_values("module", key=lambda names: names.map(NAMES.index), kind="stable")


def verdict(row: dict) -> str:
    """Say whether all that a row's target names was reached; empty where that cannot be told.

    A target is a comparison such as "≤ 2.5 × the products", "≤ 5 minutes" or "≤ 1 GB": of the
    ratio, of the median time, or of the memory.
    """
    verdicts = []
    for sign, number, unit in TARGET.findall(row["target"]):
        unit = unit.removesuffix("s") or "s"
        value = row[UNITS[unit]]
        if pd.isna(value):
            return ""
        limit = float(number.replace(",", "")) * FACTORS.get(unit, 1)
        verdicts.append(value <= limit if sign == "≤" else value >= limit)
    if not verdicts:
        return ""
    return "met" if all(verdicts) else "missed"


# The page


def write_page(results: pd.DataFrame, path: Path) -> None:
    """Write all results as Markdown."""
    runs = results.groupby(["machine", "measured"], sort=False)["module"].unique()
    parts = [INTRODUCTION]
    for (where, when), modules in runs.items():
        which = "" if len(runs) == 1 else f" ({', '.join(modules)})"
        parts.append(f"Measured on {when}{which}: {where}.\n")
    for name, rows in results.groupby("module", sort=False):
        parts.append(f"## {heading(name)}\n")
        for benchmark, measured in rows.groupby("benchmark", sort=False):
            parts.append(f"### {benchmark}\n")
            parts.append(markdown(measured))
    with atomic_path(path) as temporary:
        temporary.write_text("\n".join(parts), encoding="utf-8")


def heading(name: str) -> str:
    """Return what a benchmark's module says it measures."""
    text = Path(__file__).with_name(f"bench_{name}.py").read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(text)).split("\n")[0].rstrip(".")


def markdown(rows: pd.DataFrame) -> str:
    """Return the rows of one benchmark as a table, without the columns that are all empty."""
    cells = [readable(row) for row in rows.to_dict("records")]
    columns = [name for name in cells[0] if any(row[name] for row in cells)]
    right = ("time", "memory", "disk")
    lines = [
        columns,
        ["---:" if name in right else "---" for name in columns],
        *([row[name].replace("|", "\\|") for name in columns] for row in cells),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def readable(row: dict) -> dict[str, str]:
    """Return the cells of one contender."""
    target = row["target"]
    if row["verdict"]:
        told = "**missed**" if row["verdict"] == "missed" else "met"
        target = f"{target}: {told}"
    return {
        "input": row["input"],
        "contender": row["contender"],
        "time": duration(row["seconds"], row["fastest"], row["slowest"]),
        "ratio": ratio(row["ratio"], row["against"]),
        "target": target,
        "memory": size(row["memory_mb"]),
        "disk": size(row["disk_mb"]),
        "note": row["note"],
    }


def duration(median: float, fastest: float, slowest: float) -> str:
    """Return times as people read them: 0.42 s (0.41–0.45)."""
    if pd.isna(median):
        return ""
    factor, unit = (1, "s") if median >= 0.1 else (1e3, "ms") if median >= 1e-4 else (1e6, "µs")
    text = f"{number(median * factor)} {unit}"
    if fastest == slowest:
        return text
    return f"{text} ({number(fastest * factor)}–{number(slowest * factor)})"


def ratio(value: float, against: str) -> str:
    """Return a ratio as people read it: 5,300 × ours."""
    if pd.isna(value):
        return ""
    return f"{number(value, coarse=True)} × {against}".rstrip()


def size(megabytes: float) -> str:
    """Return a size of memory or of files."""
    if pd.isna(megabytes):
        return ""
    return f"{number(megabytes)} MB" if megabytes < 1000 else f"{megabytes / 1000:.2f} GB"


def number(value: float, coarse: bool = False) -> str:
    """Return a number with two or three digits that count, and its thousands told by commas.

    Parameters
    ----------
    value : float
    coarse : bool
        Whether the third digit of a number above a thousand is too much.
    """
    if value >= 1000 and coarse:
        return f"{float(f'{value:.2g}'):,.0f}"
    if value >= 100:
        return f"{value:,.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


if __name__ == "__main__":
    sys.exit(main())

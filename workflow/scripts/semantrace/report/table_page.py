"""A table as a page that sorts by a click on a column and filters as one types, without a network.

Cells keep all their digits and show four of them.
"""

import math
from collections.abc import Mapping
from html import escape

import pandas as pd

from semantrace.core import tables as known
from semantrace.core.declarations import NUMBER, TEXT, TRUTH, Column, Table
from semantrace.io.html_files import json_text

SHOWN_TABLES: dict[str, Table] = {
    "concept_matching": known.CONCEPT_MATCHING,
    "best_layers": known.BEST_LAYERS,
    "paper_comparison": known.PAPER_COMPARISON,
    "layer_comparisons": known.LAYER_COMPARISONS,
    "alignment": known.ALIGNMENTS,
    "best_layers_by_measure": known.BEST_LAYERS_BY_MEASURE,
    "concept_regression": known.CONCEPT_REGRESSION,
    "word_model_quality": known.WORD_MODEL_QUALITY,
    "cluster_names": known.CLUSTER_NAMES,
    "cluster_label_table": known.CLUSTER_LABELS,
    "software": known.SOFTWARE,
}
"""What the tables hold that the report shows, by name."""

STYLE = """
body { font: 14px/1.45 system-ui, sans-serif; color: #222; margin: 1.2rem; }
h1 { font-size: 1.15rem; margin: 0 0 .2rem; }
p { margin: .2rem 0 .8rem; color: #555; max-width: 60rem; }
#tools { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin-bottom: .6rem; }
input { font: inherit; padding: .25rem .4rem; border: 1px solid #bbb; border-radius: 3px; }
#all { width: 16rem; }
th input { width: 100%; min-width: 3.5rem; box-sizing: border-box; font-weight: normal; }
button { font: inherit; padding: .25rem .6rem; }
#rows { overflow: auto; max-height: calc(100vh - 10rem); border: 1px solid #ddd; }
table { border-collapse: collapse; font-size: 13px; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid #eee; text-align: left;
  vertical-align: top; }
td { max-width: 28rem; }
td.long { min-width: 16rem; }
thead { position: sticky; top: 0; background: #f5f5f5; }
th[data-column] { cursor: pointer; white-space: nowrap; }
th[data-column]:focus { outline: 2px solid #0173b2; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
"""

SCRIPT = """
"use strict";
const { columns, rows, name } = JSON.parse(document.getElementById("data").textContent);
const body = document.querySelector("tbody"), all = document.getElementById("all");
const heads = [...document.querySelectorAll("th[data-column]")];
const filters = [...document.querySelectorAll("th input")];
let shown = rows, sorted = -1, direction = 1;

// A number in a cell of numbers, of which four digits are shown.
function brief(text, isNumber) {
  const value = Number(text);
  const isWhole = !isNumber || text === "" || Number.isInteger(value);
  return isWhole ? text : String(Number(value.toPrecision(4)));
}

// A condition such as >0.9 or <=3 on numbers; any other text has to occur in the cell.
function matches(cell, wanted, isNumber) {
  const condition = isNumber && wanted.match(/^(<=|>=|<|>|=)\\s*(-?[\\d.]+(?:e-?\\d+)?)$/i);
  if (!condition) return cell.toLowerCase().includes(wanted.toLowerCase());
  if (cell === "") return false;
  const value = Number(cell), limit = Number(condition[2]);
  return { "<": value < limit, ">": value > limit, "<=": value <= limit, ">=": value >= limit,
           "=": value === limit }[condition[1]];
}

function compare(one, two) {
  const a = one[sorted], b = two[sorted];
  if (a === "" || b === "") return (a === "") - (b === "");  // empty cells come last
  return direction * (columns[sorted].number ? a - b : a.localeCompare(b));
}

function show() {
  shown = rows.filter(row =>
    filters.every((field, place) =>
      matches(row[place], field.value.trim(), columns[place].number)) &&
    (!all.value.trim() || row.some(cell => matches(cell, all.value.trim(), false))));
  if (sorted >= 0) shown = [...shown].sort(compare);
  body.replaceChildren(...shown.map(row => {
    const line = document.createElement("tr");
    row.forEach((cell, place) => {
      const field = line.insertCell();
      field.textContent = brief(cell, columns[place].number);
      if (columns[place].number) { field.className = "number"; field.title = cell; }
      else if (cell.length > 60) field.className = "long";
    });
    return line;
  }));
  document.getElementById("count").textContent = `${shown.length} of ${rows.length} rows`;
  heads.forEach((head, place) => head.setAttribute("aria-sort",
    place !== sorted ? "none" : direction > 0 ? "ascending" : "descending"));
  heads.forEach((head, place) =>
    head.querySelector("span").textContent = place !== sorted ? "" : direction > 0 ? " ▲" : " ▼");
}

heads.forEach((head, place) => {
  const sort = () => { direction = place === sorted ? -direction : 1; sorted = place; show(); };
  head.addEventListener("click", sort);
  head.addEventListener("keydown", event => { if (event.key === "Enter") sort(); });
});
[all, ...filters].forEach(field => field.addEventListener("input", show));
document.getElementById("save").addEventListener("click", () => {
  const lines = [columns.map(column => column.name), ...shown].map(row => row.join("\\t"));
  const link = document.createElement("a");
  const type = "text/tab-separated-values";
  link.href = URL.createObjectURL(new Blob([lines.join("\\n") + "\\n"], { type }));
  link.download = name + ".tsv";
  link.click();
});
show();
"""


def table_page(frame: pd.DataFrame, table: Table, title: str) -> str:
    """Return a table as a page.

    Parameters
    ----------
    frame : DataFrame
        The table as `semantrace.io.tables.read_table` gives it.
    table : Table
        What it holds.
    title : str
        The page's.
    """
    columns = {name: _column(table, name) for name in frame}
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{escape(title)}</h1>
<p>A row is {escape(table.holds)}. Click a column to sort by it; its name says what it holds when
the mouse rests on it. Numbers filter by conditions such as &gt;0.9.</p>
<div id="tools"><input id="all" aria-label="search all columns" placeholder="search all columns">
<span id="count"></span><button id="save">Save these rows as TSV</button></div>
<div id="rows"><table>
<thead>{_head(columns)}</thead>
<tbody></tbody>
</table></div>
<script id="data" type="application/json">{_stored(frame, columns, title)}</script>
<script>{SCRIPT}</script>
</body>
</html>
"""


def _stored(frame: pd.DataFrame, columns: Mapping[str, Column], title: str) -> str:
    """Return the cells and what the page's script has to know of them."""
    cells = [_cells(frame[name], column.kind) for name, column in columns.items()]
    data = {
        "name": title.lower().replace(" ", "_"),
        "columns": [
            {"name": name, "number": _is_number(column)} for name, column in columns.items()
        ],
        "rows": list(zip(*cells, strict=True)),
    }
    return json_text(data)


def _head(columns: Mapping[str, Column]) -> str:
    """Return a row of names to sort by and one of fields to filter with."""
    names = "".join(
        f'<th data-column tabindex="0" title="{escape(column.meaning)}"'
        f"{' class=number' if _is_number(column) else ''}>{escape(name)}<span></span></th>"
        for name, column in columns.items()
    )
    fields = "".join(
        f'<th><input aria-label="filter {escape(name)}" '
        f'placeholder="{"&gt;0" if _is_number(column) else "filter"}"></th>'
        for name, column in columns.items()
    )
    return f"<tr>{names}</tr><tr>{fields}</tr>"


def _is_number(column: Column) -> bool:
    return column.kind not in (TEXT, TRUTH)


def _column(table: Table, name: str) -> Column:
    """Return what the table says of a column that it has."""
    column = table.column(name)
    if column is None:
        raise ValueError(f"{table.path} has no column {name}")
    return column


def _cells(values: pd.Series, kind: str) -> list[str]:
    """Return the cells of a column as its file writes them."""
    if kind == TEXT:
        return values.tolist()
    if kind == TRUTH:
        return [str(value) for value in values.tolist()]
    form = ".10g" if kind == NUMBER else ".0f"
    return ["" if math.isnan(value) else f"{value:{form}}" for value in values]

"""The documentation says what is so: messages, links, keys, formulas and the notebook's numbers."""

import ast
import contextlib
import io
import re
import sys
import textwrap

import numpy as np
import pytest
import yaml
from matplotlib import pyplot

from semantrace.alignment.measures.spaces import Space
from semantrace.study.reading import load_study

MESSAGE = re.compile(r"^`.+`\n(?=:   )", re.MULTILINE)
OF_SNAKEMAKE = {"Directory cannot be locked"}
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "config/README.md")
MOST_LINES_OF_README = 150


def templates(repository):
    """All texts of the library and the rules, with … in the place of what is filled in."""
    for path in sorted((repository / "workflow").rglob("*")):
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [one.value if isinstance(one, ast.Constant) else "…" for one in node.values]
                yield "".join(parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.sub(r"\{\w*\}", "…", node.value)


def test_every_quoted_error_message_is_one_of_the_code(repository):
    page = (repository / "docs/troubleshooting.md").read_text(encoding="utf-8")
    quoted = {one for line in MESSAGE.findall(page) for one in re.findall(r"`(.+?)`", line)}
    assert len(quoted) > 60
    text = "\n".join(" ".join(one.split()) for one in templates(repository))
    unknown = [
        one
        for one in sorted(quoted - OF_SNAKEMAKE)
        if not re.search(".*".join(map(re.escape, one.strip("… ").split("…"))), text)
    ]
    assert unknown == []


def markdown_files(repository):
    return [
        *(repository / page for page in PAGES),
        *sorted((repository / "docs").rglob("*.md")),
    ]


def test_every_link_leads_to_a_file(repository):
    broken = []
    for page in markdown_files(repository):
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            path = target.partition("#")[0]
            if path and "://" not in path and not (page.parent / path).exists():
                broken.append(f"{page.relative_to(repository)}: {target}")
    assert broken == []


def test_the_readme_is_short(repository):
    readme = (repository / "README.md").read_text(encoding="utf-8")
    assert len(readme.splitlines()) <= MOST_LINES_OF_README


@pytest.fixture
def hooks(repository, monkeypatch):
    monkeypatch.syspath_prepend(repository / "docs/hooks")
    yield
    for name in ("configuration", "formulas"):
        sys.modules.pop(name, None)


def keys_of(schema):
    """All keys that a schema knows by name, at any depth."""
    if isinstance(schema, dict):
        for key, inner in schema.items():
            if key in ("properties", "$defs"):
                yield from inner if key == "properties" else ()
                for one in inner.values():
                    yield from keys_of(one)
            elif key not in ("if", "then"):
                yield from keys_of(inner)
    elif isinstance(schema, list):
        for one in schema:
            yield from keys_of(one)


def test_the_reference_has_every_key_with_its_description(repository, hooks):
    from configuration import all_keys

    page = all_keys(repository / "workflow/schemas")
    for name in ("config", "study"):
        schema = yaml.safe_load((repository / f"workflow/schemas/{name}.schema.yaml").read_text())
        for key in set(keys_of(schema)):
            rows = re.findall(rf"^\| `{key}` \| .* \| (.*) \|$", page, re.MULTILINE)
            assert rows and all(rows), key
    assert "| `steps` | `256` | a whole number, how many steps the descent takes |" in page
    assert "With `kind: debian`, `package`, `root` and `table` are required." in page


def blocks(page, kind):
    """The blocks of code of one kind in a page, without their indentation."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(rf"^ *```{kind}.*?\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(one) for one in found]


def whole_studies(repository):
    for page in markdown_files(repository):
        yield from (one for one in blocks(page, "yaml") if one.startswith("title:"))


def test_studies_that_are_shown_are_valid(repository, tmp_path):
    studies = list(whole_studies(repository))
    assert len(studies) == 2  # of the README and the tutorial
    for text in studies:
        (tmp_path / "shown.yaml").write_text(text, encoding="utf-8")
        assert load_study("shown", tmp_path)["dataset"]["kind"] == "imagefolder"


def test_parts_of_studies_that_are_shown_have_keys_that_schemas_know(repository):
    schemas = [
        yaml.safe_load((repository / f"workflow/schemas/{name}.schema.yaml").read_text())
        for name in ("config", "study")
    ]
    known = {key for schema in schemas for key in keys_of(schema)}
    shown = [
        yaml.safe_load(one) for page in markdown_files(repository) for one in blocks(page, "yaml")
    ]
    assert len(shown) > 15
    for part in shown:
        for key, inner in part.items():
            below = inner.values() if key in ("networks", "word_vectors", "mine") else [inner]
            keys = {one for each in below if isinstance(each, dict) for one in each}
            assert key in known | {"mine"}
            assert keys <= known | {"figure_1"}, key


def test_the_measure_that_is_shown_is_one(repository):
    (code,) = blocks(repository / "docs/how-to/measure.md", "python")
    names: dict = {}
    exec(compile(code, "measure.md", "exec"), names)
    rng = np.random.default_rng(0)
    words, other = (
        Space(name, np.corrcoef(rng.normal(size=(6, 9))), np.eye(6)) for name in ("words", "other")
    )
    orders = np.stack([rng.permutation(6) for _ in range(4)])
    scores = names["nearness"](words, [words, other], orders)
    assert scores.observed[0] == 1 > scores.observed[1]
    assert scores.null.shape == (4, 2)


def test_every_formula_can_be_drawn(repository, hooks):
    from formulas import FORMULA, on_page_markdown

    text = (repository / "docs/methods.md").read_text(encoding="utf-8")
    shown = on_page_markdown(text)
    assert shown.count('<div class="formula"') == len(FORMULA.findall(text)) > 15
    assert "$$" not in shown


@pytest.fixture
def closed_figures():
    """A notebook leaves its figures open; here they would stay for other tests."""
    yield
    pyplot.close("all")


@pytest.mark.usefixtures("closed_figures")
def test_the_notebook_prints_what_it_says(repository, monkeypatch):
    """Its cells are run one after the other; figures are not looked at."""
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("TQDM_DISABLE", "1")
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = nbformat.read(repository / "docs/examples/library.ipynb", as_version=4)
    names: dict = {}
    compared = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(cell.source, "library.ipynb", "exec"), names)
        stored = "".join(one.text for one in cell.outputs if one.output_type == "stream")
        assert printed.getvalue() == stored
        compared += bool(stored)
    assert compared == 5

"""The documentation says what is so: messages, links, keys, formulas and the notebook's numbers."""

import ast
import contextlib
import io
import re
import sys

import pytest
import yaml

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


def test_every_formula_can_be_drawn(repository, hooks):
    from formulas import FORMULA, on_page_markdown

    text = (repository / "docs/methods.md").read_text(encoding="utf-8")
    shown = on_page_markdown(text)
    assert shown.count('<div class="formula"') == len(FORMULA.findall(text)) > 15
    assert "$$" not in shown


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

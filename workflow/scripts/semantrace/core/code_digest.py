"""A digest of a script and the code it depends on, blind to comments, docstrings and blank lines.

Snakemake looks at the time of a script and not at all at library modules. Every rule passes this
digest as a parameter instead, so a changed formula re-runs what it affects, and a reworded comment
or a fresh checkout re-runs nothing. It is made of the tokens as they are written, which all
versions of Python agree on, and not of the syntax tree, whose parts change between them.
"""

import ast
import atexit
import contextlib
import functools
import hashlib
import io
import json
import os
import time
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from semantrace.core import tables
from semantrace.core.declarations import Table

PACKAGE = Path(__file__).parents[1]
KEPT = "__pycache__/code_digest.json"
"""What was found out of files that have not changed since, beside what Python keeps of them."""

RECENT = 2 * 10**9
"""Nanoseconds within which a file may change again and keep its time; it is not kept till then."""

TABLES = f"{PACKAGE.name}.core.tables"
DECLARATIONS = ("core/columns.py", "core/tables.py")
"""What declares all tables: columns and kinds count of those that are imported, and no words."""

SKIPPED = (tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER)
LAYOUT = {tokenize.NEWLINE: "\n", tokenize.INDENT: "{", tokenize.DEDENT: "}"}
"""What stands for tokens whose text is white space."""


def code_digest(script: str | Path) -> str:
    """Return a short digest of a script and the library code it imports, directly or not.

    Parameters
    ----------
    script : path
        A Python file; it need not be part of the package.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    behind = modules_behind(script)
    modules = sorted(behind - {PACKAGE / name for name in DECLARATIONS})
    lines = [
        f"{module.relative_to(PACKAGE).as_posix()} {_examined(module).digest}" for module in modules
    ]
    imports = {name for file in [Path(script), *modules] for name in _examined(file).imports}
    lines += [f"{name} {_declared(name)}" for name in sorted(imports) if name.startswith(TABLES)]
    joined = "\n".join([*lines, _examined(Path(script)).digest])
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def modules_behind(script: str | Path) -> set[Path]:
    """Return the files of the library that a script imports, directly or not."""
    found: set[Path] = set()
    waiting = [Path(script)]
    while waiting:
        for name in _examined(waiting.pop()).imports:
            new = [module for module in _files_of(name) if module not in found]
            found.update(new)
            waiting += new
    return found


def _declared(name: str) -> list[list[str]]:
    """Return columns and kinds of a table by its dotted name; nothing for what is no table."""
    table = getattr(tables, name.rpartition(".")[2], None)
    return table.signature if isinstance(table, Table) else []


class _File(NamedTuple):
    """What is known of a file of that time and size: its digest, and the names that it imports."""

    mtime: int
    size: int
    digest: str
    imports: list[str]


@functools.cache
def _examined(path: Path) -> _File:
    """Examine a file, or take what was found when it had this time and size."""
    status = path.stat()
    known = _known()
    name = os.path.relpath(path, PACKAGE)
    with contextlib.suppress(TypeError):  # what is kept may be damaged
        kept = _File(*known.get(name, ()))
        if (kept.mtime, kept.size) == (status.st_mtime_ns, status.st_size):
            return kept
    text = path.read_text(encoding="utf-8")
    digest = hashlib.sha256("\0".join(code_tokens(text)).encode()).hexdigest()
    found = _File(status.st_mtime_ns, status.st_size, digest, sorted(_imports(text, path)))
    if time.time_ns() - status.st_mtime_ns > RECENT:
        known[name] = list(found)
    return found


@functools.cache
def _known() -> dict[str, list]:
    """Return what earlier processes found out, by path; what this one adds is kept at its end."""
    try:
        kept = json.loads((PACKAGE / KEPT).read_text(encoding="utf-8"))
        known = dict(kept["files"]) if kept["by"] == _own_digest() else {}
    except (OSError, ValueError, TypeError, KeyError):
        known = {}
    atexit.register(_keep, known, json.dumps(known), PACKAGE / KEPT)
    return known


@functools.cache
def _own_digest() -> str:
    """Return a digest of this module: what an earlier version of it found out is not used."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def _keep(known: dict[str, list], before: str, path: Path) -> None:
    """Write what is known of files that are still there, if it is new and can be written."""
    if json.dumps(known) != before:
        there = {name: found for name, found in known.items() if (PACKAGE / name).is_file()}
        text = json.dumps({"by": _own_digest(), "files": there})
        with contextlib.suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            temporary = path.with_suffix(f".{os.getpid()}")
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(path)


def code_tokens(text: str) -> list[str]:
    """Return the tokens of a program without comments and statements that are nothing but text.

    Parameters
    ----------
    text : str
        The program.
    """
    tokens: list[str] = []
    line: list[tuple[int, str]] = []
    for kind, token in _tokens(text):
        if kind in (tokenize.INDENT, tokenize.DEDENT):
            tokens.append(token)
            continue
        line.append((kind, token))
        if kind == tokenize.NEWLINE:
            if any(kind not in (tokenize.STRING, tokenize.NEWLINE) for kind, _ in line):
                tokens += [token for _, token in line]
            line = []
    return tokens


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    """Yield kind and text of each token; a formatted string is one, as before Python 3.12."""
    lines = text.splitlines(keepends=True)
    depth, start = 0, (0, 0)
    for kind, token, begin, end, _ in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[kind]
        if name in ("FSTRING_START", "TSTRING_START"):
            start = start if depth else begin
            depth += 1
        elif name in ("FSTRING_END", "TSTRING_END"):
            depth -= 1
            if not depth:
                yield tokenize.NAME, _between(lines, start, end)
        elif depth or kind in SKIPPED:
            continue
        elif kind == tokenize.STRING and token.lstrip("rRbBuU")[0] in "fF":
            yield tokenize.NAME, token
        else:
            yield kind, LAYOUT.get(kind, token)


def _between(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return the text between two places, each a line from one and a column from zero."""
    first, last = start[0] - 1, end[0] - 1
    if first == last:
        return lines[first][start[1] : end[1]]
    return "".join([lines[first][start[1] :], *lines[first + 1 : last], lines[last][: end[1]]])


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the statements in a statement, and those in them; no expression contains any."""
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        for child in getattr(node, name, ()):
            yield child
            yield from _statements(child)


def _imports(text: str, path: Path) -> set[str]:
    """Return the dotted names of the library that a program imports, also inside functions."""
    found: set[str] = set()
    for node in _statements(ast.parse(text)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(path, node.module or "", node.level)
            found.update([base, *(f"{base}.{alias.name}" for alias in node.names)])
    return {name for name in found if name.split(".")[0] == PACKAGE.name}


def _absolute(path: Path, name: str, level: int) -> str:
    """Return the dotted name that an import of a file means, whose level counts leading dots."""
    if level == 0 or not path.is_relative_to(PACKAGE):
        return name
    folder = path.parents[level - 1]
    parts = (PACKAGE.name, *folder.relative_to(PACKAGE).parts)
    return ".".join([*parts, *filter(None, [name])])


@functools.cache
def _files_of(name: str) -> list[Path]:
    """Return the files that importing a name of the library runs: packages on the way, and it."""
    files = [PACKAGE / "__init__.py"]
    folder = PACKAGE
    for part in name.split(".")[1:]:
        if (folder / f"{part}.py").is_file():
            return [*files, folder / f"{part}.py"]
        folder = folder / part
        if (folder / "__init__.py").is_file():
            files.append(folder / "__init__.py")
    return files

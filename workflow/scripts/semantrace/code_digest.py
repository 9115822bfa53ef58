"""A digest of a script and the code it depends on, blind to comments and docstrings.

Snakemake looks at the time of a script and not at all at library modules. Every rule passes this
digest as a parameter instead, so a changed formula re-runs what it affects, and a reworded comment
or a fresh checkout re-runs nothing.
"""

import ast
import functools
import hashlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

PACKAGE = Path(__file__).parent


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
    modules = sorted(_reachable(_imported_modules(Path(script))))
    joined = "\n".join(f"{module.relative_to(PACKAGE)} {_digest(module)}" for module in modules)
    joined += _digest(Path(script))
    return hashlib.sha256(joined.encode()).hexdigest()[:16]


def _reachable(start: frozenset[Path]) -> set[Path]:
    found: set[Path] = set()
    waiting = list(start)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting.extend(_imported_modules(module))
    return found


@functools.cache
def _parse(path: Path) -> ast.Module:
    """Return the code of a file, without its comments and docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for block in _blocks(tree):
        block[:] = [node for node in block if not _is_text(node)]
    return tree


@functools.cache
def _digest(module: Path) -> str:
    return hashlib.sha256(ast.dump(_parse(module)).encode()).hexdigest()


def _blocks(node: ast.AST) -> Iterator[list[ast.AST]]:
    """Yield the lists of statements in a statement, and in those; no expression contains any."""
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        block = getattr(node, name, [])
        yield block
        for child in block:
            yield from _blocks(child)


def _is_text(node: ast.AST) -> bool:
    """Return whether a statement is nothing but a string: a docstring, of attributes too."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


@functools.cache
def _imported_modules(path: Path) -> frozenset[Path]:
    """Return the files of this package that one file imports, also inside functions."""
    found: set[Path] = set()
    for node in chain.from_iterable(_blocks(_parse(path))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            found.update(_files_of(name))
    return frozenset(found)


def _files_of(name: str) -> list[Path]:
    """Return the files that importing a dotted name runs: every package on the way, and it."""
    parts = name.split(".")
    if parts[0] != PACKAGE.name:
        return []
    files = [PACKAGE / "__init__.py"]
    folder = PACKAGE
    for part in parts[1:]:
        if (folder / f"{part}.py").is_file():
            return [*files, folder / f"{part}.py"]
        folder = folder / part
        if (folder / "__init__.py").is_file():
            files.append(folder / "__init__.py")
    return files

"""YAML as people write it: read strictly, with the text of every value, and explained when wrong.

PyYAML keeps the last of two equal keys in silence, and takes ``on``, ``1e3`` or ``2024_11`` for
something else than text. Here a key given twice is refused, keys are always text, and beside
each value stands what was written, so that a name may be ``50`` wherever text is expected.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from semantrace.core.errors import InputError
from semantrace.io.user_files import require_file

TEXT = "tag:yaml.org,2002:str"
MERGE = "tag:yaml.org,2002:merge"
# Numbers of YAML 1.2. By those of 1.1, which PyYAML knows, 010 is eight and 1:30 is ninety, while
# 1e-3 is text; and dates would not be text.
NUMBERS = {
    "tag:yaml.org,2002:int": r"[-+]?(0|[1-9][0-9]*)",
    "tag:yaml.org,2002:float": (
        r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.inf|\.nan"
    ),
}


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, with numbers as YAML 1.2 has them and no dates."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in (*NUMBERS, "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern in NUMBERS.items():
    _Loader.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern})$"), list("-+.0123456789"))


@dataclass(frozen=True)
class YamlDocument:
    """What a YAML file says.

    Attributes
    ----------
    values : Any
        Mappings, lists, numbers, truth values and text; keys are always text.
    texts : Any
        The same mappings and lists, with the text that each value was written as.
    """

    values: Any
    texts: Any


def read_yaml(path: str | Path, key: str = "") -> YamlDocument:
    """Return what a user's YAML file says.

    Parameters
    ----------
    path : path
        The file, in UTF-8 or UTF-16.
    key : str
        Where it is named, for the message when it cannot be read.

    Raises
    ------
    InputError
        When it is not YAML (the line, and what is likely), holds several documents, is empty or
        a list, or has a key twice: a line for each such key, with both line numbers.
    """
    content = require_file(path, key or str(path)).read_bytes()
    document = parse_yaml(content, str(path))
    if document.values is None:
        raise InputError(f"{path}: the file is empty; write its keys, each as 'key: value'")
    if not isinstance(document.values, dict):
        kind = "a list" if isinstance(document.values, list) else "text"
        raise InputError(f"{path}: the file is {kind}; expected keys, each as 'key: value'")
    return document


def parse_yaml(content: bytes | str, source: str) -> YamlDocument:
    """Return what YAML text says; `source` names it in messages. See `read_yaml`."""
    try:
        loader = _Loader(content)
        node = loader.get_single_node()
        if node is None:
            return YamlDocument(None, None)
        problems = _key_problems(node, ())
        if problems:
            raise InputError(*(f"{source}: {problem}" for problem in problems))
        return YamlDocument(loader.construct_document(node), _texts(node))
    except yaml.reader.ReaderError as error:
        raise InputError(f"{source}: {_explain_character(error, content)}") from error
    except yaml.MarkedYAMLError as error:
        raise InputError(f"{source}: {_explain_syntax(error, content)}") from error
    except ValueError as error:
        raise InputError(f"{source}: not valid YAML ({error}); correct the value") from error


def _key_problems(node: yaml.Node, parents: tuple[yaml.Node, ...]) -> list[str]:
    """Make all keys text, and return what is wrong with them, in the order of the file."""
    if node in parents:
        return [f"line {_line(node)}: an alias stands for what contains it; write it out"]
    parents = (*parents, node)
    if isinstance(node, yaml.SequenceNode):
        return [problem for item in node.value for problem in _key_problems(item, parents)]
    if not isinstance(node, yaml.MappingNode):
        return []
    problems = []
    first_lines: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.append(
                f"line {_line(key)}: a list or mapping is used as a key; quote it, or put it "
                "behind a key and a colon"
            )
            continue
        if key.tag != MERGE:
            key.tag = TEXT
        if key.value in first_lines:
            problems.append(
                f"key {key.value!r} is given twice, in line {first_lines[key.value]} and in line "
                f"{_line(key)}; rename or remove one of them"
            )
        first_lines.setdefault(key.value, _line(key))
        problems += _key_problems(value, parents)
    return list(dict.fromkeys(problems))


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _texts(node: yaml.Node) -> object:
    """Return the text of a node whose merge keys have been resolved."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _texts(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_texts(item) for item in node.value]
    return node.value


def _explain_character(error: yaml.reader.ReaderError, content: bytes | str) -> str:
    if error.encoding == "unicode" or isinstance(content, str):
        line = _decoded(content).count("\n", 0, error.position) + 1
        code = f"U+{error.character:04X}"
        return f"line {line}: the character {code} is not allowed in YAML; delete it"
    line = content.count(b"\n", 0, error.position) + 1
    return f"line {line}: a byte is not valid {error.encoding}; save the file as UTF-8"


# What PyYAML's own words most likely mean, and what to do; the first that is found counts.
LIKELY = {
    r"another document": "a second document begins (---); keep one document to a file",
    r"'\\t'": "a tab; indent with spaces",
    r"character '([@`%])' that cannot": "a value begins with {0}; put it in quotes",
    r"directive|expected alphabetic or numeric": "a line begins with %; put it in quotes",
    r"alias": "a value begins with *, which stands for an alias; put it in quotes",
    r"anchor": "a value begins with &, which names an anchor; put it in quotes",
    r"\btag\b": "a value begins with !, which names a tag; put it in quotes",
    r"escape": "a backslash in double quotes; use single quotes",
    r"quoted scalar": "a quote is not closed; close it, or double it inside quotes",
    r"block scalar": "a value begins with > or |; put it in quotes",
    r"flow (sequence|mapping|context)": "a bracket or comma is missing in [ ] or {{ }}; add it",
    r"mapping values are not allowed": (
        "a second colon; put a value that contains ': ' in quotes, and check the indentation"
    ),
    r"could not find expected ':'": "a key without a colon and a space; write 'key: value'",
    r"expected <block end>|expected the node content|did not find expected": (
        "the indentation does not fit the lines above, or text follows a closing quote; align "
        "the keys of a block, indent with spaces"
    ),
}


def _explain_syntax(error: yaml.MarkedYAMLError, content: bytes | str) -> str:
    """Say where the syntax breaks, and what is likely."""
    words = " ".join(str(part) for part in (error.context, error.problem) if part)
    mark = error.problem_mark or error.context_mark
    opened = error.context_mark
    if opened is not None and re.search(r"quoted scalar|flow (sequence|mapping)|simple key", words):
        mark = opened
    line = mark.line if mark else 0
    lines = _decoded(content).splitlines()
    for number in (line, line - 1):
        if 0 <= number < len(lines):
            # A tab, or a colon without a space, shows only in a later line to PyYAML.
            if re.match(r"\s*\t", lines[number]):
                return f"line {number + 1}: a tab; indent with spaces"
            if re.match(r"\s*(- +)?[\w.-]+:[^\s:/\\]\S*\s*(#.*)?$", lines[number]):
                return f"line {number + 1}: no space after the colon; write 'key: value'"
    for pattern, advice in LIKELY.items():
        found = re.search(pattern, words)
        if found:
            return f"line {line + 1}: {advice.format(*found.groups())}"
    return f"line {line + 1}: not valid YAML ({words}); correct the line"


def _decoded(content: bytes | str) -> str:
    if isinstance(content, str):
        return content
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    return content.decode("utf-16" if utf16 else "utf-8", errors="replace")

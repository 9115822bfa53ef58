"""The reference of all keys, made of the schemas, which alone say what a key is for."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Schema = Mapping[str, Any]

SCHEMAS = Path(__file__).parents[2] / "workflow/schemas"
MARKER = "<!-- the keys -->"
"""Where they go in the page."""

SHOWN_LIST = 4
"""Of longer defaults only the length is told."""

KINDS = {"path": "a path", "integer": "a whole number", "number": "a number"}
"""What is said of a key that the schema does not describe."""


@dataclass(frozen=True)
class Section:
    """The keys of one mapping.

    Attributes
    ----------
    path : tuple of str
        The keys above it.
    schema : mapping
    definitions : mapping
        What references in it stand for.
    is_choice : bool
        Whether something else may stand in its place.
    """

    path: tuple[str, ...]
    schema: Schema
    definitions: Schema
    is_choice: bool = False

    @property
    def heading(self) -> str:
        """The keys above, and of a choice those that tell it from others."""
        chosen = f": {{{', '.join(self.schema.get('required', ['…']))}}}"
        return f"{'.'.join(self.path)}{chosen if self.is_choice else ''}"

    def resolved(self, schema: Schema) -> Schema:
        """Return what a schema is, where it is a reference."""
        if "$ref" in schema:
            return self.definitions[schema["$ref"].rpartition("/")[2]]
        return schema

    def keys(self) -> dict[str, Schema]:
        """Return the keys that are known by name."""
        return {key: self.resolved(one) for key, one in self.schema.get("properties", {}).items()}

    def below(self) -> Iterator["Section"]:
        """Yield the mappings that stand under its keys."""
        for key, schema in self.keys().items():
            for one in map(self.resolved, [schema, *schema.get("anyOf", [])]):
                if "properties" in one:
                    is_choice = "anyOf" in schema
                    yield Section((*self.path, key), one, self.definitions, is_choice)
                elif isinstance(one.get("additionalProperties"), Mapping):
                    inner = self.resolved(one["additionalProperties"])
                    if inner.get("type") == "object":
                        yield Section((*self.path, key, "NAME"), inner, self.definitions)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put the keys into the page that has a place for them; called by MkDocs."""
    return markdown.replace(MARKER, all_keys(SCHEMAS)) if MARKER in markdown else markdown


def all_keys(folder: Path) -> str:
    """Return the reference, in Markdown.

    Parameters
    ----------
    folder : path
        Where the schemas are.
    """
    lines = []
    for file in ("config.schema.yaml", "study.schema.yaml"):
        schema = yaml.safe_load((folder / file).read_text(encoding="utf-8"))
        lines += [f"## `{schema['title']}`\n", f"{_escaped(schema['description'])}\n"]
        lines += _section(Section((), schema, schema.get("$defs", {})))
    return "\n".join(lines)


def _section(section: Section) -> Iterator[str]:
    if section.path:
        yield f"### `{section.heading}`\n"
        if text := section.schema.get("description"):
            yield f"{_escaped(text)}\n"
    yield "| key | if left out | what it is |"
    yield "|---|---|---|"
    for key, schema in section.keys().items():
        yield f"| `{key}` | {_need(key, section.schema)} | {_what(schema)} |"
    yield ""
    yield from _conditions(section.schema)
    for one in section.below():
        yield from _section(one)


def _need(key: str, schema: Schema) -> str:
    """Say whether a key is required, or what stands for it where it is left out."""
    if key in schema.get("required", ()):
        return "**required**"
    described = schema["properties"][key]
    return _value(described["default"]) if "default" in described else ""


def _value(value: object) -> str:
    if isinstance(value, list) and len(value) > SHOWN_LIST:
        return f"{len(value)} values"
    if value in ({}, []):
        return "none"
    text = yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix("\n...\n")
    return f"`{text.strip()}`"


def _what(schema: Schema) -> str:
    text = schema.get("description")
    if text is None:
        text = KINDS.get(schema.get("format", schema.get("type")), "")
    return _escaped(text)


def _escaped(text: str) -> str:
    """Return a text in one line, without what Markdown would take for its own."""
    return re.sub(r"([*|])", r"\\\1", html.escape(" ".join(text.split()), quote=False))


def _conditions(schema: Schema) -> Iterator[str]:
    """Say what other values ask for."""
    for rule in [schema, *schema.get("allOf", ())]:
        if "if" not in rule:
            continue
        (key, given), *_ = rule["if"]["properties"].items()
        then = rule["then"]
        told = [f"{_listed(then['required'])} required"] if "required" in then else []
        told += [
            f"`{name}` is {_value(one['default'])} where left out"
            for name, one in then.get("properties", {}).items()
        ]
        yield f"With `{key}: {given['const']}`, {', '.join(told)}.\n"
    for key, companions in schema.get("dependentRequired", {}).items():
        yield f"With `{key}`, {_listed(companions)} required.\n"


def _listed(keys: Sequence[str]) -> str:
    *others, last = (f"`{key}`" for key in keys)
    return f"{', '.join(others)} and {last} are" if others else f"{last} is"

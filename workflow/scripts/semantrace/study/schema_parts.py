"""Which part of a JSON schema a value of a document belongs to, behind references and choices."""

import copy
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import yaml

SCHEMAS = Path(__file__).parents[1] / "schemas"
Keys = tuple[str | int, ...]
"""The way to a value: keys of mappings and places in lists."""


@functools.cache
def load_schema(name: str) -> dict:
    """Return the schema ``workflow/schemas/<name>.schema.yaml``."""
    # libyaml's parser takes a tenth of the time, which every start of Snakemake waits for
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((SCHEMAS / f"{name}.schema.yaml").read_text(encoding="utf-8"), loader)


def _is_integer(_checker, value: object) -> bool:
    """Return whether a value is a whole number as it is written: 2.0 is not."""
    return isinstance(value, int) and not isinstance(value, bool)


Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator,
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def value_at(value: Any, keys: Keys) -> Any:
    """Return the value that keys lead to, None where there is none."""
    for key in keys:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def part_of(schema: dict, value: object, root: dict) -> dict:
    """Return the schema of a value: references followed, the alternative chosen that is meant."""
    while "$ref" in schema:
        schema = value_at(root, tuple(schema["$ref"].removeprefix("#/").split("/")))
    if "anyOf" in schema:
        branch = schema["anyOf"][meant_branch(schema["anyOf"], value, root)]
        rest = {key: item for key, item in schema.items() if key != "anyOf"}
        schema = rest | part_of(branch, value, root)
    return schema


def meant_branch(branches: list[dict], value: object, root: dict) -> int:
    """Return the number of the alternative that a value is most like, by its type and keys."""

    def likeness(number: int) -> tuple[bool, int, int]:
        part = part_of(branches[number], value, root)
        examples = part.get("enum", [part["const"]] if "const" in part else [value])
        fits = Validator({"type": part["type"]} if "type" in part else {}).is_valid(value)
        fits = fits and any(isinstance(value, type(example)) for example in examples)
        keys = set(value) if isinstance(value, dict) else set()
        known = keys & set(part.get("properties", {}))
        missing = set(part.get("required", [])) - keys
        return fits, len(known) - len(keys - known), -len(missing)

    return max(range(len(branches)), key=likeness)


def children(value: Any, schema: dict, root: dict) -> Iterator[tuple[str | int, dict]]:
    """Yield the keys of a mapping or list that the schema knows, each with its schema."""
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties")
        for key in list(value):
            part = properties.get(key, others)
            if isinstance(part, dict):
                yield key, part_of(part, value[key], root)
    elif isinstance(value, list) and "items" in schema:
        for place, item in enumerate(value):
            yield place, part_of(schema["items"], item, root)


def text_values(
    value: Any, schema: dict, root: dict | None = None, keys: Keys = ()
) -> Iterator[tuple[Keys, Any, dict]]:
    """Yield the keys, the container (a mapping or list) and the schema of each text."""
    root = root or schema
    for key, part in children(value, schema, root):
        if isinstance(value[key], str):
            yield (*keys, key), value, part
        else:
            yield from text_values(value[key], part, root, (*keys, key))


def fill_defaults(value: Any, schema: dict, root: dict | None = None) -> None:
    """Write the defaults of keys left out into a document, in each mapping that it has.

    Those of a `then` only where the mapping is as its `if` says.
    """
    root = root or schema
    if isinstance(value, dict):
        if "if" in schema and Validator(schema["if"]).is_valid(value):
            fill_defaults(value, schema["then"], root)
        for key, part in schema.get("properties", {}).items():
            if key not in value and "default" in part:
                value[key] = copy.deepcopy(part["default"])
    for key, part in children(value, schema, root):
        fill_defaults(value[key], part, root)

"""What is wrong with the keys of a document, a line each, in the order of the document."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import jsonschema

from semantrace.core.errors import suggest
from semantrace.study.schema_parts import Keys, meant_branch, part_of, value_at


@dataclass(frozen=True)
class Finding:
    """What is wrong with one key of a document.

    Attributes
    ----------
    keys : tuple of str or int
        The way to the key.
    text : str
        One line: the key, what is wrong with it, what to do.
    relies_on : tuple of tuple
        Other keys without which there is nothing to say: if one of them is wrong, this line would
        only repeat it.
    """

    keys: Keys
    text: str
    relies_on: tuple[Keys, ...] = ()


def finding(keys: Keys, text: str, *relies_on: Keys) -> Finding:
    """Return a finding whose line begins with its key."""
    return Finding(keys, f"{'.'.join(map(str, keys))}: {text}" if keys else text, relies_on)


def in_order(findings: Iterable[Finding], values: dict) -> list[Finding]:
    """Return the findings in the order of the document's keys, each line once."""
    unique: dict[str, Finding] = {}
    for item in findings:
        unique.setdefault(item.text, item)
    return sorted(unique.values(), key=lambda item: _position(item.keys, values))


def removed_keys(item: Finding) -> Keys:
    """Return the way to what a finding makes unusable; of a list that is the list as a whole."""
    return tuple(itertools.takewhile(lambda key: isinstance(key, str), item.keys))


def is_void(item: Finding, others: Iterable[Finding]) -> bool:
    """Return whether a finding says no more than that others have made something unusable."""
    return any(
        keys[: len(removed_keys(other))] == removed_keys(other)
        for other in others
        for keys in (item.keys, *item.relies_on)
    )


def _position(keys: Keys, value: object) -> tuple[int, ...]:
    """Return where a key stands; what is missing comes after what is there."""
    places = []
    for key in keys:
        if isinstance(value, dict):
            places.append(list(value).index(key) if key in value else len(value))
        else:
            places.append(key if isinstance(key, int) else 0)
        value = value_at(value, (key,))
    return tuple(places)


def explain(
    error: jsonschema.ValidationError, texts: object, root: dict, expected: str = ""
) -> Iterator[Finding]:
    """Yield what an error of a schema says: which key, what is wrong, and what was expected.

    Parameters
    ----------
    error : jsonschema.ValidationError
        One error.
    texts : object
        The document as text, so that a value is shown as it was written.
    root : dict
        The whole schema.
    expected : str
        What the schema around says of the value, where this part of it says nothing.
    """
    keys = tuple(error.absolute_path)
    expected = error.schema.get("description", expected)
    if error.validator == "additionalProperties":
        yield from _unknown_keys(error, keys)
    elif error.validator == "required":
        yield from _missing_keys(error, keys, root)
    elif error.validator == "dependentRequired":
        yield from _missing_companions(error, keys)
    elif error.validator == "anyOf":
        yield from _explain_choice(error, texts, root, expected)
    else:
        yield _invalid_value(error, keys, texts, expected or error.message)


def _unknown_keys(error: jsonschema.ValidationError, keys: Keys) -> Iterator[Finding]:
    known = error.schema.get("properties", {})
    for key in error.instance:
        if key in known:
            continue
        advice = suggest(key, known)
        if ":" in key and error.instance[key] is None:
            advice = "write a space after the colon"
        where = finding(keys, f"unknown key {key!r}; {advice}")
        yield Finding((*keys, key), where.text)


def _missing_keys(error: jsonschema.ValidationError, keys: Keys, root: dict) -> Iterator[Finding]:
    for key in error.validator_value:
        if key in error.instance:
            continue
        part = _schema_at(root, keys, error.instance)
        expected = part.get("properties", {}).get(key, {}).get("description")
        advice = f"add it: {expected}" if expected else "add it"
        where = finding(keys, f"key {key!r} is missing; {advice}")
        yield Finding((*keys, key), where.text)


def _missing_companions(error: jsonschema.ValidationError, keys: Keys) -> Iterator[Finding]:
    for key, companions in error.validator_value.items():
        for companion in companions:
            if key in error.instance and companion not in error.instance:
                where = finding(keys, f"{companion!r} is needed by {key!r}; add it")
                yield Finding((*keys, key), where.text)


def _schema_at(root: dict, keys: Keys, value: object) -> dict:
    """Return the schema of what keys lead to."""
    part = root
    for key in keys:
        known = part.get("properties", {}).get(key, part.get("additionalProperties"))
        part = part_of(known if isinstance(known, dict) else part.get("items", {}), value, root)
    return part


def _explain_choice(
    error: jsonschema.ValidationError, texts: object, root: dict, expected: str
) -> Iterator[Finding]:
    """Explain by the alternative that was meant; by all where it is not clear which."""
    keys = tuple(error.absolute_path)
    branches = error.validator_value
    meant = meant_branch(branches, error.instance, root)
    inner = [item for item in error.context if item.schema_path[0] == meant]
    no_branch = any(
        tuple(item.absolute_path) == keys and item.validator in ("type", "const", "enum")
        for item in inner
    )
    if no_branch:
        choices = [value for branch in branches for value in _examples(part_of(branch, None, root))]
        yield _invalid_value(error, keys, texts, expected or error.message, choices)
    else:
        for item in inner:
            yield from explain(item, texts, root, expected)


def _examples(schema: dict) -> list:
    return schema.get("enum", [schema["const"]] if "const" in schema else [])


def _invalid_value(
    error: jsonschema.ValidationError,
    keys: Keys,
    texts: object,
    expected: str,
    choices: list | None = None,
) -> Finding:
    value = error.instance
    written = value_at(texts, keys)
    is_name = isinstance(value, str) and isinstance(written, dict)  # of a key, not a value
    shown = _shown(value, None if is_name else written)
    hint = suggest(str(value), choices or _examples(error.schema))
    hint = f"; {hint}" if hint.startswith("did you mean") else ""
    if value is None and written and error.validator_value == "string":
        hint = f"; if it is a name, quote it: '{written}'"
    where = finding(keys, f"{shown} is not valid; expected {expected}{hint}")
    return Finding((*keys, value), where.text) if is_name else where


def _shown(value: object, written: object) -> str:
    """Return a value as the document has it, shortened."""
    if value is None and not written:
        return "an empty value"
    text = repr(value) if isinstance(value, str | dict | list) else str(written or value)
    return text if len(text) <= 60 else text[:57] + "…"

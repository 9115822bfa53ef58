"""Documents held against a JSON schema: what is wrong in lines, and what is left out filled in."""

import copy
import os
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema

from semantrace.io.yaml_files import YamlDocument
from semantrace.study.schema_errors import Finding, explain, finding, in_order, removed_keys
from semantrace.study.schema_parts import Validator, fill_defaults, text_values, value_at


def check_document(document: YamlDocument, schema: dict) -> tuple[dict, list[Finding]]:
    """Hold a document against its schema.

    Parameters
    ----------
    document : YamlDocument
        What the file says: a mapping.
    schema : dict
        The schema. Beside JSON Schema's own keys, ``format: sha256`` puts a checksum in small
        letters, without space around it; for ``format: path`` see `expand_paths`.

    Returns
    -------
    values : dict
        The parts of the document that are valid, with text where text is due and the defaults of
        keys left out.
    findings : list of Finding
        What is wrong, in the order of the document.
    """
    values = _with_text(document, schema)
    for keys, container, part in text_values(values, schema):
        if part.get("format") == "sha256":
            container[keys[-1]] = container[keys[-1]].strip().lower()
    errors = Validator(schema).iter_errors(values)
    found = [item for error in errors for item in explain(error, document.texts, schema)]
    findings = in_order(found, values)
    _remove(values, findings)
    fill_defaults(values, schema)
    return values, findings


def _with_text(document: YamlDocument, schema: dict) -> dict:
    """Return the values, with what was written for a number or truth value where text is due."""
    values = copy.deepcopy(document.values)
    for error in list(_with_context(Validator(schema).iter_errors(values))):
        is_due = error.validator == "type" and error.validator_value == "string"
        if is_due and isinstance(error.instance, bool | int | float):
            keys = tuple(error.absolute_path)
            value_at(values, keys[:-1])[keys[-1]] = value_at(document.texts, keys)
    return values


def _with_context(errors) -> Iterator[jsonschema.ValidationError]:
    for error in errors:
        yield error
        yield from _with_context(error.context or ())


def _remove(values: dict, findings: list[Finding]) -> None:
    """Take what is wrong out of the values."""
    for item in findings:
        keys = removed_keys(item)
        container = value_at(values, keys[:-1])
        if keys and isinstance(container, dict):
            container.pop(keys[-1], None)


def expand_paths(values: dict, schema: dict) -> tuple[dict, list[Finding]]:
    """Expand ``~``, ``$NAME`` and ``${NAME}`` in a document's paths.

    Parameters
    ----------
    values : dict
        What `check_document` returned.
    schema : dict
        The schema, where ``format: path`` says which keys are paths.

    Returns
    -------
    values : dict
        A copy. A path with a ``$`` that exists as it is written stays so.
    findings : list of Finding
        The variables that are not defined.
    """
    values = copy.deepcopy(values)
    findings = []
    for keys, container, part in text_values(values, schema):
        written = container[keys[-1]]
        if part.get("format") != "path" or Path(written).exists():
            continue
        path = os.path.expandvars(_at_home(written))
        undefined = re.search(r"\$(\w+|\{\w+\})", path)
        if undefined:
            name = undefined[1].strip("{}")
            advice = "export it, or write out what it stands for"
            findings.append(finding(keys, f"{written}: variable {name} is not defined; {advice}"))
        container[keys[-1]] = path
    return values, findings


def _at_home(path: str) -> str:
    """Expand ``~`` where it begins a path, and change nothing else, not even a slash at the end."""
    first = path.split("/", 1)[0]
    home = os.path.expanduser(first)  # noqa: PTH111 (an unknown user is no error)
    return path.replace(first, home, 1) if first.startswith("~") else path

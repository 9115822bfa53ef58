"""The configuration and the study: read, checked against schemas, and explained when wrong."""

import functools
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import yaml

from semantrace.errors import InputError, suggest

SCHEMAS = Path(__file__).parents[2] / "schemas"
PIXELS = "pixels"


def check_config(config: dict) -> dict:
    """Return the configuration, checked, with defaults filled in.

    Parameters
    ----------
    config : dict
        What config.yaml and ``--config`` say.

    Raises
    ------
    InputError
        On a key that is unknown, missing or of the wrong type: its path and what was expected.
    """
    return _checked(config, _schema("config"), "config.yaml")


def load_study(name: str, folder: str | Path = "studies") -> dict:
    """Return the study of that name, checked, with defaults filled in.

    Parameters
    ----------
    name : str
        The file ``<folder>/<name>.yaml``.
    folder : path
        Where studies are.

    Raises
    ------
    InputError
        When there is no such study, its file is not YAML, or a key is unknown, missing, of the
        wrong type, or at odds with another.
    """
    path = Path(folder) / f"{name}.yaml"
    if not path.is_file():
        known = sorted(item.stem for item in Path(folder).glob("*.yaml"))
        raise InputError(f"config.yaml: study: there is no {path}; {suggest(name, known)}")
    try:
        study = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: not valid YAML ({reason}); mend the file") from error
    study = _checked(study, _schema("study"), str(path))
    for network in study["networks"].values():
        network.setdefault("resize", "stretch")
    for problem in _contradictions(study):
        raise InputError(f"{path}: {problem}")
    return study


@functools.cache
def _schema(name: str) -> dict:
    return yaml.safe_load((SCHEMAS / f"{name}.schema.yaml").read_text(encoding="utf-8"))


def _checked(document: object, schema: dict, source: str) -> dict:
    validator = jsonschema.Draft202012Validator(schema)
    errors = sorted(validator.iter_errors(document), key=lambda error: list(map(str, error.path)))
    for error in errors:
        raise InputError(f"{source}: {_explain(error)}")
    defaults = {
        key: part["default"] for key, part in schema["properties"].items() if "default" in part
    }
    return {**defaults, **document}


def _explain(error: jsonschema.ValidationError) -> str:
    """Say in one line which key is wrong, and what was expected there."""
    path = ".".join(str(part) for part in error.absolute_path)
    where = f"{path}: " if path else ""
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        unknown = next(key for key in error.instance if key not in known)
        return f"{where}unknown key {unknown!r}; {suggest(unknown, known)}"
    if error.validator == "dependentRequired":
        return f"{where}{error.message.replace(' is a dependency of ', ' is needed by ')}; add it"
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        known = error.schema.get("properties", {})
        expected = known.get(missing, {}).get("description")
        return f"{where}key {missing!r} is missing; add it" + (f": {expected}" if expected else "")
    expected = error.schema.get("description", error.message)
    hint = ""
    if error.validator == "enum" and isinstance(error.instance, str):
        hint = f"; {suggest(error.instance, error.validator_value)}"
    return f"{where}{_short(error.instance)} will not do; expected {expected}{hint}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _contradictions(study: dict) -> Iterator[str]:
    """Yield what the schema cannot see: names that must exist elsewhere in the study."""
    for name, network in study["networks"].items():
        if PIXELS in network["layers"]:
            yield (
                f"networks.{name}.layers: {PIXELS!r} is the layer zero of every network; "
                "take it out of the list"
            )
    images = study["images"]
    if images["per_concept"] != "all" and images["per_concept"] < images["groups"]:
        yield (
            f"images.groups: {images['groups']} groups need as many pictures of a concept, and "
            f"per_concept is {images['per_concept']}; raise it or lower groups"
        )
    yield from _visual_embedding_contradictions(study)
    yield from _word_vector_contradictions(study)


def _visual_embedding_contradictions(study: dict) -> Iterator[str]:
    embedding = study.get("visual_embedding")
    if embedding is None:
        return
    clusters = embedding["clusters"]
    if clusters["from"] > clusters["to"]:
        yield (
            f"visual_embedding.clusters: from {clusters['from']} to {clusters['to']} is empty; "
            "swap them"
        )
    for name, network in embedding["networks"].items():
        where = f"visual_embedding.networks.{name}"
        if name not in study["networks"]:
            yield f"{where}: no such network; {suggest(name, study['networks'])}"
            continue
        known = study["networks"][name]["layers"]
        for layer_set, layers in network["layer_sets"].items():
            for layer in layers:
                if layer not in known:
                    yield (
                        f"{where}.layer_sets.{layer_set}: {layer!r} is not among the network's "
                        f"layers; {suggest(layer, known)}"
                    )


def _word_vector_contradictions(study: dict) -> Iterator[str]:
    for name, model in study.get("word_vectors", {}).items():
        needed = ("array", "vocabulary") if model["format"] == "array" else ("file",)
        for key in needed:
            if key not in model:
                yield f"word_vectors.{name}: format {model['format']} needs the key {key!r}; add it"

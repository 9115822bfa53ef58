"""The configuration and the study: read, checked against schemas, and explained when wrong."""

import functools
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import yaml

from semantrace.errors import InputError, suggest
from semantrace.names import PIXELS, WORDS
from semantrace.user_files import require_file, require_folder

WEIGHTS = "imagenet, {package, file, sha256}, {file, sha256} or {seed}"
SCHEMAS = Path(__file__).parents[2] / "schemas"


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
    _fill_defaults(study)
    for problem in _contradictions(study):
        raise InputError(f"{path}: {problem}")
    return study


def check_files(study: dict, source: str) -> dict:
    """Return the study once the user's own files and folder that it names have been found.

    Parameters
    ----------
    study : dict
        What `load_study` returned.
    source : str
        The study's file, for the message.

    Raises
    ------
    InputError
        When one is missing: the key that names it, its path and, if the study says so, where it
        can be had.
    """
    if study["dataset"]["kind"] != "debian":
        require_folder(study["dataset"]["root"], f"{source}: dataset.root")
    for key, path, advice in own_files(study):
        require_file(path, f"{source}: {key}", advice)
    return study


CHECK_PATH = "check the path"


def own_files(study: dict) -> Iterator[tuple[str, str, str]]:
    """Yield the key, the path and where to get it, of each file that the user provides."""
    for key in ("table", "ground_truth", "class_order", "classes"):
        if key in study["dataset"]:
            yield f"dataset.{key}", study["dataset"][key], CHECK_PATH
    for name, network in study["networks"].items():
        if network["architecture"].endswith(".keras"):
            yield f"networks.{name}.architecture", network["architecture"], CHECK_PATH
        weights = network.get("weights")
        if isinstance(weights, dict):
            yield from _files_with_source(weights, f"networks.{name}.weights")
    for name, model in study.get("word_vectors", {}).items():
        yield from _files_with_source(model, f"word_vectors.{name}")


def _files_with_source(settings: dict, where: str) -> Iterator[tuple[str, str, str]]:
    """Yield the files of weights or word vectors, unless they come in a Python package."""
    if "package" in settings:
        return
    for key in ("file", "array", "vocabulary"):
        if key in settings:
            advice = CHECK_PATH
            if "source" in settings:
                source = settings["source"]
                advice = f"get it from {source} and put it there, or set {key} to where it is"
            yield f"{where}.{key}", settings[key], advice


def _fill_defaults(study: dict) -> None:
    """Write out what a study leaves to the project; a table of pictures names its own words."""
    for network in study["networks"].values():
        network.setdefault("resize", "stretch")
    if "visual_embedding" in study:
        _fill_embedding_defaults(study["visual_embedding"])
    match = "word" if "table" in study["dataset"] else "first_lemma"
    defaults = _defaults(_schema("study")["properties"]["concepts"])
    study["concepts"] = defaults | {"match": match, "lowercase": True} | study.get("concepts", {})


def _fill_embedding_defaults(embedding: dict) -> None:
    schema = _schema("study")["properties"]["visual_embedding"]
    embedding.update(_defaults(schema) | embedding)
    if "inversion" in embedding:
        inversion = embedding["inversion"]
        inversion.update(_defaults(schema["properties"]["inversion"]) | inversion)


def _defaults(schema: dict) -> dict:
    """Return the values of the keys that the schema gives one."""
    parts = schema["properties"].items()
    return {key: part["default"] for key, part in parts if "default" in part}


@functools.cache
def _schema(name: str) -> dict:
    return yaml.safe_load((SCHEMAS / f"{name}.schema.yaml").read_text(encoding="utf-8"))


def _is_integer(_checker, value: object) -> bool:
    """Return whether a value is a whole number as it is written: 2.0 is not."""
    return isinstance(value, int) and not isinstance(value, bool)


_Validator = jsonschema.validators.extend(
    jsonschema.Draft202012Validator,
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)


def _checked(document: object, schema: dict, source: str) -> dict:
    validator = _Validator(schema)
    errors = sorted(validator.iter_errors(document), key=lambda error: list(map(str, error.path)))
    for error in errors:
        raise InputError(f"{source}: {_explain(error)}")
    return {**_defaults(schema), **document}


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
        if name == WORDS:
            yield f"networks.{name}: the name is taken by the word vectors; choose another"
        own = not network["architecture"].endswith(".keras")
        if own and "weights" not in network:
            yield f"networks.{name}: key 'weights' is missing; add it: {WEIGHTS}"
        for key in ("preprocessing", "classes"):
            if own and key in network:
                yield f"networks.{name}.{key}: it is for .keras files only; take it out"
        if PIXELS in network["layers"]:
            yield (
                f"networks.{name}.layers: {PIXELS!r} is the layer zero of every network; "
                "take it out of the list"
            )
        titles = network.get("layer_titles", network["layers"])
        if len(titles) != len(network["layers"]):
            yield (
                f"networks.{name}.layer_titles: {len(titles)} titles for "
                f"{len(network['layers'])} layers; give each layer one, in the same order"
            )
    images = study["images"]
    if images["per_concept"] != "all" and images["per_concept"] < images["groups"]:
        yield (
            f"images.groups: {images['groups']} groups need as many pictures of a concept, and "
            f"per_concept is {images['per_concept']}; raise it or lower groups"
        )
    yield from _visual_embedding_contradictions(study)
    yield from _word_vector_contradictions(study)
    yield from _published_contradictions(study)


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
        for layer_set, layers in network["layer_sets"].items():
            yield from _unknown_layers(study, name, layers, f"{where}.layer_sets.{layer_set}")
    for name, layers in embedding.get("inversion", {}).get("networks", {}).items():
        where = f"visual_embedding.inversion.networks.{name}"
        if name not in embedding["networks"]:
            known = suggest(name, embedding["networks"])
            yield f"{where}: no such network in visual_embedding.networks; {known}"
        else:
            yield from _unknown_layers(study, name, layers, where)


def _unknown_layers(study: dict, network: str, layers: list[str], where: str) -> Iterator[str]:
    known = study["networks"][network]["layers"]
    for layer in layers:
        if layer not in known:
            yield f"{where}: {layer!r} is not among the network's layers; {suggest(layer, known)}"


def _word_vector_contradictions(study: dict) -> Iterator[str]:
    for name, model in study.get("word_vectors", {}).items():
        where = f"word_vectors.{name}"
        is_array = model["format"] == "array"
        usable = ("array", "url") if is_array else ("file", "url", "downloader")
        given = [key for key in ("array", "file", "url", "downloader") if key in model]
        if not set(given) & set(usable):
            yield f"{where}: format {model['format']} needs the key {usable[0]!r}; add it"
        elif len(given) > 1:
            yield f"{where}: {' and '.join(given)} each say where the model is; keep one of them"
        if is_array and "vocabulary" not in model:
            yield f"{where}: format array needs the key 'vocabulary'; add it"


def _published_contradictions(study: dict) -> Iterator[str]:
    for name, published in study.get("published", {}).items():
        where = f"published.{name}"
        if name not in study["networks"]:
            yield f"{where}: no such network; {suggest(name, study['networks'])}"
            continue
        layer, layers = published["layer"], study["networks"][name]["layers"]
        if layer not in layers:
            yield (
                f"{where}.layer: {layer!r} is not among the network's layers; "
                f"{suggest(layer, layers)}"
            )
        models = study.get("word_vectors", {})
        model = published.get("word_model")
        if model is not None and model not in models:
            yield f"{where}.word_model: no such word vectors {model!r}; {suggest(model, models)}"

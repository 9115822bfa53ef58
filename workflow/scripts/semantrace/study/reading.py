"""The configuration and the study: read, checked as a whole, and explained when wrong."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from semantrace.core.errors import InputError, Problems, suggest
from semantrace.io.user_files import require_file, require_folder
from semantrace.io.yaml_files import YamlDocument, parse_yaml, read_yaml
from semantrace.study.checks import contradictions
from semantrace.study.networks import is_network_file
from semantrace.study.packages import FILES
from semantrace.study.schema_errors import Finding, in_order, is_void
from semantrace.study.schema_parts import Keys, load_schema
from semantrace.study.schemas import check_document, expand_paths

CONFIG = "config"
CONFIG_FILE = "config.yaml"
COMMAND_LINE = "--config"
CHECK_PATH = "check the path"


class StudyDocument(dict):
    """What a study's file says, with its defaults and with its paths expanded.

    Attributes
    ----------
    written : dict
        The same with the paths as they were written, which are the same for all users.
    """

    written: dict


def load_config(
    files: Iterable[str | Path] = (CONFIG_FILE,),
    entries: Iterable[str] = (),
    folder: str | Path = "studies",
) -> dict:
    """Return the configuration, checked, with defaults filled in and paths expanded.

    Parameters
    ----------
    files : iterable of path
        YAML files; keys of a later one go before those of an earlier one.
    entries : iterable of str
        What ``--config`` was given, each ``key=value``; they go before all files. A value is
        taken as it was typed where text is due: ``study=2024_11`` is a name, not a number.
    folder : path
        Where studies are: ``study`` may also be the path of one of them.

    Raises
    ------
    InputError
        When a file is not YAML or has a key twice; for each key that is unknown, missing or of
        the wrong type, its path and what was expected.
    """
    typed = dict(entry.split("=", 1) for entry in entries)
    document, places = _merged(files, typed)
    if isinstance(document.texts.get("study"), str):
        name = _study_name(document.texts["study"], Path(folder))
        document.texts["study"] = document.values["study"] = name
    return _checked_config(document, places)


def check_config(values: Mapping) -> dict:
    """Return a configuration that another workflow gives, checked as `load_config` does.

    Raises
    ------
    InputError
        As `load_config`, with ``config`` in the place of a file.
    """
    document = parse_yaml(yaml.safe_dump(dict(values)), CONFIG)
    return _checked_config(document, dict.fromkeys(values, CONFIG))


def _checked_config(document: YamlDocument, places: Mapping[str, str]) -> dict:
    """Check a configuration; `places` says where each of its keys stands."""
    schema = load_schema("config")
    config, findings = check_document(document, schema)
    config, undefined = expand_paths(config, schema)
    problems = Problems()
    for item in (*findings, *undefined):
        problems.add(f"{places.get(str(item.keys[0]), CONFIG_FILE)}: {item.text}")
    problems.raise_if_any()
    return config


def _merged(
    files: Iterable[str | Path], typed: Mapping[str, str]
) -> tuple[YamlDocument, dict[str, str]]:
    """Return what files say, the command line in place of it, and where each key stands."""
    merged = YamlDocument({}, {})
    places: dict[str, str] = {}
    problems = Problems()
    for path in files:
        with problems.collected():
            document = read_yaml(path)
            _update(merged.values, document.values)
            _update(merged.texts, document.texts)
            places |= dict.fromkeys(document.values, str(path))
    problems.raise_if_any()
    for key, text in typed.items():
        document = _parse_entry(text)
        _update(merged.values, {key: document.values})
        _update(merged.texts, {key: document.texts})
    return merged, places | dict.fromkeys(typed, COMMAND_LINE)


def _update(values: dict, others: Mapping) -> None:
    """Put values in place of those of the same keys, in nested mappings as well."""
    for key, value in others.items():
        if isinstance(value, dict) and isinstance(values.get(key), dict):
            _update(values[key], value)
        else:
            values[key] = value


def _parse_entry(text: str) -> YamlDocument:
    """Return what a value on the command line says: YAML, or text where it is none."""
    try:
        document = parse_yaml(text, COMMAND_LINE)
    except InputError:
        return YamlDocument(text, text)
    return document if text.strip() else YamlDocument(None, "")


def _study_name(text: str, folder: Path) -> str:
    """Return a study's name, also where its file is named in place of it."""
    path = Path(text)
    is_here = path.parent == Path() or path.parent.resolve() == folder.resolve()
    is_file = path.suffix in (".yaml", ".yml") and not (folder / f"{text}.yaml").exists()
    return path.stem if is_here and is_file else text


def load_study(
    name: str, folder: str | Path = "studies", with_files: bool = False
) -> StudyDocument:
    """Return the study of that name, checked, with defaults filled in and paths expanded.

    Parameters are those of `read_study`.

    Raises
    ------
    InputError
        As `read_study`; else a line for everything that is wrong, in the order of the file.
    """
    study, findings = read_study(name, folder, with_files)
    if findings:
        raise InputError(*(item.text for item in findings))
    return study


def read_study(
    name: str, folder: str | Path = "studies", with_files: bool = False
) -> tuple[StudyDocument, list[Finding]]:
    """Return what of a study is valid, and what is wrong with the rest of it.

    Parameters
    ----------
    name : str
        The file ``<folder>/<name>.yaml``.
    folder : path
        Where studies are.
    with_files : bool
        Whether the user's own files and folder that the study names must be there.

    Returns
    -------
    StudyDocument
        Without the keys that are not valid, with defaults filled in and paths expanded.
    list of Finding
        In the order of the file: each key that is unknown, missing, of the wrong type or at odds
        with another, and each file that is missing.

    Raises
    ------
    InputError
        When there is no such study or its file is not YAML.
    """
    path = Path(folder) / f"{name}.yaml"
    known = sorted(item.stem for item in Path(folder).glob("*.yaml"))
    if name not in known:
        raise InputError(f"study: there is no {path}; {suggest(name, known)}")
    document = read_yaml(path)
    schema = load_schema("study")
    written, findings = check_document(document, schema)
    _fill_defaults(written)
    expanded, undefined = expand_paths(written, schema)
    findings += undefined
    further = [*contradictions(written), *(missing_files(expanded) if with_files else ())]
    findings += [item for item in further if not is_void(item, findings)]
    study = StudyDocument(expanded)
    study.written = written
    found = in_order(findings, document.values)
    return study, [replace(item, text=f"{path}: {item.text}") for item in found]


def _fill_defaults(study: dict) -> None:
    """Write out what depends on another key, and what is short for something else."""
    match = "word" if "table" in study.get("dataset", {}) else "first_lemma"
    study["concepts"] = {"match": match} | study.get("concepts", {})
    for network in study.get("networks", {}).values():
        if network.get("layers") == "all":
            network["layers"] = ["all"]


def missing_files(study: dict) -> Iterator[Finding]:
    """Yield the user's own files and folder that a study names and that cannot be read.

    Parameters
    ----------
    study : dict
        A study, or what of it is valid.
    """
    dataset = study.get("dataset", {})
    required = [(keys, require_file, path, advice) for keys, path, advice in own_files(study)]
    if dataset.get("kind", "debian") != "debian" and "root" in dataset:
        required.append((("dataset", "root"), require_folder, dataset["root"], CHECK_PATH))
    for keys, require, path, advice in required:
        try:
            require(path, ".".join(map(str, keys)), advice)
        except InputError as error:
            yield from (Finding(keys, text) for text in error.problems)


def own_files(study: dict) -> Iterator[tuple[Keys, str, str]]:
    """Yield the key, the path and where to get it, of each file that the user provides."""
    dataset = study.get("dataset", {})
    for key in ("table", "ground_truth", "class_order", "classes"):
        if key in dataset:
            yield ("dataset", key), dataset[key], CHECK_PATH
    for name, network in study.get("networks", {}).items():
        where = ("networks", name)
        architecture = network.get("architecture")
        if isinstance(architecture, str) and is_network_file(architecture):
            yield (*where, "architecture"), architecture, CHECK_PATH
        if network.get("classes", "imagenet") != "imagenet":
            yield (*where, "classes"), network["classes"], CHECK_PATH
        weights = network.get("weights")
        if isinstance(weights, dict):
            yield from _files_with_source(weights, (*where, "weights"))
    for name, model in study.get("word_vectors", {}).items():
        yield from _files_with_source(model, ("word_vectors", name))


def _files_with_source(settings: dict, where: Keys) -> Iterator[tuple[Keys, str, str]]:
    """Yield the files of weights or word vectors, unless they come in a Python package."""
    if "package" in settings:
        return
    for key in FILES:
        if key in settings:
            advice = CHECK_PATH
            if "source" in settings:
                source = settings["source"]
                advice = f"get it from {source} and put it there, or set {key} to where it is"
            yield (*where, key), settings[key], advice

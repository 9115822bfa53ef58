"""What else is wrong with a study of which some keys are not valid."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from semantrace.core.job import set_up_libraries
from semantrace.examination.study_check import check_study
from semantrace.examination.study_findings import StudyFiles
from semantrace.study.layer_patterns import is_pattern
from semantrace.study.packages import place_packages
from semantrace.study.schema_errors import Finding


def further_problems(study: Mapping, findings: Sequence[Finding], config: Mapping) -> list[str]:
    """Return everything that is wrong with a study of which some keys are not valid.

    Parameters
    ----------
    study : mapping
        What of the study is valid.
    findings : sequence of Finding
        What is wrong with its keys. The parts that they are in are not examined any further.
    config : mapping
        The configuration.
    """
    sound = {key: dict(value) for key, value in study.items() if isinstance(value, Mapping)}
    for finding in findings:
        part, *name = finding.keys[:2] or ("",)
        if part in ("networks", "word_vectors") and name:
            sound.get(part, {}).pop(name[0], None)
        else:
            sound.pop(part, None)
    resources = Path(config["resources"])
    sound, _ = place_packages(sound, resources / "packages")
    # what patterns stand for is asked of the network once the study is valid
    for network in sound.get("networks", {}).values():
        network["layers"] = [layer for layer in network["layers"] if not is_pattern(layer)]
    folder = Path(sound.get("dataset", {}).get("root", ""))
    if sound.get("dataset", {}).get("kind") == "debian":
        folder = resources / "images" / config["study"]
    if not (resources / "wordnet").is_dir() or not folder.is_dir() or "concepts" not in sound:
        sound.pop("dataset", None)
    source = f"studies/{config['study']}.yaml"
    files = StudyFiles(source, "", folder, resources / "wordnet", {})
    set_up_libraries()
    threads = config["extraction"]["decoding_threads"]
    check = check_study(sound, config["study"], config["seed"], files, threads)
    return list(dict.fromkeys([*(item.text for item in findings), *check.problems.found]))

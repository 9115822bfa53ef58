"""The checked configuration, the study, and where things lie: what all rules share."""

import os
import re
import sys
from itertools import chain
from pathlib import Path

SCRIPTS = Path(workflow.current_basedir.get_path_or_uri(False)).parents[1] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from semantrace.core.errors import InputError
from semantrace.core.system_errors import system_problem
from semantrace.study.checks import check_published
from semantrace.study.layer_names import layer_names
from semantrace.study.layer_patterns import has_patterns, with_named_layers
from semantrace.study.model import Study, WordModel
from semantrace.study.networks import BUILT_BY
from semantrace.study.packages import package_of, place_packages
from semantrace.study.reading import check_config, load_config, read_study
from semantrace.study.text_encoders import with_encoder_layers


def refuse(*problems):
    """Stop with a line a problem, if there is one; Snakemake would add a traceback of the workflow's own files."""
    for problem in problems:
        print(f"error: {problem}", file=sys.stderr)
    if problems:
        sys.exit(1)


def checked(load, *arguments):
    """Load a file of the user's, and say in one line what is wrong with it."""
    try:
        return load(*arguments)
    except InputError as error:
        refuse(*error.problems)
    except OSError as error:
        refuse(system_problem(error) or error)


if (
    workflow.modifier.skip_configfile
):  # another workflow gives its configuration with the module
    CONFIG = checked(check_config, config)
else:  # not as Snakemake reads them, to which the study 2024_11 is the number 202411
    config_files = [
        *([] if workflow.config_settings.replace_workflow_config else ["config.yaml"]),
        *workflow.config_settings.configfiles,
    ]
    CONFIG = checked(load_config, config_files, workflow.config_settings.config_args)
DOCUMENT, FINDINGS = checked(read_study, CONFIG["study"], "studies", True)
if FINDINGS and workflow.modifier.modify_rulename("check_study") in sys.argv:
    from semantrace.examination.partial_study import further_problems

    refuse(*further_problems(DOCUMENT, FINDINGS, CONFIG))
refuse(*(finding.text for finding in FINDINGS))
RESOURCES = CONFIG["resources"]
PLACED, PACKAGES = place_packages(DOCUMENT, f"{RESOURCES}/packages")
NAMED = {
    name: checked(
        layer_names, name, settings, package_of(settings, PACKAGES), RESOURCES
    )
    for name, settings in PLACED["networks"].items()
    if has_patterns(settings["layers"])
}
EXPANDED = checked(
    with_encoder_layers,
    checked(with_named_layers, PLACED, NAMED),
    PACKAGES,
    f"{RESOURCES}/downloads",
)
checked(check_published, EXPANDED)
STUDY = Study.of(EXPANDED, DOCUMENT.written)
SEED = CONFIG["seed"]
THREADS = CONFIG["threads"]
EXTRACTION_THREADS = CONFIG["extraction"]["threads"]
DECODING_THREADS = CONFIG["extraction"]["decoding_threads"]
RESULTS = f"{CONFIG['results']}/{CONFIG['study']}"
LOGS = f"{RESULTS}/logs"
BENCHMARKS = f"{RESULTS}/benchmarks"

NETWORKS = list(STUDY.networks)
WORD_MODELS = list(STUDY.word_models)
GROUPS = list(range(STUDY.images.groups))
SHARDS = list(range(STUDY.images.shards))
LAYER_SETS = STUDY.embedding.layer_sets
EMBEDDED_NETWORKS = list(LAYER_SETS)
EMBEDDED_LAYERS = STUDY.embedded_layers
INVERTED_NETWORKS = list(STUDY.embedding.inverted_layers)


def any_of(names):
    """A regular expression for these names, so that no other can be asked for."""
    return "|".join(map(re.escape, names)) or "(?!)"


wildcard_constraints:
    network=any_of(NETWORKS),
    model=any_of(WORD_MODELS),
    group=any_of(map(str, GROUPS)),
    shard=any_of(map(str, SHARDS)),
    digest="[0-9a-f]{8}",

"""What all rules share: the checked configuration, the study, and where things lie."""

import hashlib
import json
import os
import re
import sys
from itertools import chain
from pathlib import Path

SCRIPTS = Path(workflow.basedir) / "workflow/scripts"
sys.path.insert(0, str(SCRIPTS))

from semantrace.core.code_digest import code_digest
from semantrace.core.errors import InputError
from semantrace.study.reading import load_config, read_study
from semantrace.core.system_errors import system_problem


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


# Not Snakemake's own reading of them, in which the study 2024_11 is the number 202411.
CONFIG_FILES = [
    *([] if workflow.config_settings.replace_workflow_config else ["config.yaml"]),
    *workflow.config_settings.configfiles,
]
CONFIG = checked(load_config, CONFIG_FILES, workflow.config_settings.config_args)
STUDY, FINDINGS = checked(read_study, CONFIG["study"], "studies", True)
if FINDINGS and "check_study" in sys.argv:
    from semantrace.examination.partial_study import further_problems

    refuse(*further_problems(STUDY, FINDINGS, CONFIG))
refuse(*(finding.text for finding in FINDINGS))
SEED = CONFIG["seed"]
THREADS = CONFIG["threads"]
RESOURCES = CONFIG["resources"]
RESULTS = f"{CONFIG['results']}/{CONFIG['study']}"
LOGS = f"{RESULTS}/logs"
BENCHMARKS = f"{RESULTS}/benchmarks"

NETWORKS = list(STUDY["networks"])
WORD_MODELS = list(STUDY.get("word_vectors", {}))
GROUPS = list(range(STUDY["images"]["groups"]))
SHARDS = list(range(STUDY["images"]["shards"]))
# With --cache alone Snakemake warns, and then fails for want of the folder.
SHARED_BY_CACHE = workflow.enable_cache and "SNAKEMAKE_OUTPUT_CACHE" in os.environ
# The priority of what uses activations: where they are temporary, it gives their room back.
BEFORE_EXTRACTION = 2

EMBEDDING = STUDY.get("visual_embedding", {"networks": {}})
INVERTED_LAYERS = EMBEDDING.get("inversion", {}).get("networks", {})
LAYER_SETS = {
    network: embedding["layer_sets"]
    for network, embedding in EMBEDDING["networks"].items()
}
EMBEDDED_NETWORKS = list(LAYER_SETS)
INVERTED_NETWORKS = list(INVERTED_LAYERS)
# The layers that need class vectors, in the order of the network.
EMBEDDED_LAYERS = {
    network: [
        layer
        for layer in STUDY["networks"][network]["layers"]
        if layer in {*chain(*layer_sets.values()), *INVERTED_LAYERS.get(network, [])}
    ]
    for network, layer_sets in LAYER_SETS.items()
}

DATASET = STUDY["dataset"]
if DATASET["kind"] == "debian":
    DATASET_FOLDER = f"{RESOURCES}/images/{CONFIG['study']}"
else:
    DATASET_FOLDER = DATASET["root"]


def any_of(names):
    """A regular expression for these names, so that no other can be asked for."""
    return "|".join(map(re.escape, names)) or "(?!)"


wildcard_constraints:
    network=any_of(NETWORKS),
    model=any_of(WORD_MODELS),
    group=any_of(map(str, GROUPS)),
    shard=any_of(map(str, SHARDS)),
    digest="[0-9a-f]{8}",


# Rules are local, so that they run beside Snakemake itself on a cluster, where they download, since
# compute nodes often have no internet, or take a few seconds on one core and would wait in a queue
# for longer. They are not grouped: SLURM would be asked for the sum of what all jobs of a group need.


def growing(amount):
    """Ask for this much memory or time, and for as much again with each further attempt."""
    return lambda wildcards, attempt: amount * attempt


def code_of(script):
    """Digest of the library code that a rule's script runs, so that no result is ever stale."""
    return code_digest(SCRIPTS / f"{script}.py")


# What a study says to its readers; it decides no file.
ONLY_TOLD = ("title", "source")


def settings_digest(settings):
    """Name a download by what it is, so that studies share it and never overwrite each other's.

    The settings are those of the study as it is written, the same in every user's home.
    """
    text = json.dumps({key: settings[key] for key in sorted(settings)})
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def weights_settings(wildcards, study=STUDY):
    """What of a network's entry in the study decides its weights."""
    network = study["networks"][wildcards.network]
    decisive = ("architecture", "weights", "preprocessing", "input_size", "classes")
    settings = {key: network[key] for key in decisive if key in network}
    if isinstance(settings.get("weights"), dict):
        settings["weights"] = {
            key: value
            for key, value in settings["weights"].items()
            if key not in ONLY_TOLD
        }
    return settings


def weights_file(wildcards):
    """The converted weights of a network."""
    digest = settings_digest(weights_settings(wildcards, STUDY.written))
    return f"{RESOURCES}/weights/{wildcards.network}-{digest}.weights.h5"


def conversion_settings(model, study=STUDY):
    """What of a word-vector model's entry in the study decides its converted files."""
    settings = study["word_vectors"][model]
    indifferent = (*ONLY_TOLD, "case")
    return {key: value for key, value in settings.items() if key not in indifferent}


def word_vector_stem(model):
    """What the two files of a converted word-vector model begin with."""
    digest = settings_digest(conversion_settings(model, STUDY.written))
    return f"{RESOURCES}/word_vectors/{model}-{digest}"


def word_vector_paths(model):
    """The two files of a converted word-vector model."""
    stem = word_vector_stem(model)
    return [f"{stem}.npy", f"{stem}.vocabulary.txt"]


def opened_word_vectors(wildcards):
    """Of each word-vector model its two files and how it spells its words."""
    return {
        model: {
            **dict(zip(("array", "vocabulary"), word_vector_paths(model))),
            "case": STUDY["word_vectors"][model].get("case", "as_is"),
        }
        for model in WORD_MODELS
    }


def word_vector_files(wildcards):
    """The two files of a converted word-vector model, by name."""
    return dict(zip(("vectors", "vocabulary"), word_vector_paths(wildcards.model)))


def dataset_folder_input(wildcards=None):
    """The folder of a dataset that a rule fetches; a user's own folder is not an input."""
    return [DATASET_FOLDER] if DATASET["kind"] == "debian" else []

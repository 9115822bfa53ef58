"""What jobs ask for, when they come, and what makes a finished result stale."""

import functools
import hashlib
import json

from semantrace.core.code_digest import code_digest
from semantrace.io.fingerprints import fingerprints
from semantrace.study.scoring_memory import SCORING_MEMORY, ScoringSize

# Rules are local, so that they run beside Snakemake itself on a cluster, where they download, since
# compute nodes often have no internet, or take a few seconds on one core and would wait in a queue
# for longer. They are not grouped: SLURM would be asked for the sum of what all jobs of a group need.

# With --cache alone Snakemake warns, and then fails for want of the folder.
SHARED_BY_CACHE = workflow.enable_cache and "SNAKEMAKE_OUTPUT_CACHE" in os.environ
# The priority of what uses activations: where they are temporary, it gives their room back.
BEFORE_EXTRACTION = 2


def growing(amount):
    """Ask for this much memory or time, and for as much again with each further attempt."""
    return lambda wildcards, attempt: amount * attempt


def memory_with(amount, factor, name):
    """Ask for memory, in MB, that grows with the size of the input of this name."""

    def mem_mb(wildcards, input, attempt):
        files = getattr(input, name)
        files = [files] if isinstance(files, str) else files
        size = sum(Path(path).stat().st_size for path in files)
        return round(amount + factor * size / 1e6) * attempt

    return mem_mb


def memory_of_pairs(amount, matrices, layers=None):
    """Ask for memory, in MB, that grows with the pairs of concepts: so many of 8 bytes for each layer."""

    def mem_mb(wildcards, input, attempt):
        count = matrices if layers is None else matrices * len(layers(wildcards))
        return round(amount + 8e-6 * concepts_in(input.concepts) ** 2 * count) * attempt

    return mem_mb


def memory_of_scores(rule, layers, groups=len(GROUPS)):
    """Ask for the memory, in MB, that it takes to score so many layers, and the pixels, in so many groups."""

    def mem_mb(wildcards, input, attempt):
        size = ScoringSize(
            concepts=concepts_in(input.concepts),
            permutations=CONFIG["permutations"],
            matrices=(len(layers(wildcards)) + 1) * groups,
            threads=THREADS,
        )
        return SCORING_MEMORY[rule].of(size) * attempt

    return mem_mb


def concepts_in(path):
    """How many concepts a study has, by their table."""
    with open(path) as lines:
        return sum(1 for _ in lines) - 1


def code_of(script):
    """Digest of the library code that a rule's script runs, so that no result is ever stale."""
    return code_digest(SCRIPTS / f"{script}.py")


def settings_digest(settings):
    """Name a download by what it is, so that studies share it and never overwrite each other's.

    The settings are those of the study as it is written, the same in every user's home.
    """
    text = json.dumps({key: settings[key] for key in sorted(settings)})
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def without(settings, *keys):
    """Settings but for some keys, which decide nothing."""
    return {key: value for key, value in settings.items() if key not in keys}


def only(settings, *keys):
    """Those settings that decide something."""
    return {key: settings[key] for key in keys if key in settings}


@functools.cache
def contents_of(*paths):
    """The sha256 of a user's own files: what replaces one may have an older time."""
    kept_in = Path(RESOURCES, "fingerprints")
    return [
        fingerprints(Path(path).parent, [Path(path).name], kept_in)[0] for path in paths
    ]


def earlier_networks_first(wildcards):
    """Extract all of one network before the next, and nothing before what uses activations."""
    return 1 - NETWORKS.index(wildcards.network) / len(NETWORKS)

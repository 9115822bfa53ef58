"""Refuse what is asked for and cannot be made, which Snakemake would answer with an exception."""

from snakemake.cli import get_argument_parser
from snakemake.io import strip_wildcard_constraints

from semantrace.study.targets import Targets

WILDCARD_VALUES = {
    "network": NETWORKS,
    "model": WORD_MODELS,
    "group": GROUPS,
    "shard": SHARDS,
}
TARGETS = Targets(
    study=CONFIG["study"],
    results=RESULTS,
    offers=OFFERS,
    names=[
        known.name
        for known in workflow.rules
        if not known.has_wildcards() and known.name != "base"
    ],
    patterns=[known.name for known in workflow.rules if known.has_wildcards()],
    files=lambda: [
        path
        for known in workflow.rules
        for output in known.output
        if set(output.get_wildcard_names()) <= set(WILDCARD_VALUES)
        for path in expand(strip_wildcard_constraints(output), **WILDCARD_VALUES)
    ],
    makes=lambda path: any(known.is_producer(path) for known in workflow.rules),
)


def refuse_unknown_targets():
    """Refuse what the command line asks for and nothing makes, with the nearest names.

    Snakemake tells a Snakefile nothing of its targets, so that its arguments are read once more.
    The jobs of a run are processes of their own, which are asked for what is known to be there.
    """
    if workflow.is_main_process and "snakemake" in Path(sys.argv[0]).parts[-2:]:
        asked = get_argument_parser().parse_args(sys.argv[1:])
        partly = {
            *asked.until,
            *asked.omit_from,
            *asked.forcerun,
            *asked.prioritize,
        }
        refuse(
            *TARGETS.problems(asked.targets),
            *TARGETS.problems(sorted(partly), rules_allowed=True),
        )

"""Refuse what is asked for and cannot be made, which Snakemake would answer with a traceback."""

from snakemake.cli import get_argument_parser
from snakemake.io import strip_wildcard_constraints

from semantrace.targets import Targets


def concrete_outputs():
    """Yield the files that rules make, for each network, model, group and shard of the study."""
    known = {
        "network": NETWORKS,
        "model": WORD_MODELS,
        "group": GROUPS,
        "shard": SHARDS,
    }
    for known_rule in workflow.rules:
        for output in known_rule.output:
            if set(output.get_wildcard_names()) <= set(known):
                yield from expand(strip_wildcard_constraints(output), **known)


def is_made(path):
    """Whether a rule makes this path."""
    return any(known_rule.is_producer(path) for known_rule in workflow.rules)


def refuse_unknown_targets():
    """Snakemake tells a Snakefile nothing of its targets, so its arguments are read once more."""
    asked = get_argument_parser().parse_args(sys.argv[1:])
    targets = Targets(
        study=CONFIG["study"],
        results=RESULTS,
        offers=OFFERS,
        names=[known.name for known in workflow.rules if not known.has_wildcards()],
        patterns=[known.name for known in workflow.rules if known.has_wildcards()],
        files=list(concrete_outputs()),
        makes=is_made,
    )
    partly = {*asked.until, *asked.omit_from, *asked.forcerun, *asked.prioritize}
    refuse(
        *targets.problems(asked.targets),
        *targets.problems(sorted(partly), rules_allowed=True),
    )


# Jobs of a run are processes of their own, which are asked for what is known to be there.
if workflow.is_main_process and "snakemake" in Path(sys.argv[0]).parts[-2:]:
    refuse_unknown_targets()

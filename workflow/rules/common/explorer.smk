"""What the explorer shows of a study: files by what they hold."""


def explorer_input(wildcards):
    """What the page shows of this study: files by what they hold, as its script asks for them."""
    return {**scored_input(), **embedded_input()}


def scored_input():
    """What it shows where the study has word vectors."""
    if not WORD_MODELS:
        return {}
    of_tests = {"network": NETWORKS, "model": WORD_MODELS}
    tests = f"{RESULTS}/one_vs_two/{{network}}"
    return {
        **{
            f"words_{model}": f"{RESULTS}/correlations/words/{model}.h5"
            for model in WORD_MODELS
        },
        **{
            f"passes_{model}": f"{RESULTS}/two_vs_two/{model}/pair_passes.h5"
            for model in MEASURED_MODELS
        },
        "correlations": IMAGES_OF_ALL,
        "two_vs_two": expand(
            f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS
        ),
        "pass_rates": expand(
            f"{RESULTS}/two_vs_two/{{model}}/concepts.tsv", model=WORD_MODELS
        ),
        "alignment": expand(
            f"{RESULTS}/alignment/{{model}}.tsv", model=MEASURED_MODELS
        ),
        "one_vs_two": expand(f"{tests}/{{model}}.tsv", **of_tests),
        "one_vs_two_images": expand(f"{tests}/images/{{model}}.tsv", **of_tests),
        "tree": f"{RESULTS}/concept_tree/{FIRST_MODEL}.h5",
        "reliability": [f"{RESULTS}/reliability.tsv"] if len(GROUPS) > 1 else [],
    }


def embedded_input():
    """What it shows where the study clusters class vectors."""
    if not EMBEDDED_NETWORKS:
        return {}
    return {
        **CLUSTER_INPUTS,
        "quality": expand(
            f"{RESULTS}/clusters/{{network}}/quality.tsv", network=EMBEDDED_NETWORKS
        ),
        "ordered": f"{RESULTS}/clusters/ordered.tsv",
        "similarity": expand(
            f"{RESULTS}/similarity/{{network}}.h5", network=EMBEDDED_NETWORKS
        ),
    }

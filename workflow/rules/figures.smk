"""The figures and tables that the study has, and the rule that all of theirs inherit."""

from semantrace.study.figures import PAGES, drawn_figures, offers

OFFERS = offers(STUDY.settings)
PRESENT = [name for name, offer in OFFERS.items() if not offer.lacks]
FIGURES = {
    name: f"{RESULTS}/figures/{name}.png"
    for name in PRESENT
    if not OFFERS[name].is_table
}
TABLES = {
    name: f"{RESULTS}/tables/{name}.tsv" for name in PRESENT if OFFERS[name].is_table
}
# Those that a study has without a further word.
DRAWN = drawn_figures(STUDY.settings)
if "cluster_label_table" in TABLES:
    TABLES["cluster_label_table"] = f"{RESULTS}/tables/cluster_labels.tsv"
if "distances" in TABLES:
    TABLES["distances"] = [
        f"{RESULTS}/distances/{network}/{layer_set}.mat"
        for network, layer_sets in LAYER_SETS.items()
        for layer_set in layer_sets
    ]
TABLES |= {name: f"{RESULTS}/{name}.html" for name in PAGES if name in TABLES}
NETWORK_TITLES = {name: network.title for name, network in STUDY.networks.items()}
LAYER_TITLES = {
    name: network.shown_layers
    for name, network in STUDY.networks.items()
    if network.layer_titles is not None
}
WORD_MODEL_TITLES = {name: model.title for name, model in STUDY.word_models.items()}


# Figures and tables inherit this; the script is named in params, so that they can. It makes nothing
# itself, and has a log because Snakemake's lint wants one.
rule base:
    log:
        f"{LOGS}/base.log",
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    script:
        "../scripts/{params.script}.py"


if WORD_MODELS:

    include: "emergence_figures.smk"


if EMBEDDED_NETWORKS:
    EMBEDDED_TITLES = {name: NETWORK_TITLES[name] for name in EMBEDDED_NETWORKS}

    include: "embedding_figures.smk"


include: "network_figures.smk"
include: "summary.smk"


refuse(
    *(
        f"studies/{CONFIG['study']}.yaml: aliases.{alias}: {alias!r} is the name of a rule; "
        "choose another name"
        for alias in STUDY.aliases
        if alias == "all" or workflow.is_rule(workflow.modifier.modify_rulename(alias))
    )
)

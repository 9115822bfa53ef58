from semantrace.study.figures import offers

OFFERS = offers(STUDY)
PRESENT = [name for name, offer in OFFERS.items() if not offer.lacks]
FIGURES = {
    name: f"{RESULTS}/figures/{name}.png"
    for name in PRESENT
    if not OFFERS[name].is_table
}
TABLES = {
    name: f"{RESULTS}/tables/{name}.tsv" for name in PRESENT if OFFERS[name].is_table
}
if "cluster_label_table" in TABLES:
    TABLES["cluster_label_table"] = f"{RESULTS}/tables/cluster_labels.tsv"
if "distances" in TABLES:
    TABLES["distances"] = [
        f"{RESULTS}/distances/{network}/{layer_set}.mat"
        for network, layer_sets in LAYER_SETS.items()
        for layer_set in layer_sets
    ]
NETWORK_TITLES = {name: STUDY["networks"][name]["title"] for name in NETWORKS}
LAYER_TITLES = {
    name: dict(zip(network["layers"], network["layer_titles"]))
    for name, network in STUDY["networks"].items()
    if "layer_titles" in network
}


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
    WORD_MODEL_TITLES = {
        name: STUDY["word_vectors"][name]["title"] for name in WORD_MODELS
    }

    include: "emergence_figures.smk"


if EMBEDDED_NETWORKS:
    EMBEDDED_TITLES = {name: NETWORK_TITLES[name] for name in EMBEDDED_NETWORKS}

    include: "embedding_figures.smk"


include: "network_figures.smk"


ALIASES = STUDY.get("aliases", {})
refuse(
    *(
        f"studies/{CONFIG['study']}.yaml: aliases.{alias}: {alias!r} is the name of a rule; "
        "choose another name"
        for alias in ALIASES
        if alias == "all" or workflow.is_rule(alias)
    )
)

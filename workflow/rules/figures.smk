EMERGENCE_FIGURES = [
    "two_vs_two_by_layer",
    "one_vs_two_by_layer",
    "matched_and_mismatched_by_layer",
    "rsa_by_layer",
    "concepts_by_pass_rate",
    "correlation_matrices",
]
PARTITIONS = [*chain(*LAYER_SETS.values())]
# Whether the study has what a figure of the visual embedding compares.
EMBEDDING_FIGURES = {
    "cluster_quality": True,
    **{f"cluster_quality_{network}": True for network in EMBEDDED_NETWORKS},
    "cluster_quality_by_network": len(EMBEDDED_NETWORKS) > 1,
    "cluster_labels": True,
    "cluster_hierarchy": True,
    "cluster_montage": True,
    "partition_agreement": len(PARTITIONS) > 1,
    "wordnet_correlation": True,
    "inversions": bool(INVERTED_NETWORKS),
}

FIGURES = {}
TABLES = {}
NETWORK_TITLES = {name: STUDY["networks"][name]["title"] for name in NETWORKS}
LAYER_TITLES = {
    name: dict(zip(network["layers"], network["layer_titles"]))
    for name, network in STUDY["networks"].items()
    if "layer_titles" in network
}

if WORD_MODELS:
    WORD_MODEL_TITLES = {
        name: STUDY["word_vectors"][name]["title"] for name in WORD_MODELS
    }
    FIGURES |= {name: f"{RESULTS}/figures/{name}.png" for name in EMERGENCE_FIGURES}
    FIGURES |= {
        f"two_vs_two_by_layer_{network}": f"{RESULTS}/figures/two_vs_two_by_layer_{network}.png"
        for network in NETWORKS
    }
    if len(GROUPS) > 1:
        FIGURES["reliability_by_layer"] = f"{RESULTS}/figures/reliability_by_layer.png"
    TABLES["best_layers"] = f"{RESULTS}/tables/best_layers.tsv"
    TABLES["layer_comparisons"] = f"{RESULTS}/tables/layer_comparisons.tsv"

    include: "emergence_figures.smk"


if EMBEDDED_NETWORKS:
    EMBEDDED_TITLES = {name: NETWORK_TITLES[name] for name in EMBEDDED_NETWORKS}
    FIGURES |= {
        name: f"{RESULTS}/figures/{name}.png"
        for name, is_possible in EMBEDDING_FIGURES.items()
        if is_possible
    }
    TABLES["cluster_names"] = f"{RESULTS}/tables/cluster_names.tsv"
    TABLES["cluster_label_table"] = f"{RESULTS}/tables/cluster_labels.tsv"
    TABLES["distances"] = [
        f"{RESULTS}/distances/{network}/{layer_set}.mat"
        for network, layer_sets in LAYER_SETS.items()
        for layer_set in layer_sets
    ]

    include: "embedding_figures.smk"


FIGURES |= {
    f"network_diagram_{network}": f"{RESULTS}/figures/network_diagram_{network}.png"
    for network in NETWORKS
}


include: "network_figures.smk"


for wanted in STUDY.get("figures", []):
    if wanted not in FIGURES:
        refuse(
            f"studies/{CONFIG['study']}.yaml: figures: the study has no figure {wanted!r}; "
            f"{suggest(wanted, FIGURES)}"
        )

ALIASES = STUDY.get("aliases", {})
TAKEN = {"all", *FIGURES, *TABLES, *(rule.name for rule in workflow.rules)}
for alias, target in ALIASES.items():
    where = f"studies/{CONFIG['study']}.yaml: aliases.{alias}"
    if target not in {**FIGURES, **TABLES}:
        refuse(
            f"{where}: the study has no figure or table {target!r}; "
            f"{suggest(target, {**FIGURES, **TABLES})}"
        )
    if alias in TAKEN:
        refuse(
            f"{where}: {alias!r} is taken by a figure, a table or a rule; choose another name"
        )

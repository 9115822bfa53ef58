EMERGENCE_FIGURES = [
    "two_vs_two_by_layer",
    "matched_and_mismatched_by_layer",
    "rsa_by_layer",
    "concepts_by_pass_rate",
    "correlation_matrices",
]
EMBEDDING_FIGURES = ["cluster_quality", "cluster_labels", "cluster_montage"]

FIGURES = {}
TABLES = {}
NETWORK_TITLES = {name: STUDY["networks"][name]["title"] for name in NETWORKS}

if WORD_MODELS:
    WORD_MODEL_TITLES = {
        name: STUDY["word_vectors"][name]["title"] for name in WORD_MODELS
    }
    FIGURES |= {name: f"{RESULTS}/figures/{name}.png" for name in EMERGENCE_FIGURES}
    TABLES["best_layers"] = f"{RESULTS}/tables/best_layers.tsv"

    include: "emergence_figures.smk"


if EMBEDDED_NETWORKS:
    EMBEDDED_TITLES = {name: NETWORK_TITLES[name] for name in EMBEDDED_NETWORKS}
    FIGURES |= {name: f"{RESULTS}/figures/{name}.png" for name in EMBEDDING_FIGURES}
    TABLES["cluster_label_table"] = f"{RESULTS}/tables/cluster_labels.tsv"

    include: "embedding_figures.smk"


for wanted in STUDY.get("figures", []):
    if wanted not in FIGURES:
        refuse(
            f"studies/{CONFIG['study']}.yaml: figures: the study has no figure {wanted!r}; "
            f"{suggest(wanted, FIGURES)}"
        )

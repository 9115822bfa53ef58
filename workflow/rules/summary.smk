"""The pages of the report: the summary of the study with its captions' numbers, and its tables."""

from semantrace.report.caption_numbers import QUOTED

QUOTED_FIGURES = {
    name: quoted for name, quoted in of_each_network(QUOTED).items() if name in DRAWN
}
# What the summary shows as images.
SUMMARY_FIGURES = [
    name
    for name in ("two_vs_two_by_layer", "two_vs_two_by_depth", "cluster_quality")
    if name in DRAWN
]
SUMMARY_INPUTS = {
    "matching": [f"{RESULTS}/concept_matching.tsv"],
    "images": [f"{RESULTS}/images.tsv"],
    "left_out": [f"{RESULTS}/left_out_images.tsv"],
    "software": [f"{RESULTS}/software.tsv"],
}
if WORD_MODELS:
    SUMMARY_INPUTS |= {
        "scores": [f"{RESULTS}/two_vs_two/{FIRST_MODEL}/layers.tsv"],
        "best": [TABLES["best_layers"]],
        "alignment": [TABLES["alignment"]],
        "by_measure": [TABLES["best_layers_by_measure"]],
        "comparisons": [TABLES["layer_comparisons"]],
        "regression": [TABLES["concept_regression"]],
        "word_models": [TABLES["word_model_quality"]],
        "controls": [f"{RESULTS}/controls/{FIRST_MODEL}.tsv"],
        "ranked": [f"{RESULTS}/two_vs_two/{FIRST_MODEL}/ranked_concepts.tsv"],
        "one_vs_two": expand(
            f"{RESULTS}/one_vs_two/{{network}}/{FIRST_MODEL}.tsv", network=NETWORKS
        ),
        **({"reliability": [f"{RESULTS}/reliability.tsv"]} if len(GROUPS) > 1 else {}),
    }
if EMBEDDED_NETWORKS:
    SUMMARY_INPUTS |= {
        "clusters": [f"{RESULTS}/clusters/ordered.tsv"],
        "quality": expand(
            f"{RESULTS}/clusters/{{network}}/quality.tsv", network=EMBEDDED_NETWORKS
        ),
        "wordnet": expand(
            f"{RESULTS}/wordnet_correlations/{{network}}.tsv", network=EMBEDDED_NETWORKS
        ),
    }
SHOWN_TABLES |= {
    "concept_matching": f"{RESULTS}/concept_matching.tsv",
    "software": f"{RESULTS}/software.tsv",
}


rule show_tables:
    input:
        **SHOWN_TABLES,
    output:
        **{
            name: in_report(f"{RESULTS}/tables/{name}.html", name)
            for name in SHOWN_TABLES
        },
    log:
        f"{LOGS}/show_tables.log",
    benchmark:
        f"{BENCHMARKS}/show_tables.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        code=code_of("show_tables"),
    message:
        "Writing the tables as pages that sort and filter"
    script:
        "../scripts/show_tables.py"


rule summarise_study:
    input:
        **SUMMARY_INPUTS,
        **{f"figure_{name}": FIGURES[name] for name in SUMMARY_FIGURES},
        **{
            f"data_{name}": FIGURES[name].removesuffix(".png") + ".tsv"
            for name in QUOTED_FIGURES
        },
    output:
        **{name: f"{RESULTS}/captions/{name}.html" for name in QUOTED_FIGURES},
        summary=in_report(f"{RESULTS}/summary.html", "summary"),
    log:
        f"{LOGS}/summarise_study.log",
    benchmark:
        f"{BENCHMARKS}/summarise_study.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        code=code_of("summarise_study"),
        study=CONFIG["study"],
        folder=lambda wildcards, output: os.path.dirname(output.summary),
        settings=STUDY.written,
        config=only(CONFIG, "seed", "permutations") | only(CONFIG["storage"], "dtype"),
        layers={name: len(network.layers) for name, network in STUDY.networks.items()},
        networks=NETWORK_TITLES,
        word_models=WORD_MODEL_TITLES,
        layer_titles=LAYER_TITLES,
        figures=SUMMARY_FIGURES,
        quoted=QUOTED_FIGURES,
        results=results_of_report,
    message:
        "Summarising the study"
    script:
        "../scripts/summarise_study.py"

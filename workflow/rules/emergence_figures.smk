# Figures and tables of the emergence of semantics, for studies with word vectors. Where one word
# model stands for all, it is the study's first.
FIRST_MODEL = WORD_MODELS[0]


rule plot_two_vs_two_by_layer:
    input:
        expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
    output:
        pdf=f"{RESULTS}/figures/two_vs_two_by_layer.pdf",
        png=report(
            f"{RESULTS}/figures/two_vs_two_by_layer.png",
            caption="../report/two_vs_two_by_layer.rst",
            category="Emergence",
            labels={"result": "2 vs. 2 accuracy by layer", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/two_vs_two_by_layer.tsv",
    log:
        f"{LOGS}/plot_two_vs_two_by_layer.log",
    benchmark:
        f"{BENCHMARKS}/plot_two_vs_two_by_layer.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        networks=NETWORK_TITLES,
        word_models=WORD_MODEL_TITLES,
        code=code_of("plot_two_vs_two_by_layer"),
    message:
        "Drawing 2 vs. 2 accuracy by layer"
    script:
        "../scripts/plot_two_vs_two_by_layer.py"


rule plot_matched_and_mismatched_by_layer:
    input:
        expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
    output:
        pdf=f"{RESULTS}/figures/matched_and_mismatched_by_layer.pdf",
        png=report(
            f"{RESULTS}/figures/matched_and_mismatched_by_layer.png",
            caption="../report/matched_and_mismatched_by_layer.rst",
            category="Emergence",
            labels={
                "result": "Matched and mismatched correlation by layer",
                "form": "figure",
            },
        ),
        tsv=f"{RESULTS}/figures/matched_and_mismatched_by_layer.tsv",
    log:
        f"{LOGS}/plot_matched_and_mismatched_by_layer.log",
    benchmark:
        f"{BENCHMARKS}/plot_matched_and_mismatched_by_layer.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        networks=NETWORK_TITLES,
        word_models=WORD_MODEL_TITLES,
        code=code_of("plot_matched_and_mismatched_by_layer"),
    message:
        "Drawing matched and mismatched correlations by layer"
    script:
        "../scripts/plot_matched_and_mismatched_by_layer.py"


rule plot_rsa_by_layer:
    input:
        expand(f"{RESULTS}/rsa/{{model}}.tsv", model=WORD_MODELS),
    output:
        pdf=f"{RESULTS}/figures/rsa_by_layer.pdf",
        png=report(
            f"{RESULTS}/figures/rsa_by_layer.png",
            caption="../report/rsa_by_layer.rst",
            category="Emergence",
            labels={
                "result": "Representational similarity by layer",
                "form": "figure",
            },
        ),
        tsv=f"{RESULTS}/figures/rsa_by_layer.tsv",
    log:
        f"{LOGS}/plot_rsa_by_layer.log",
    benchmark:
        f"{BENCHMARKS}/plot_rsa_by_layer.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        networks=NETWORK_TITLES,
        word_models=WORD_MODEL_TITLES,
        code=code_of("plot_rsa_by_layer"),
    message:
        "Drawing representational similarity by layer"
    script:
        "../scripts/plot_rsa_by_layer.py"


rule plot_concepts_by_pass_rate:
    input:
        layers=f"{RESULTS}/two_vs_two/{FIRST_MODEL}/layers.tsv",
        concepts=f"{RESULTS}/two_vs_two/{FIRST_MODEL}/concepts.tsv",
        images=f"{RESULTS}/images.tsv",
        pictures=dataset_folder_input,
    output:
        pdf=f"{RESULTS}/figures/concepts_by_pass_rate.pdf",
        png=report(
            f"{RESULTS}/figures/concepts_by_pass_rate.png",
            caption="../report/concepts_by_pass_rate.rst",
            category="Emergence",
            labels={"result": "Concepts by pass rate", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/concepts_by_pass_rate.tsv",
    log:
        f"{LOGS}/plot_concepts_by_pass_rate.log",
    benchmark:
        f"{BENCHMARKS}/plot_concepts_by_pass_rate.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        networks=NETWORK_TITLES,
        word_models=WORD_MODEL_TITLES,
        folder=DATASET_FOLDER,
        code=code_of("plot_concepts_by_pass_rate"),
    message:
        "Drawing the concepts that carry and that break the score"
    script:
        "../scripts/plot_concepts_by_pass_rate.py"


rule plot_correlation_matrices:
    input:
        layers=f"{RESULTS}/two_vs_two/{FIRST_MODEL}/layers.tsv",
        concepts=f"{RESULTS}/concepts.tsv",
        words=f"{RESULTS}/correlations/words/{FIRST_MODEL}.h5",
        images=expand(
            f"{RESULTS}/correlations/{{network}}/{{group}}.h5",
            network=NETWORKS,
            group=GROUPS,
        ),
        wordnet=f"{RESOURCES}/wordnet",
    output:
        pdf=f"{RESULTS}/figures/correlation_matrices.pdf",
        png=report(
            f"{RESULTS}/figures/correlation_matrices.png",
            caption="../report/correlation_matrices.rst",
            category="Emergence",
            labels={"result": "Correlation matrices", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/correlation_matrices.tsv",
    log:
        f"{LOGS}/plot_correlation_matrices.log",
    benchmark:
        f"{BENCHMARKS}/plot_correlation_matrices.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        networks=NETWORK_TITLES,
        word_models=WORD_MODEL_TITLES,
        code=code_of("plot_correlation_matrices"),
    message:
        "Drawing word and image correlations side by side"
    script:
        "../scripts/plot_correlation_matrices.py"


rule tabulate_best_layers:
    input:
        expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
    output:
        report(
            f"{RESULTS}/tables/best_layers.tsv",
            caption="../report/best_layers.rst",
            category="Emergence",
            labels={"result": "Best layers", "form": "table"},
        ),
    log:
        f"{LOGS}/tabulate_best_layers.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_best_layers.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        networks=NETWORK_TITLES,
        word_models=WORD_MODEL_TITLES,
        code=code_of("tabulate_best_layers"),
    message:
        "Writing the best layer of each network"
    script:
        "../scripts/tabulate_best_layers.py"

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
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=NETWORK_TITLES,
        layer_titles=LAYER_TITLES,
        word_models=WORD_MODEL_TITLES,
        code=code_of("plot_two_vs_two_by_layer"),
    message:
        "Drawing 2 vs. 2 accuracy by layer"
    script:
        "../scripts/plot_two_vs_two_by_layer.py"


rule plot_two_vs_two_by_layer_of_network:
    input:
        expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
    output:
        pdf=f"{RESULTS}/figures/two_vs_two_by_layer_{{network}}.pdf",
        png=report(
            f"{RESULTS}/figures/two_vs_two_by_layer_{{network}}.png",
            caption="../report/two_vs_two_by_layer_of_network.rst",
            category="Emergence",
            labels={
                "result": "2 vs. 2 accuracy by layer of {network}",
                "form": "figure",
            },
        ),
        tsv=f"{RESULTS}/figures/two_vs_two_by_layer_{{network}}.tsv",
    log:
        f"{LOGS}/plot_two_vs_two_by_layer_of_network/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/plot_two_vs_two_by_layer_of_network/{{network}}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        title=lookup(dpath="{network}", within=NETWORK_TITLES),
        layer_titles=LAYER_TITLES,
        word_models=WORD_MODEL_TITLES,
        code=code_of("plot_two_vs_two_by_layer_of_network"),
    message:
        "Drawing 2 vs. 2 accuracy by layer of {wildcards.network}"
    script:
        "../scripts/plot_two_vs_two_by_layer_of_network.py"


rule plot_one_vs_two_by_layer:
    input:
        expand(
            f"{RESULTS}/one_vs_two/{{network}}/{{model}}.tsv",
            network=NETWORKS,
            model=WORD_MODELS,
        ),
    output:
        pdf=f"{RESULTS}/figures/one_vs_two_by_layer.pdf",
        png=report(
            f"{RESULTS}/figures/one_vs_two_by_layer.png",
            caption="../report/one_vs_two_by_layer.rst",
            category="Emergence",
            labels={"result": "1 vs. 2 accuracy by layer", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/one_vs_two_by_layer.tsv",
    log:
        f"{LOGS}/plot_one_vs_two_by_layer.log",
    benchmark:
        f"{BENCHMARKS}/plot_one_vs_two_by_layer.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=NETWORK_TITLES,
        layer_titles=LAYER_TITLES,
        word_models=WORD_MODEL_TITLES,
        code=code_of("plot_one_vs_two_by_layer"),
    message:
        "Drawing 1 vs. 2 accuracy by layer"
    script:
        "../scripts/plot_one_vs_two_by_layer.py"


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
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=NETWORK_TITLES,
        layer_titles=LAYER_TITLES,
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
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=NETWORK_TITLES,
        layer_titles=LAYER_TITLES,
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
        images=dataset_folder_input,
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
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=NETWORK_TITLES,
        layer_titles=LAYER_TITLES,
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
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        networks=NETWORK_TITLES,
        layer_titles=LAYER_TITLES,
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
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=NETWORK_TITLES,
        layer_titles=LAYER_TITLES,
        word_models=WORD_MODEL_TITLES,
        code=code_of("tabulate_best_layers"),
    message:
        "Writing the best layer of each network"
    script:
        "../scripts/tabulate_best_layers.py"


rule plot_reliability_by_layer:
    input:
        reliability=f"{RESULTS}/reliability.tsv",
        scores=expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
    output:
        pdf=f"{RESULTS}/figures/reliability_by_layer.pdf",
        png=report(
            f"{RESULTS}/figures/reliability_by_layer.png",
            caption="../report/reliability_by_layer.rst",
            category="Emergence",
            labels={"result": "Image reliability by layer", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/reliability_by_layer.tsv",
    log:
        f"{LOGS}/plot_reliability_by_layer.log",
    benchmark:
        f"{BENCHMARKS}/plot_reliability_by_layer.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=NETWORK_TITLES,
        layer_titles=LAYER_TITLES,
        word_models=WORD_MODEL_TITLES,
        code=code_of("plot_reliability_by_layer"),
    message:
        "Drawing how far the images of different groups agree"
    script:
        "../scripts/plot_reliability_by_layer.py"


rule tabulate_layer_comparisons:
    input:
        expand(f"{RESULTS}/comparisons/{{model}}.tsv", model=WORD_MODELS),
    output:
        report(
            f"{RESULTS}/tables/layer_comparisons.tsv",
            caption="../report/layer_comparisons.rst",
            category="Emergence",
            labels={"result": "Comparisons of layers", "form": "table"},
        ),
    log:
        f"{LOGS}/tabulate_layer_comparisons.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_layer_comparisons.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        layer_titles=LAYER_TITLES,
        word_models=WORD_MODELS,
        code=code_of("tabulate_layer_comparisons"),
    message:
        "Writing the comparisons of layers and networks"
    script:
        "../scripts/tabulate_layer_comparisons.py"


if "paper_comparison" in TABLES:

    rule tabulate_paper_comparison:
        input:
            expand(f"{RESULTS}/two_vs_two/{{model}}/layers.tsv", model=WORD_MODELS),
        output:
            report(
                f"{RESULTS}/tables/paper_comparison.tsv",
                caption="../report/paper_comparison.rst",
                category="Emergence",
                labels={"result": "Comparison with the paper", "form": "table"},
            ),
        log:
            f"{LOGS}/tabulate_paper_comparison.log",
        benchmark:
            f"{BENCHMARKS}/tabulate_paper_comparison.tsv"
        conda:
            "../../envs/figures.yaml"
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(20),
        params:
            networks=NETWORK_TITLES,
            layer_titles=LAYER_TITLES,
            word_models=WORD_MODEL_TITLES,
            published=STUDY["published"],
            code=code_of("tabulate_paper_comparison"),
        message:
            "Writing the best layers beside the published ones"
        script:
            "../scripts/tabulate_paper_comparison.py"

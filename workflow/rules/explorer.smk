"""The explorer: one page of linked views of all that the study has, which works offline."""

from semantrace.explorer.page_files import page_digest

VEGA_LITE = "6.4"
CHART_LIBRARY = f"{RESOURCES}/charts/vega_lite-{VEGA_LITE}.js"


rule bundle_charts:
    output:
        CHART_LIBRARY,
    log:
        f"{LOGS}/bundle_charts.log",
    localrule: True
    conda:
        "../../envs/explorer.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        vega_lite=VEGA_LITE,
        code=code_of("bundle_charts"),
    message:
        "Bundling the library that draws the explorer's charts"
    script:
        "../scripts/bundle_charts.py"


if WORD_MODELS:

    rule count_pair_passes:
        input:
            concepts=WORDS_AND_CONCEPTS["concepts"],
            words=WORDS_AND_CONCEPTS["words"],
            images=IMAGES_OF_ALL,
        output:
            f"{RESULTS}/two_vs_two/{{model}}/pair_passes.h5",
        log:
            f"{LOGS}/count_pair_passes/{{model}}.log",
        benchmark:
            f"{BENCHMARKS}/count_pair_passes/{{model}}.tsv"
        conda:
            "../../envs/analysis.yaml"
        threads: THREADS
        resources:
            mem_mb=memory_of_pairs(600, 30),
            runtime=growing(60),
        params:
            networks=NETWORKS,
            code=code_of("count_pair_passes"),
            threads=THREADS,
        message:
            "Finding the pairs of concepts that pass the 2 vs. 2 test against {wildcards.model}"
        script:
            "../scripts/count_pair_passes.py"


rule build_explorer:
    input:
        unpack(explorer_input),
        concepts=f"{RESULTS}/concepts.tsv",
        matching=f"{RESULTS}/concept_matching.tsv",
        images=f"{RESULTS}/images.tsv",
        folder=dataset_folder_input,
        library=CHART_LIBRARY,
    output:
        page=in_report(f"{RESULTS}/explorer.html", "explorer"),
    log:
        f"{LOGS}/build_explorer.log",
    benchmark:
        f"{BENCHMARKS}/build_explorer.tsv"
    localrule: True
    conda:
        "../../envs/explorer.yaml"
    threads: 1
    resources:
        mem_mb=memory_of_pairs(1000, 60),
        runtime=growing(30),
    params:
        title=STUDY.title,
        networks=NETWORK_TITLES,
        layer_titles=LAYER_TITLES,
        word_models=WORD_MODEL_TITLES if WORD_MODELS else {},
        measured=MEASURED_MODELS if WORD_MODELS else [],
        layer_sets=LAYER_SETS,
        groups=len(GROUPS),
        folder=DATASET_FOLDER,
        code=code_of("build_explorer"),
        page=page_digest(),
    message:
        "Building the explorer"
    script:
        "../scripts/build_explorer.py"

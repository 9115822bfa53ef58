"""The explorer: one page of linked views of all that the study has, which works offline."""

from semantrace.explorer.page_files import page_digest

VEGA_LITE = "6.4"
CHART_LIBRARY = f"{RESOURCES}/charts/vega_lite-{VEGA_LITE}.js"


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
        "alignment": expand(f"{RESULTS}/alignment/{{model}}.tsv", model=MEASURED_MODELS),
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
        page=in_report(
            f"{RESULTS}/explorer.html", "explorer", "Explorer", "Explorer", "page", None
        ),
    log:
        f"{LOGS}/build_explorer.log",
    benchmark:
        f"{BENCHMARKS}/build_explorer.tsv"
    localrule: True
    conda:
        "../../envs/explorer.yaml"
    threads: 1
    resources:
        mem_mb=memory_of_pairs(1500, 60),
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

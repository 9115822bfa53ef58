"""WordNet, and how far the similarity of classes in a network follows its taxonomy."""


rule get_wordnet:
    output:
        directory(f"{RESOURCES}/wordnet"),
    log:
        f"{LOGS}/get_wordnet.log",
    cache: SHARED_BY_CACHE
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
    params:
        code=code_of("get_wordnet"),
        wordnet=CONFIG["wordnet"],
        kept_in=lambda wildcards: RESOURCES,
    message:
        "Fetching WordNet 3.0"
    script:
        "../scripts/get_wordnet.py"


rule measure_wordnet:
    input:
        concepts=f"{RESULTS}/concepts.tsv",
        wordnet=f"{RESOURCES}/wordnet",
    output:
        f"{RESULTS}/wordnet_similarity.h5",
    log:
        f"{LOGS}/measure_wordnet.log",
    benchmark:
        f"{BENCHMARKS}/measure_wordnet.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=memory_of_pairs(1500, 12),
        runtime=growing(10),
    params:
        code=code_of("measure_wordnet"),
    message:
        "Measuring the similarity of all pairs of classes in WordNet"
    script:
        "../scripts/measure_wordnet.py"


rule correlate_wordnet:
    input:
        similarity=f"{RESULTS}/similarity/{{network}}.h5",
        wordnet=f"{RESULTS}/wordnet_similarity.h5",
        permutations=f"{RESULTS}/permutations.h5",
    output:
        f"{RESULTS}/wordnet_correlations/{{network}}.tsv",
    log:
        f"{LOGS}/correlate_wordnet/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/correlate_wordnet/{{network}}.tsv"
    wildcard_constraints:
        network=any_of(EMBEDDED_NETWORKS),
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_with(2000, 4, "similarity"),
        runtime=growing(60),
    params:
        layers=lookup(dpath="{network}", within=EMBEDDED_LAYERS),
        layer_sets=lookup(dpath="{network}", within=LAYER_SETS),
        code=code_of("correlate_wordnet"),
        threads=THREADS,
    message:
        "Correlating the class vectors of {wildcards.network} with WordNet"
    script:
        "../scripts/correlate_wordnet.py"

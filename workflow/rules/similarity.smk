"""How alike the class vectors of a network are."""


rule compare_class_vectors:
    input:
        shards=expand(
            f"{RESULTS}/class_vectors/{{network}}/{{shard}}",
            shard=SHARDS,
            allow_missing=True,
        ),
        concepts=f"{RESULTS}/concepts.tsv",
    output:
        f"{RESULTS}/similarity/{{network}}.h5",
    log:
        f"{LOGS}/compare_class_vectors/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/compare_class_vectors/{{network}}.tsv"
    wildcard_constraints:
        network=any_of(EMBEDDED_NETWORKS),
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=memory_of_pairs(1000, 3, embedded_layer_places),
        runtime=growing(120),
    params:
        layers=embedded_layer_places,
        layer_sets=lookup(dpath="{network}", within=LAYER_SETS),
        code=code_of("compare_class_vectors"),
        threads=THREADS,
    message:
        "Comparing the class vectors of {wildcards.network}"
    script:
        "../scripts/compare_class_vectors.py"


rule condense_distances:
    input:
        similarity=f"{RESULTS}/similarity/{{network}}.h5",
    output:
        f"{RESULTS}/distances/{{network}}/{{layer_set}}.mat",
    log:
        f"{LOGS}/condense_distances/{{network}}/{{layer_set}}.log",
    benchmark:
        f"{BENCHMARKS}/condense_distances/{{network}}/{{layer_set}}.tsv"
    wildcard_constraints:
        network=any_of(EMBEDDED_NETWORKS),
        layer_set=any_of(sorted({*chain(*LAYER_SETS.values())})),
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=memory_with(1000, 1, "similarity"),
        runtime=growing(20),
    params:
        code=code_of("condense_distances"),
    message:
        "Condensing the distances of {wildcards.network}'s classes in {wildcards.layer_set}"
    script:
        "../scripts/condense_distances.py"

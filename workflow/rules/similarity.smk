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
        mem_mb=2000,
        runtime=120,
    params:
        layers=lookup(dpath="{network}", within=EMBEDDED_LAYERS),
        layer_sets=lookup(
            dpath="visual_embedding/networks/{network}/layer_sets", within=STUDY
        ),
        code=code_of("compare_class_vectors"),
        threads=THREADS,
    message:
        "Comparing the class vectors of {wildcards.network}"
    script:
        "../scripts/compare_class_vectors.py"

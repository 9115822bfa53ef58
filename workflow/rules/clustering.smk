rule cluster_classes:
    input:
        similarity=f"{RESULTS}/similarity/{{network}}.h5",
        wordnet=f"{RESOURCES}/wordnet",
    output:
        assignments=f"{RESULTS}/clusters/{{network}}/assignments.tsv",
        labels=f"{RESULTS}/clusters/{{network}}/labels.tsv",
        quality=f"{RESULTS}/clusters/{{network}}/quality.tsv",
    log:
        f"{LOGS}/cluster_classes/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/cluster_classes/{{network}}.tsv"
    wildcard_constraints:
        network=any_of(EMBEDDED_NETWORKS),
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        seed=SEED,
        study=CONFIG["study"],
        layer_sets=lookup(
            dpath="visual_embedding/networks/{network}/layer_sets", within=STUDY
        ),
        clusters=STUDY.get("visual_embedding", {}).get("clusters"),
        code=code_of("cluster_classes"),
        threads=THREADS,
    message:
        "Clustering the classes of {wildcards.network} and naming the clusters with WordNet"
    script:
        "../scripts/cluster_classes.py"

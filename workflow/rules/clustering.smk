"""Clusters of classes, their names, and what passes from one number of clusters to the next."""

CLUSTER_INPUTS = {
    name: expand(
        f"{RESULTS}/clusters/{{network}}/{name}.tsv", network=EMBEDDED_NETWORKS
    )
    for name in ("labels", "assignments")
}


rule cluster_classes:
    input:
        similarity=f"{RESULTS}/similarity/{{network}}.h5",
        wordnet=f"{RESOURCES}/wordnet",
        permutations=f"{RESULTS}/permutations.h5",
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
    threads: 1
    resources:
        mem_mb=memory_with(1000, 5, "similarity"),
        runtime=growing(60),
    params:
        seed=SEED,
        study=CONFIG["study"],
        layer_sets=lookup(dpath="{network}", within=LAYER_SETS),
        clusters=STUDY.embedding.clusters,
        code=code_of("cluster_classes"),
        threads=1,
    message:
        "Clustering the classes of {wildcards.network} and naming the clusters with WordNet"
    script:
        "../scripts/cluster_classes.py"


rule compare_partitions:
    input:
        expand(
            f"{RESULTS}/clusters/{{network}}/assignments.tsv",
            network=EMBEDDED_NETWORKS,
        ),
    output:
        f"{RESULTS}/clusters/agreement.tsv",
    log:
        f"{LOGS}/compare_partitions.log",
    benchmark:
        f"{BENCHMARKS}/compare_partitions.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        code=code_of("compare_partitions"),
    message:
        "Comparing the clusters of all networks and layer sets"
    script:
        "../scripts/compare_partitions.py"


rule summarise_clusters:
    input:
        **CLUSTER_INPUTS,
    output:
        ordered=f"{RESULTS}/clusters/ordered.tsv",
        flows=f"{RESULTS}/clusters/flows.tsv",
        typical=f"{RESULTS}/clusters/typical_classes.tsv",
    log:
        f"{LOGS}/summarise_clusters.log",
    benchmark:
        f"{BENCHMARKS}/summarise_clusters.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        code=code_of("summarise_clusters"),
    message:
        "Ordering the clusters and following their classes"
    script:
        "../scripts/summarise_clusters.py"

# The layers that some layer set of a network uses, in the order of the network.
EMBEDDED_LAYERS = {
    network: [
        layer
        for layer in STUDY["networks"][network]["layers"]
        if any(layer in layers for layers in embedding["layer_sets"].values())
    ]
    for network, embedding in STUDY.get("visual_embedding", {})
    .get("networks", {})
    .items()
}


rule aggregate_class_vectors:
    input:
        activations=f"{RESULTS}/activations/{{network}}/{{shard}}",
        images=f"{RESULTS}/images.tsv",
    output:
        directory(f"{RESULTS}/class_vectors/{{network}}/{{shard}}"),
    log:
        f"{LOGS}/aggregate_class_vectors/{{network}}/{{shard}}.log",
    benchmark:
        f"{BENCHMARKS}/aggregate_class_vectors/{{network}}/{{shard}}.tsv"
    wildcard_constraints:
        network=any_of(EMBEDDED_NETWORKS),
    conda:
        "../../envs/analysis.yaml"
    threads: THREADS
    resources:
        mem_mb=1000,
        runtime=120,
    params:
        layers=lookup(dpath="{network}", within=EMBEDDED_LAYERS),
        code=code_of("aggregate_class_vectors"),
        threads=THREADS,
    message:
        "Averaging the activations of each class in shard {wildcards.shard} of {wildcards.network}"
    script:
        "../scripts/aggregate_class_vectors.py"

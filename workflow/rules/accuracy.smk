"""Whether networks name the images of the study as well as was published; run on demand."""


rule check_accuracy:
    input:
        **{
            f"activations_{network}": expand(
                f"{RESULTS}/activations/{{network}}/{{shard}}",
                network=network,
                shard=SHARDS,
            )
            for network in NETWORKS
        },
        concepts=f"{RESULTS}/concepts.tsv",
        images=f"{RESULTS}/images.tsv",
        wordnet=f"{RESOURCES}/wordnet",
    output:
        f"{RESULTS}/accuracy.tsv",
    log:
        f"{LOGS}/check_accuracy.log",
    benchmark:
        f"{BENCHMARKS}/check_accuracy.tsv"
    priority: BEFORE_EXTRACTION
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(20),
    params:
        classes={name: network.classes for name, network in STUDY.networks.items()},
        published={
            name: network.published_top_1 for name, network in STUDY.networks.items()
        },
        code=code_of("check_accuracy"),
    message:
        "Comparing what the networks say with the classes of the images"
    script:
        "../scripts/check_accuracy.py"

"""Images of class vectors: what a network has to see for its activations to match them."""

if INVERTED_NETWORKS:
    INVERSION = STUDY.embedding.inversion

    rule invert_class_vectors:
        input:
            shards=expand(
                f"{RESULTS}/class_vectors/{{network}}/{{shard}}",
                shard=SHARDS,
                allow_missing=True,
            ),
            concepts=f"{RESULTS}/concepts.tsv",
            architecture=architecture_file,
            weights=weights_file,
        output:
            f"{RESULTS}/inversions/{{network}}.h5",
        log:
            f"{LOGS}/invert_class_vectors/{{network}}.log",
        benchmark:
            f"{BENCHMARKS}/invert_class_vectors/{{network}}.tsv"
        wildcard_constraints:
            network=any_of(INVERTED_NETWORKS),
        conda:
            "../../envs/extraction.yaml"
        threads: 1
        resources:
            mem_mb=growing(3000),
            runtime=growing(240),
            gpu=1,
        params:
            network=architecture_settings,
            contents=architecture_contents,
            layers=lookup(dpath="{network}", within=INVERSION.networks),
            classes=INVERSION.classes,
            descent={
                "steps": INVERSION.steps,
                "total_variation": INVERSION.total_variation,
                "jitter": INVERSION.jitter,
            },
            seed=SEED,
            study=CONFIG["study"],
            require_gpu=CONFIG["require_gpu"],
            code=code_of("invert_class_vectors"),
            threads=1,
        message:
            "Inverting the class vectors of {wildcards.network}"
        script:
            "../scripts/invert_class_vectors.py"

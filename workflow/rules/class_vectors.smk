"""Class vectors, averaged while the network runs or from stored activations; one job a shard."""

if STUDY.embedding.is_streamed:

    rule stream_class_vectors:
        input:
            images=f"{RESULTS}/images.tsv",
            folder=dataset_folder_input,
            architecture=architecture_file,
            weights=weights_file,
        output:
            directory(f"{RESULTS}/class_vectors/{{network}}/{{shard}}"),
        log:
            f"{LOGS}/stream_class_vectors/{{network}}/{{shard}}.log",
        benchmark:
            f"{BENCHMARKS}/stream_class_vectors/{{network}}/{{shard}}.tsv"
        wildcard_constraints:
            network=any_of(EMBEDDED_NETWORKS),
        conda:
            "../../envs/extraction.yaml"
        threads: EXTRACTION_THREADS
        resources:
            mem_mb=growing(4000),
            runtime=growing(720),
            gpu=1,
            # Not a parameter, since it decides no value.
            decoding_threads=DECODING_THREADS,
        params:
            network=streaming_settings,
            contents=architecture_contents,
            layers=lookup(dpath="{network}", within=EMBEDDED_LAYERS),
            folder=DATASET_FOLDER,
            batch_size=CONFIG["extraction"]["batch_size"],
            require_gpu=CONFIG["require_gpu"],
            code=code_of("stream_class_vectors"),
            threads=EXTRACTION_THREADS,
        message:
            "Averaging the activations of each class in shard {wildcards.shard} while {wildcards.network} runs"
        script:
            "../scripts/stream_class_vectors.py"

else:

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
        priority: BEFORE_EXTRACTION
        conda:
            "../../envs/analysis.yaml"
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(120),
        params:
            layers=lookup(dpath="{network}", within=EMBEDDED_LAYERS),
            code=code_of("aggregate_class_vectors"),
            threads=1,
        message:
            "Averaging the activations of each class in shard {wildcards.shard} of {wildcards.network}"
        script:
            "../scripts/aggregate_class_vectors.py"

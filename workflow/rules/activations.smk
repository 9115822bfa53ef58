"""The activations of the layers of the networks, one job a shard."""

ACTIVATIONS = directory(f"{RESULTS}/activations/{{network}}/{{shard}}")
if not CONFIG["storage"]["keep_activations"]:
    ACTIVATIONS = temp(ACTIVATIONS)
# Whether they are kept decides no value, so a finished study stays finished.
STORED_AS = without(CONFIG["storage"], "keep_activations")


rule extract_activations:
    input:
        images=f"{RESULTS}/images.tsv",
        folder=dataset_folder_input,
        architecture=architecture_file,
        weights=weights_file,
    output:
        ACTIVATIONS,
    log:
        f"{LOGS}/extract_activations/{{network}}/{{shard}}.log",
    benchmark:
        f"{BENCHMARKS}/extract_activations/{{network}}/{{shard}}.tsv"
    priority: earlier_networks_first
    conda:
        "../../envs/extraction.yaml"
    threads: EXTRACTION_THREADS
    resources:
        mem_mb=growing(2500),
        runtime=growing(720),
        gpu=1,
        # Not a parameter, since it decides no value.
        decoding_threads=DECODING_THREADS,
    params:
        network=network_settings,
        contents=architecture_contents,
        folder=DATASET_FOLDER,
        storage=STORED_AS,
        batch_size=CONFIG["extraction"]["batch_size"],
        require_gpu=CONFIG["require_gpu"],
        code=code_of("extract_activations"),
        threads=EXTRACTION_THREADS,
    message:
        "Extracting the activations of shard {wildcards.shard} from {wildcards.network}"
    script:
        "../scripts/extract_activations.py"

"""Weights of the networks, and the activations of their layers, one job a shard."""

ACTIVATIONS = directory(f"{RESULTS}/activations/{{network}}/{{shard}}")
if not CONFIG["storage"].get("keep_activations", True):
    ACTIVATIONS = temp(ACTIVATIONS)
# Whether they are kept decides no value, so a finished study stays finished.
STORED_AS = {
    key: value for key, value in CONFIG["storage"].items() if key != "keep_activations"
}


rule get_weights:
    input:
        architecture=architecture_file,
        weights=own_weights_file,
    output:
        f"{RESOURCES}/weights/{{network}}-{{digest}}.weights.h5",
    log:
        f"{LOGS}/get_weights/{{network}}-{{digest}}.log",
    cache: SHARED_BY_CACHE
    localrule: True
    conda:
        "../../envs/extraction.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
    params:
        network=weights_settings,
        contents=weights_contents,
        code=code_of("get_weights"),
        threads=1,
    message:
        "Getting the weights of {wildcards.network}"
    script:
        "../scripts/get_weights.py"


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
    threads: THREADS
    resources:
        mem_mb=growing(2500),
        runtime=growing(720),
        gpu=1,
    params:
        network=network_settings,
        contents=architecture_contents,
        folder=DATASET_FOLDER,
        storage=STORED_AS,
        require_gpu=CONFIG.get("require_gpu", False),
        code=code_of("extract_activations"),
        threads=THREADS,
    message:
        "Extracting the activations of shard {wildcards.shard} from {wildcards.network}"
    script:
        "../scripts/extract_activations.py"

"""Networks: what decides how each is built and run, their weights, and their layers described."""


rule get_weights:
    input:
        architecture=architecture_file,
        weights=weights_input,
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


rule describe_network:
    input:
        architecture=architecture_file,
    output:
        f"{RESULTS}/networks/{{network}}.tsv",
    log:
        f"{LOGS}/describe_network/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/describe_network/{{network}}.tsv"
    conda:
        "../../envs/extraction.yaml"
    threads: 1
    resources:
        mem_mb=growing(2500),
        runtime=growing(20),
    params:
        network=architecture_settings,
        contents=architecture_contents,
        code=code_of("describe_network"),
        threads=1,
    message:
        "Describing the layers of {wildcards.network}"
    script:
        "../scripts/describe_network.py"


rule list_layers:
    input:
        [
            path
            for network in STUDY.networks.values()
            for path in (*network.own_architecture, *network.architecture_package)
        ],
    output:
        f"{RESULTS}/layers.tsv",
    log:
        f"{LOGS}/list_layers.log",
    benchmark:
        f"{BENCHMARKS}/list_layers.tsv"
    localrule: True
    conda:
        "../../envs/extraction.yaml"
    threads: 1
    resources:
        mem_mb=growing(2500),
        runtime=growing(20),
    params:
        networks={
            name: only(settings, *BUILT_BY)
            for name, settings in STUDY.settings["networks"].items()
        },
        contents=contents_of(
            *chain.from_iterable(
                network.own_architecture for network in STUDY.networks.values()
            )
        ),
        dtype=CONFIG["storage"]["dtype"],
        # Which need not be sampled for it.
        images=number_of_images,
        code=code_of("list_layers"),
        threads=1,
    message:
        "Listing the layers of all networks"
    script:
        "../scripts/list_layers.py"

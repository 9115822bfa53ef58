"""Networks: what decides how each is built and run, their weights, and their layers described."""


def weights_settings(wildcards, study=STUDY.settings):
    """What of a network's entry in the study decides its weights."""
    keys = ("architecture", "weights", "preprocessing", "input_size", "classes")
    settings = only(study["networks"][wildcards.network], *keys)
    if isinstance(settings.get("weights"), dict):
        settings["weights"] = without(settings["weights"], "source")
    return settings


def weights_file(wildcards):
    """The converted weights of a network."""
    digest = settings_digest(weights_settings(wildcards, STUDY.written))
    return f"{RESOURCES}/weights/{wildcards.network}-{digest}.weights.h5"


def network_settings(wildcards):
    """What of a network's entry in the study decides its activations; titles do not."""
    network = STUDY.settings["networks"][wildcards.network]
    return without(network, "title", "layer_titles", "weights")


def architecture_settings(wildcards):
    """What of a network's entry in the study decides how it is built."""
    network = STUDY.settings["networks"][wildcards.network]
    return only(network, "architecture", "preprocessing", "input_size", "classes")


def architecture_file(wildcards):
    """The user's own .keras file and list of classes; other architectures are known by name."""
    return [*map(ancient, STUDY.networks[wildcards.network].own_architecture)]


def architecture_contents(wildcards):
    """What of the user's own files decides how a network is built."""
    return contents_of(*architecture_file(wildcards))


def own_weights_file(wildcards):
    """The user's own weights."""
    return [*map(ancient, STUDY.networks[wildcards.network].own_weights)]


def weights_contents(wildcards):
    """What of the user's own files decides the weights of a network."""
    return contents_of(*architecture_file(wildcards), *own_weights_file(wildcards))


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

# What the networks of a study are built of, for any study.


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


use rule base as plot_network_diagram with:
    input:
        f"{RESULTS}/networks/{{network}}.tsv",
    output:
        **figure_output("network_diagram_{network}", "Networks", "Diagram of {network}"),
    log:
        f"{LOGS}/plot_network_diagram/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/plot_network_diagram/{{network}}.tsv"
    localrule: True
    params:
        **by_script("plot_network_diagram"),
        networks=NETWORK_TITLES,
        shown_layers=shown_layers,
    message:
        "Drawing the diagram of {wildcards.network}"

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


rule plot_network_diagram:
    input:
        f"{RESULTS}/networks/{{network}}.tsv",
    output:
        pdf=f"{RESULTS}/figures/network_diagram_{{network}}.pdf",
        png=report(
            f"{RESULTS}/figures/network_diagram_{{network}}.png",
            caption="../report/network_diagram.rst",
            category="Networks",
            labels={"result": "Diagram of {network}", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/network_diagram_{{network}}.tsv",
    log:
        f"{LOGS}/plot_network_diagram/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/plot_network_diagram/{{network}}.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        title=lookup(dpath="{network}", within=NETWORK_TITLES),
        layers=shown_layers,
        code=code_of("plot_network_diagram"),
    message:
        "Drawing the diagram of {wildcards.network}"
    script:
        "../scripts/plot_network_diagram.py"

"""What the networks of a study are built of, for any study."""


use rule base as plot_network_diagram with:
    input:
        f"{RESULTS}/networks/{{network}}.tsv",
    output:
        **figure_output("network_diagram_{network}"),
    log:
        f"{LOGS}/plot_network_diagram/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/plot_network_diagram/{{network}}.tsv"
    localrule: True
    params:
        **by_script("plot_network_diagram"),
        networks=NETWORK_TITLES,
        shown_layers=lambda wildcards: STUDY.networks[wildcards.network].shown_layers,
    message:
        "Drawing the diagram of {wildcards.network}"

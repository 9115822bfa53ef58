"""Figures and tables of the visual embedding, for studies that cluster class vectors."""


use rule base as plot_cluster_quality with:
    input:
        expand(f"{RESULTS}/clusters/{{network}}/quality.tsv", network=EMBEDDED_NETWORKS),
    output:
        **figure_output("cluster_quality"),
    log:
        f"{LOGS}/plot_cluster_quality.log",
    benchmark:
        f"{BENCHMARKS}/plot_cluster_quality.tsv"
    localrule: True
    params:
        **by_script("plot_cluster_quality"),
        networks=EMBEDDED_TITLES,
    message:
        "Drawing the quality of the clusters"


use rule base as plot_cluster_quality_of_network with:
    input:
        f"{RESULTS}/clusters/{{network}}/quality.tsv",
    output:
        **figure_output("cluster_quality_{network}", "cluster_quality_of_network"),
    log:
        f"{LOGS}/plot_cluster_quality_of_network/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/plot_cluster_quality_of_network/{{network}}.tsv"
    wildcard_constraints:
        network=any_of(EMBEDDED_NETWORKS),
    localrule: True
    params:
        **by_script("plot_cluster_quality_of_network"),
        networks=EMBEDDED_TITLES,
    message:
        "Drawing the quality of the clusters of {wildcards.network}"


if "cluster_quality_by_network" in FIGURES:

    use rule base as plot_cluster_quality_by_network with:
        input:
            expand(
                f"{RESULTS}/clusters/{{network}}/quality.tsv",
                network=EMBEDDED_NETWORKS,
            ),
        output:
            **figure_output("cluster_quality_by_network"),
        log:
            f"{LOGS}/plot_cluster_quality_by_network.log",
        benchmark:
            f"{BENCHMARKS}/plot_cluster_quality_by_network.tsv"
        localrule: True
        params:
            **by_script("plot_cluster_quality_by_network"),
            networks=EMBEDDED_TITLES,
        message:
            "Drawing the quality of the clusters of all networks"


use rule base as plot_cluster_labels with:
    input:
        f"{RESULTS}/clusters/ordered.tsv",
    output:
        **figure_output("cluster_labels"),
    log:
        f"{LOGS}/plot_cluster_labels.log",
    benchmark:
        f"{BENCHMARKS}/plot_cluster_labels.tsv"
    localrule: True
    params:
        **by_script("plot_cluster_labels"),
        networks=EMBEDDED_TITLES,
    message:
        "Drawing the labels of the clusters"


use rule base as plot_cluster_hierarchy with:
    input:
        f"{RESULTS}/clusters/flows.tsv",
    output:
        **figure_output("cluster_hierarchy"),
    log:
        f"{LOGS}/plot_cluster_hierarchy.log",
    benchmark:
        f"{BENCHMARKS}/plot_cluster_hierarchy.tsv"
    localrule: True
    params:
        **by_script("plot_cluster_hierarchy"),
        networks=EMBEDDED_TITLES,
    message:
        "Drawing how clusters split"


use rule base as plot_cluster_montage with:
    input:
        classes=f"{RESULTS}/clusters/typical_classes.tsv",
        images=f"{RESULTS}/images.tsv",
        folder=dataset_folder_input,
    output:
        **figure_output("cluster_montage"),
    log:
        f"{LOGS}/plot_cluster_montage.log",
    benchmark:
        f"{BENCHMARKS}/plot_cluster_montage.tsv"
    localrule: True
    params:
        **by_script("plot_cluster_montage"),
        networks=EMBEDDED_TITLES,
        folder=DATASET_FOLDER,
    message:
        "Drawing the most typical images of each cluster"


if "partition_agreement" in FIGURES:

    use rule base as plot_partition_agreement with:
        input:
            f"{RESULTS}/clusters/agreement.tsv",
        output:
            **figure_output("partition_agreement"),
        log:
            f"{LOGS}/plot_partition_agreement.log",
        benchmark:
            f"{BENCHMARKS}/plot_partition_agreement.tsv"
        localrule: True
        params:
            **by_script("plot_partition_agreement"),
            networks=EMBEDDED_TITLES,
            layer_sets={name: list(LAYER_SETS[name]) for name in EMBEDDED_NETWORKS},
        message:
            "Drawing how far the clusters of layer sets and networks agree"


use rule base as plot_wordnet_correlation with:
    input:
        expand(
            f"{RESULTS}/wordnet_correlations/{{network}}.tsv",
            network=EMBEDDED_NETWORKS,
        ),
    output:
        **figure_output("wordnet_correlation"),
    log:
        f"{LOGS}/plot_wordnet_correlation.log",
    benchmark:
        f"{BENCHMARKS}/plot_wordnet_correlation.tsv"
    localrule: True
    params:
        **by_script("plot_wordnet_correlation"),
        networks=EMBEDDED_TITLES,
        layer_titles=LAYER_TITLES,
    message:
        "Drawing the correlation of class vectors with WordNet"


use rule base as tabulate_cluster_labels with:
    input:
        **CLUSTER_INPUTS,
    output:
        **table_output("cluster_label_table", "cluster_labels"),
    log:
        f"{LOGS}/tabulate_cluster_labels.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_cluster_labels.tsv"
    localrule: True
    params:
        **by_script("tabulate_cluster_labels"),
    message:
        "Writing the labels and members of all clusters"


use rule base as tabulate_cluster_names with:
    input:
        f"{RESULTS}/clusters/ordered.tsv",
    output:
        **table_output("cluster_names"),
    log:
        f"{LOGS}/tabulate_cluster_names.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_cluster_names.tsv"
    localrule: True
    params:
        **by_script("tabulate_cluster_names"),
    message:
        "Writing the names of the clusters side by side"


if "inversions" in FIGURES:

    use rule base as plot_inversions with:
        input:
            inversions=expand(
                f"{RESULTS}/inversions/{{network}}.h5", network=INVERTED_NETWORKS
            ),
            images=f"{RESULTS}/images.tsv",
            folder=dataset_folder_input,
        output:
            **figure_output("inversions"),
        log:
            f"{LOGS}/plot_inversions.log",
        benchmark:
            f"{BENCHMARKS}/plot_inversions.tsv"
        localrule: True
        params:
            **by_script("plot_inversions"),
            networks={name: NETWORK_TITLES[name] for name in INVERTED_NETWORKS},
            layer_titles=LAYER_TITLES,
            folder=DATASET_FOLDER,
        message:
            "Drawing the images of the class vectors"

# Figures and tables of the visual embedding, for studies that cluster class vectors.

CLUSTER_INPUTS = {
    name: expand(
        f"{RESULTS}/clusters/{{network}}/{name}.tsv", network=EMBEDDED_NETWORKS
    )
    for name in ("labels", "assignments")
}


rule plot_cluster_quality:
    input:
        expand(f"{RESULTS}/clusters/{{network}}/quality.tsv", network=EMBEDDED_NETWORKS),
    output:
        pdf=f"{RESULTS}/figures/cluster_quality.pdf",
        png=report(
            f"{RESULTS}/figures/cluster_quality.png",
            caption="../report/cluster_quality.rst",
            category="Visual embedding",
            labels={"result": "Cluster quality", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/cluster_quality.tsv",
    log:
        f"{LOGS}/plot_cluster_quality.log",
    benchmark:
        f"{BENCHMARKS}/plot_cluster_quality.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=EMBEDDED_TITLES,
        code=code_of("plot_cluster_quality"),
    message:
        "Drawing the quality of the clusters"
    script:
        "../scripts/plot_cluster_quality.py"


rule plot_cluster_quality_of_network:
    input:
        f"{RESULTS}/clusters/{{network}}/quality.tsv",
    output:
        pdf=f"{RESULTS}/figures/cluster_quality_{{network}}.pdf",
        png=report(
            f"{RESULTS}/figures/cluster_quality_{{network}}.png",
            caption="../report/cluster_quality_of_network.rst",
            category="Visual embedding",
            labels={"result": "Cluster quality of {network}", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/cluster_quality_{{network}}.tsv",
    log:
        f"{LOGS}/plot_cluster_quality_of_network/{{network}}.log",
    benchmark:
        f"{BENCHMARKS}/plot_cluster_quality_of_network/{{network}}.tsv"
    wildcard_constraints:
        network=any_of(EMBEDDED_NETWORKS),
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        title=lookup(dpath="{network}", within=EMBEDDED_TITLES),
        code=code_of("plot_cluster_quality_of_network"),
    message:
        "Drawing the quality of the clusters of {wildcards.network}"
    script:
        "../scripts/plot_cluster_quality_of_network.py"


if "cluster_quality_by_network" in FIGURES:

    rule plot_cluster_quality_by_network:
        input:
            expand(
                f"{RESULTS}/clusters/{{network}}/quality.tsv",
                network=EMBEDDED_NETWORKS,
            ),
        output:
            pdf=f"{RESULTS}/figures/cluster_quality_by_network.pdf",
            png=report(
                f"{RESULTS}/figures/cluster_quality_by_network.png",
                caption="../report/cluster_quality_by_network.rst",
                category="Visual embedding",
                labels={"result": "Cluster quality by network", "form": "figure"},
            ),
            tsv=f"{RESULTS}/figures/cluster_quality_by_network.tsv",
        log:
            f"{LOGS}/plot_cluster_quality_by_network.log",
        benchmark:
            f"{BENCHMARKS}/plot_cluster_quality_by_network.tsv"
        conda:
            "../../envs/figures.yaml"
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(20),
        params:
            networks=EMBEDDED_TITLES,
            code=code_of("plot_cluster_quality_by_network"),
        message:
            "Drawing the quality of the clusters of all networks"
        script:
            "../scripts/plot_cluster_quality_by_network.py"


rule plot_cluster_labels:
    input:
        **CLUSTER_INPUTS,
    output:
        pdf=f"{RESULTS}/figures/cluster_labels.pdf",
        png=report(
            f"{RESULTS}/figures/cluster_labels.png",
            caption="../report/cluster_labels.rst",
            category="Visual embedding",
            labels={"result": "Cluster labels", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/cluster_labels.tsv",
    log:
        f"{LOGS}/plot_cluster_labels.log",
    benchmark:
        f"{BENCHMARKS}/plot_cluster_labels.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=EMBEDDED_TITLES,
        code=code_of("plot_cluster_labels"),
    message:
        "Drawing the labels of the clusters"
    script:
        "../scripts/plot_cluster_labels.py"


rule plot_cluster_hierarchy:
    input:
        **CLUSTER_INPUTS,
    output:
        pdf=f"{RESULTS}/figures/cluster_hierarchy.pdf",
        png=report(
            f"{RESULTS}/figures/cluster_hierarchy.png",
            caption="../report/cluster_hierarchy.rst",
            category="Visual embedding",
            labels={"result": "Cluster hierarchy", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/cluster_hierarchy.tsv",
    log:
        f"{LOGS}/plot_cluster_hierarchy.log",
    benchmark:
        f"{BENCHMARKS}/plot_cluster_hierarchy.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=EMBEDDED_TITLES,
        code=code_of("plot_cluster_hierarchy"),
    message:
        "Drawing how clusters split"
    script:
        "../scripts/plot_cluster_hierarchy.py"


rule plot_cluster_montage:
    input:
        **CLUSTER_INPUTS,
        images=f"{RESULTS}/images.tsv",
        images=dataset_folder_input,
    output:
        pdf=f"{RESULTS}/figures/cluster_montage.pdf",
        png=report(
            f"{RESULTS}/figures/cluster_montage.png",
            caption="../report/cluster_montage.rst",
            category="Visual embedding",
            labels={"result": "Cluster montage", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/cluster_montage.tsv",
    log:
        f"{LOGS}/plot_cluster_montage.log",
    benchmark:
        f"{BENCHMARKS}/plot_cluster_montage.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=EMBEDDED_TITLES,
        folder=DATASET_FOLDER,
        code=code_of("plot_cluster_montage"),
    message:
        "Drawing the most typical images of each cluster"
    script:
        "../scripts/plot_cluster_montage.py"


if "partition_agreement" in FIGURES:

    rule plot_partition_agreement:
        input:
            f"{RESULTS}/clusters/agreement.tsv",
        output:
            pdf=f"{RESULTS}/figures/partition_agreement.pdf",
            png=report(
                f"{RESULTS}/figures/partition_agreement.png",
                caption="../report/partition_agreement.rst",
                category="Visual embedding",
                labels={"result": "Agreement of clusters", "form": "figure"},
            ),
            tsv=f"{RESULTS}/figures/partition_agreement.tsv",
        log:
            f"{LOGS}/plot_partition_agreement.log",
        benchmark:
            f"{BENCHMARKS}/plot_partition_agreement.tsv"
        conda:
            "../../envs/figures.yaml"
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(20),
        params:
            networks=EMBEDDED_TITLES,
            layer_sets={name: list(LAYER_SETS[name]) for name in EMBEDDED_NETWORKS},
            code=code_of("plot_partition_agreement"),
        message:
            "Drawing how far the clusters of layer sets and networks agree"
        script:
            "../scripts/plot_partition_agreement.py"


rule plot_wordnet_correlation:
    input:
        expand(
            f"{RESULTS}/wordnet_correlations/{{network}}.tsv",
            network=EMBEDDED_NETWORKS,
        ),
    output:
        pdf=f"{RESULTS}/figures/wordnet_correlation.pdf",
        png=report(
            f"{RESULTS}/figures/wordnet_correlation.png",
            caption="../report/wordnet_correlation.rst",
            category="Visual embedding",
            labels={"result": "Correlation with WordNet", "form": "figure"},
        ),
        tsv=f"{RESULTS}/figures/wordnet_correlation.tsv",
    log:
        f"{LOGS}/plot_wordnet_correlation.log",
    benchmark:
        f"{BENCHMARKS}/plot_wordnet_correlation.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=EMBEDDED_TITLES,
        layer_titles=LAYER_TITLES,
        code=code_of("plot_wordnet_correlation"),
    message:
        "Drawing the correlation of class vectors with WordNet"
    script:
        "../scripts/plot_wordnet_correlation.py"


rule tabulate_cluster_labels:
    input:
        **CLUSTER_INPUTS,
    output:
        report(
            f"{RESULTS}/tables/cluster_labels.tsv",
            caption="../report/cluster_label_table.rst",
            category="Visual embedding",
            labels={"result": "Cluster labels", "form": "table"},
        ),
    log:
        f"{LOGS}/tabulate_cluster_labels.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_cluster_labels.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=EMBEDDED_TITLES,
        code=code_of("tabulate_cluster_labels"),
    message:
        "Writing the labels and members of all clusters"
    script:
        "../scripts/tabulate_cluster_labels.py"


rule tabulate_cluster_names:
    input:
        **CLUSTER_INPUTS,
    output:
        report(
            f"{RESULTS}/tables/cluster_names.tsv",
            caption="../report/cluster_names.rst",
            category="Visual embedding",
            labels={"result": "Cluster names", "form": "table"},
        ),
    log:
        f"{LOGS}/tabulate_cluster_names.log",
    benchmark:
        f"{BENCHMARKS}/tabulate_cluster_names.tsv"
    conda:
        "../../envs/figures.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(20),
    params:
        networks=EMBEDDED_TITLES,
        code=code_of("tabulate_cluster_names"),
    message:
        "Writing the names of the clusters side by side"
    script:
        "../scripts/tabulate_cluster_names.py"


if "inversions" in FIGURES:

    rule plot_inversions:
        input:
            inversions=expand(
                f"{RESULTS}/inversions/{{network}}.h5", network=INVERTED_NETWORKS
            ),
            images=f"{RESULTS}/images.tsv",
            images=dataset_folder_input,
        output:
            pdf=f"{RESULTS}/figures/inversions.pdf",
            png=report(
                f"{RESULTS}/figures/inversions.png",
                caption="../report/inversions.rst",
                category="Visual embedding",
                labels={"result": "Images of class vectors", "form": "figure"},
            ),
            tsv=f"{RESULTS}/figures/inversions.tsv",
        log:
            f"{LOGS}/plot_inversions.log",
        benchmark:
            f"{BENCHMARKS}/plot_inversions.tsv"
        conda:
            "../../envs/figures.yaml"
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(20),
        params:
            networks={name: NETWORK_TITLES[name] for name in INVERTED_NETWORKS},
            layer_titles=LAYER_TITLES,
            folder=DATASET_FOLDER,
            code=code_of("plot_inversions"),
        message:
            "Drawing the images of the class vectors"
        script:
            "../scripts/plot_inversions.py"

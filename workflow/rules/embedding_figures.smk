# Figures and tables of the visual embedding, for studies that cluster class vectors.


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
        mem_mb=1000,
        runtime=20,
    params:
        networks=EMBEDDED_TITLES,
        code=code_of("plot_cluster_quality"),
    message:
        "Drawing the quality of the clusters"
    script:
        "../scripts/plot_cluster_quality.py"


rule plot_cluster_labels:
    input:
        labels=expand(
            f"{RESULTS}/clusters/{{network}}/labels.tsv", network=EMBEDDED_NETWORKS
        ),
        assignments=expand(
            f"{RESULTS}/clusters/{{network}}/assignments.tsv",
            network=EMBEDDED_NETWORKS,
        ),
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
        mem_mb=1000,
        runtime=20,
    params:
        networks=EMBEDDED_TITLES,
        code=code_of("plot_cluster_labels"),
    message:
        "Drawing the labels of the clusters"
    script:
        "../scripts/plot_cluster_labels.py"


rule plot_cluster_montage:
    input:
        labels=expand(
            f"{RESULTS}/clusters/{{network}}/labels.tsv", network=EMBEDDED_NETWORKS
        ),
        assignments=expand(
            f"{RESULTS}/clusters/{{network}}/assignments.tsv",
            network=EMBEDDED_NETWORKS,
        ),
        images=f"{RESULTS}/images.tsv",
        pictures=dataset_folder_input,
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
        mem_mb=1000,
        runtime=20,
    params:
        networks=EMBEDDED_TITLES,
        folder=DATASET_FOLDER,
        code=code_of("plot_cluster_montage"),
    message:
        "Drawing the most typical pictures of each cluster"
    script:
        "../scripts/plot_cluster_montage.py"


rule tabulate_cluster_labels:
    input:
        labels=expand(
            f"{RESULTS}/clusters/{{network}}/labels.tsv", network=EMBEDDED_NETWORKS
        ),
        assignments=expand(
            f"{RESULTS}/clusters/{{network}}/assignments.tsv",
            network=EMBEDDED_NETWORKS,
        ),
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
        mem_mb=1000,
        runtime=20,
    params:
        networks=EMBEDDED_TITLES,
        code=code_of("tabulate_cluster_labels"),
    message:
        "Writing the labels and members of all clusters"
    script:
        "../scripts/tabulate_cluster_labels.py"

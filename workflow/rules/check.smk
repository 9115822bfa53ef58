"""A study is examined as a whole: on demand, and before the first job of a run."""


rule check_study:
    input:
        folder=dataset_folder_input,
        wordnet=f"{RESOURCES}/wordnet",
        packages=expand(f"{RESOURCES}/packages/{{package}}", package=PACKAGES),
    log:
        f"{LOGS}/check_study.log",
    localrule: True
    conda:
        "../../envs/check.yaml"
    threads: 1
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        **EXAMINED,
        matching=f"{RESULTS}/concept_matching.tsv",
        cores=lambda wildcards: workflow.cores or os.cpu_count(),
        threads=DECODING_THREADS,
    message:
        "Examining the study: classes, images, networks, words"
    script:
        "../scripts/check_study.py"


onstart:
    before_first_job()

"""Which versions of libraries are installed while the study is computed."""


rule list_software:
    output:
        f"{RESULTS}/software.tsv",
    log:
        f"{LOGS}/list_software.log",
    benchmark:
        f"{BENCHMARKS}/list_software.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        code=code_of("list_software"),
    message:
        "Listing the versions of the libraries"
    script:
        "../scripts/list_software.py"

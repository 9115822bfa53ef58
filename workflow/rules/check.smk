"""A study is examined as a whole before its first job, by the same checks as on demand."""

import os

CHECKED = f"{RESULTS}/study.txt"
# Whether a study has been checked decides whether its jobs start, and never that they run again.
AFTER_CHECK = ancient(CHECKED)


rule check_study:
    input:
        pictures=dataset_folder_input,
        wordnet=f"{RESOURCES}/wordnet",
    log:
        f"{LOGS}/check_study.log",
    conda:
        "../../envs/extraction.yaml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
    params:
        study=dict(STUDY),
        config=CONFIG,
        source=f"studies/{CONFIG['study']}.yaml",
        matching=f"{RESULTS}/concept_matching.tsv",
        folder=DATASET_FOLDER,
        stamp=picture_stamp,
        word_vectors={
            model: [
                f"{word_vector_stem(model)}.npy",
                f"{word_vector_stem(model)}.vocabulary.txt",
            ]
            for model in WORD_MODELS
        },
        results=CONFIG["results"],
        cores=lambda wildcards: workflow.cores or os.cpu_count(),
        code=code_of("check_study"),
        threads=THREADS,
    message:
        "Examining the study: classes, images, networks, words"
    script:
        "../scripts/check_study.py"


use rule check_study as check_inputs with:
    output:
        CHECKED,
    log:
        f"{LOGS}/check_inputs.log",
    priority: 100

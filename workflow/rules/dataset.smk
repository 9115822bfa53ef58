"""The data set: its images, which of its classes become concepts, and which images are used."""

if STUDY.dataset.is_fetched:

    rule get_images:
        input:
            table=STUDY.dataset.table,
        output:
            directory(DATASET_FOLDER),
        log:
            f"{LOGS}/get_images.log",
        benchmark:
            f"{BENCHMARKS}/get_images.tsv"
        localrule: True
        conda:
            "../../envs/analysis.yaml"
        threads: 1
        resources:
            mem_mb=growing(1000),
            runtime=growing(120),
        params:
            code=code_of("get_images"),
            dataset=STUDY.settings["dataset"],
            version=STUDY.dataset.version,
            downloads=f"{RESOURCES}/debian/{STUDY.dataset.package}",
        message:
            f"Fetching the images of {STUDY.dataset.package}"
        script:
            "../scripts/get_images.py"


rule match_concepts:
    input:
        **files_of_word_models(),
        table=dataset_table_input,
        folder=dataset_folder_input,
        wordnet=f"{RESOURCES}/wordnet",
    output:
        matching=f"{RESULTS}/concept_matching.tsv",
        concepts=f"{RESULTS}/concepts.tsv",
    log:
        f"{LOGS}/match_concepts.log",
    benchmark:
        f"{BENCHMARKS}/match_concepts.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(30),
    params:
        code=code_of("match_concepts"),
        dataset=STUDY.settings["dataset"],
        folder=DATASET_FOLDER,
        stamp=image_stamp,
        concepts=STUDY.settings["concepts"],
        look_ups=word_look_ups,
    message:
        "Matching the classes with the words of every model"
    script:
        "../scripts/match_concepts.py"


rule draw_permutations:
    input:
        concepts=f"{RESULTS}/concepts.tsv",
    output:
        f"{RESULTS}/permutations.h5",
    log:
        f"{LOGS}/draw_permutations.log",
    benchmark:
        f"{BENCHMARKS}/draw_permutations.tsv"
    priority: BEFORE_EXTRACTION
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(10),
    params:
        seed=SEED,
        study=CONFIG["study"],
        permutations=CONFIG["permutations"],
        code=code_of("draw_permutations"),
    message:
        "Drawing the permutations of the concepts that all tests share"
    script:
        "../scripts/draw_permutations.py"


rule sample_images:
    input:
        table=dataset_table_input,
        folder=dataset_folder_input,
        concepts=f"{RESULTS}/concepts.tsv",
    output:
        images=f"{RESULTS}/images.tsv",
        left_out=f"{RESULTS}/left_out_images.tsv",
    log:
        f"{LOGS}/sample_images.log",
    benchmark:
        f"{BENCHMARKS}/sample_images.tsv"
    conda:
        "../../envs/analysis.yaml"
    threads: DECODING_THREADS
    resources:
        mem_mb=growing(2000),
        runtime=growing(120),
    params:
        code=code_of("sample_images"),
        dataset=STUDY.settings["dataset"],
        folder=DATASET_FOLDER,
        stamp=image_stamp,
        images=STUDY.settings["images"],
        seed=SEED,
        study=CONFIG["study"],
    message:
        "Sampling images of each concept"
    script:
        "../scripts/sample_images.py"

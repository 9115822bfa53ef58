"""What a study needs from elsewhere: images, WordNet and word vectors."""

if DATASET["kind"] == "debian":

    rule get_images:
        input:
            table=DATASET["table"],
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
            dataset=DATASET,
            downloads=f"{RESOURCES}/debian/{DATASET['package']}",
        message:
            f"Fetching the images of {DATASET['package']}"
        script:
            "../scripts/get_images.py"


rule get_wordnet:
    output:
        directory(f"{RESOURCES}/wordnet"),
    log:
        f"{LOGS}/get_wordnet.log",
    cache: SHARED_BY_CACHE
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
    params:
        code=code_of("get_wordnet"),
        wordnet=CONFIG["wordnet"],
        kept_in=lambda wildcards: RESOURCES,
    message:
        "Fetching WordNet 3.0"
    script:
        "../scripts/get_wordnet.py"


rule get_word_vectors:
    input:
        own_word_vector_files,
    output:
        vectors=f"{RESOURCES}/word_vectors/{{model}}-{{digest}}.npy",
        vocabulary=f"{RESOURCES}/word_vectors/{{model}}-{{digest}}.vocabulary.txt",
    log:
        f"{LOGS}/get_word_vectors/{{model}}-{{digest}}.log",
    cache: SHARED_BY_CACHE
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=word_vector_memory,
        runtime=growing(240),
    params:
        code=code_of("get_word_vectors"),
        model=word_vector_settings,
        contents=word_vector_contents,
        downloads=f"{RESOURCES}/downloads",
        threads=1,
    message:
        "Converting the word vectors {wildcards.model}"
    script:
        "../scripts/get_word_vectors.py"

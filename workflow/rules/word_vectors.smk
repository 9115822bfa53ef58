"""Word models: the conversion of published vectors, and the embeddings of text encoders."""


rule get_word_vectors:
    input:
        word_vector_input,
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


rule encode_names:
    input:
        encoder_input,
        table=dataset_table_input,
        folder=dataset_folder_input,
        classes=[*map(ancient, own_classes())],
        wordnet=f"{RESOURCES}/wordnet",
    output:
        vectors=f"{RESULTS}/encoded_names/{{encoder}}.npy",
        vocabulary=f"{RESULTS}/encoded_names/{{encoder}}.vocabulary.txt",
    log:
        f"{LOGS}/encode_names/{{encoder}}.log",
    benchmark:
        f"{BENCHMARKS}/encode_names/{{encoder}}.tsv"
    wildcard_constraints:
        encoder=any_of(ENCODERS),
    priority: BEFORE_EXTRACTION
    conda:
        "../../envs/analysis.yaml"
    threads: 1
    resources:
        mem_mb=growing(3000),
        runtime=growing(120),
    params:
        code=code_of("encode_names"),
        model=encoder_settings,
        contents=encoder_contents,
        dataset=STUDY.settings["dataset"],
        folder=DATASET_FOLDER,
        stamp=image_stamp,
        concepts=STUDY.settings["concepts"],
    message:
        "Embedding the names of all classes with {wildcards.encoder}"
    script:
        "../scripts/encode_names.py"

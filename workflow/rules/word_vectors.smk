"""Word vectors: what decides the conversion of each model, and the conversion."""


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

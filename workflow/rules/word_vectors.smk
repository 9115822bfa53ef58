"""Word vectors: what decides the conversion of each model, and the conversion."""


def conversion_settings(model, study=STUDY.settings):
    """What of a word-vector model's entry in the study decides its converted files."""
    return without(study["word_vectors"][model], "title", "source", "case")


def word_vector_paths(model):
    """The two files of a converted word-vector model, and how it spells its words."""
    digest = settings_digest(conversion_settings(model, STUDY.written))
    stem = f"{RESOURCES}/word_vectors/{model}-{digest}"
    return {"vectors": f"{stem}.npy", "vocabulary": f"{stem}.vocabulary.txt"}


def word_vector_files(wildcards):
    """The two files of a converted word-vector model, by name."""
    return word_vector_paths(wildcards.model)


def word_vector_case(wildcards):
    """How a model spells its words."""
    return STUDY.word_models[wildcards.model].case


def word_vector_settings(wildcards):
    """What of a model's entry in the study decides its conversion."""
    return conversion_settings(wildcards.model)


def own_word_vector_files(wildcards):
    """The user's own files."""
    return [*map(ancient, STUDY.word_models[wildcards.model].own_files)]


def word_vector_contents(wildcards):
    """What of the user's own files decides the conversion."""
    return contents_of(*own_word_vector_files(wildcards))


def word_vector_memory(wildcards, attempt):
    """Words and a block of vectors, but all of an array that is packed and cannot be mapped."""
    packed = STUDY.word_models[wildcards.model].is_packed_array
    return (8000 if packed else 2000) * attempt


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

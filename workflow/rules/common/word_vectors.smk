"""What decides the word vectors of each model, and where they lie."""


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


def opened_word_vectors(wildcards):
    """Of each word-vector model its two files and how it spells its words."""
    files = {name: word_vector_paths(name) for name in WORD_MODELS}
    return {
        name: {
            "array": files[name]["vectors"],
            "vocabulary": files[name]["vocabulary"],
            "case": model.case,
        }
        for name, model in STUDY.word_models.items()
    }


def word_models_of(wildcards):
    """Of each word model what it is read from, and the tables that are written of it."""
    folder = f"{RESULTS}/one_vs_two/{wildcards.network}"
    return {
        name: {
            "vectors": files,
            "words": f"{RESULTS}/correlations/words/{name}.h5",
            "layers": f"{folder}/{name}.tsv",
            "images": f"{folder}/images/{name}.tsv",
        }
        for name, files in opened_word_vectors(wildcards).items()
    }

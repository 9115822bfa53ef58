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


def word_vector_input(wildcards):
    """The user's own files, or the package that they come out of."""
    model = STUDY.word_models[wildcards.model]
    return [*map(ancient, model.own_files), *filter(None, [model.folder])]


def word_vector_contents(wildcards):
    """What of the user's own files decides the conversion."""
    return contents_of(*STUDY.word_models[wildcards.model].own_files)


def word_vector_memory(wildcards, attempt):
    """Words and a block of vectors, but all of an array that is packed and cannot be mapped."""
    packed = STUDY.word_models[wildcards.model].is_packed_array
    return (8000 if packed else 2000) * attempt


def files_of_word_models():
    """The two files of every model, as inputs that are named by it: vectors_glove, vocabulary_glove."""
    return by_word_model(word_vector_paths)


def by_word_model(files):
    """Name what a function gives of each model by that model, for rules that read or write all."""
    return {
        f"{part}_{model}": path
        for model in WORD_MODELS
        for part, path in files(model).items()
    }


def word_cases(wildcards):
    """How each model spells its words."""
    return {name: model.case for name, model in STUDY.word_models.items()}

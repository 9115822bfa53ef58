"""What decides the word vectors of each model, and where they lie."""


def conversion_settings(model, study=STUDY.settings):
    """What of a word-vector model's entry in the study decides its converted files."""
    return without(study["word_vectors"][model], "title", "source", "case")


def word_vector_paths(model):
    """The two files of the vectors of a word model: converted, or embedded by a text encoder."""
    encoder = STUDY.word_models[model].encoder
    if encoder is not None:
        stem = f"{RESULTS}/encoded_names/{encoder}"
        return {"vectors": f"{stem}.npy", "vocabulary": f"{stem}.vocabulary.txt"}
    digest = settings_digest(conversion_settings(model, STUDY.written))
    stem = f"{RESOURCES}/word_vectors/{model}-{digest}"
    return {"vectors": f"{stem}.npy", "vocabulary": f"{stem}.vocabulary.txt"}


def word_vector_files(wildcards):
    """The two files of a converted word-vector model, by name."""
    return word_vector_paths(wildcards.model)


def word_look_up(wildcards):
    """How the vectors of a model are asked for a word."""
    return STUDY.word_models[wildcards.model].look_up


def word_vector_settings(wildcards):
    """What of a model's entry in the study decides its conversion."""
    return conversion_settings(wildcards.model)


def word_vector_input(wildcards):
    """The user's own files, or the package that they come out of."""
    return files_of_word_model(STUDY.settings["word_vectors"][wildcards.model])


def files_of_word_model(settings):
    """What a model is made of."""
    model = WordModel.of(settings)
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


def word_look_ups(wildcards):
    """How the vectors of each model are asked for a word."""
    return {name: model.look_up for name, model in STUDY.word_models.items()}


ENCODERS = {
    model.encoder: STUDY.settings["word_vectors"][name]
    for name, model in STUDY.word_models.items()
    if model.encoder is not None
}


def encoder_input(wildcards):
    """The user's own files of a text encoder, or the package that they come out of."""
    return files_of_word_model(ENCODERS[wildcards.encoder])


def encoder_settings(wildcards):
    """What of an encoder's entry in the study decides the embeddings."""
    return without(ENCODERS[wildcards.encoder], "title", "source", "place")


def encoder_contents(wildcards):
    """What of the user's own files decides the embeddings."""
    own_files = WordModel.of(ENCODERS[wildcards.encoder]).own_files
    return contents_of(*own_files, *own_classes())


def own_classes():
    """The user's own lists of what networks tell apart."""
    return [path for network in STUDY.networks.values() for path in network.own_classes]


def text_layers_of(wildcards):
    """The number of each layer of a text encoder, by its word model."""
    return {
        name: model.layer
        for name, model in STUDY.word_models.items()
        if model.encoder == wildcards.encoder
    }


def scores_of_encoder(wildcards):
    """The scores of each layer of a text encoder, named by its word model."""
    models, folder = text_layers_of(wildcards), f"{RESULTS}/two_vs_two"
    nulls = {
        f"null_{model}": [
            f"{folder}/{model}/networks/{network}/null.h5" for network in NETWORKS
        ]
        for model in models
    }
    return nulls | {
        f"layers_{model}": f"{folder}/{model}/layers.tsv" for model in models
    }

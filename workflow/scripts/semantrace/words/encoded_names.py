"""The names that a text encoder is asked for, and their embeddings as stored word vectors.

A text encoder has no vocabulary. It gets one: all names that the study may look up.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from semantrace.io.files import atomic_path, write_lines
from semantrace.taxonomy.imagenet import class_wnids
from semantrace.taxonomy.wordnet import WordNet
from semantrace.taxonomy.wordnet_ids import SYNSET_NAME, WNID
from semantrace.words.concepts import synset_names
from semantrace.words.text_encoder import TextEncoder
from semantrace.words.word_model_quality import judged_words


def names_to_encode(
    names: Mapping[str, Iterable[str]],
    predicted: Iterable[str],
    wordnet: WordNet,
    lowercase: bool,
) -> list[str]:
    """Return all names that a study may look up in a word model, sorted.

    Parameters
    ----------
    names : mapping of str to iterable of str
        Of the dataset's classes, from `semantrace.words.study_classes.StudyClasses`.
    predicted : iterable of str
        Classes that networks tell apart beside ImageNet's 1000; those that are no wnid and no
        synset are classes of the dataset.
    wordnet : WordNet
    lowercase : bool
        Whether capitals are given up.

    Returns
    -------
    list of str
        With spaces between words.
    """
    wnids = {*class_wnids(), *filter(WNID.fullmatch, predicted)}
    wnids |= {wordnet.wnid(name) for name in predicted if SYNSET_NAME.fullmatch(name.lower())}
    found = {name for some in names.values() for name in some} | judged_words()
    for wnid in wnids:
        found.update(synset_names(wnid, wordnet, "any_lemma", lowercase))
    return sorted({name.replace("_", " ") for name in found})


def store_encoded_names(
    settings: Mapping[str, Any], names: list[str], array: str | Path, vocabulary: str | Path
) -> None:
    """Write the embeddings of names in all layers of a text encoder that a study has.

    Parameters
    ----------
    settings : mapping
        A model of the study's ``word_vectors``: see `TextEncoder`, and `layers`, `pooling` and
        `template`, in which ``{word}`` stands for the name.
    names : list of str
    array, vocabulary : path
        The two files to write: layers × names × width, and the names, one a line.

    Raises
    ------
    InputError
        As `TextEncoder`.
    """
    texts = [settings["template"].replace("{word}", name) for name in names]
    encoder = TextEncoder(settings)
    embedded = encoder.embed(texts, settings["layers"], settings["pooling"])
    with atomic_path(array) as temporary, temporary.open("wb") as file:
        np.save(file, embedded.astype("<f4", copy=False))
    write_lines(names, vocabulary)

"""Whether a word model was loaded right: its cosines beside how similar people find two words.

SimLex-999 (Hill, Reichart & Korhonen 2015) asks for similarity, WordSim-353 (Finkelstein et al.
2002) for relatedness; both lie in the package gensim.
"""

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from semantrace.io.user_files import installed_package
from semantrace.taxonomy.imagenet import class_wnids
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.concepts import synset_names
from semantrace.words.word_vectors import WordVectors

JUDGED_PAIRS = {"SimLex-999": "simlex999.txt", "WordSim-353": "wordsim353.tsv"}
FEWEST_PAIRS = 10


def word_model_quality(
    name: str, vectors: WordVectors, wordnet: WordNet, lowercase: bool
) -> pd.DataFrame:
    """Return how a model's cosines are correlated with people's judgements, and what it covers.

    Parameters
    ----------
    name : str
        The model's name in the study.
    vectors : WordVectors
    wordnet : WordNet
    lowercase : bool
        Whether the study looks names up in small letters.

    Returns
    -------
    pandas.DataFrame
        `semantrace.core.tables.WORD_MODEL_QUALITY`, one row a collection of pairs; its correlation
        is empty where the model knows fewer than `FEWEST_PAIRS` of them.
    """
    classes = [synset_names(wnid, wordnet, "any_lemma", lowercase) for wnid in class_wnids()]
    known_names = vectors.rows({name for names in classes for name in names}).keys()
    covered = sum(not known_names.isdisjoint(names) for names in classes)
    rows = []
    for collection, file in JUDGED_PAIRS.items():
        pairs = judged_pairs(file)
        row_of = _rows(set(pairs["first"]) | set(pairs["second"]), vectors)
        known = pairs[pairs["first"].isin(row_of) & pairs["second"].isin(row_of)]
        first, second = (
            _unit([row_of[word] for word in known[side]], vectors) for side in ("first", "second")
        )
        cosines = (first * second).sum(axis=1)
        is_enough = len(known) >= FEWEST_PAIRS
        rows.append(
            {
                "word_model": name,
                "judged_pairs": collection,
                "pairs": len(pairs),
                "known_pairs": len(known),
                "spearman": spearmanr(cosines, known["judgement"]).statistic if is_enough else None,
                "imagenet_classes": covered,
            }
        )
    return pd.DataFrame(rows)


def judged_pairs(file: str) -> pd.DataFrame:
    """Return the pairs of one collection: columns first, second and judgement."""
    path = installed_package("gensim", "pairs of words") / "test/test_data" / file
    names = ["first", "second", "judgement"]
    return pd.read_csv(path, sep="\t", comment="#", names=names, keep_default_na=False)


def judged_words() -> set[str]:
    """Return the words of all pairs."""
    pairs = [judged_pairs(file) for file in JUDGED_PAIRS.values()]
    return {word for table in pairs for side in ("first", "second") for word in table[side]}


def _rows(words: set[str], vectors: WordVectors) -> dict[str, int]:
    """Return the row of each known word; of a name, such as Jerusalem, in small letters too."""
    row_of = vectors.rows(words | {word.lower() for word in words})
    found = {word: row_of.get(word, row_of.get(word.lower())) for word in words}
    return {word: row for word, row in found.items() if row is not None}


def _unit(rows: list[int], vectors: WordVectors) -> np.ndarray:
    found = np.asarray(vectors.vectors[rows], dtype=np.float64).reshape(len(rows), -1)
    norms = np.linalg.norm(found, axis=1, keepdims=True)
    return found / np.where(norms > 0, norms, 1)

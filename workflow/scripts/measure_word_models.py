"""Write how the cosines of each word model agree with people's judgements of words."""

from semantrace.core.job import start

start(snakemake)

import pandas as pd

from semantrace.core.tables import WORD_MODEL_QUALITY
from semantrace.io.tables import write_table
from semantrace.taxonomy.wordnet import WordNet
from semantrace.words.word_model_quality import word_model_quality
from semantrace.words.word_vectors import WordVectors

files = snakemake.input
wordnet = WordNet.load(files.wordnet)
rows = [
    word_model_quality(
        name,
        WordVectors.open(files[f"vectors_{name}"], files[f"vocabulary_{name}"], **look_up),
        wordnet,
        snakemake.params.lowercase,
    )
    for name, look_up in snakemake.params.look_ups.items()
]
write_table(pd.concat(rows), snakemake.output.table, WORD_MODEL_QUALITY)

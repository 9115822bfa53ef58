"""Write how the cosines of each word model agree with people's judgements of words."""

from semantrace.core.job import start

start(snakemake)

import pandas as pd

from semantrace.core.tables import WORD_MODEL_QUALITY
from semantrace.io.tables import write_table
from semantrace.words.word_model_quality import word_model_quality
from semantrace.words.word_vectors import WordVectors

files = snakemake.input
rows = [
    word_model_quality(
        name, WordVectors.open(files[f"vectors_{name}"], files[f"vocabulary_{name}"], case)
    )
    for name, case in snakemake.params.cases.items()
]
write_table(pd.concat(rows), snakemake.output.table, WORD_MODEL_QUALITY)

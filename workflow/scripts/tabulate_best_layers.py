"""Write the best layer of each network against each word model."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.tables import TWO_VS_TWO_COLUMNS, best_layers, read_scores
from semantrace.io.files import write_table

scores = read_scores(
    dict(zip(snakemake.params.word_models, snakemake.input, strict=True)),
    TWO_VS_TWO_COLUMNS,
    snakemake.params.layer_titles,
)
write_table(best_layers(scores, snakemake.params.networks), snakemake.output[0])

"""Write the best layer of each network beside what has been published."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.tables import TWO_VS_TWO_COLUMNS, paper_comparison, read_scores
from semantrace.io.files import write_table

scores = read_scores(
    dict(zip(snakemake.params.word_models, snakemake.input, strict=True)),
    TWO_VS_TWO_COLUMNS,
    snakemake.params.layer_titles,
)
write_table(
    paper_comparison(scores, snakemake.params.networks, snakemake.params.published),
    snakemake.output[0],
)

"""Write the comparisons of layers and networks against all word models in one table."""

from semantrace.core.job import start

start(snakemake)

from semantrace.figures.tables import comparison_table
from semantrace.io.files import write_table

paths = dict(zip(snakemake.params.word_models, snakemake.input, strict=True))
write_table(comparison_table(paths, snakemake.params.layer_titles), snakemake.output[0])
